"""What is told of a batch: each territory asked, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Member:
    """A territory that was asked: how it was typed, its folder, what became of it, why, its pages.

    `liens` are pairs of a name and an address from the page; empty when it was not delivered.
    """

    saisi: str
    nom: str
    dossier: str
    statut: str
    motif: str = ""
    liens: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Lot:
    """A batch as its page shows it.

    Attributes
    ----------
    titre : str
        What was asked, in words.
    membres : tuple of Member
        In the order asked.
    territoires : DataFrame
        Table `layers.TERRITOIRES`, with the shapes, of those delivered.
    communes_nb, population : int
        Of the communes of the territories delivered, each counted once.
    hors : DataFrame
        `code_commune`, `nom`, `population` of the communes asked that no territory delivered holds.
    """

    titre: str
    membres: tuple[Member, ...]
    territoires: pd.DataFrame
    communes_nb: int
    population: int
    hors: pd.DataFrame
