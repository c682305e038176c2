"""How the columns of tables are declared, and those that several tables share."""

from __future__ import annotations

from diagterritoire.schema import Column
from diagterritoire.tables.vocabulary import APPROCHE, ROUTE, ZONES_MG


def texte(nom: str, sens: str, *, vide: bool = False, valeurs: tuple[str, ...] = ()) -> Column:
    """Declare a column of texts, one of `valeurs` if given; `vide` when it may be null."""
    return Column(nom, "texte", "", sens, vide, valeurs=valeurs)


def nombre(
    nom: str,
    unite: str,
    sens: str,
    *,
    vide: bool = False,
    minimum: float | None = 0,
    maximum: float | None = None,
) -> Column:
    """Declare a column of numbers; `vide` when it may be null."""
    return Column(nom, "nombre", unite, sens, vide, minimum, maximum)


def entier(nom: str, unite: str, sens: str, *, vide: bool = False) -> Column:
    """Declare a column of whole numbers, 0 or more; `vide` when it may be null."""
    return Column(nom, "entier", unite, sens, vide, 0)


def booleen(nom: str, sens: str, *, vide: bool = False) -> Column:
    """Declare a column of yes or no; `vide` when it may be null."""
    return Column(nom, "booleen", "", sens, vide)


COMMUNE = texte("code_commune", "code officiel de la commune (Insee)")
ORIGINE_TEMPS = texte(
    "origine_temps",
    "origine du temps : route ou approche (vol d'oiseau)",
    valeurs=(ROUTE, APPROCHE),
)
ZONAGE_MG = texte(
    "zonage_mg",
    "zonage officiel : ZIP, ZAC, HZ ou ZAR ; vide si inconnu",
    vide=True,
    valeurs=ZONES_MG,
)
APL_UNIT = "consultations/an/hab. standardisé"
