"""The n-th write of a delivery fails, in Python, in GDAL or in SQLite: a child for each n.

Started by `slow_delivery` with `faulty.c` loaded before the C library; prints what it saw as JSON.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagterritoire.bundles import Diagnosis

HERE = Path(__file__).resolve().parent
SLUG = "demo"
COPIED = "commit"
WRITERS = (
    "carte.html",
    "rapport.html",
    "rapport.docx",
    "rapport.pdf",
    "diagnostic.gpkg",
    "indicateurs.xlsx",
    "temps_acces.tif",
    "temps_acces.qml",
)


def compiled(folder: Path) -> Path | None:
    """Compile the library of faults; None where there is no compiler, or no Linux."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "faulty.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(HERE / "faulty.c")]
    done = subprocess.run([*command, "-ldl"], capture_output=True, check=False)
    return library if done.returncode == 0 else None


def campaign(library: Path, part: str, most: int) -> dict[str, dict[str, int]]:
    """Try the writes of a part (a file, or `commit` for the exchange): what was seen, counted."""
    done = subprocess.run(
        [sys.executable, __file__, part, str(most)],
        env={**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def main(part: str, most: int) -> None:
    """Try each write of a part, at most so many."""
    lib = ctypes.CDLL(None)
    lib.fault_arm.argtypes = [ctypes.c_char_p, ctypes.c_long, ctypes.c_int, ctypes.c_int]
    lib.fault_count.restype = ctypes.c_long
    with tempfile.TemporaryDirectory() as name:
        # Temporary files go to a disk that is full too.
        tempfile.tempdir = f"{name}/brouillon"
        root = Path(name)
        (root / "brouillon").mkdir()
        deliver, old, new, total = _prepared(root, part, lib)
        seen: dict[str, Counter[str]] = {}
        for code, lasting, step in ((errno.ENOSPC, 0, 1), (errno.EIO, 1, 3), (errno.EDQUOT, 1, 7)):
            tally = seen.setdefault(f"{errno.errorcode[code]}{' durable' if lasting else ''}",
                                    Counter())  # fmt: skip
            for n in _chosen(total, most, step):
                tally[_one(root, deliver, lib, (n, code, lasting), old, new)] += 1
    print(json.dumps({"écritures": {part: total}, **seen}, ensure_ascii=False))  # noqa: T201


def _chosen(total: int, most: int, step: int) -> Iterable[int]:
    """All the writes, or the first, the last and some between them."""
    if total <= most:
        return range(1, total + 1, step)
    third = most // 3
    spread = {round(third + k * (total - 2 * third) / third) for k in range(third)}
    return sorted({*range(1, third + 1), *spread, *range(total - third, total + 1)})[::step]


def _prepared(
    root: Path, part: str, lib: ctypes.CDLL
) -> tuple[Callable[[], None], tuple[str, str], tuple[str, str], int]:
    """Deliver twice (an old one, the new one); every file but the one tried is copied from then."""
    from conftest import SilentProgress
    from diagterritoire.outputs import writing
    from diagterritoire.store import reserve
    from factory import small_diagnosis

    first, second = small_diagnosis(nom="Autre"), small_diagnosis()

    def deliver(diagnosis: Diagnosis = second) -> None:
        with reserve(root / "maps", root / "processed", SLUG) as places:
            writing.deliver(diagnosis, places, SilentProgress())

    # Never here: the threads of a library that were started in a process are not in its children.
    _in_child(lambda: deliver(first))
    old = _state(root)
    kept = root / "ancienne"
    for name in ("maps", "processed"):
        shutil.copytree(root / name, kept / name)
    _in_child(deliver)
    new = _state(root)
    maps, processed = writing._maps(writing.PLAIN), dict(writing._PROCESSED)
    for writers, folder in ((maps, "maps"), (processed, "processed")):
        for name in writers:
            if name != part:
                writers[name] = _copy((root / folder / SLUG / name).read_bytes())
    writing._maps = lambda _: maps
    writing._PROCESSED = processed
    _reset(root)

    def counted() -> str:
        lib.fault_arm(str(root).encode(), 0, 0, 0)
        deliver()
        return str(lib.fault_count())

    total = int(_in_child(counted))
    assert _state(root) == new
    return deliver, old, new, total


def _in_child(call: Callable[[], str | None]) -> str:
    """Call in a child: what it returns."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.write(writing, (call() or "").encode()[:4000])
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        told = stream.read().decode()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return told


def _copy(content: bytes) -> Callable[[object, Path], None]:
    def write(_: object, path: Path) -> None:
        path.write_bytes(content)

    return write


def _one(
    root: Path,
    deliver: Callable[[], None],
    lib: ctypes.CDLL,
    fault: tuple[int, int, int],
    old: tuple[str, str],
    new: tuple[str, str],
) -> str:
    """Deliver in a child where a write fails, then look, then deliver without a fault."""
    from diagterritoire.errors import DiagterritoireError
    from diagterritoire.store import reserve, verify

    _reset(root)

    def faulty() -> str:
        try:
            lib.fault_arm(str(root).encode(), *fault)
            deliver()
        except DiagterritoireError as error:
            return f"{error.exit_code} {error}"
        except BaseException as error:  # noqa: BLE001
            return f"99 {type(error).__name__} {error}"
        return ""

    told = _in_child(faulty)
    assert not list((root / "brouillon").iterdir()), fault
    found = _state(root)
    if not told:
        # What failed was of no consequence: the very bytes of a run without a fault.
        assert found == new, fault
        return "livrée malgré tout, mêmes octets"
    assert told.startswith("5 "), (fault, told)
    assert "Errno" not in told, (fault, told)
    if not fault[2]:
        assert found == old, (fault, told)
    with reserve(root / "maps", root / "processed", SLUG):
        healed = _state(root)
    assert healed in {old, new}, fault
    assert verify(root / "maps", root / "processed", SLUG) == []
    left = {p.name for name in ("maps", "processed") for p in (root / name).iterdir()}
    assert left == {SLUG}, (fault, left)
    return "erreur 5, ancienne livraison gardée" if healed == old else "erreur 5, nouvelle finie"


def _state(root: Path) -> tuple[str, str]:
    from runs import fingerprint

    return fingerprint(root / "maps" / SLUG), fingerprint(root / "processed" / SLUG)


def _reset(root: Path) -> None:
    """Put the old delivery back."""
    for name in ("maps", "processed"):
        shutil.rmtree(root / name)
        shutil.copytree(root / "ancienne" / name, root / name)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
