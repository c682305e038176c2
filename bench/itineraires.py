"""`make bench QUOI=valhalla`: our driving times beside Valhalla's, on the same extracts.

A thousand trips an extract, between nodes of the main component. What is declared is not fitted
to Valhalla: the gap is printed, then what it is made of.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.donnees import ABSENT, REAL
from bench.environnements import ROOT, FailedError, environment, measured
from bench.trajets import APART_M, DEFAULT, MATRIX
from diagterritoire.arrays import FloatArray

PEER = "pyvalhalla==3.9.1"
# Its wheels are made for it.
OLDEST = (3, 12)
EXTRACTS = {"liechtenstein": "EPSG:32632", "andorra": "EPSG:32631"}
BANDS_M = (0.0, 2_000.0, 5_000.0, 10_000.0, np.inf)
SAME, MOVED_M = 0.02, 10.0

Said = Mapping[str, Any]


def main() -> None:
    """Compare on each extract that is there."""
    there = {name: REAL / "osm" / f"{name}.osm.pbf" for name in EXTRACTS}
    for name in [name for name, path in there.items() if not path.exists()]:
        print(f"{name} : {ABSENT}.\n")
        del there[name]
    if not there:
        return
    try:
        python = environment(PEER, oldest=OLDEST)
    except FailedError as error:
        print(f"{PEER} ne s'installe pas : {error}\n")
        return
    for name, path in there.items():
        try:
            compare(path, EXTRACTS[name], python)
        except FailedError as error:
            print(f"{name} : échec, {error}\n")


def compare(path: Path, crs: str, python: Path) -> None:
    """Time the trips of an extract both ways, each in its own process, and print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        trips, answers = Path(folder) / "trajets.json", Path(folder) / "reponses.json"
        command = [sys.executable, "-m", "bench.trajets", str(path), crs, str(trips)]
        peak = measured(command)
        script = str(ROOT / "bench" / "trajets_valhalla.py")
        measured([str(python), script, str(path), str(trips), str(answers)])
        ours, theirs = (json.loads(one.read_text(encoding="utf-8")) for one in (trips, answers))
    print(f"\n### {path.name}\n")
    cost(ours, theirs, peak)
    kept = np.array(["erreur" not in one for one in theirs["paires"]])
    missing(ours, theirs, kept)
    times = {name: np.array(seconds)[kept] for name, seconds in ours["temps"].items()}
    found = [one for one in theirs["paires"] if "erreur" not in one]
    reference = np.array([one["s"] for one in found])
    metres = np.array(ours["metres"])[kept], np.array([one["m"] for one in found])
    bands(times[DEFAULT], reference, metres[0])
    mine = [one for one, there in zip(ours["classes"], kept, strict=True) if there]
    causes(times[DEFAULT], reference, metres, found, mine)
    variants(times, reference)
    classes(mine, found)


def cost(ours: Said, theirs: Said, peak: float) -> None:
    """Print what the answers took."""
    head = ("", "construire, s", f"{len(ours['paires'])} trajets, s")
    line((*head, f"matrice {MATRIX} x {MATRIX}, s", "pic, Mio"), head=True)
    parts = ("construction", "routes", "matrice")
    line(("diagterritoire", *(f"{ours[part]:.2f}" for part in parts), f"{peak:.0f}"))
    highest = max(theirs["pic"], theirs["pic_construction"])
    seconds = (f"{theirs[part]:.2f}" for part in parts)
    line((f"pyvalhalla {theirs['version']}", *seconds, f"{highest:.0f}"))


def missing(ours: Said, theirs: Said, kept: NDArray[np.bool_]) -> None:
    """Print the trips that one side alone finds."""
    errors = Counter(one["erreur"] for one in theirs["paires"] if "erreur" in one)
    print(f"\nSans réponse de Valhalla : {int((~kept).sum())} sur {len(kept)} {dict(errors)}")
    moved = sum(one.get("deplace_m", 0.0) > MOVED_M for one in theirs["paires"])
    print(f"Départs que Valhalla déplace de plus de {MOVED_M:.0f} m : {moved}.")
    outside(ours, theirs)


def outside(ours: Said, theirs: Said) -> None:
    """Print what becomes of the trips that start where we let nobody join the road."""
    found = [one for one in theirs["dehors"] if "erreur" not in one]
    away = [one["deplace_m"] > MOVED_M for one in found]
    still = [one for one, far in zip(found, away, strict=True) if not far]
    tracks = sum("track" in one["classes"] for one in still)
    one_way = sum(seconds >= 0 for seconds in ours["dehors_temps"])
    print(
        f"Nœuds hors de notre composante principale, où personne n'est rattaché : "
        f"{ours['hors_composante']} sur {ours['noeuds']}. De {len(theirs['dehors'])} trajets qui "
        f"en partent, Valhalla en donne {len(found)} : {sum(away)} en déplaçant le départ sur une "
        f"autre voie, {tracks} par un chemin (track), {len(still) - tracks} autrement. "
        f"Notre graphe en a {one_way}, sans le retour (sens unique, bord de l'extrait).\n"
    )


def gap(ours: FloatArray, theirs: FloatArray) -> tuple[str, str, str]:
    """Median and last decile of the relative gap, median ratio."""
    ratio = ours / theirs
    away = np.abs(ratio - 1)
    return (
        f"{np.median(away):.1%}",
        f"{np.quantile(away, 0.9):.1%}",
        f"{np.median(ratio):.2f}",
    )


def bands(ours: FloatArray, theirs: FloatArray, metres: FloatArray) -> None:
    """Print the gap by length of our trip."""
    line(("longueur", "trajets", "écart médian", "9e décile", "rapport médian"), head=True)
    line((f"toutes, dès {APART_M:.0f} m en ligne droite", str(len(ours)), *gap(ours, theirs)))
    for low, high in pairwise(BANDS_M):
        of = (metres >= low) & (metres < high)
        if of.any():
            label = (
                f"{low / 1000:.0f} km et plus"
                if np.isinf(high)
                else f"{low / 1000:.0f} à {high / 1000:.0f} km"
            )
            line((label, str(of.sum()), *gap(ours[of], theirs[of])))


def causes(
    ours: FloatArray,
    theirs: FloatArray,
    metres: tuple[FloatArray, FloatArray],
    found: Sequence[Said],
    mine: Sequence[Said],
) -> None:
    """Print how much junctions and other ways weigh."""
    print()
    turns = np.array([one.get("carrefours_s", np.nan) for one in found])
    known = np.isfinite(turns)
    same = np.abs(metres[0] / metres[1] - 1) <= SAME
    line(
        ("ce qui est comparé", "trajets", "écart médian", "9e décile", "rapport médian"), head=True
    )
    driving = (theirs - turns)[known]
    line(("sans les carrefours de Valhalla", str(known.sum()), *gap(ours[known], driving)))
    line((f"même longueur à {SAME:.0%} près", str(same.sum()), *gap(ours[same], theirs[same])))
    if (~same).any():
        line(("autre chemin", str((~same).sum()), *gap(ours[~same], theirs[~same])))
    at_their_speeds = retimed(mine, summed([one["classes"] for one in found]))[known]
    label = "les mêmes, nos chemins à ses vitesses moyennes par classe"
    line((label, str(known.sum()), *gap(at_their_speeds, driving)))
    share = np.median(turns[known] / theirs[known])
    print(f"\nCarrefours : {share:.1%} du temps de Valhalla (médiane).")
    limits = np.array([one.get("limites", (0.0, 0.0)) for one in found]).sum(axis=0)
    total = sum(one["m"] for one in found)
    print(
        f"Valhalla : {limits[0] / total:.0%} des mètres ont une limite déclarée, où il roule à "
        f"{limits[1] / limits[0]:.2f} fois cette limite."
    )
    longer = int((metres[1] > (1 + SAME) * metres[0]).sum())
    print(f"Chemin de Valhalla plus long que le nôtre : {longer} trajets sur {len(ours)}.\n")


def retimed(mine: Sequence[Said], speeds: Mapping[str, tuple[float, float]]) -> FloatArray:
    """Time our trips at the mean speeds of the other side, by class; ours where it has none."""
    seconds = []
    for one in mine:
        spent = 0.0
        for name, (metres, ours_s) in one.items():
            _, kmh = kilometres(speeds.get(name, (0.0, 0.0)))
            spent += metres / kmh * 3.6 if kmh else ours_s
        seconds.append(spent)
    return np.array(seconds)


def variants(times: Mapping[str, FloatArray], theirs: FloatArray) -> None:
    """Print the gap that other choices would give."""
    line(("choix déclarés", "écart médian", "9e décile", "rapport médian"), head=True)
    for name, ours in times.items():
        line((name, *gap(ours, theirs)))


def classes(ours: Sequence[Mapping[str, Sequence[float]]], theirs: Sequence[Said]) -> None:
    """Print kilometres and mean speed by class of road, both sides."""
    mine, others = summed(ours), summed([one["classes"] for one in theirs])
    print()
    line(("classe", "nos km", "notre km/h", "km de Valhalla", "son km/h", "rapport"), head=True)
    empty = (0.0, 0.0)
    for name in sorted({*mine, *others}, key=lambda one: -mine.get(one, empty)[0]):
        sides = [kilometres(side.get(name, empty)) for side in (mine, others)]
        speeds = [kmh for _, kmh in sides]
        ratio = f"{speeds[0] / speeds[1]:.2f}" if all(speeds) else ""
        line((name, *(text for km, kmh in sides for text in (f"{km:.0f}", f"{kmh:.0f}")), ratio))


def summed(trips: Sequence[Mapping[str, Sequence[float]]]) -> dict[str, tuple[float, float]]:
    """Sum metres and seconds by class."""
    total: dict[str, tuple[float, float]] = {}
    for one in trips:
        for name, (metres, seconds) in one.items():
            before = total.get(name, (0.0, 0.0))
            total[name] = (before[0] + metres, before[1] + seconds)
    return total


def kilometres(total: tuple[float, float]) -> tuple[float, float]:
    """Kilometres, and their mean speed in km/h; 0 without time."""
    metres, seconds = total
    return metres / 1000, metres / seconds * 3.6 if seconds else 0.0


def line(cells: Sequence[str], *, head: bool = False) -> None:
    """Print a row of a table."""
    print(f"| {' | '.join(cells)} |", flush=True)
    if head:
        print(f"|{'---|' * len(cells)}")


if __name__ == "__main__":
    main()
