"""Classes and colours of the mapped indicators: fixed, the same for every territory and scenario.

Values are classed once they are rounded as they are shown, so that a class never contradicts the
number beside it nor changes with the last bit of a sum. Palettes are ColorBrewer's (BrBG, YlOrBr,
Purples), which colour-blind readers tell apart; brown always means a harder access.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from diagterritoire.french import nombre

Motif = Literal["plein", "hachures", "croise"]


@dataclass(frozen=True)
class Classe:
    """One line of a legend.

    Attributes
    ----------
    libelle : str
        What the reader sees.
    couleur : str
        Fill, `#rrggbb`.
    motif : {"plein", "hachures", "croise"}
        Plain fill, hatches (unknown) or crossed hatches (unreachable).
    chiffree : bool
        True when the class holds numbers: the value is then shown, else the label.
    """

    libelle: str
    couleur: str
    motif: Motif = "plein"
    chiffree: bool = False


@dataclass(frozen=True)
class Indicateur:
    """A mapped indicator.

    Attributes
    ----------
    cle, titre, phrase, unite : str
        Name in the page, title, meaning in one sentence, unit.
    colonne : str
        Column of `tables.COMMUNES`.
    decimales : int
        Decimals shown, and kept before classing.
    bornes : tuple of float
        Increasing breaks: `b0` is the upper bound (excluded) of the first class.
    couleurs : tuple of str
        One more than the breaks.
    aucun : Classe or None
        Class of the communes without the phenomenon (time of 0, no deficit).
    categories : tuple of (code, Classe)
        Instead of breaks, for a text column.
    non_atteignable : bool
        True when communes that reach no GP have their own class.
    """

    cle: str
    titre: str
    phrase: str
    unite: str
    colonne: str
    decimales: int = 0
    bornes: tuple[float, ...] = ()
    couleurs: tuple[str, ...] = ()
    aucun: Classe | None = None
    categories: tuple[tuple[str, Classe], ...] = ()
    non_atteignable: bool = False


INCONNUE = Classe("donnée inconnue", "#e6e6e6", "hachures")
NON_ATTEIGNABLE = Classe("aucun médecin atteignable en voiture", "#5a5560", "croise")

_UNITE_APL = "consultations/an/hab."
_APL_BORNES = (1.5, 2.5, 3.5, 4.5)
_APL_COULEURS = ("#8c510a", "#d8b365", "#c7eae5", "#5ab4ac", "#01665e")

INDICATEURS: tuple[Indicateur, ...] = (
    Indicateur(
        cle="temps",
        titre="Temps d'accès au médecin",
        phrase="Minutes en voiture entre le point de la commune et le médecin généraliste "
        "le plus proche, 0 si la commune en a un.",
        unite="min",
        colonne="temps_mg_min",
        decimales=1,
        bornes=(5.0, 10.0, 15.0, 20.0, 30.0),
        couleurs=("#fff7bc", "#fee391", "#fec44f", "#ec7014", "#b54804", "#662506"),
        aucun=Classe("médecin dans la commune", "#b9dcd8"),
        non_atteignable=True,
    ),
    Indicateur(
        cle="apl",
        titre="APL calculée",
        phrase="Consultations de médecin généraliste accessibles par an et par habitant, "
        "calculées ici d'après les médecins recensés.",
        unite=_UNITE_APL,
        colonne="apl",
        decimales=2,
        bornes=_APL_BORNES,
        couleurs=_APL_COULEURS,
    ),
    Indicateur(
        cle="apl_publiee",
        titre="APL publiée",
        phrase="Consultations de médecin généraliste accessibles par an et par habitant, "
        "publiées par la DREES, médecins de tous âges.",
        unite=_UNITE_APL,
        colonne="apl_publiee",
        decimales=2,
        bornes=_APL_BORNES,
        couleurs=_APL_COULEURS,
    ),
    Indicateur(
        cle="deficit",
        titre="Déficit de consultations",
        phrase="Consultations qui manquent chaque année aux habitants pour que l'APL calculée "
        "atteigne le seuil.",
        unite="consultations/an",
        colonne="deficit_consultations",
        bornes=(500.0, 2000.0, 5000.0, 20000.0),
        couleurs=("#dadaeb", "#bcbddc", "#9e9ac8", "#756bb1", "#54278f"),
        aucun=Classe("pas de déficit", "#cfe0dc"),
    ),
    Indicateur(
        cle="zonage",
        titre="Zonage officiel",
        phrase="Zone fixée par l'agence régionale de santé, qui ouvre droit aux aides à "
        "l'installation des médecins généralistes.",
        unite="",
        colonne="zonage_mg",
        categories=(
            ("ZIP", Classe("ZIP, zone d'intervention prioritaire", "#8c510a")),
            ("ZAC", Classe("ZAC, zone d'action complémentaire", "#dfc27d")),
            ("ZAR", Classe("ZAR, zone d'accompagnement régional", "#9e9ac8")),
            ("HZ", Classe("HZ, hors zonage", "#c7eae5")),
        ),
    ),
)


def legend(indicateur: Indicateur) -> tuple[Classe, ...]:
    """Classes of an indicator, in the order of the numbers that `class_numbers` gives.

    Examples
    --------
    >>> [c.libelle for c in legend(INDICATEURS[1])][:2]
    ['moins de 1,5', 'de 1,5 à moins de 2,5']
    """
    chiffrees = tuple(
        Classe(_interval(indicateur.bornes, k), couleur, chiffree=True)
        for k, couleur in enumerate(indicateur.couleurs)
    )
    return (
        *((indicateur.aucun,) if indicateur.aucun else ()),
        *chiffrees,
        *(classe for _, classe in indicateur.categories),
        *((NON_ATTEIGNABLE,) if indicateur.non_atteignable else ()),
        INCONNUE,
    )


def _interval(bornes: tuple[float, ...], k: int) -> str:
    def text(value: float) -> str:
        return nombre(value, 0 if value.is_integer() else 1)

    if k == 0:
        return f"moins de {text(bornes[0])}"
    if k == len(bornes):
        return f"{text(bornes[-1])} et plus"
    return f"de {text(bornes[k - 1])} à moins de {text(bornes[k])}"


def class_numbers(indicateur: Indicateur, communes: gpd.GeoDataFrame) -> pd.Series[int]:
    """Class of each commune: its place in `legend(indicateur)`.

    Parameters
    ----------
    indicateur : Indicateur
    communes : GeoDataFrame
        Table `communes`.

    Returns
    -------
    Series of int
        Indexed as `communes`. A null value gives the last class (unknown), except for a commune
        that reaches no GP, where the indicator has a class for it. A value on a break goes to the
        upper class.

    Examples
    --------
    >>> table = pd.DataFrame({"apl": [1.494, 1.496, 2.5, np.nan]})
    >>> class_numbers(INDICATEURS[1], table).tolist()
    [0, 1, 2, 5]
    """
    inconnue = len(legend(indicateur)) - 1
    column = communes[indicateur.colonne]
    if indicateur.categories:
        codes = {code: k for k, (code, _) in enumerate(indicateur.categories)}
        return pd.Series([codes.get(v, inconnue) for v in column], index=communes.index, dtype=int)
    values = pd.Series(column, dtype="float64").round(indicateur.decimales)
    first = 0 if indicateur.aucun is None else 1
    steps = np.searchsorted(indicateur.bornes, values.to_numpy(), side="right")
    numbers = pd.Series(first + steps, index=communes.index, dtype=int)
    if indicateur.aucun is not None:
        numbers = numbers.mask(_without(indicateur, communes, values), 0)
    numbers = numbers.mask(values.isna(), inconnue)
    if indicateur.non_atteignable:
        numbers = numbers.mask(~communes["atteignable"].astype(bool), inconnue - 1)
    return numbers


def _without(
    indicateur: Indicateur, communes: gpd.GeoDataFrame, values: pd.Series[float]
) -> pd.Series[bool]:
    # An uninhabited commune under the threshold lacks no consultation, and is still in deficit.
    if indicateur.cle == "deficit":
        return ~pd.Series(communes["deficit"], dtype=bool)
    return values == 0
