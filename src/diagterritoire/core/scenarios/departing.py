"""The share of the supply of each commune that GPs of some age or more offer, none pointed at."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.core.care.gp_groups import shared_within, within_area
from diagterritoire.errors import UsageError


def departing_share(
    medecins: pd.DataFrame, communes: pd.Series, *, age: float, secret: int
) -> pd.Series[float]:
    """Share of the supply of each commune that leaves when every GP of an age or more does.

    Parameters
    ----------
    medecins : DataFrame
        Table `medecins_ages`: `code_commune`, `age` (null where unknown); with
        `consultations_comptees` a GP weighs what it does, else all weigh the same. With `rang`
        (who it is), a GP handed down to every arrondissement of a city is one, wherever communes
        are taken together; with `groupe` (`gp_groups.around`) a commune is as its whole group.
    communes : Series
        Codes wanted.
    age : float
        Whole years, included.
    secret : int
        A commune with fewer GPs of known age takes the share of all such communes together: the
        result tells nobody's age.

    Returns
    -------
    Series
        Fraction by code.

    Raises
    ------
    UsageError
        Fewer than `secret` GPs of known age in all.

    Examples
    --------
    >>> medecins = pd.DataFrame({"code_commune": list("AAB"), "age": [70.0, 40.0, 66.0]})
    >>> departing_share(medecins, pd.Series(["A", "B"]), age=65, secret=2).round(2).to_dict()
    {'A': 0.5, 'B': 0.67}
    """
    known = medecins.loc[medecins["age"].notna()]
    who = known["rang"] if "rang" in known else pd.Series(known.index, known.index)
    here = within_area(known)
    if (number := who[here].nunique()) < max(1, secret):
        raise UsageError(
            f"Scénario : retirer les médecins de {age:g} ans et plus demande l'âge des médecins, "
            f"connu ici pour {number} d'entre eux.",
            "Donnez une part (part = 0.3), ou déposez un fichier des âges (docs/formats.md).",
        )
    weight = known.get("consultations_comptees", pd.Series(1.0, known.index)).astype("float64")
    leaving = weight.where(np.floor(known["age"].astype("float64")) >= age, 0.0)
    weights = shared_within(pd.DataFrame({"poids": weight, "part": leaving}), known)
    gps = weights.assign(code=known["code_commune"], qui=who).loc[here]
    by_code = gps.groupby("code")
    sums = by_code[["poids", "part"]].sum()
    many = by_code["qui"].nunique() >= secret
    few = gps.loc[~gps["code"].map(many)].drop_duplicates("qui")
    # Too few even together: the share of all.
    pool = few if len(few) >= max(1, secret) else gps.drop_duplicates("qui")
    common = float(pool["part"].sum() / pool["poids"].sum()) if pool["poids"].sum() > 0 else 0.0
    own = (sums["part"] / sums["poids"].where(sums["poids"] > 0)).where(many)
    shares = own.reindex(pd.Index(communes.unique())).fillna(common)
    return shares.astype("float64")
