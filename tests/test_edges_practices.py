"""Aids, at the edge."""

from __future__ import annotations

from diagterritoire.core.practices.aid_register import AIDES


def test_an_aid_is_open_unless_it_is_said_to_be_closed() -> None:
    assert [aide.cle for aide in AIDES if aide.fermee] == ["caim", "contrat_debut_exercice"]
