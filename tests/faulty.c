/* The n-th call that writes under a folder fails, whoever makes it: Python, GDAL, SQLite.
   Loaded before the C library (LD_PRELOAD); armed from Python by fault_arm. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static long count, failing;
static int code, lasting;

void fault_arm(const char *under, long nth, int with, int for_ever) {
  snprintf(folder, sizeof folder, "%s", under);
  count = 0, failing = nth, code = with, lasting = for_ever;
}

long fault_count(void) { return count; }

static int under(const char *path) {
  return folder[0] && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int under_fd(int fd) {
  char link[64], path[PATH_MAX];
  if (!folder[0]) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return under(path);
}

/* Tell whether this call must fail. */
static int hit(int concerned) {
  if (!concerned) return 0;
  count++;
  if (!(count == failing || (lasting && failing && count > failing))) return 0;
  errno = code;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) {
  return hit(under_fd(fd)) ? -1 : REAL(write)(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  return hit(under_fd(fd)) ? -1 : REAL(pwrite)(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  return hit(under_fd(fd)) ? -1 : REAL(pwrite64)(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int number) {
  return hit(under_fd(fd)) ? -1 : REAL(writev)(fd, parts, number);
}
int fsync(int fd) { return hit(under_fd(fd)) ? -1 : 0; }
int fdatasync(int fd) { return hit(under_fd(fd)) ? -1 : 0; }
int ftruncate(int fd, off_t size) { return hit(under_fd(fd)) ? -1 : REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) {
  return hit(under_fd(fd)) ? -1 : REAL(ftruncate64)(fd, size);
}
int rename(const char *from, const char *to) {
  return hit(under(from)) ? -1 : REAL(rename)(from, to);
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  return hit(under(from)) ? -1 : REAL(renameat2)(a, from, b, to, flags);
}
int mkdir(const char *path, mode_t mode) { return hit(under(path)) ? -1 : REAL(mkdir)(path, mode); }
int link(const char *from, const char *to) { return hit(under(to)) ? -1 : REAL(link)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
  return hit(under(to)) ? -1 : REAL(linkat)(a, from, b, to, flags);
}
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return hit(flags & O_CREAT && under(path)) ? -1 : REAL(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return hit(flags & O_CREAT && under(path)) ? -1 : REAL(open64)(path, flags, mode);
}
