"""Several runs at once, each in its process: territories, cache, download, index are shared."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from diagterritoire.catalog import Source, by_key
from diagterritoire.download import fetch
from diagterritoire.errors import BusyError
from diagterritoire.store import cached_arrays, replace_index, verify
from kills import Bundle, forked, small
from runs import fingerprint
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
        try:
            self.bundle.deliver(self.root)
        except BusyError as error:
            return BUSY if "processus" in error.message else WRONG
        wrong = replace_index(self.root / "maps", lambda: _PAGE.format("index"))
        return WRONG if wrong else DONE

    def _build(self) -> dict[str, np.ndarray]:
        with (self.root / "compilations").open("ab") as stream:
            stream.write(b"x")
        time.sleep(0.02)
        return {"noeuds": np.arange(50_000)}


def play(root: Path, number: int, rng: np.random.Generator, *, kill: bool = False) -> Counter[str]:
    """Play a round of so many runs at once, and check what is left on the disk."""
    root.mkdir(parents=True)
    slugs = rng.choice(SLUGS, size=number).tolist()
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
                code = WRONG
                try:
                    code = Runner(root, bundle, source, server).run()
                finally:
                    os._exit(code)
            children.append(child)
        if kill:
            time.sleep(float(rng.uniform(0, 0.3)))
            os.kill(children[0], signal.SIGKILL)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        asked = list(server.asked)
    allowed = {DONE, BUSY} | ({KILLED} if kill else set())
    assert set(codes) <= allowed, codes
    _check(root, bundles, asked, killed=kill)
    return Counter({DONE: "finies", BUSY: "averties", KILLED: "tuées"}[code] for code in codes)


def _check(root: Path, bundles: list[Bundle], asked: list[str], *, killed: bool) -> None:
    """Nothing is damaged, nothing was done twice, and the next run needs no hand."""
    # Killed while it received or built, one run leaves the work to the next.
    most = 2 if killed else 1
    assert len(asked) <= most, asked
    assert (root / "compilations").stat().st_size <= most
    for bundle in {b.slug: b for b in bundles}.values():
        bundle.deliver(root)
        assert verify(root / "maps", root / "processed", bundle.slug) == []
    found = {p.name for name in ("maps", "processed") for p in (root / name).iterdir()}
    assert found <= {*(b.slug for b in bundles), "index.html"}, found
    for slug in {b.slug for b in bundles}:
        assert fingerprint(root / "maps" / slug)
    arrays, reused = cached_arrays(root / "cache", "graphe", dict)
    assert reused
    assert arrays["noeuds"].tolist() == list(range(50_000))
