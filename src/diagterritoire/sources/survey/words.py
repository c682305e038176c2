"""Answers as they are written, and the closed sets of values that they become.

Nothing that is out of these sets goes any further: an answer that nobody expected is counted, never
repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from diagterritoire.sources.layouts.known import normalise
from diagterritoire.tables import (
    AGES_ENQUETE,
    ATTENTES,
    AUTRE_PROFESSION,
    DEPARTS,
    INTERETS,
    PROFESSIONS_ENQUETE,
)

_SYNONYMES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "profession": {
            "medecin_generaliste": ("generaliste", "medecin", "mg", "omnipraticien"),
            "infirmier": ("infirmiere", "infirmier e", "ide", "idel", "ipa"),
            "masseur_kinesitherapeute": ("kinesitherapeute", "kine", "mk"),
            "chirurgien_dentiste": ("dentiste", "chirurgienne dentiste"),
            "sage_femme": ("maieuticien", "sf"),
            "pharmacien": ("pharmacienne", "pharmacien d officine", "pharmacie"),
        },
        "interet": {
            "engage": ("deja engage", "deja engagee", "deja en exercice coordonne"),
            "oui": ("interesse", "interessee", "favorable"),
            "a_etudier": ("peut etre", "ne sait pas", "a voir", "nsp"),
            "non": ("pas interesse", "pas interessee", "defavorable"),
        },
        "age": {
            "moins_40": ("moins de 40 ans", "moins de 40"),
            "40_49": ("40 a 49 ans", "40 a 49"),
            "50_59": ("50 a 59 ans", "50 a 59"),
            "60_64": ("60 a 64 ans", "60 a 64"),
            "65_plus": ("65 ans ou plus", "65 ans et plus", "65 et plus"),
        },
        "depart": {
            "3_ans": ("dans les 3 ans", "3 ans ou moins", "moins de 3 ans", "d ici 3 ans"),
            "5_ans": ("dans 4 ou 5 ans", "3 a 5 ans", "4 a 5 ans", "d ici 5 ans"),
            "10_ans": ("dans 6 a 10 ans", "5 a 10 ans", "6 a 10 ans", "d ici 10 ans"),
            "plus_tard": ("aucun", "non", "plus de 10 ans", "pas de projet", "non prevu"),
        },
    }
)
_VALEURS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "profession": PROFESSIONS_ENQUETE,
        "interet": tuple(INTERETS),
        "age": tuple(AGES_ENQUETE),
        "depart": tuple(DEPARTS),
        "attentes": tuple(ATTENTES),
    }
)
_LIBELLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"interet": INTERETS, "age": AGES_ENQUETE, "depart": DEPARTS, "attentes": ATTENTES}
)
# First age of each band; first year beyond each horizon.
_AGES = ((40, "moins_40"), (50, "40_49"), (60, "50_59"), (65, "60_64"), (131, "65_plus"))
_HORIZONS = ((4, "3_ans"), (6, "5_ans"), (11, "10_ans"), (100, "plus_tard"))


def _known(column: str) -> dict[str, str]:
    """Value of each normalised way to write it."""
    written = {normalise(v): v for v in _VALEURS[column]}
    written |= {normalise(text): v for v, text in _LIBELLES.get(column, {}).items()}
    for value, ways in _SYNONYMES.get(column, {}).items():
        written |= {normalise(way): value for way in ways}
    return written


_ECRITS = {column: _known(column) for column in _VALEURS}


def understood(column: str, text: str) -> str | None:
    """Value that an answer stands for; None when it is none that is expected.

    An unexpected profession is `autre`. An age and a horizon may be numbers of years.

    Examples
    --------
    >>> understood("profession", "Infirmière"), understood("profession", "Chamane")
    ('infirmier', 'autre')
    >>> understood("age", "62"), understood("depart", "4 ans"), understood("interet", "<b>oui</b>")
    ('60_64', '5_ans', None)
    """
    plain = normalise(text)
    value = _ECRITS[column].get(plain)
    if value is None and column in ("age", "depart"):
        value = _years(column, text)
    if value is None and column == "profession" and plain:
        return AUTRE_PROFESSION
    return value


def _years(column: str, text: str) -> str | None:
    found = re.fullmatch(r"\s*([0-9]{1,3})(?:\s*ans?)?\s*", text)
    if found is None:
        return None
    years = int(found.group(1))
    if column == "age" and years < 18:
        return None
    bounds = _AGES if column == "age" else _HORIZONS
    return next((value for bound, value in bounds if years < bound), None)


def expectations(text: str) -> tuple[str | None, int]:
    """Read the expectations of an answer, in the order of the list; count those not understood.

    Examples
    --------
    >>> expectations("locaux, Un système d'information partagé | étudiants")
    ('locaux,systeme_information,etudiants', 0)
    >>> expectations("une piscine"), expectations("")
    (('autre', 1), (None, 0))
    """
    said = [part for part in re.split(r"[,|/\n]", text) if part.strip()]
    found = [understood("attentes", part) for part in said]
    lost = sum(value is None for value in found)
    kept = {value or "autre" for value in found}
    return ",".join(value for value in ATTENTES if value in kept) or None, lost
