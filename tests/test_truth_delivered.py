"""The truth check in a whole diagnosis of the invented territory, and in its report."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import replace

import pytest

from diagterritoire import tables
from diagterritoire.french import FINE
from diagterritoire.inputs.preparation import prepare
from diagterritoire.outputs.report.agreement import agreement
from diagterritoire.outputs.report.blocks import Paragraphe, Tableau
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.parameters import Parameters
from diagterritoire.study.diagnosis import diagnose
from factory import small_diagnosis


class Silence:
    seconds: dict[str, float] = {}  # noqa: RUF012

    @contextmanager
    def step(self, name):
        yield lambda text: None

    def advance(self, done, total, what):
        pass


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    parameters = Parameters()
    return prepare("demo", folder, folder / "cache", parameters, Silence()), parameters


def test_the_invented_territory_is_judged(demo):
    inputs, parameters = demo
    found = diagnose(inputs, parameters)
    inside = found.interieur
    assert inside["apl_calibree"].notna().all()
    gap = (inside["apl"] - inside["apl_publiee"]).dropna()
    assert inside.loc[gap.index, "apl_ecart"].to_numpy() == pytest.approx(gap.to_numpy())
    years = sorted(set(inputs.publiees["annee"]))
    assert set(found.verite["annee"]) == set(years)
    assert {tables.SERIE_APL, tables.SERIE_CALIBREE} <= set(found.verite["serie"])
    assert found.bilan.calage_annee == (years[-2] if len(years) > 1 else years[0])
    assert 0 <= found.bilan.calage_part_deplacee <= 1
    # Supply is never made: a commune out of reach of every GP stays at 0.
    none = inside["apl"] == 0
    assert (inside.loc[none, "apl_calibree"] == 0).all()


def test_without_publication_nothing_is_fitted(demo):
    inputs, parameters = demo
    found = diagnose(replace(inputs, publiees=inputs.publiees.iloc[:0]), parameters)
    assert found.communes["apl_calibree"].isna().all()
    assert found.verite.empty
    assert found.bilan.calage_annee is None


def test_relative_activity_moves_supply_only(demo):
    inputs, parameters = demo
    one = inputs.sites["code_commune"].iloc[0]
    plain = diagnose(replace(inputs, facteurs=inputs.facteurs.iloc[:0]), parameters)
    factors = inputs.communes.set_index("code_commune")["mg_nb"] * 0 + 1.0
    factors[one] = 0.5
    moved = diagnose(replace(inputs, facteurs=factors), parameters)
    before, after = (d.sites.set_index("site_id")["consultations"] for d in (plain, moved))
    there = plain.sites.set_index("site_id")["code_commune"] == one
    assert (after[there] == before[there] / 2).all()
    assert (after[~there] == before[~there]).all()
    assert math.isclose(moved.bilan.ecart_relatif, 0.0, abs_tol=1e-9)
    assert (plain.sites["mg_nb"] == moved.sites["mg_nb"]).all()


def test_report_says_it():
    blocs = agreement(open_dossier(small_diagnosis()))
    table = next(b for b in blocs if isinstance(b, Tableau))
    # From the finest level, and without the levels of fewer than three zones.
    assert {row[1] for row in table.lignes} == {"commune"}
    text = " ".join(b.texte for b in blocs if isinstance(b, Paragraphe)).replace(FINE, " ")
    # 5 300 moved and 600 fewer in all: 5 600 taken, 5 000 given.
    assert "elle retire 5 600 consultations par an à des médecins et en ajoute 5 000" in text
    assert "11,4" in text
