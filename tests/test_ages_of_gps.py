"""Ages of GPs: by hand, then in a run; nothing is shown of fewer than five."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import SilentProgress
from diagterritoire import schema, tables
from diagterritoire.core.care.departures import young_share
from diagterritoire.inputs.preparation import prepare
from diagterritoire.inputs.surroundings import ages_of_gps
from diagterritoire.outputs.report import write_report
from diagterritoire.parameters import Parameters
from diagterritoire.sources.folder.load import load, used
from diagterritoire.sources.folder.scan import scan
from diagterritoire.study import appraisal
from diagterritoire.study.diagnosis import diagnose

GPS = pd.DataFrame(
    {
        "code_commune": ["A", "A", "A", "B", "C"],
        "age": [66.0, 65.9, 40.0, np.nan, 70.0],
        "consultations_comptees": [6000.0, 3000.0, 3000.0, 4000.0, 4000.0],
    }
)


def test_share_of_gps_of_65_or_less_by_hand() -> None:
    table = young_share(GPS, pd.Series(list("DCBA")), age_max=65)
    # A: 6 000 of 12 000. C: none. B and D, of no known age: 6 000 of 16 000.
    assert table["code_commune"].tolist() == list("ABCD")
    assert table["part_restante"].tolist() == [0.5, 0.375, 0.0, 0.375]
    assert table["ages_connus"].tolist() == [3, 0, 1, 0]
    plain = young_share(GPS.drop(columns="consultations_comptees"), pd.Series(["A"]), age_max=65)
    assert plain["part_restante"].tolist() == pytest.approx([2 / 3])


def test_apl_65_shows_nothing_of_fewer_than_five() -> None:
    trajets = pd.DataFrame(
        [("A", "s", 0.0), ("A", "t", 12.0), ("B", "t", 0.0), ("C", "s", 25.0)],
        columns=["code_commune", "site_id", "temps_min"],
    )
    communes = pd.DataFrame({"code_commune": list("ABC"), "population_standardisee": 1000.0})
    sites = pd.DataFrame(
        {
            "site_id": ["s", "t"],
            "code_commune": ["A", "B"],
            "mg_nb": [4.0, 1.0],
            "consultations": [8000.0, 5000.0],
            "mg_etp": 1.0,
        }
    )
    gps = pd.DataFrame({"code_commune": list("AAAAB"), "age": [40.0, 50.0, 60.0, 70.0, 65.0]})
    table = appraisal.apl_65(trajets, communes, sites, gps, Parameters())
    # s offers 6 000 to A alone; t 5 000 to B and two thirds of A: 3 a head. A: 6 + 2/3 x 3.
    assert table["apl_65"].round(9).tolist()[0] == 8.0
    # B reaches the one GP of t: hidden. C reaches nobody.
    assert table["apl_65"].isna().tolist() == [False, True, True]
    for nothing in (gps.head(0), gps.assign(age=np.nan)):
        assert (
            appraisal.apl_65(trajets, communes, sites, nothing, Parameters())["apl_65"].isna().all()
        )


def test_the_account_names_no_commune_and_few_ages_are_not_used() -> None:
    area = pd.DataFrame({"code_commune": ["18001", "18002"], "dans_territoire": [True, False]})
    gps = pd.DataFrame(
        {
            "code_commune": ["18001"] * 5 + ["18002"] * 3 + ["99999"],
            "age": [50.0] * 9,
            "consultations": [100.0, 9000.0] + [None] * 7,
        }
    )
    moves, cog = schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}
    found, told = ages_of_gps(gps, area, moves, cog, Parameters())
    # Nobody is over 65, and three are outside the first commune: it is alone, of the mean of 0,
    # 6 000 and three times 4 220, which the others take.
    assert found["consultations_comptees"].tolist() == [3732.0] * 8
    assert found["groupe"].fillna("").tolist() == ["reste"] * 5 + [""] * 3
    assert told[["effet", "nombre"]].to_numpy().tolist() == [
        [tables.LU, 9], [tables.UTILISE, 8], [tables.ECARTE, 1], [tables.SIGNALE, 2],
    ]  # fmt: skip
    assert (told["exemples"] == "").all()
    found, told = ages_of_gps(gps.drop(index=0), area, moves, cog, Parameters())
    assert found.empty
    assert told[["effet", "nombre"]].to_numpy().tolist() == [[tables.LU, 8], [tables.ECARTE, 8]]


@pytest.fixture(scope="module")
def inputs(demo, tmp_path_factory):
    """The invented files with the ages of their GPs: all 66, but those of one pole, 40."""
    place: Path = tmp_path_factory.mktemp("gps")
    shutil.copytree(demo.folder, place / "raw")
    medecins = load(scan(demo.folder)).medecins
    lines = ["code_commune;age;consultations"]
    for code, number in medecins[["code_commune", "mg_nb"]].itertuples(index=False):
        age = 40 if code == demo.poles[0] else 66
        lines += [f"{code};{age};"] * int(0 if pd.isna(number) else number)
    (place / "raw" / "medecins_ages.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert used("medecins_ages", scan(place / "raw"))
    return prepare("00", place / "raw", place, Parameters(), SilentProgress())


def test_a_run_with_ages(inputs, diagnosed, demo, tmp_path) -> None:
    before, after = diagnosed("00"), diagnose(inputs, Parameters())
    assert before.communes["apl_65"].isna().all()
    shown = after.communes.loc[after.communes["apl_65"].notna()]
    assert len(shown)
    assert (shown["apl_65"] <= shown["apl"] + 1e-9).all()
    pd.testing.assert_series_equal(after.communes["apl"], before.communes["apl"])
    # Nobody but the pole's GPs stays past 3 years, and they all stay for 10.
    pole = after.communes.loc[after.communes["code_commune"] == demo.poles[0], "mg_etp"].iloc[0]
    assert after.avenir["mg_etp"].tolist()[1:] == pytest.approx([pole] * 3)
    assert after.avenir["mg_etp"].iloc[0] == pytest.approx(before.avenir["mg_etp"].iloc[0])
    assert "medecins_ages" in set(after.sources["cle"])
    write_report(after, tmp_path / "rapport.html")
    text = (tmp_path / "rapport.html").read_text(encoding="utf-8")
    assert "chaque médecin d’âge connu cessait son activité à 67" in text


def test_without_ages_nothing_moves(inputs, diagnosed) -> None:
    nothing = replace(inputs, medecins_ages=inputs.medecins_ages.head(0))
    pd.testing.assert_frame_equal(diagnose(nothing, Parameters()).avenir, diagnosed("00").avenir)
