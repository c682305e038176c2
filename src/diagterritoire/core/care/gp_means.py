"""Mean activity of the GPs of each commune, none of them told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.core.care.gp_places import places_of


def means_by_commune(
    medecins: pd.DataFrame, zones: pd.DataFrame, *, secret: int, reste_min: float
) -> tuple[pd.Series[float], pd.DataFrame]:
    """Mean counted activity of the GPs of each commune, never that of a few of them.

    A mean is given when it hides each GP from the others. For one commune, `secret` GPs or more
    do some of what is known, and those beside the two who do most do `reste_min` or more of what
    the first does: the second learns nothing near of it. For several, `secret` GPs or more are
    outside each of them, and the same is asked of the communes. A commune that has no such mean
    takes that of the communes of its zone that have none either, then of the next zone, then of
    all of them: each GP counts in one mean alone, so that no difference of two tells those of a
    few. Communes that share a GP are one.

    Parameters
    ----------
    medecins : DataFrame
        `medecin` (its number), `code_commune`, `part` (of its activity there),
        `consultations_comptees`, `connu` (false where the activity is imputed): one row each by
        commune. A GP listed in a whole city has a row in each of its parts.
    zones : DataFrame
        `code_commune`, then a column for each zone, the finest first.
    secret : int
        Least number of GPs whose mean is given, in full shares.
    reste_min : float
        Fraction of what the first does.

    Returns
    -------
    (Series, DataFrame)
        Consultations a year of a GP, by `code_commune`, for the communes of `medecins` that have
        one; `code_commune`, `niveau`, the zone whose mean each took (null: none).

    References
    ----------
    Hundepool et al. (2012), Statistical disclosure control, section 4.2: the p% rule.

    Examples
    --------
    A has three GPs of known activity; B, C and D one each, of the same zone; E has one in another.

    >>> medecins = pd.DataFrame({
    ...     "medecin": range(7), "code_commune": list("AAABCDE"), "part": 1.0, "connu": True,
    ...     "consultations_comptees": [6000.0, 5000.0, 4000.0, 4000.0, 4500.0, 5000.0, 3600.0],
    ... })
    >>> zones = pd.DataFrame({"code_commune": list("ABCDE"), "bassin_vie": list("xxxxy")})
    >>> means, niveaux = means_by_commune(medecins, zones, secret=2, reste_min=0.15)
    >>> means.to_dict()
    {'A': 5000.0, 'B': 4500.0, 'C': 4500.0, 'D': 4500.0}
    >>> niveaux["niveau"].tolist()
    ['code_commune', 'bassin_vie', 'bassin_vie', 'bassin_vie', None]
    """
    place = places_of(medecins, "medecin")
    once = medecins.assign(code_commune=medecins["code_commune"].map(place))
    left = once.drop_duplicates("medecin").merge(
        zones, on="code_commune", how="left", validate="many_to_one"
    )
    left = left.assign(
        pays="",
        actes=left["part"] * left["consultations_comptees"],
        actes_connus=left["part"] * left["consultations_comptees"] * left["connu"],
        poids=left["part"] * (left["connu"] & (left["consultations_comptees"] > 0)),
    )
    found = pd.Series(np.nan, place.index, name="moyenne")
    levels = pd.Series([None] * len(place), place.index, dtype="object", name="niveau")
    for level in ("code_commune", *zones.columns.drop("code_commune"), "pays"):
        sums = left.groupby(level)[["part", "actes"]].sum()
        sums = sums.loc[_hides(left, level, secret, reste_min) & (sums["part"] > 0)]
        here = left[level].isin(sums.index)
        named = left.loc[here].drop_duplicates("code_commune").set_index("code_commune", drop=False)
        zone = place.map(named[level])
        found = found.fillna(zone.map(sums["actes"] / sums["part"]))
        levels.loc[zone.notna()] = level
        left = left.loc[~here]
    return found.dropna(), levels.reset_index()


def _hides(left: pd.DataFrame, level: str, secret: int, reste_min: float) -> pd.Series[bool]:
    """Say which groups of a level hide each of their GPs from the others, or from a commune."""
    alone = level == "code_commune"
    holder = "medecin" if alone else "code_commune"
    held = left.groupby([level, holder])[["poids", "actes_connus"]].sum()
    by = held.groupby(level=0)["poids"]
    others = by.sum() if alone else by.sum() - by.max()
    acts = held["actes_connus"].sort_values(ascending=False)
    rank = acts.groupby(level=0).cumcount()
    rest, first = acts.where(rank > 1, 0.0).groupby(level=0).sum(), acts.groupby(level=0).max()
    safe: pd.Series[bool] = (others >= secret) & (rest >= reste_min * first)
    return safe
