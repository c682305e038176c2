"""Several runs at once, each in its process: territories, cache, download, index are shared."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import numpy as np

from diagterritoire.catalog import Source, by_key
from diagterritoire.download import fetch
from diagterritoire.errors import BusyError
from diagterritoire.store import RUN_ID, cached_arrays, replace_index, verify
from kills import Bundle, forked, small
from servers import client, reply, serve

SLUGS = ("demo", "dep-2A", "dep-2B")
_PAGE = '<!doctype html><meta name="generator" content="diagterritoire"><p>{}</p></html>'
DONE, BUSY, KILLED, WRONG = 0, 6, -signal.SIGKILL, 1


@dataclass(frozen=True)
class Runner:
    """One run of a round: what it delivers, and the file it asks for."""

    root: Path
    bundle: Bundle
    source: Source
    server: object

    def run(self) -> int:
        """Do what a run does, small: download, cache, delivery, index."""
        asked, _ = client(self.server, silence_s=20, total_s=60)
        fetch(self.source, self.root / "telecharges", asked)
        cached_arrays(self.root / "cache", "graphe", self._build)
        return _deliver(self.root, self.bundle)

    def _build(self) -> dict[str, np.ndarray]:
        with (self.root / "compilations").open("ab") as stream:
            stream.write(b"x")
        time.sleep(0.02)
        return {"noeuds": np.arange(50_000)}


def _deliver(root: Path, bundle: Bundle) -> int:
    """Deliver and make the index again: how it ended."""
    try:
        bundle.deliver(root)
    except BusyError as error:
        return BUSY if "processus" in error.message else WRONG
    return WRONG if replace_index(root / "maps", lambda: _PAGE.format("index")) else DONE


def play(
    root: Path,
    number: int,
    rng: np.random.Generator,
    *,
    kill: bool = False,
    among: Sequence[str] = SLUGS,
) -> Counter[str]:
    """Play a round of so many runs at once, and check what is left on the disk."""
    root.mkdir(parents=True)
    slugs = rng.choice(among, size=number).tolist()
    if rng.random() < 0.5:
        slugs = [slugs[0]] * number
    bundles = [small(f"{rank}", slug) for rank, slug in enumerate(slugs)]
    with serve(f=[reply()]) as server:
        source = replace(
            by_key("populations"), url=f"{server.url}/f", membre="", lignes_min=100,
            octets_max=100_000,
        )  # fmt: skip
        children = []
        for bundle in bundles:
            child = forked()
            if not child:
                _end(Runner(root, bundle, source, server).run)
            children.append(child)
        if kill:
            time.sleep(float(rng.uniform(0, 0.3)))
            os.kill(children[0], signal.SIGKILL)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        asked = list(server.asked)
    allowed = {DONE, BUSY} | ({KILLED} if kill else set())
    assert set(codes) <= allowed, codes
    # Killed while it received or built, one run leaves the work to the next.
    most = 2 if kill else 1
    assert len(asked) <= most, asked
    assert (root / "compilations").stat().st_size <= most
    arrays, reused = cached_arrays(root / "cache", "graphe", dict)
    assert reused
    assert arrays["noeuds"].tolist() == list(range(50_000))
    return _told(root, bundles, children, codes)


def play_dying(root: Path, number: int, step: str) -> Counter[str]:
    """Play a round whose first run reaches a step, waits for all the others, then is killed."""
    bundles = [small(f"{rank}") for rank in range(number)]
    reading, writing = os.pipe()
    first = forked()
    if not first:

        def reached(name: str) -> None:
            if name == step:
                os.write(writing, b"x")
                signal.pause()

        sys.modules["diagterritoire.store.delivery"].reached = reached  # type: ignore[attr-defined]
        _end(lambda: _deliver(root, bundles[0]))
    os.close(writing)
    try:
        # Nothing to read: it ended before the step.
        assert os.read(reading, 1) == b"x"
        codes = [_deliver(root, bundle) for bundle in bundles[1:]]
    finally:
        os.close(reading)
        os.kill(first, signal.SIGKILL)
    codes.insert(0, os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]))
    return _told(root, bundles, [first] * number, codes)


def _end(run: Callable[[], int]) -> NoReturn:
    """End a child by what it does."""
    code = WRONG
    try:
        code = run()
    finally:
        os._exit(code)


def _told(root: Path, bundles: list[Bundle], children: list[int], codes: list[int]) -> Counter[str]:
    """Check what a round did and left, and count the ends of its runs."""
    for slug in {bundle.slug for bundle in bundles}:
        ends = zip(bundles, children, codes, strict=True)
        _somebody_held(root, [end for end in ends if end[0].slug == slug])
    _check(root, bundles)
    return Counter({DONE: "finies", BUSY: "averties", KILLED: "tuées"}[code] for code in codes)


def _somebody_held(root: Path, ends: list[tuple[Bundle, int, int]]) -> None:
    """One run at least ended on a territory; where none did, the one that was killed held it."""
    codes = [code for _, _, code in ends]
    if DONE in codes:
        return
    assert KILLED in codes, codes
    bundle, child, _ = ends[codes.index(KILLED)]
    lock, delivered = (root / "maps" / name for name in (f".{bundle.slug}.verrou", bundle.slug))
    # Those told that another works there were told the truth: only its death kept the lock on
    # the disk, or it was killed once delivered.
    if len(ends) > 1 and lock.exists():
        assert lock.read_text() in {"", f"{child}\n"}
    elif len(ends) > 1:
        assert (delivered / RUN_ID).read_text().strip() == bundle.run_id


def _check(root: Path, bundles: list[Bundle]) -> None:
    """Nothing is damaged, and the next run needs no hand and leaves nothing behind."""
    for bundle in {b.slug: b for b in bundles}.values():
        assert _deliver(root, bundle) == DONE
        assert verify(root / "maps", root / "processed", bundle.slug) == []
    found = {p.name for name in ("maps", "processed") for p in (root / name).iterdir()}
    assert found == {*(b.slug for b in bundles), "index.html"}, found
