"""Classes and colours of the mapped indicators: fixed, the same for every territory and scenario.

A value is classed as it is, and shown with the decimals that keep it on its side of every break
and of the threshold of deficit (`shown`): an APL of 2.496 is under 2.5 on the map, in `deficit`,
and in the card, where it reads 2,496 and not 2,50. Palettes are ColorBrewer's (BrBG, YlOrBr,
Purples, PRGn, YlGnBu), which colour-blind readers tell apart; brown always means a harder access.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from diagterritoire.core.basins.care_area import ANALYSES
from diagterritoire.french import arrondi, exact
from diagterritoire.outputs import definitions
from diagterritoire.outputs.definitions import NOTIONS, Notion

Motif = Literal["plein", "hachures", "croise", "points"]


@dataclass(frozen=True)
class Classe:
    """One line of a legend.

    Attributes
    ----------
    libelle : str
        What the reader sees.
    couleur : str
        Fill, `#rrggbb`.
    motif : {"plein", "hachures", "croise", "points"}
        Plain fill, hatches (unknown), crossed hatches (unreachable) or dots (hidden by secrecy).
    chiffree : bool
        True when the class holds numbers: the value is then shown, else the label.
    """

    libelle: str
    couleur: str
    motif: Motif = "plein"
    chiffree: bool = False


INCONNUE = Classe("donnée inconnue", "#e6e6e6", "hachures")
MASQUEE = Classe("non montrée : secret statistique", "#f4eee2", "points")
SANS_DEFICIT = Classe("pas de déficit", "#f7fbf2")
NON_ATTEIGNABLE = Classe("aucun médecin atteignable en voiture", "#5a5560", "croise")
HORS_BASSINS = Classe("hors des bassins du territoire", "#e6e6e6", "hachures")

# Headings of the list of indicators.
TEMPS, APL, DEFICIT, AIRE = (
    "Temps et choix",
    "Accessibilité (APL)",
    "Déficit et zonage",
    "Bassins et aire de santé",
)
FAMILLES = (TEMPS, APL, DEFICIT, AIRE)


@dataclass(frozen=True)
class Indicateur:
    """A mapped indicator.

    Attributes
    ----------
    cle : str
        Name in the page, and in `definitions.NOTIONS`.
    colonne : str
        Column of `mapped.mapped`.
    decimales : int
        Decimals shown, more where `shown` asks for it.
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
    partiel : bool
        True when its values around the territory ignore what lies farther.
    famille : str
        Heading under which it is listed.
    facultatif : bool
        True when it is left out where no commune of the territory has a value.
    inconnue : Classe
        Class of the null values.
    masquee : str
        Column that says which null values are known and hidden by statistical secrecy: they have
        their own class.
    mots : Notion or None
        Its title and meaning when `definitions.NOTIONS` has not its name.
    """

    cle: str
    colonne: str
    decimales: int = 0
    bornes: tuple[float, ...] = ()
    couleurs: tuple[str, ...] = ()
    aucun: Classe | None = None
    categories: tuple[tuple[str, Classe], ...] = ()
    non_atteignable: bool = False
    partiel: bool = False
    famille: str = TEMPS
    facultatif: bool = False
    inconnue: Classe = INCONNUE
    masquee: str = ""
    mots: Notion | None = None

    @property
    def notion(self) -> Notion:
        """Title, meaning and unit."""
        return self.mots or NOTIONS[self.cle]


APL_BORNES = (1.5, 2.5, 3.5, 4.5)
_APL_COULEURS = ("#8c510a", "#d8b365", "#c7eae5", "#5ab4ac", "#01665e")
_TEMPS_COULEURS = ("#fff7bc", "#fee391", "#fec44f", "#ec7014", "#b54804", "#662506")
# No side of a gap is a harder access: brown is kept out.
_ECART_COULEURS = ("#7b3294", "#c2a5cf", "#f7f7f7", "#a6dba0", "#008837")
# From firmly out of deficit to firmly in deficit.
_FERMETE_COULEURS = ("#01665e", "#5ab4ac", "#c7eae5", "#f6e8c3", "#d8b365", "#8c510a")
_FUITE_COULEURS = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
_NOTE_COULEURS = ("#ffffcc", "#a1dab4", "#41b6c4", "#225ea8")
# Okabe and Ito's, softened: neighbours never share one.
BASSINS_COULEURS = (
    "#8cc5e3", "#f0b24a", "#6fbf9f", "#d98bb6", "#e8dc6a", "#5b8fc4", "#d9845a", "#b8b8b8",
)  # fmt: skip
_ZONE_COULEURS = {"ZIP": "#8c510a", "ZAC": "#dfc27d", "ZAR": "#9e9ac8", "HZ": "#c7eae5"}

INDICATEURS: tuple[Indicateur, ...] = (
    Indicateur(
        cle="temps",
        colonne="temps_mg_min",
        decimales=1,
        bornes=(5.0, 10.0, 15.0, 20.0, 30.0),
        couleurs=_TEMPS_COULEURS,
        aucun=Classe("médecin dans la commune", "#b9dcd8"),
        non_atteignable=True,
    ),
    Indicateur(
        cle="temps_moyen",
        colonne="temps_mg_moyen_min",
        decimales=1,
        bornes=(5.0, 10.0, 15.0, 20.0, 30.0),
        couleurs=_TEMPS_COULEURS,
        non_atteignable=True,
    ),
    Indicateur("choix", "mg_15min", 1, (1.0, 3.0, 10.0, 30.0), _APL_COULEURS),
    Indicateur("apl", "apl", 2, APL_BORNES, _APL_COULEURS, partiel=True, famille=APL),
    Indicateur("apl_publiee", "apl_publiee", 2, APL_BORNES, _APL_COULEURS, famille=APL),
    Indicateur(
        cle="apl_ecart",
        colonne="apl_ecart",
        decimales=2,
        bornes=(-1.5, -0.5, 0.5, 1.5),
        couleurs=_ECART_COULEURS,
        partiel=True,
        famille=APL,
    ),
    Indicateur(
        cle="apl_calibree",
        colonne="apl_calibree",
        decimales=2,
        bornes=APL_BORNES,
        couleurs=_APL_COULEURS,
        partiel=True,
        famille=APL,
        facultatif=True,
    ),
    Indicateur(
        cle="apl_65",
        colonne="apl_65",
        decimales=2,
        bornes=APL_BORNES,
        couleurs=_APL_COULEURS,
        partiel=True,
        famille=APL,
        facultatif=True,
        masquee="apl_65_masquee",
    ),
    Indicateur(
        cle="deficit",
        colonne="deficit_consultations",
        bornes=(500.0, 2000.0, 5000.0, 20000.0),
        couleurs=("#dadaeb", "#bcbddc", "#9e9ac8", "#756bb1", "#54278f"),
        aucun=SANS_DEFICIT,
        partiel=True,
        famille=DEFICIT,
    ),
    Indicateur(
        cle="fermete",
        colonne="tirages_deficit_pct",
        bornes=(10.0, 25.0, 50.0, 75.0, 90.0),
        couleurs=_FERMETE_COULEURS,
        famille=DEFICIT,
        facultatif=True,
    ),
    Indicateur(
        cle="zonage",
        colonne="zonage_mg",
        categories=tuple(
            (code, Classe(definitions.zone(code), couleur))
            for code, couleur in _ZONE_COULEURS.items()
        ),
        famille=DEFICIT,
    ),
    Indicateur(
        cle="fuite_commune",
        colonne="fuite_pct",
        bornes=(25.0, 50.0, 75.0, 95.0),
        couleurs=_FUITE_COULEURS,
        famille=AIRE,
        facultatif=True,
        masquee="fuite_masquee",
    ),
    *(
        Indicateur(
            cle=f"aire_{analyse.cle}",
            colonne=f"note_{analyse.cle}",
            decimales=2,
            bornes=(0.25, 0.5, 0.75),
            couleurs=_NOTE_COULEURS,
            famille=AIRE,
            facultatif=True,
        )
        for analyse in ANALYSES
    ),
)


def shown(
    values: pd.Series[float], decimales: int, bornes: Sequence[float] = ()
) -> pd.Series[float]:
    """Round a column as it is shown: as little as keeps each value on its side of the bounds.

    Examples
    --------
    >>> shown(pd.Series([2.494, 2.496, 2.5, np.nan]), 2, APL_BORNES).tolist()
    [2.49, 2.496, 2.5, nan]
    """
    rounded = [
        v if np.isnan(v) else arrondi(v, decimales, bornes) for v in values.astype("float64")
    ]
    return pd.Series(rounded, index=values.index, dtype="float64")


def legend(indicateur: Indicateur) -> tuple[Classe, ...]:
    """Classes of an indicator, in the order of the numbers that `class_numbers` gives.

    Examples
    --------
    >>> [c.libelle for c in legend(INDICATEURS[3])][:2]
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
        *((MASQUEE,) if indicateur.masquee else ()),
        indicateur.inconnue,
    )


def _interval(bornes: tuple[float, ...], k: int) -> str:
    if k == 0:
        return f"moins de {exact(bornes[0])}"
    if k == len(bornes):
        return f"{exact(bornes[-1])} et plus"
    return f"de {exact(bornes[k - 1])} à moins de {exact(bornes[k])}"


def class_numbers(indicateur: Indicateur, communes: pd.DataFrame) -> pd.Series[int]:
    """Class of each commune: its place in `legend(indicateur)`.

    Parameters
    ----------
    indicateur : Indicateur
    communes : DataFrame
        As `mapped.mapped` gives them, or the columns that the indicator asks of them.

    Returns
    -------
    Series of int
        Indexed as `communes`. A null value gives the last class (unknown), except for a commune
        that reaches no GP and for a value hidden by secrecy, where the indicator has a class for
        it. A value on a break goes to the upper class.

    Examples
    --------
    >>> table = pd.DataFrame({"apl": [1.4, 2.496, 2.5, np.nan]})
    >>> class_numbers(INDICATEURS[3], table).tolist()
    [0, 1, 2, 5]
    """
    inconnue = len(legend(indicateur)) - 1
    column = communes[indicateur.colonne]
    if indicateur.categories:
        codes = {code: k for k, (code, _) in enumerate(indicateur.categories)}
        return pd.Series([codes.get(v, inconnue) for v in column], index=communes.index, dtype=int)
    values = pd.Series(column, dtype="float64")
    first = 0 if indicateur.aucun is None else 1
    steps = np.searchsorted(indicateur.bornes, values.to_numpy(), side="right")
    numbers = pd.Series(first + steps, index=communes.index, dtype=int)
    if indicateur.aucun is not None:
        numbers = numbers.mask(_without(indicateur, communes, values), 0)
    numbers = numbers.mask(values.isna(), inconnue)
    if indicateur.non_atteignable:
        unreached = legend(indicateur).index(NON_ATTEIGNABLE)
        numbers = numbers.mask(~communes["atteignable"].astype(bool), unreached)
    if indicateur.masquee:
        hidden = communes[indicateur.masquee].astype(bool) & values.isna()
        numbers = numbers.mask(hidden, legend(indicateur).index(MASQUEE))
    return numbers


def _without(
    indicateur: Indicateur, communes: pd.DataFrame, values: pd.Series[float]
) -> pd.Series[bool]:
    # An uninhabited commune under the threshold lacks no consultation, and is still in deficit.
    if indicateur.aucun == SANS_DEFICIT:
        return ~pd.Series(communes["deficit"], dtype=bool)
    return values == 0
