"""French typography and grammar: numbers, percents, minutes, agreement, elision.

Thousands are grouped by a narrow no-break space (U+202F), decimals follow a comma, a unit follows
a no-break space (U+00A0). A missing value reads `MANQUANT`, never zero.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import Any

import pandas as pd

FINE = "\u202f"
INSECABLE = "\u00a0"
MOINS = "\u2212"
MANQUANT = "n.\u00a0d."

_ARTICLES = {"Le ": ("du ", "au "), "Les ": ("des ", "aux ")}


def manque(valeur: Any) -> bool:
    """Tell whether a scalar is missing (None, NaN, pd.NA, infinite).

    Examples
    --------
    >>> [manque(v) for v in (None, float("nan"), float("inf"), 0)]
    [True, True, True, False]
    """
    return valeur is None or bool(pd.isna(valeur)) or math.isinf(valeur)


def nombre(
    valeur: float | None, decimales: int = 1, *, bornes: Sequence[float] | None = None
) -> str:
    """Write a number with a fixed count of decimals, more where `arrondi` asks for it.

    Examples
    --------
    >>> nombre(1234.54).replace(FINE, " ")
    '1 234,5'
    >>> nombre(-0.04, 1), nombre(2.5, 2)
    ('0,0', '2,50')
    >>> nombre(2.496, 2, bornes=(2.5,)), nombre(2.504, 2, bornes=(2.5,))
    ('2,496', '2,50')
    """
    if valeur is None or manque(valeur):
        return MANQUANT
    if bornes is not None:
        valeur = arrondi(valeur, decimales, bornes)
        decimales = max(decimales, len(_decimal(valeur).partition(".")[2]))
    texte = f"{float(valeur):,.{decimales}f}"
    if not texte.strip("-0.,"):
        texte = texte.lstrip("-")
    return texte.replace("-", MOINS).replace(",", FINE).replace(".", ",")


def arrondi(valeur: float, decimales: int, bornes: Sequence[float] = ()) -> float:
    """Round as little as needed to stay on the same side of every bound, and apart from zero.

    A value under a bound must not be shown at it: 2.496 is not « 2,50 » where 2.5 is a threshold.

    Parameters
    ----------
    valeur : float
        Finite.
    decimales : int
        Decimals kept when that crosses no bound.
    bornes : sequence of float
        Breaks and thresholds; a value equal to one is over it.

    Returns
    -------
    float
        With `decimales` decimals or a few more; as it is when nine would still cross a bound.

    Examples
    --------
    >>> [arrondi(v, 2, (2.5,)) for v in (2.494, 2.496, 2.49996, 2.5, 2.504)]
    [2.49, 2.496, 2.49996, 2.5, 2.5]
    >>> arrondi(0.004, 1), arrondi(0.0, 1)
    (0.004, 0.0)
    """
    for essai in range(decimales, 10):
        proche = round(float(valeur), essai)
        if (proche == 0) == (valeur == 0) and all((valeur < b) == (proche < b) for b in bornes):
            return proche
    return float(valeur)


def _decimal(valeur: float) -> str:
    """Shortest decimal text that reads back as the number, without exponent."""
    texte = f"{float(valeur):.15f}" if 0 < abs(valeur) < 1e-4 else repr(float(valeur))
    return texte.rstrip("0").removesuffix(".") if "." in texte else texte


def exact(valeur: float) -> str:
    """Write a chosen number as it is, without rounding it nor padding it.

    Examples
    --------
    >>> [exact(v).replace(FINE, " ") for v in (20.0, 2.5, 0.216, 5400.0)]
    ['20', '2,5', '0,216', '5 400']
    """
    return nombre(valeur, len(_decimal(valeur).partition(".")[2]))


def entier(valeur: float | None) -> str:
    """Write a number rounded to the unit.

    Examples
    --------
    >>> entier(168306).replace(FINE, " ")
    '168 306'
    """
    return nombre(valeur, 0)


def environ(valeur: float | None) -> str:
    """Write a modelled quantity with three significant digits: the others mean nothing.

    Examples
    --------
    >>> [environ(v).replace(FINE, " ") for v in (2610561, 92756, 850, 3.4)]
    ['2 610 000', '92 800', '850', '3']
    """
    if valeur is None or manque(valeur):
        return MANQUANT
    chiffres = len(str(round(abs(valeur))))
    return entier(round(valeur, min(3 - chiffres, 0)))


def decompte(valeur: float | None) -> str:
    """Write a count that shares may make fractional: whole without decimals, else with one.

    Examples
    --------
    >>> decompte(12.0), decompte(2.9999999999), decompte(1.5), decompte(0.04)
    ('12', '3', '1,5', 'moins de 0,1')
    """
    if valeur is None or manque(valeur):
        return MANQUANT
    if entiere(valeur):
        return entier(valeur)
    return f"moins de {nombre(0.1)}" if 0 < valeur < 0.05 else nombre(valeur)


def entiere(valeur: float) -> bool:
    """Tell whether a count is whole, but for what adding shares such as thirds leaves.

    Examples
    --------
    >>> entiere(1 / 3 + 1 / 3 + 1 / 3), entiere(2.5)
    (True, False)
    """
    return abs(valeur - round(valeur)) < 1e-6


def pourcent(fraction: float | None, decimales: int = 1, *, signes: bool = False) -> str:
    """Write a fraction as a percentage; what would read 0 or 100 without being so is told.

    `signes` writes « < » and « > » where a figure must stay short.

    Examples
    --------
    >>> pourcent(0.123).replace(INSECABLE, " "), pourcent(0.0001).replace(INSECABLE, " ")
    ('12,3 %', 'moins de 0,1 %')
    >>> pourcent(0.0001, signes=True).replace(INSECABLE, " ")
    '< 0,1 %'
    """
    if fraction is None or manque(fraction):
        return MANQUANT
    moins, plus = (f"<{INSECABLE}", f">{INSECABLE}") if signes else ("moins de ", "plus de ")
    pas = 10.0**-decimales
    if 0 < fraction * 100 < pas / 2:
        return f"{moins}{nombre(pas, decimales)}{INSECABLE}%"
    if 100 - pas / 2 < 100 * fraction < 100:
        return f"{plus}{nombre(100 - pas, decimales)}{INSECABLE}%"
    return f"{nombre(100 * fraction, decimales)}{INSECABLE}%"


def portion(fraction: float | None, parmi: str, tout: str, aucun: str = "") -> str:
    """Write a share as the start of a sentence: in words when it is exactly all, or nothing.

    Parameters
    ----------
    fraction : float or None
    parmi : str
        What follows the percentage.
    tout, aucun : str
        What is said instead for all, and for nothing; without `aucun`, the percentage.

    Examples
    --------
    >>> words = ("de la population vit", "toute la population vit", "aucun habitant ne vit")
    >>> [portion(f, *words).replace(INSECABLE, " ") for f in (0, 0.5, 1)]
    ['aucun habitant ne vit', '50,0 % de la population vit', 'toute la population vit']
    >>> portion(0.9996, *words).replace(INSECABLE, " ")
    'plus de 99,9 % de la population vit'
    """
    if aucun and fraction == 0:
        return aucun
    # Nearer than one inhabitant of any country: a sum of shares.
    if fraction is not None and abs(fraction - 1) < 1e-9:
        return tout
    return f"{pourcent(fraction)} {parmi}"


def minutes(valeur: float | None) -> str:
    """Write a duration rounded to the minute, in hours from one hour on.

    Examples
    --------
    >>> [minutes(v).replace(INSECABLE, " ") for v in (0, 0.3, 17.5, 84.2)]
    ['0 min', 'moins de 1 min', '18 min', '1 h 24']
    """
    if valeur is None or manque(valeur):
        return MANQUANT
    if 0 < valeur < 0.5:
        return f"moins de 1{INSECABLE}min"
    total = math.floor(valeur + 0.5)
    if total < 60:
        return f"{total}{INSECABLE}min"
    return f"{total // 60}{INSECABLE}h{INSECABLE}{total % 60:02d}"


def pluriel(valeur: float, decimales: int = 0) -> bool:
    """Tell whether a quantity, as it is written, takes the plural: from 2 on in French.

    Examples
    --------
    >>> [pluriel(v) for v in (0, 1, 1.4, 1.6, 2)], pluriel(1.94, 1), pluriel(1.96, 1)
    ([False, False, False, True, True], False, True)
    """
    return abs(float(f"{valeur:.{decimales}f}")) >= 2


def mot(valeur: float, singulier: str, au_pluriel: str | None = None, *, decimales: int = 0) -> str:
    """Choose the form of a word that agrees with a quantity, `-s` being the default plural."""
    return (au_pluriel or f"{singulier}s") if pluriel(valeur, decimales) else singulier


def accord(
    valeur: float, singulier: str, au_pluriel: str | None = None, *, feminin: bool = False
) -> str:
    """Write a count with its noun; `feminin` is the gender of the noun, for « aucune ».

    A count that shares made fractional is written with one decimal.

    Examples
    --------
    >>> [accord(n, "commune", feminin=True).replace(INSECABLE, " ") for n in (0, 1, 3)]
    ['aucune commune', '1 commune', '3 communes']
    >>> accord(0, "site"), accord(2.5, "site").replace(INSECABLE, " ")
    ('aucun site', '2,5 sites')
    """
    if valeur == 0:
        return f"aucune {singulier}" if feminin else f"aucun {singulier}"
    decimales = 0 if entiere(valeur) else 1
    return f"{decompte(valeur)}{INSECABLE}{mot(valeur, singulier, au_pluriel, decimales=decimales)}"


def quantite(
    valeur: float, singulier: str, au_pluriel: str | None = None, *, decimales: int = 1
) -> str:
    """Write a measured quantity with its unit; what would read 0 without being so is told.

    Examples
    --------
    >>> [quantite(v, "consultation").replace(INSECABLE, " ") for v in (0, 0.02, 1.94, 1.96)]
    ['0,0 consultation', 'moins de 0,1 consultation', '1,9 consultation', '2,0 consultations']
    """
    pas = 10.0**-decimales
    if 0 < valeur < pas / 2:
        return f"moins de {nombre(pas, decimales)}{INSECABLE}{singulier}"
    unite = mot(valeur, singulier, au_pluriel, decimales=decimales)
    return f"{nombre(valeur, decimales)}{INSECABLE}{unite}"


def enumeration(elements: Sequence[str], limite: int | None = None) -> str:
    """Join names with commas and « et »; beyond `limite`, the rest is counted.

    Examples
    --------
    >>> enumeration(["A", "B", "C"])
    'A, B et C'
    >>> enumeration(["A", "B", "C", "D"], limite=2).replace(INSECABLE, " ")
    'A, B et 2 autres'
    """
    noms = list(elements)
    if limite is not None and len(noms) > limite + 1:
        return f"{', '.join(noms[:limite])} et {entier(len(noms) - limite)}{INSECABLE}autres"
    return noms[0] if len(noms) == 1 else f"{', '.join(noms[:-1])} et {noms[-1]}" if noms else ""


def _commence_par_voyelle(nom: str) -> bool:
    lettre = unicodedata.normalize("NFD", nom[:1].casefold())[:1]
    return lettre in "aeiouyœæ" and lettre != ""


def de(nom: str) -> str:
    """Put « de » before a name: elision before a vowel, contraction with Le and Les.

    Examples
    --------
    >>> de("Ajaccio"), de("Le Havre"), de("Les Abymes"), de("La Rochelle")
    ("d'Ajaccio", 'du Havre', 'des Abymes', 'de La Rochelle')
    """
    for article, (contracte, _) in _ARTICLES.items():
        if nom.startswith(article):
            return contracte + nom.removeprefix(article)
    return f"d'{nom}" if _commence_par_voyelle(nom) else f"de {nom}"


def a(nom: str) -> str:
    """Put « à » before a name, contracted with Le and Les.

    Examples
    --------
    >>> a("Ajaccio"), a("Le Havre"), a("Les Abymes")
    ('à Ajaccio', 'au Havre', 'aux Abymes')
    """
    for article, (_, contracte) in _ARTICLES.items():
        if nom.startswith(article):
            return contracte + nom.removeprefix(article)
    return f"à {nom}"


def majuscule(phrase: str) -> str:
    """Put a capital at the start of a sentence."""
    return phrase[:1].upper() + phrase[1:]


def typographie(texte: str) -> str:
    """Give a French text its curly apostrophes and the no-break spaces of its punctuation.

    Examples
    --------
    >>> typographie("l'offre : 3 ; « oui »").replace(INSECABLE, "_").replace(FINE, "-")
    'l’offre_: 3-; «_oui_»'
    """
    texte = texte.replace("'", "’").replace(" :", f"{INSECABLE}:").replace(" »", f"{INSECABLE}»")
    for signe in ";?!":
        texte = texte.replace(f" {signe}", f"{FINE}{signe}")
    return texte.replace("« ", f"«{INSECABLE}")
