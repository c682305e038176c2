"""Names that sound French and belong to no commune.

A name is a start, a middle and an end; a test on the real list of communes checks that none of the
combinations exists.
"""

from __future__ import annotations

from itertools import islice, product

import numpy as np

STARTS = (
    "Bauvr", "Brél", "Cravl", "Drouvr", "Églav", "Flouv", "Frévl", "Glaiv", "Grévl", "Jarv",
    "Lurv", "Mouvr", "Nébr", "Orlav", "Pluvr", "Quirv", "Sauvl", "Trévr", "Vaurl", "Yvr",
)  # fmt: skip
MIDDLES = (
    "al", "and", "ar", "aud", "el", "ent", "er", "ill", "im", "in", "ol", "ond", "our", "ul", "ugn",
)  # fmt: skip
ENDS = (
    "ac", "ais", "ange", "ay", "é", "elle", "ence", "euil", "ières", "ois", "onne", "oux", "y",
)  # fmt: skip
EPITHETS = ("", "", "", "", "-le-Haut", "-sur-Orvelle", "-en-Mirvais", "-l'Étang")


def bases() -> list[str]:
    """Every name that can be drawn, without epithet, in a fixed order.

    Examples
    --------
    >>> bases()[0], len(bases()) > 3500
    ('Bauvralac', True)
    """
    return list(dict.fromkeys(map("".join, product(STARTS, MIDDLES, ENDS))))


def draw(number: int, rng: np.random.Generator) -> list[str]:
    """Draw distinct invented names, a part of them with an epithet.

    Parameters
    ----------
    number : int
        How many names. A country has more communes than there are `bases()`: the rest are two of
        them.
    rng : numpy.random.Generator

    Examples
    --------
    >>> names = draw(3, np.random.default_rng(1))
    >>> len(set(names)), len(set(draw(5000, np.random.default_rng(1))))
    (3, 5000)
    """
    every = bases()
    pairs = (f"{one}-lès-{other}" for one, other in product(every, every))
    every += islice(pairs, max(0, number - len(every)))
    chosen = rng.choice(len(every), size=number, replace=False)
    epithets = rng.integers(0, len(EPITHETS), size=number)
    return [every[i] + EPITHETS[e] for i, e in zip(chosen, epithets, strict=True)]


def of(name: str) -> str:
    """Put the French "of" before a name.

    Examples
    --------
    >>> of("Brélonde"), of("Églavay")
    ('de Brélonde', "d'Églavay")
    """
    return f"d'{name}" if name[0] in "AEÉIOUY" else f"de {name}"
