"""Deliveries killed, written to a failing disk, and made at once by several: `make campagnes`.

The figures printed are those of docs/fiabilite.md.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import crowd
import faults
from kills import STEPS, Bench, Bundle, Tally, of, small
from runs import Place

SEED = 2026
OTHER = "[deficit]\nseuil_apl = 3.0\n"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork n'existe pas ici")


@pytest.fixture(scope="module")
def bundles(tmp_path_factory) -> tuple[Bundle, Bundle]:  # type: ignore[no-untyped-def]
    """Real files of `demo`, by two sets of parameters."""
    found = []
    for text in (OTHER, ""):
        place = Place(tmp_path_factory.mktemp("demo"))
        chosen = place.root / "parametres.toml"
        chosen.write_text(text)
        code, printed = place.run("--parametres", str(chosen))
        assert code == 0, printed
        found.append(of(place.root))
        shutil.rmtree(place.root)
    return found[0], found[1]


@pytest.mark.parametrize("swap", [True, False])
def test_500_kills(tmp_path, bundles, tell, swap):  # type: ignore[no-untyped-def]
    tally = Tally()
    bench = Bench(tmp_path, *bundles, swap=swap)
    bench.kill_randomly(500 if swap else 100, SEED, tally)
    _say(tell, "échange en un appel" if swap else "renommages", tally)


@pytest.mark.parametrize("swap", [True, False])
@pytest.mark.parametrize("first", [True, False])
def test_kills_at_each_step(tmp_path, tell, swap, first):  # type: ignore[no-untyped-def]
    tally = Tally()
    bench = Bench(tmp_path, small("un"), small("deux"), first, swap)
    for _ in range(5):
        for step in STEPS:
            bench.kill_at(step, tally)
    _say(tell, f"chaque étape, {'première' if first else 'suivante'}", tally)


def _say(tell, title: str, tally: Tally) -> None:  # type: ignore[no-untyped-def]
    tell(
        f"{title} : {tally.rendus.total()} morts ; étape atteinte {dict(tally.etapes)} ; "
        f"trouvée {dict(tally.trouves)} ; après le lancement suivant {dict(tally.rendus)}"
    )


def test_50_rounds_of_runs_at_once(tmp_path: Path, tell) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(SEED)
    seen: Counter[str] = Counter()
    for turn in range(50):
        number = int(rng.integers(2, 9))
        seen += crowd.play(tmp_path / f"tour-{turn}", number, rng, kill=turn % 5 == 4)
    tell(f"50 tours de 2 à 8 exécutions : {dict(seen)}")


def test_100_rounds_where_one_is_killed(tmp_path: Path, tell) -> None:  # type: ignore[no-untyped-def]
    """What was killed may have held the territory, and turned all the others away."""
    rng = np.random.default_rng(SEED)
    turns = [
        crowd.play(tmp_path / f"tour-{turn}", 5, rng, kill=True, among=crowd.SLUGS[:1])
        for turn in range(100)
    ]
    nothing = sum(not turn["finies"] for turn in turns)
    tell(f"100 tours de 5 sur un territoire, une tuée : {nothing} finissent sans livraison")


@pytest.mark.parametrize("part", [faults.COPIED, *faults.WRITERS])
def test_the_nth_write_fails(tmp_path, tell, part):  # type: ignore[no-untyped-def]
    library = faults.compiled(tmp_path)
    if library is None:
        pytest.skip("ni compilateur C ni Linux")
    tell(f"{part} : {faults.campaign(library, part, 150)}")
