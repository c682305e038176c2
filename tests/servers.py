"""A server on loopback that misbehaves on demand, and a client that may talk to it in clear."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from diagterritoire.download import Client, Rules, Timing
from diagterritoire.download.client import Session

ROWS = "CODGEO;PMUN\n" + "".join(f"{n:05d};{n}\n" for n in range(1, 501))
BODY = ROWS.encode()
HTML = b"<!DOCTYPE html><html><body>Connexion requise</body></html>"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.split("?")[0].strip("/")
        self.server.asked.append(name)
        turns = self.server.answers[name]
        turn = turns[min(self.server.asked.count(name), len(turns)) - 1]
        turn(self)

    def log_message(self, *_):
        pass


@contextmanager
def serve(**answers):
    """Serve at /name what each list of answers says, one a request, the last one for ever."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.asked, server.answers = [], answers
    server.place = f"localhost:{server.server_port}"
    server.url = f"http://{server.place}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client(server, **timing):
    """Client that waits in no time (its waits are in `slept`), with the rules of real life."""
    slept = []
    # Long enough for a loaded machine; whoever hangs on purpose does so for longer.
    bounds = {"connexion_s": 10, "silence_s": 1.0, "total_s": 10.0, **timing}
    made = Client(
        session=Session(),
        rules=Rules(en_clair=frozenset({server.place})),
        timing=Timing(**bounds),
        sleep=slept.append,
        now=lambda: 1_800_000_000.0,
    )
    return made, slept


def reply(body=BODY, code=200, length=True, **headers):
    """Answer with a body; without a length, its end is only the end of the connection."""

    def turn(handler):
        handler.send_response(code)
        handler.send_header("Last-Modified", "Wed, 21 Oct 2026 07:28:00 GMT")
        for key, value in headers.items():
            handler.send_header(key.replace("_", "-"), value)
        if length is not False:
            handler.send_header("Content-Length", str(len(body) if length is True else length))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return turn


def redirect(place):
    """Answer with a redirection."""
    return reply(b"", 302, Location=place)


def stuck(place, seconds):
    """Redirect with a body that never comes."""

    def turn(handler):
        reply(b"", 302, length=len(BODY), Location=place)(handler)
        time.sleep(seconds)

    return turn


def drip(seconds):
    """Answer one byte at a time, never silent for long."""

    def turn(handler):
        reply(b"", length=len(BODY))(handler)
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                handler.wfile.write(b"0")
                time.sleep(0.05)
        except OSError:
            pass

    return turn


def hang(seconds):
    """Answer the headers, then nothing."""

    def turn(handler):
        reply(BODY[:100], length=len(BODY))(handler)
        time.sleep(seconds)

    return turn


def chunked(*pieces, end=True):
    """Answer by chunks, with or without the last one."""

    def turn(handler):
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for piece in pieces:
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if end:
            handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    return turn
