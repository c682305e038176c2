import re
from dataclasses import fields

import pytest

from diagterritoire.errors import UsageError
from diagterritoire.parameters import Parameters, describe, load, override


def test_override_is_a_difference():
    changed = override(Parameters(), {"reseau": {"vitesses_kmh": {"residential": 20}}})
    assert changed.reseau.vitesses_kmh["residential"] == 20.0
    assert changed.reseau.vitesses_kmh["primary"] == 65.0
    assert [d.cle for d in describe(changed) if d.modifie] == ["reseau.vitesses_kmh.residential"]


def test_new_road_class_is_described():
    changed = override(Parameters(), {"reseau": {"vitesses_kmh": {"track": 5}}})
    track = next(d for d in describe(changed) if d.cle.endswith(".track"))
    assert (track.valeur, track.modifie) == ("5", True)


def test_a_choice_is_described_in_words():
    changed = override(Parameters(), {"reseau": {"bacs": True}})
    (bacs,) = (d for d in describe(changed) if d.modifie)
    assert (bacs.cle, bacs.valeur) == ("reseau.bacs", "oui")


def test_every_parameter_has_unit_meaning_and_source():
    rows = list(describe(Parameters()))
    assert len({d.cle for d in rows}) == len(rows)
    assert all(d.unite and d.signification and d.source and not d.modifie for d in rows)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"apll": {}}, "Groupe de paramètres inconnu"),
        ({"apl": {"seuil": 1}}, "Paramètres connus de \\[apl\\] : age_max, bornes_min, poids"),
        ({"deficit": {"seuil_apl": "haut"}}, "Valeur refusée pour « deficit.seuil_apl » : 'haut'"),
        ({"deficit": {"seuil_apl": True}}, "Valeur refusée"),
        ({"deficit": {"seuil_apl": float("nan")}}, "Valeur refusée"),
        ({"deficit": {"seuil_apl": -1}}, "Valeur refusée"),
        ({"deficit": 3}, "doit être une table"),
        ({"apl": {"bornes_min": [10, 5, 20]}}, "croissantes"),
        ({"apl": {"bornes_min": [10, 20]}}, "même longueur"),
        ({"reseau": {"vitesse_acces_kmh": 0}}, "strictement positif"),
        ({"reseau": {"vitesses_kmh": {"primary": 0}}}, "vitesses_kmh.primary"),
        ({"reseau": {"duree_max_min": 10}}, "dernière borne"),
        ({"population": {"annee": 2021.5}}, "nombre entier"),
        ({"flux": {"part_conservee": 0}}, "fraction"),
        ({"flux": {"part_conservee": 1.5}}, "fraction"),
        ({"territoire": {"tampon_min": 39.9}}, "tampon_min .39.9. .* apl.bornes_min, soit 40 min"),
        ({"reseau": {"bacs": 1}}, "« reseau.bacs » attend true ou false, pas 1"),
    ],
)
def test_refused_values_say_which(document, words):
    with pytest.raises(UsageError, match=words):
        override(Parameters(), document)


def test_values_are_exact():
    def text(value):
        document = {"offre": {"consultations_par_mg": value}}
        described = describe(override(Parameters(), document))
        return next(d.valeur for d in described if d.cle == "offre.consultations_par_mg")

    assert [text(v) for v in (4220, 4220.001, 4220.002)] == ["4220", "4220.001", "4220.002"]
    weights = next(d.valeur for d in describe(Parameters()) if d.cle == "apl.poids")
    assert [float(w) for w in weights.split(" ; ")] == [1.0, 2 / 3, 1 / 3]


def test_load(tmp_path):
    file = tmp_path / "p.toml"
    file.write_text("[deficit]\nseuil_apl = 3\n", encoding="utf-8")
    assert load(file).deficit.seuil_apl == 3.0
    assert load(None) == Parameters()
    with pytest.raises(UsageError, match="n'existe pas"):
        load(tmp_path / "absent.toml")
    file.write_text("[deficit\n", encoding="utf-8")
    with pytest.raises(UsageError, match="TOML"):
        load(file)


def test_speeds_cover_the_car_classes_of_openstreetmap():
    speeds = Parameters().reseau.vitesses_kmh
    assert {"motorway", "trunk", "primary", "secondary", "tertiary"} <= set(speeds)
    assert all(re.fullmatch("[a-z_]+", k) for k in speeds)


def test_groups_are_the_documented_ones():
    assert [f.name for f in fields(Parameters())] == [
        "reseau",
        "territoire",
        "points",
        "population",
        "demande",
        "offre",
        "apl",
        "deficit",
        "avenir",
        "flux",
        "bassins",
        "calage",
        "fermete",
        "implantation",
        "exercice",
        "enquete",
        "opportunite",
        "rapport",
    ]
