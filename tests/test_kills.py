"""A slice of the campaign of kills (`slow_delivery`): old or new, never mixed, healed alone."""

import os

import pytest

from kills import STEPS, Bench, Tally, small

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork n'existe pas ici")


@pytest.fixture
def no_sync(monkeypatch):
    """A kill needs no fsync, which is slow."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.mark.usefixtures("no_sync")
@pytest.mark.parametrize("swap", [True, False])
@pytest.mark.parametrize("first", [True, False])
def test_killed_at_each_named_step(tmp_path, first, swap):
    tally = Tally()
    bench = Bench(tmp_path, small("un"), small("deux"), first, swap)
    for step in STEPS:
        bench.kill_at(step, tally)
    assert tally.etapes == dict.fromkeys(STEPS, 1)
    # Before the journal nothing has moved; from then on the next start finishes.
    assert tally.rendus == {"aucune" if first else "ancienne": 2, "nouvelle": 4}
    assert tally.trouves["entre-deux"] == 1


@pytest.mark.usefixtures("no_sync")
def test_kills_at_random(tmp_path):
    tally = Tally()
    Bench(tmp_path, small("un"), small("deux")).kill_randomly(15, 2026, tally)
    assert tally.etapes.total() == 15
    assert tally.rendus.total() == 15
