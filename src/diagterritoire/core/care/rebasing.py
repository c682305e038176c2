"""Counts of GPs set, by bassin de vie, on a more recent density."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from diagterritoire import ledger, schema, tables

DENSITE = re.compile(r"Densité de généralistes lib\. (20[0-9]{2})")
SOURCE = ledger.origin(tables.CONTEXTE)


def basin_factors(
    base: pd.DataFrame, contexte: pd.DataFrame, *, facteur_max: float
) -> tuple[pd.Series[float], pd.DataFrame]:
    """Activity of a counted GP of each commune, relative to the mean, from a recent density.

    Where a bassin de vie had `n` GPs when they were counted, and has the density `d` (for 10 000
    inhabitants) now, each of those counted stands for `d * population / 10000 / n` GPs of now,
    between `1 / facteur_max` and `facteur_max`. These are divided by their mean over all the
    counted GPs: supply moves between bassins, its national sum does not change.

    Parameters
    ----------
    base : DataFrame
        `code_commune`, `bassin_vie`, `population`, `mg_nb`: the whole country.
    contexte : DataFrame
        Table `contexte` of the whole country; its latest « Densité de généralistes lib. » counts.
    facteur_max : float
        At least 1.

    Returns
    -------
    (Series, DataFrame)
        Factor by `code_commune`, empty when no density is given; 1 over the mean where the density
        of the bassin is unknown. And rows of `tables.CONTROLE`.

    References
    ----------
    C@rtoSanté, densité de généralistes libéraux.

    Examples
    --------
    Bassin b has twice as many GPs as counted, c as many: 3 counted, mean (2 + 1 + 1) / 3.

    >>> base = pd.DataFrame({
    ...     "code_commune": ["1", "2", "3"], "bassin_vie": ["b", "c", "c"],
    ...     "population": [1000, 1000, 1000], "mg_nb": [1.0, 2.0, 0.0],
    ... })
    >>> density = pd.DataFrame({
    ...     "bassin_vie": ["b", "c"], "indicateur": "Densité de généralistes lib. 2024",
    ...     "valeur": [20.0, 10.0],
    ... })
    >>> basin_factors(base, density, facteur_max=3.0)[0].to_dict()
    {'1': 1.5, '2': 0.75, '3': 0.75}
    """
    found = contexte["indicateur"].str.fullmatch(DENSITE.pattern).fillna(value=False).astype(bool)
    if not found.any():
        return pd.Series(dtype="float64"), schema.empty(tables.CONTROLE)
    latest = contexte.loc[found, "indicateur"].max()
    density = contexte.loc[contexte["indicateur"] == latest].set_index("bassin_vie")["valeur"]
    counts = base["mg_nb"].astype("float64").fillna(0.0)
    sums = base.assign(mg_nb=counts).groupby("bassin_vie")[["population", "mg_nb"]].sum()
    now = sums.index.map(density).to_numpy(np.float64) * sums["population"] / 10_000
    raw = (now / sums["mg_nb"].where(sums["mg_nb"] > 0)).where(lambda f: f > 0)
    bounded = raw.clip(1 / facteur_max, facteur_max)
    factor = base["bassin_vie"].map(bounded)
    unknown = factor.isna() & (counts > 0)
    factor = factor.fillna(1.0).astype("float64")
    mean = float((factor * counts).sum() / counts.sum()) if counts.sum() > 0 else 1.0
    rows = (
        ledger.entry(
            SOURCE,
            "bassins de vie dont les médecins comptés sont recalés sur la densité de "
            f"{latest[-4:]} : leur activité moyenne change, pas leur nombre affiché",
            (),
            len(sums),
            nombre=int(bounded.notna().sum()),
            effet=tables.IMPUTE,
        ),
        ledger.entry(
            SOURCE,
            "bassins de vie où ce recalage est borné",
            ledger.named(raw.index[(raw != bounded) & raw.notna()]),
            len(sums),
        ),
        ledger.entry(
            SOURCE,
            "communes avec médecin sans densité récente de leur bassin : activité moyenne",
            ledger.named(base.loc[unknown, "code_commune"]),
            len(base),
        ),
    )
    return pd.Series(
        (factor / mean).to_numpy(), index=pd.Index(base["code_commune"])
    ), ledger.stack(rows)
