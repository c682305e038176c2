"""Aid and funders: what the official zones of a territory open. Shown, never promised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from diagterritoire.core.practices.aid_register import AIDES, Aide
from diagterritoire.schema import conform
from diagterritoire.tables import AIDES as TABLE


def aids(communes: pd.DataFrame, register: Iterable[Aide] = AIDES) -> pd.DataFrame:
    """Match the register of aid with the zones of the communes of a territory.

    An aid of another region or departement is left out; one that is closed is told as such. A
    commune whose zone is unknown opens nothing, and closes nothing either.

    Parameters
    ----------
    communes : DataFrame
        Those of the territory: `zonage_mg` (null where unknown), `code_region`,
        `code_departement`, `population`.
    register : iterable of Aide

    Returns
    -------
    DataFrame
        Table `aides`, in the order of the register.

    Examples
    --------
    >>> communes = pd.DataFrame({
    ...     "zonage_mg": ["ZIP", "HZ"], "code_region": "94", "code_departement": "2A",
    ...     "population": [300, 900],
    ... })
    >>> found = aids(communes).set_index("aide")
    >>> found.loc["primo_installation_zip", ["ouverture", "communes_nb"]].astype(str).tolist()
    ['zone_presente', '1']
    >>> found.loc["primo_installation_zac", "ouverture"], "region_normandie_psla" in found.index
    ('zone_absente', False)
    """
    rows = [_row(aide, communes) for aide in register if _here(aide, communes)]
    return conform(pd.DataFrame(rows, columns=list(TABLE.noms)), TABLE)


def _here(aide: Aide, communes: pd.DataFrame) -> bool:
    """Whether the aid is that of a region or departement of the territory, or of the country."""
    region = not aide.regions or communes["code_region"].isin(aide.regions).any()
    departement = (
        not aide.departements or communes["code_departement"].isin(aide.departements).any()
    )
    return bool(region and departement)


def _row(aide: Aide, communes: pd.DataFrame) -> dict[str, Any]:
    zones = communes["zonage_mg"]
    inside = zones.isin(aide.zones)
    opening = _opening(aide, zones)
    # Where a zone is unknown and no other opens it, none is not a number that is known.
    counted = opening in ("zone_presente", "zone_absente")
    return {
        "aide": aide.cle,
        "titre": aide.titre,
        "financeur": aide.financeur,
        "zones": " ou ".join(aide.zones) or aide.autre_zonage or "sans condition de zone",
        "ouverture": opening,
        "communes_nb": int(inside.sum()) if counted else None,
        "population": int(communes.loc[inside, "population"].sum()) if counted else None,
        "montant": aide.montant,
        "depuis": aide.depuis,
        "jusqu_a": aide.jusqu_a,
        "conditions": aide.conditions,
        "source": aide.source,
        "source_date": aide.source_date,
        "fermete": aide.fermete,
    }


def _opening(aide: Aide, zones: pd.Series) -> str:
    if aide.fermee:
        return "fermee"
    if aide.autre_zonage:
        return "zonage_non_lu"
    if not aide.zones:
        return "sans_condition_de_zone"
    if zones.isin(aide.zones).any():
        return "zone_presente"
    return "zone_inconnue" if zones.isna().any() or zones.empty else "zone_absente"
