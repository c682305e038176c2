"""Ranks of territories among those of the same size.

Sizes are those that the law asks of an intercommunalité: 15 000 inhabitants of any that levies
taxes (article L5210-1-1, III, 1° of the code général des collectivités territoriales, less where
few people live), 50 000 of a communauté d'agglomération (L5216-1), 250 000 of a communauté
urbaine (L5215-1). They are kept for the other levels, so that a size means one thing.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from diagterritoire.french import entier

BORNES = (15_000, 50_000, 250_000)


def size_labels() -> tuple[str, ...]:
    """Name each size, in inhabitants.

    Examples
    --------
    >>> from diagterritoire.french import FINE
    >>> [t.replace(FINE, " ") for t in size_labels()][:2]
    ['moins de 15 000', 'de 15 000 à moins de 50 000']
    """
    low, *_, high = BORNES
    between = [f"de {entier(a)} à moins de {entier(b)}" for a, b in pairwise(BORNES)]
    return (
        f"moins de {entier(low)}",
        *between,
        f"{entier(high)} et plus",
    )


def ranked(territoires: pd.DataFrame) -> pd.DataFrame:
    """Rank the territories of each size: first the best access, equal figures an equal rank.

    Parameters
    ----------
    territoires : DataFrame
        `population`, `apl`, `temps_mg_min`, of one level.

    Returns
    -------
    DataFrame
        With `taille` (a text of `size_labels`), `rang_apl` and `rang_temps` (null where the figure
        is unknown), `rang_apl_sur` and `rang_temps_sur`, how many are ranked.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"population": [9e3, 1e4, 2e4], "apl": [2.0, 3, 1], "temps_mg_min": [5.0, 5, None]}
    ... )
    >>> out = ranked(table)
    >>> out["rang_apl"].tolist(), out["rang_temps"].tolist()
    ([2, 1, 1], [1, 1, <NA>])
    """
    labels = np.asarray(size_labels(), dtype=object)
    sizes = np.searchsorted(BORNES, territoires["population"].to_numpy(float), side="right")
    out = territoires.assign(taille=labels[sizes])
    for name, column, rising in (
        ("rang_apl", "apl", False),
        ("rang_temps", "temps_mg_min", True),
    ):
        groups = out.assign(valeur=out[column].astype("float64")).groupby("taille")["valeur"]
        ranks = groups.rank(method="min", ascending=rising)
        out[name] = ranks.astype("Int64")
        out[f"{name}_sur"] = groups.transform("count").astype("int64")
    return out
