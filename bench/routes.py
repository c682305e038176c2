"""`make bench-routes`: reading the roads of OpenStreetMap extracts, ours beside pyrosm and osmnx.

Each peer lives in its own environment, made here; one that does not install is named with its
error, and so is one that does not read a file. `--memoire` adds an invented extract of 250 MB, read
within 4 GiB. Megabytes are millions of bytes of the file as it lies on the disk.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import osmium

from bench.donnees import ABSENT, REAL
from bench.environnements import ROOT, FailedError, environment, run
from bench.synthetique import write_extract

# A small file is read in a tenth of a second: more runs for as steady a median.
RUNS, SMALL_RUNS, SMALL = 3, 9, 5_000_000
# Of each peer: what is installed, and the ends of the names of the files it reads.
PEERS = {"pyrosm": ("pyrosm==0.25.0", (".pbf",)), "osmnx": ("osmnx==2.1.1", (".osm",))}
OURS = (".pbf", ".osm")
OCTETS, LIMIT = 250_000_000, 4 << 30
HEAD = ("extrait", "Mo", "lecteur", "s processeur", "s", "Mo/s processeur", "Mo/s", "pic Mio")
HEAD += ("écart des passages", "nœuds", "tronçons")


@dataclass(frozen=True)
class Reader:
    """A library, the Python that has it, and the files it reads."""

    name: str
    python: Path
    ends: tuple[str, ...]


def main(memory: bool) -> None:
    """Measure and print the table."""
    readers = [Reader("diagterritoire", Path(sys.executable), OURS), *peers()]
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        for path, warm_up in extracts(Path(name)):
            small = path.stat().st_size < SMALL
            table(readers, path, warm_up, SMALL_RUNS if small else RUNS)
        if memory:
            path = Path(name) / "synthetique.osm.pbf"
            write_extract(path, OCTETS)
            table(readers, path, path, 1, limit=LIMIT)


def peers() -> Iterator[Reader]:
    """Make the environment of each peer; say which ones cannot be had, and why."""
    for name, (wanted, ends) in PEERS.items():
        try:
            python = environment(wanted)
        except FailedError as error:
            print(f"{wanted} ne s'installe pas : {error}\n")
        else:
            yield Reader(name, python, ends)


def extracts(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Real extracts, the PBF ones as XML too, each with a small one to warm up."""
    packed = sorted((REAL / "osm").glob("*.pbf"), key=lambda path: path.stat().st_size)
    if not packed:
        print(f"Aucun extrait réel : {ABSENT}.\n")
        return
    plain = [as_xml(path, folder) for path in packed]
    for path in packed:
        yield path, packed[0]
    for path in [*plain, *sorted((REAL / "osm").glob("*.osm"))]:
        yield path, plain[0]


def as_xml(path: Path, folder: Path) -> Path:
    """Write a PBF extract as plain XML."""
    plain = folder / path.name.removesuffix(".pbf")
    with osmium.SimpleWriter(str(plain)) as writer:
        for found in osmium.FileProcessor(str(path)):
            writer.add(found)
    return plain


def table(
    readers: Sequence[Reader], path: Path, warm_up: Path, runs: int, limit: int | None = None
) -> None:
    """Print the rows of a file: one for each reader that knows its format."""
    size = path.stat().st_size / 1e6
    for reader in readers:
        if not path.name.endswith(reader.ends):
            continue
        command = [str(reader.python), str(ROOT / "bench" / "lecture.py"), reader.name]
        command += [str(warm_up), str(path)]
        try:
            done = [json.loads(run(command, limit).splitlines()[-1]) for _ in range(runs)]
        except FailedError as error:
            print(f"| {path.name} | {size:.1f} | {reader.name} | échec : {error} |", flush=True)
            continue
        cpu, wall, peak = (
            statistics.median(one[key] for one in done) for key in ("cpu", "secondes", "pic_mio")
        )
        spent = [one["cpu"] for one in done]
        cells = (
            *(path.name, f"{size:.1f}", reader.name, f"{cpu:.2f}", f"{wall:.2f}"),
            *(f"{size / cpu:.1f}", f"{size / wall:.1f}", f"{peak:.0f}"),
            f"{(max(spent) - min(spent)) / cpu:.0%}",
            *(str(done[0]["noeuds"]), str(done[0]["troncons"])),
        )
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(memory="--memoire" in sys.argv[1:])
