"""Communes where the published APL says that nobody is near and the times the reverse, or back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

MEDECIN_VU, POINT, RATTACHEMENT, VITESSE, MEDECIN = (
    "medecin_parti_ou_venu",
    "point_de_la_commune",
    "rattachement",
    "vitesse",
    "sans_autre_cause",
)
CAUSES: Sequence[str] = (MEDECIN_VU, POINT, RATTACHEMENT, VITESSE, MEDECIN)


def disagreements(
    communes: pd.DataFrame, *, portee_min: float, marge: float, rattachement_m: float
) -> pd.DataFrame:
    """Class the communes whose published APL is 0 while a GP is found in reach, or the reverse.

    The published APL is 0 exactly where no GP counted by the ministry is within `portee_min`. The
    first cause that holds is kept, the surest first: the published value itself passes from or to
    0 in the other year, so a GP left or came; the other point of the commune agrees; a point is
    far from the road; times that much longer or shorter agree. What is left no speed explains: a
    GP who left or came between the count and the publication, or a point wrong in both ways.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`; `temps_min` to the nearest GP from the point used and `temps_autre_min` from
        the other one, infinite where none is reached; `rattachement_m`, distance of the point to
        the road, null where unknown; `apl_publiee` and `apl_autre_annee`, null where unknown.
    portee_min : float
        Reach of the APL, included.
    marge : float
        Part by which times may be wrong: 0.2 tries the reach over 1.2 and times 1.2.
    rattachement_m : float
        Distance beyond which a point is far from the road.

    Returns
    -------
    DataFrame
        `code_commune`, `publiee_nulle`, `cause` (one of `CAUSES`), in order of code: one row each
        commune that disagrees, none where the published value is unknown.

    Examples
    --------
    >>> communes = pd.DataFrame({
    ...     "code_commune": list("ABC"), "temps_min": [19.0, 30.0, 25.0],
    ...     "temps_autre_min": [22.0, 30.0, 25.0], "rattachement_m": 50.0,
    ...     "apl_publiee": [0.0, 1.2, 0.0], "apl_autre_annee": [0.0, 1.1, 0.0],
    ... })
    >>> found = disagreements(communes, portee_min=20.0, marge=0.2, rattachement_m=1000.0)
    >>> found[["code_commune", "cause"]].to_numpy().tolist()
    [['A', 'point_de_la_commune'], ['B', 'sans_autre_cause']]
    """
    table = communes.loc[communes["apl_publiee"].notna()].sort_values("code_commune")
    null = table["apl_publiee"] == 0
    far = table["temps_min"] > portee_min
    other = table["apl_autre_annee"]
    slower = table["temps_min"] * (1 + marge) > portee_min
    faster = table["temps_min"] / (1 + marge) > portee_min
    holds = [
        other.notna() & ((other == 0) != null),
        (table["temps_autre_min"] > portee_min) == null,
        table["rattachement_m"] > rattachement_m,
        (slower == null) | (faster == null),
    ]
    cause = np.select([h.to_numpy(bool) for h in holds], list(CAUSES[:-1]), CAUSES[-1])
    wrong = (far != null).to_numpy(bool)
    return (
        pd.DataFrame(
            {
                "code_commune": table["code_commune"].to_numpy(),
                "publiee_nulle": null.to_numpy(bool),
                "cause": cause,
            }
        )
        .loc[wrong]
        .reset_index(drop=True)
    )
