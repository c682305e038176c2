"""A line of the grid, and how a value is read against its threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diagterritoire import french, tables
from diagterritoire.french import accord
from diagterritoire.study.bundles import Diagnosis

OPPORTUNITE, FAISABILITE = "opportunite", "faisabilite"
FRACTION = "fraction"
MANQUE_FINESS = "manque : fichier FINESS des établissements"
LECTURES: Mapping[str, str] = {
    tables.FAVORABLE: "favorable",
    tables.DEFAVORABLE: "défavorable",
    tables.A_INSTRUIRE: "à instruire",
}


@dataclass(frozen=True)
class Critere:
    """One line of the grid; `phrase` says the value in words, whatever it is worth."""

    axe: str
    cle: str
    titre: str
    valeur: float | None
    unite: str
    seuil: float | None
    source: str
    fermete: str
    lecture: str
    phrase: str


def reading(
    valeur: float | None, seuil: float | None, *, haut: bool, contre: str = tables.DEFAVORABLE
) -> str:
    """Read a value against its threshold, which counts on the favourable side.

    Parameters
    ----------
    valeur, seuil : float or None
    haut : bool
        Whether more speaks for the project.
    contre : str
        Reading on the other side.

    Examples
    --------
    >>> reading(0.5, 0.5, haut=True), reading(0.4, 0.5, haut=True), reading(None, 0.5, haut=True)
    ('favorable', 'defavorable', 'a_instruire')
    """
    if valeur is None or seuil is None:
        return tables.A_INSTRUIRE
    good = valeur >= seuil if haut else valeur <= seuil
    return tables.FAVORABLE if good else contre


def known(value: Any) -> float | None:
    """Give a value as a number; None when it is missing.

    Examples
    --------
    >>> known(2), known(float("nan"))
    (2.0, None)
    """
    return None if french.manque(value) else float(value)


def compared(d: Diagnosis, niveau: str, colonne: str) -> float | None:
    """Give a figure of the territory or of the country; None when it is unknown."""
    table = d.comparaisons
    values = table.loc[table["niveau"] == niveau, colonne]
    return known(values.iloc[0]) if len(values) == 1 else None


def count(number: float, single: str, several: str) -> str:
    r"""Write a number of structures.

    Examples
    --------
    >>> count(0, "maison", "maisons"), count(2, "maison", "maisons")
    ('aucune maison', '2\xa0maisons')
    """
    return accord(int(number), single, several, feminin=single.startswith("maison"))


def basins_having(number: int, total: int, which: str = "") -> str:
    """Write how many basins of some have what comes next; `which` says which ones are counted.

    Examples
    --------
    >>> basins_having(0, 5)
    'Aucun bassin sur 5 a'
    """
    verb = "ont" if number > 1 else "a"
    return f"{french.majuscule(accord(number, 'bassin'))} sur {total}{which} {verb}"


def of_structures(
    listed: bool,
    number: float,
    seuil: float,
    *,
    haut: bool,
    source: str,
) -> dict[str, Any]:
    """Give the fields of a criterion that counts structures: unknown without their file.

    Examples
    --------
    >>> of_structures(False, 0.0, 1.0, haut=True, source="FINESS")["lecture"]
    'a_instruire'
    """
    valeur = number if listed else None
    return {
        "valeur": valeur,
        "seuil": seuil,
        "source": source if listed else MANQUE_FINESS,
        "fermete": "répertoire" if listed else "inconnu",
        "lecture": reading(valeur, seuil, haut=haut, contre=tables.A_INSTRUIRE),
    }


def structures_listed(d: Diagnosis) -> bool:
    """Tell whether a file of structures was read: without one, none is not a number."""
    return bool(d.sources["cle"].str.startswith("structures").any() or len(d.structures) > 0)
