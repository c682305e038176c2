"""Moves that contradict each other, and names that would not fit where they are shown."""

import pytest

from diagterritoire.errors import UsageError
from diagterritoire.scenarios.reading import scenario_of
from test_scenarios import area, counts, made

CLOSE = {"site_id": "mg-18002"}
MOVE = {"site_id": "mg-18002", "code_commune": "18003"}
BRANCH = {"depuis": "mg-18002", "code_commune": "18003", "demi_journees": 1}
ROAD = {
    "depart": {"code_commune": "18001"},
    "arrivee": {"code_commune": "18002"},
    "minutes": 5,
}
BACK = ROAD | {"depart": ROAD["arrivee"], "arrivee": ROAD["depart"], "minutes": 9}


@pytest.mark.parametrize(
    ("moves", "both"),
    [
        ({"fermer": [CLOSE, CLOSE]}, ("[[fermer]] n° 1", "[[fermer]] n° 2")),
        ({"fermer": [CLOSE], "deplacer": [MOVE]}, ("[[fermer]] n° 1", "[[deplacer]] n° 1")),
        ({"fermer": [CLOSE], "antenne": [BRANCH]}, ("[[fermer]] n° 1", "[[antenne]] n° 1")),
        ({"deplacer": [MOVE, MOVE]}, ("[[deplacer]] n° 1", "[[deplacer]] n° 2")),
        (
            {"retirer": [CLOSE | {"part": 1.0}], "deplacer": [MOVE]},
            ("[[retirer]] n° 1", "[[deplacer]] n° 1"),
        ),
        ({"retirer": [CLOSE | {"part": 1.0}] * 2}, ("[[retirer]] n° 1", "[[retirer]] n° 2")),
        # The site has 3 GPs, 2.34 full-time ones.
        (
            {"retirer": [{"site_id": "mg-18001", "etp": 2}] * 2},
            ("[[retirer]] n° 2 prend 2 temps plein", "0,34 une fois fait [[retirer]] n° 1"),
        ),
        ({"accelerer": [ROAD, BACK]}, ("[[accelerer]] n° 1", "[[accelerer]] n° 2")),
    ],
)
def test_two_moves_that_contradict_each_other_are_both_named(moves, both):
    with pytest.raises(UsageError) as refused:
        made(area(), **moves)
    for words in both:
        assert words in refused.value.message
    assert refused.value.remede


def test_a_move_leads_elsewhere():
    with pytest.raises(UsageError, match="mène du site « mg-18002 » à lui-même"):
        made(area(), deplacer=[CLOSE | {"code_commune": "18002"}])


@pytest.mark.parametrize(
    "moves",
    [
        # All retire, and the site closes: the same said twice, and nobody is there.
        {"retirer": [CLOSE | {"part": 1.0}], "fermer": [CLOSE]},
        # One part goes, then the rest.
        {"deplacer": [MOVE | {"etp": 0.1}, MOVE]},
        {"retirer": [{"part": 0.5}, {"part": 0.5}], "fermer": [CLOSE]},
    ],
)
def test_moves_that_follow_each_other_are_made(moves):
    sites, _ = made(area(), **moves)
    assert counts(sites)["mg-18002"] == 0.0


@pytest.mark.parametrize("nom", ["a\nb", "a\u0000b", "a\u202eb", "a\u2028b", "x" * 201])
@pytest.mark.parametrize("where", ["nom", "psla"])
def test_a_name_is_one_short_line(nom, where):
    sites = [{"code_commune": "18001"}, {"code_commune": "18003"}]
    document = {"nom": "x", "psla": [{"nom": "P", "etp": 1, "sites": sites}]}
    if where == "nom":
        document["nom"] = nom
    else:
        document["psla"][0]["nom"] = nom
    with pytest.raises(UsageError, match=r"signe invisible|201 signes, 200 au plus") as refused:
        scenario_of(document)
    assert refused.value.message.isprintable()
