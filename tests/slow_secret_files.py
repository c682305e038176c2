"""The campaign against what is delivered, fifteen minutes: `make campagnes`.

A territory, its four confidential files, its whole delivery and that of one of its EPCIs. Each is
delivered again from other files that it may not tell from the first: every byte is the same, but
what the run took. Then an attacker reads the tables delivered, and nothing else. The figures
printed are those of docs/fiabilite.md.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attacker_of_files import attack_flows
from attacker_of_people import attack_activity, attack_ages, attack_survey, weights_of_places
from delivered import differences, layers
from diagterritoire.inputs.preparation import prepare
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
DRAWS = range(12)


@pytest.mark.parametrize("seed", DRAWS)
def test_nothing_delivered_tells_what_is_hidden(  # type: ignore[no-untyped-def]
    tmp_path: Path, progress, tell, seed: int
) -> None:
    ground = Ground.drawn(tmp_path, seed, communes=40 + 10 * (seed % 3))
    world = ground.world if seed % 2 else spoiled(ground.world, seed)
    whole = ground.deliver(world, "tout", "00")
    seen = Seen.of(layers(whole), ground.inputs.communes)
    both = []
    for name, text in (("tout", "00"), ("epci", ground.epci)):
        first = ground.deliver(world, name, text) if both else whole
        told = layers(first)
        both.append(told)
        codes = Seen.of(told, ground.inputs.communes).codes
        other = twin(world, seed + 1, replace(seen, codes=codes))
        moved = moves(world, other)
        assert min(moved[n] for n in ("flux", "ages", "activite")) > 0
        second = ground.deliver(other, f"{name}-autre", text)
        assert differences(first, second) == []
        survey = attack_survey(told, world.enquete, codes)
        assert survey >= PERSONNES - NEARLY
        tell(f"graine {seed}, {text} : {moved}, octets pareils ; enquête {survey:g}")
    flows = attack_flows(both, world.flux)
    tell(f"flux : {flows}")
    # Nothing but the totals of residences says something of what is hidden.
    assert flows.lus <= TOTALS
    assert flows.court >= PATIENTS - NEARLY
    assert flows.expert >= PATIENTS - 2 - NEARLY
    inputs = prepare("00", ground.raw("tout"), tmp_path / "cache", Parameters(), progress)
    ages = attack_ages(both[0], weights_of_places(inputs, Parameters()), world.ages, seen.zones)
    least, length = attack_activity(both, world.activite)
    tell(f"âges : marge {ages:g} ; activité : {least} médecins par écart, intervalle {length:.0%}")
    assert ages >= -NEARLY
    assert least >= PERSONNES
    assert length >= 0.15


def test_a_scenario_tells_no_more_of_ages(tmp_path: Path) -> None:
    """The GPs of an age leave: those of other files that may not be told apart do too."""
    ground = Ground.drawn(tmp_path, 2)
    file = tmp_path / "departs.toml"
    file.write_text('nom = "Départs"\n\n[[retirer]]\nage = 58\n', encoding="utf-8")
    first = ground.deliver(ground.world, "un", "00", (file,))
    seen = Seen.of(layers(first), ground.inputs.communes)
    other = twin(ground.world, 3, seen)
    assert differences(first, ground.deliver(other, "autre", "00", (file,))) == []
    # What is told of ages is told: who leaves is not nobody.
    moved = layers(first)["scenario_mouvements"]
    assert (moved["consultations"] < 0).any()
