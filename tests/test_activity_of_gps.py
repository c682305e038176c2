"""Activity of GPs read in a file: means by hand, what they never tell, then a run."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SilentProgress
from diagterritoire import schema, tables
from diagterritoire.core.care.gp_means import means_by_commune
from diagterritoire.inputs.known_activity import activity_of_gps
from diagterritoire.inputs.preparation import prepare
from diagterritoire.outputs import cautions
from diagterritoire.outputs.report import write_report
from diagterritoire.parameters import Parameters, override
from diagterritoire.sources.folder.load import load, used
from diagterritoire.sources.folder.scan import scan
from diagterritoire.study.diagnosis import diagnose

NO_MOVES, COG = schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}
BASE = pd.DataFrame(
    {
        "code_commune": ["18001", "18002", "18003", "18004", "19001"],
        "bassin_vie": ["x", "x", "x", "y", "z"],
        "code_departement": ["18", "18", "18", "18", "19"],
        "mg_nb": [7.0, 3.0, 3.0, 1.0, 2.0],
    }
)


def gps(rows: list[tuple[str, float | None]], **flags: object) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["code_commune", "actes"])
    defaults = {"nouveau": False, "centre_de_sante": False, "part": 1.0}
    return table.assign(**defaults | flags)


def found(medecins: pd.DataFrame, parameters: Parameters | None = None):
    return activity_of_gps(medecins, BASE, BASE, NO_MOVES, COG, parameters or Parameters())


def test_means_by_hand() -> None:
    listed = [("18001", a) for a in (100.0, 1000.0, 4000.0, 4400.0, 5000.0, 9000.0)]
    listed += [("18002", a) for a in (4000.0, 4000.0, 5000.0)]
    listed += [("18003", 6000.0)] * 3 + [("18004", a) for a in (4000.0, 5000.0)]
    # 18001: 0, 3 600, 4 000, 4 400, 5 000, 6 000: five do something. 18002 and 18003, of the same
    # bassin, are three outside either: with 18004, of their departement, five outside the largest.
    # 19001: alone of its departement, of the country: declared.
    means, told = found(gps([*listed, ("19001", 5000.0), ("99999", 4000.0), ("18001", None)]))
    three = {"18002": 5000.0, "18003": 5000.0, "18004": 5000.0}
    assert means.to_dict() == {"18001": pytest.approx(23_000 / 6)} | three
    assert told[["effet", "nombre"]].to_numpy().tolist() == [
        [tables.LU, 17], [tables.UTILISE, 15], [tables.ECARTE, 1], [tables.ECARTE, 1],
        [tables.IMPUTE, 3], [tables.IMPUTE, 1],
    ]  # fmt: skip
    # Who did few acts, many, or none told is nobody's business: fewer than five each.
    assert (told["exemples"] == "").all()
    assert not told["motif"].str.contains("actes par an").any()


def test_imputed_activities_do_not_hide_a_known_one() -> None:
    rows = [("18001", 4000.0)] + [("18001", None)] * 6
    new = [False] + [True] * 6
    assert found(gps(rows, nouveau=new))[0].empty
    # Six halves are three GPs.
    assert found(gps([("18001", 4000.0)] * 6, part=0.5))[0].empty
    assert found(gps([("18001", 4000.0)] * 10, part=0.5))[0].to_dict() == {"18001": 4000.0}


def test_shares_new_gps_and_health_centres_weigh_in_the_mean() -> None:
    rows = [("18001", 4000.0)] * 4 + [("18001", 100.0), ("18001", None), ("18001", 6000.0)]
    flags = {
        "nouveau": [False] * 5 + [True, False],
        "centre_de_sante": [False] * 4 + [True, False, False],
        "part": [1.0] * 6 + [0.5],
    }
    # (4 x 4 000 + 100 + 5 400 + 0.5 x 6 000) / 6.5
    assert found(gps(rows, **flags))[0].to_dict() == pytest.approx({"18001": 24_500 / 6.5})


def test_a_city_hands_its_gps_down_once_each() -> None:
    base = pd.DataFrame(
        {
            "code_commune": ["69381", "69382"],
            "bassin_vie": "l",
            "code_departement": "69",
            "mg_nb": 4.0,
        }
    )
    # Four GPs of Lyon are four, not eight, even through the bassin de vie.
    four = gps([("69123", 4000.0)] * 4)
    assert activity_of_gps(four, base, base, NO_MOVES, COG, Parameters())[0].empty
    five = gps([("69123", 4000.0)] * 4 + [("69123", 5000.0)])
    means, _ = activity_of_gps(five, base, base, NO_MOVES, COG, Parameters())
    assert means.to_dict() == {"69381": 4200.0, "69382": 4200.0}


def test_the_file_may_be_left_aside() -> None:
    aside = override(Parameters(), {"offre": {"activite_fichier": False}})
    means, told = found(gps([("18001", 4000.0)] * 6), aside)
    assert means.empty
    assert told[["effet", "nombre"]].to_numpy().tolist() == [[tables.LU, 6], [tables.ECARTE, 6]]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.floats(1, 6000)), max_size=14))
def test_no_mean_is_that_of_a_few(rows) -> None:
    table = pd.DataFrame(rows, columns=["code_commune", "consultations_comptees"])
    table = table.assign(medecin=table.index, part=1.0, connu=True)
    zones = pd.DataFrame({"code_commune": list("ABCDEF"), "bassin_vie": list("xxyyzz")})
    means, niveaux = means_by_commune(table, zones, secret=3, reste_min=0.15)
    level = niveaux.set_index("code_commune")["niveau"]
    groups = table["code_commune"].map(level).fillna("") + table["code_commune"].map(
        lambda code: {
            "code_commune": code,
            "bassin_vie": zones.set_index("code_commune")["bassin_vie"][code],
        }.get(level[code], "")
    )
    for _, group in table.groupby(groups):
        given_means = means.reindex(group["code_commune"].unique())
        if given_means.isna().all():
            continue
        # Every commune of the group has the mean of the whole group, of three GPs at least.
        assert len(group) >= 3
        assert given_means.tolist() == pytest.approx(
            [group["consultations_comptees"].mean()] * len(given_means)
        )


@pytest.fixture(scope="module")
def inputs(demo, tmp_path_factory):
    """The invented files, with the activity of the GPs of one pole: 6 000 acts each."""
    place: Path = tmp_path_factory.mktemp("activite")
    shutil.copytree(demo.folder, place / "raw")
    medecins = load(scan(demo.folder)).medecins.dropna(subset=["mg_nb"])
    pole = medecins.sort_values("mg_nb")["code_commune"].iloc[-1]
    lines = ["code_commune;actes;nouveau;centre_de_sante;part", *[f"{pole};6000;;;"] * 6]
    (place / "raw" / "activite_mg.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert used("activite_mg", scan(place / "raw"))
    return pole, prepare("00", place / "raw", place, Parameters(), SilentProgress())


def test_a_run_with_activity(inputs, diagnosed, tmp_path) -> None:
    pole, given_inputs = inputs
    before, after = diagnosed("00"), diagnose(given_inputs, Parameters())
    plain, known = (d.sites.set_index("site_id") for d in (before, after))
    there = known["code_commune"] == pole
    assert there.any()
    counted = known.loc[there, "mg_nb"]
    assert known.loc[there, "consultations"].tolist() == (6000 * counted).tolist()
    assert known.loc[~there, "consultations"].equals(plain.loc[~there, "consultations"])
    assert (after.communes["apl"] >= before.communes["apl"] - 1e-9).all()
    assert after.bilan.mg_activite_connue == counted.sum()
    assert after.bilan.ecart_relatif < 1e-9
    assert "activite_mg" in set(after.sources["cle"])
    (told,) = (c for c in cautions.alerts(after) if c.cle == "activite_fichier")
    assert f"{int(counted.sum())} des " in told.court
    assert not [c for c in cautions.alerts(before) if c.cle == "activite_fichier"]
    write_report(after, tmp_path / "rapport.html")
    text = (tmp_path / "rapport.html").read_text(encoding="utf-8")
    assert "Activité des médecins lue dans un fichier" in text
    assert "moyenne nationale déclarée, leur activité" in text


def test_without_the_file_nothing_moves(inputs, diagnosed) -> None:
    _, given_inputs = inputs
    nothing = replace(given_inputs, activites=given_inputs.activites.head(0))
    pd.testing.assert_frame_equal(
        diagnose(nothing, Parameters()).communes, diagnosed("00").communes
    )
