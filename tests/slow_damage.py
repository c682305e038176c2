"""The whole campaign of damaged files, a few minutes: `make campagnes`.

500 cut files, 400 files with a flipped bit, 300 files whose columns changed, 200 cuts of a whole
folder and, where the real data is there, 100 cuts of its texts. The figures printed are those of
docs/limites.md.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import damage
from diagterritoire.errors import DataError
from diagterritoire.sources.communes.contexte import read_contexte
from diagterritoire.sources.communes.insee import (
    read_appartenance,
    read_mouvements,
    read_points,
    read_populations,
)
from diagterritoire.sources.communes.zonage import read_zonage
from diagterritoire.sources.folder.completeness import check_whole
from diagterritoire.sources.folder.scan import recognise

SEEDS = (2026, 11, 22)


@pytest.fixture
def tell(capsys):  # type: ignore[no-untyped-def]
    """Print beyond the capture of pytest."""

    def told(title: str, tally: damage.Tally) -> None:
        with capsys.disabled():
            counts = ", ".join(f"{n} {name}" for name, n in sorted(tally.nombre.items()))
            print(f"\n{title} : {counts}")  # noqa: T201
            for name, n in sorted(Counter(tally.muets).items()):
                print(f"  muet : {name} ({n})")  # noqa: T201

    return told


def test_500_cut_files(tmp_path: Path, tell) -> None:  # type: ignore[no-untyped-def]
    tally = damage.cut_campaign(tmp_path, 500, SEEDS[0])
    tell("500 fichiers coupés, chacun lu seul", tally)
    assert sum(tally.nombre.values()) == 500
    damage.assert_cuts(tally)


def test_200_cuts_of_a_folder(tmp_path: Path, tell) -> None:  # type: ignore[no-untyped-def]
    tally = damage.country_campaign(tmp_path, 200, SEEDS[1])
    tell("200 dossiers dont un texte national est coupé", tally)
    assert tally.muets == []


def test_400_flipped_bits(tmp_path: Path, tell) -> None:  # type: ignore[no-untyped-def]
    tally = damage.flip_campaign(tmp_path, 400, SEEDS[2])
    tell("400 fichiers téléchargés dont un bit a changé", tally)
    assert tally.nombre == {"refusé": 400}


def test_400_flipped_bits_without_a_hash(tmp_path: Path, tell) -> None:  # type: ignore[no-untyped-def]
    tally = damage.bare_flip_campaign(tmp_path, 400, SEEDS[0])
    silent = replace(tally, muets=[])
    tell("400 fichiers sans empreinte dont un bit a changé", silent)
    assert sum(tally.nombre.values()) == 400


def test_300_changed_columns(tmp_path: Path, tell) -> None:  # type: ignore[no-untyped-def]
    tally = damage.schema_campaign(tmp_path, 300, SEEDS[0])
    tell("300 fichiers dont une colonne a changé", tally)
    assert tally.muets == []


REAL = {
    "donnees_communes.csv": read_populations,
    "communes_points_2024.csv": read_points,
    "zonage_mg_communes_2025.csv": read_zonage,
    "mouvements-communes.csv": read_mouvements,
    "cartosante_health_bv2022.csv": read_contexte,
    "insee_statloc_social_determinants_bv2022.csv": read_contexte,
}


def test_real_texts_cut_at_the_end_of_a_line(real_data: Path, tmp_path: Path, tell) -> None:  # type: ignore[no-untyped-def]
    """20 cuts each, all at the end of a line: what passes lacks the tolerance at most."""
    towns_file = recognise(real_data / "table-appartenance-geo-communes-2024.xlsx")
    moves_file = recognise(real_data / "mouvements-communes.csv")
    assert towns_file is not None
    assert moves_file is not None
    towns, moves = read_appartenance(towns_file), read_mouvements(moves_file).table
    rng, tally = np.random.default_rng(SEEDS[0]), damage.Tally()
    for name, read in REAL.items():
        content = (real_data / name).read_bytes()
        ends = [i + 1 for i, byte in enumerate(content[:-1]) if byte == 10]
        for _ in range(20):
            path = tmp_path / name
            path.write_bytes(content[: int(rng.choice(ends))])
            lost = content.count(b"\n") - path.read_bytes().count(b"\n")
            try:
                file = recognise(path)
                assert file is not None
                check_whole(file, read(file), towns, moves)
            except DataError:
                tally.add("refusé")
            else:
                tally.add("muet", f"{name}, {lost} lignes perdues")
    tell("120 coupures en fin de ligne de fichiers réels", tally)
    assert all(name.startswith(("mouvements", "communes_points", "zonage")) for name in tally.muets)
