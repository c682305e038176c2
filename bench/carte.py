"""`make bench QUOI=carte`: whole diagnostics of three sizes, what they weigh, how the map opens.

An EPCI of 60 communes, Corsica (360) and Normandie (2 651) when the real data is there
(`bench.donnees`), else invented territories of those sizes. The roads given cover Corsica only:
elsewhere times are flown. The map is opened in headless Chromium, network cut.
Others by name: `python -m bench.carte 200071389 14 reg:53`.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import navigateur
from bench.donnees import REAL
from diagterritoire.demo import write_demo
from diagterritoire.errors import DiagterritoireError

# An EPCI of 60 communes (Eure), Corsica, Normandie.
TERRITOIRES = ("200089456", "reg:94", "reg:28")
TAILLES = (60, 360, 2_650)
OUVERTURES = 3
FICHIERS = (
    "carte.html",
    "rapport.html",
    "rapport.docx",
    "rapport.pdf",
    "diagnostic.gpkg",
    "indicateurs.xlsx",
)
# From the start of the page to the second frame after an indicator is chosen: it is drawn by then.
_USABLE = """
const done = arguments[0];
const choose = (after) => {
  const other = document.querySelector("input[name=indicateur]:not(:checked)");
  other.click();
  requestAnimationFrame(() => requestAnimationFrame(after));
};
choose(() => {
  const usable = performance.now();
  choose(() => done([usable, performance.now() - usable,
    document.querySelectorAll("input[name=indicateur]").length,
    performance.getEntriesByType("resource").length]));
});
"""


@dataclass(frozen=True)
class Opened:
    """How a map opened: milliseconds to the first choice, then for one more; what it holds."""

    usable_ms: float
    choice_ms: float
    indicators: int
    fetched: int


def main(wanted: Sequence[str] = ()) -> None:
    """Run, weigh and open each territory, and print the tables."""
    print(f"Charge de la machine au départ : {os.getloadavg()[0]:.1f}\n")
    weights = ["territoire", "communes", "avec le pourtour", *FICHIERS]
    times = ["territoire", "s", "s processeur", "Mio", "carte, ms", "un choix, ms", "indicateurs"]
    rows, steps = [], []
    with tempfile.TemporaryDirectory() as name:
        for data, territory in territories(Path(name), wanted):
            out = Path(name) / "sortie"
            spent = diagnostic(data, territory, out)
            maps = next(out.glob("maps/*/carte.html")).parent
            processed = next(out.glob("processed/*/manifest.json")).parent
            inside, every = counted(maps / "carte.html")
            sizes = [size(maps / f if (maps / f).exists() else processed / f) for f in FICHIERS]
            rows.append([territory, str(inside), str(every), *sizes])
            seen = opened(maps / "carte.html")
            steps.append([territory, *spent, *seen])
            print(f"{territory} : {told(processed / 'manifest.json')}", flush=True)
            shutil.rmtree(out)
    for head, lines in ((weights, rows), (times, steps)):
        print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
        for line in lines:
            print(f"| {' | '.join(line)} |")
    print(f"\nCharge de la machine à la fin : {os.getloadavg()[0]:.1f}")


def territories(work: Path, wanted: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Give the folder of data and the code of each territory."""
    if (REAL / "communes_2024_france.gpkg").exists():
        yield from ((REAL, code) for code in wanted or TERRITOIRES)
        return
    print("Données réelles absentes : territoires inventés.")
    for count in TAILLES:
        yield write_demo(work / f"invente-{count}", communes=count).folder, "00"


def diagnostic(data: Path, territory: str, out: Path) -> list[str]:
    """Run a whole diagnostic: seconds, seconds of processor, peak memory of the process."""
    command = [sys.executable, "-m", "diagterritoire", "diagnostic", territory]
    command += ["--donnees", str(data), "--hors-ligne"]
    command += ["--maps", str(out / "maps"), "--processed", str(out / "processed")]
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DiagterritoireError(f"{territory} : {done.stderr[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [f"{time.perf_counter() - start:.0f}", f"{cpu:.0f}", f"{after.ru_maxrss / 1024:.0f}"]


def counted(page: Path) -> tuple[int, int]:
    """Count the communes of a map: those of its territory, then all."""
    text = page.read_text(encoding="utf-8")
    start = text.index('id="donnees">') + len('id="donnees">')
    inside = json.loads(text[start : text.index("</script>", start)])["communes"]["dans_territoire"]
    ranks = inside["rangs"]
    true = inside["valeurs"].index(True)
    return sum(ord(rank) - ord("A") == true for rank in ranks), len(ranks)


def size(path: Path) -> str:
    """Weigh a file, in thousands of bytes."""
    return f"{path.stat().st_size / 1000:,.0f}".replace(",", " ")


def told(manifest: Path) -> str:
    """Give the seconds of the steps, the longest first."""
    steps = json.loads(manifest.read_text(encoding="utf-8"))["durees"]["secondes"]
    ordered = sorted(steps.items(), key=lambda step: -step[1])
    return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in ordered)


def opened(page: Path) -> list[str]:
    """Open a map several times and give the medians; dashes without Chromium."""
    if not navigateur.there():
        return ["—", "—", "—"]
    measures = list(_openings(page))
    if any(m.fetched for m in measures):
        raise DiagterritoireError(f"{page} : la carte demande quelque chose au réseau.")
    return [
        f"{statistics.median(m.usable_ms for m in measures):.0f}",
        f"{statistics.median(m.choice_ms for m in measures):.0f}",
        str(measures[0].indicators),
    ]


def _openings(page: Path) -> Iterator[Opened]:
    # Only the tests ask for it.
    from selenium import webdriver

    with navigateur.cut_off(webdriver) as driver:
        for _ in range(OUVERTURES):
            driver.get("about:blank")
            driver.get(page.as_uri())
            yield Opened(*driver.execute_async_script(_USABLE))


if __name__ == "__main__":
    main(sys.argv[1:])
