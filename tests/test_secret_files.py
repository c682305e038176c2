"""What is delivered tells nothing of what is hidden: a slice of tests/slow_secret_files.py."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attacker_of_files import attack_flows
from attacker_of_people import attack_activity, attack_survey
from delivered import differences, layers
from diagterritoire import schema, tables
from diagterritoire.core.care.departures import staying, young_share
from diagterritoire.inputs.known_activity import activity_of_gps
from diagterritoire.inputs.surroundings import ages_of_gps
from diagterritoire.parameters import Parameters
from secret_twins import Seen, twin
from secret_worlds import PATIENTS, PERSONNES, moves, spoiled
from territories import Ground

NEARLY = 1e-6
# Totals of residences, and the share of them that a flow shown is.
TOTALS = {
    f"{name} (code_commune)"
    for name in (
        "marges_observees.patients_observes",
        "communes.taux_fuite",
        "communes.taux_autosuffisance",
    )
}
SEED = 6
CONFIDENTIAL = (tables.FLUX_OBSERVES, tables.MEDECINS_AGES, tables.ACTIVITE_MG, tables.ENQUETE)


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    drawn = Ground.drawn(tmp_path_factory.mktemp("terrain"), SEED)
    return drawn, spoiled(drawn.world, SEED)


@pytest.fixture(scope="module")
def told(ground):
    drawn, world = ground
    root = drawn.deliver_tables(world, "un")
    return root, layers(root)


def test_other_files_give_the_same_bytes(ground, told):
    drawn, world = ground
    other = twin(world, SEED + 1, Seen.of(told[1], drawn.inputs.communes))
    assert min(moves(world, other).values()) > 5
    assert differences(told[0], drawn.deliver_tables(other, "autre")) == []


def test_the_files_narrow_no_hidden_cell(ground, told):
    world, read = ground[1], told[1]
    found = attack_flows([read], world.flux)
    assert found.caches > 50
    assert found.lus <= TOTALS
    assert found.court >= PATIENTS - NEARLY
    assert found.expert >= PATIENTS - 2 - NEARLY
    codes = read["communes"]["code_commune"]
    assert attack_survey(read, world.enquete, codes) >= PERSONNES - NEARLY
    least, length = attack_activity([read], world.activite)
    assert least >= PERSONNES
    assert length >= 0.15


def test_a_column_of_every_flow_would_be_found(ground, told):
    """The attacker is not told which column to read."""
    flux = ground[1].flux
    flux = flux.assign(patients=pd.to_numeric(flux["patients"], errors="coerce"))
    gone = flux.loc[flux["code_residence"] != flux["code_exercice"]]
    left = gone.groupby("code_residence")["patients"].sum()
    exchanges = told[1]["echanges"]
    leak = exchanges.assign(sortants=exchanges["code_commune"].map(left).fillna(0.0))
    few = {name: told[1][name] for name in ("communes", "flux", "destinations")}
    found = attack_flows([few | {"echanges": leak}], flux)
    assert "echanges.sortants (code_commune)" in found.lus
    assert found.court < PATIENTS


def test_the_account_of_a_confidential_file_names_nothing(told):
    control = told[1]["controle"]
    titles = tuple(table.titre for table in CONFIDENTIAL)
    mine = control.loc[control["source"].str.startswith(titles)]
    assert len(mine) > len(CONFIDENTIAL)
    assert not mine["exemples"].fillna("").str.len().any()
    survey = mine.loc[mine["source"].str.startswith(tables.ENQUETE.titre), "nombre"]
    assert not survey.between(1, PERSONNES - 1).any()


def _country(rng):
    codes = [f"18{k:03d}" for k in range(12)]
    base = pd.DataFrame({"code_commune": codes, "bassin_vie": "x", "code_departement": "18"})
    gps = pd.DataFrame(
        {
            "code_commune": rng.choice(codes, 70),
            "age": rng.integers(30, 76, 70).astype(float),
            "consultations": rng.integers(2000, 7000, 70).astype(float),
            "part": rng.choice([0.3, 0.7, 0.45, 1.0], 70),
        }
    )
    return base.assign(dans_territoire=True, mg_nb=7.0), gps


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_a_file_moves_no_last_bit(seed):
    rng = np.random.default_rng(seed)
    base, gps = _country(rng)
    zones = base[["code_commune", "bassin_vie", "code_departement"]]
    rules = (schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}, Parameters())
    found = []
    for order in (np.arange(len(gps)), rng.permutation(len(gps))):
        file = gps.iloc[order].reset_index(drop=True)
        acts = file.rename(columns={"consultations": "actes"})
        acts = acts.assign(nouveau=False, centre_de_sante=False)
        means, _ = activity_of_gps(acts, base, base, *rules)
        ages, _ = ages_of_gps(file, base, *rules, zones)
        stays, _ = staying(
            ages,
            base["code_commune"],
            horizon_ans=5,
            age_cessation=67,
            part_departs_an=0.03,
            part_remplacee=0.0,
        )
        young = young_share(ages, base["code_commune"], age_max=65)
        found.append((means, stays["part_restante"], young["part_restante"]))
    for one, other in zip(*found, strict=True):
        pd.testing.assert_series_equal(one, other, check_exact=True)
