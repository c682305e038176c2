"""The supply of sites once the moves of a scenario are made, to the last bit.

Amounts are counted in consultations a year, in exact fractions: a post that leaves one site and
opens in another offers the same consultations, whatever the activity of the GPs of each commune,
and what is taken then given back leaves no trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from diagterritoire.core.scenarios import moves as m
from diagterritoire.core.scenarios.places import Place, place_of
from diagterritoire.errors import UsageError

# A billionth of a GP is nobody: what remains of a number given in other units.
NOBODY = 1e-9


@dataclass(frozen=True)
class Rates:
    """What a GP offers.

    Attributes
    ----------
    par_mg : float
        Consultations a year of a counted GP.
    par_etp : float
        Of a full-time one.
    demi_journees_par_etp : float
        Half-days of consultation a week of a full-time one.
    facteurs : Series
        Activity of the GPs of a commune relative to the mean, by code; 1 for those it lacks.
    """

    par_mg: float
    par_etp: float
    demi_journees_par_etp: float
    facteurs: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype="float64"))

    def of(self, code: str) -> Fraction:
        """Consultations of a counted GP of a commune."""
        factor = float(self.facteurs.get(code, 1.0))
        return Fraction(self.par_mg) * Fraction(1.0 if factor != factor else factor)


@dataclass(frozen=True)
class Edit:
    """Consultations that a move adds to a site, or takes from it (negative)."""

    geste: str
    site_id: str
    code_commune: str
    consultations: Fraction
    projet: str = ""


@dataclass(frozen=True)
class Area:
    """The closed area that a scenario edits.

    Attributes
    ----------
    communes, sites : GeoDataFrame
        As in `bundles.Inputs`.
    medecins_ages : DataFrame
        GPs by age; may be empty.
    rates : Rates
    secret : int
        See `departing_share`.
    tolerance_m : float
        See `places.place_of`.
    """

    communes: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    medecins_ages: pd.DataFrame
    rates: Rates
    secret: int
    tolerance_m: float = 0.0

    def place(self, lieu: m.Lieu) -> Place:
        """Find a place of the area; see `places.place_of`."""
        return place_of(lieu, self.communes, self.sites, tolerance_m=self.tolerance_m)


@dataclass(frozen=True)
class Planned:
    """What a scenario does to the supply.

    Attributes
    ----------
    edits : tuple of Edit
        In the order of the moves.
    places : mapping of str to Place
        Of the sites that were not there, by identifier.
    """

    edits: tuple[Edit, ...]
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))


def supplied(plan: Planned, area: Area) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give the sites and the communes once the moves are made.

    Parameters
    ----------
    plan : Planned
    area : Area

    Returns
    -------
    sites : GeoDataFrame
        Those there were, in their order, one that lost everybody staying with 0 GP; then the new
        ones, by identifier, those left without anybody dropped. `mg_nb` is in counted GPs of the
        commune: their activity makes the consultations of the moves.
    communes : GeoDataFrame
        `mg_nb` follows its sites, and stays unknown where it was.
    """
    before = present(area)
    codes = dict(zip(area.sites["site_id"], area.sites["code_commune"], strict=True))
    codes |= {name: place.code_commune for name, place in plan.places.items()}
    after = dict(before)
    for edit in plan.edits:
        after[edit.site_id] = after.get(edit.site_id, Fraction(0)) + edit.consultations
    counts = dict(zip(area.sites["site_id"], area.sites["mg_nb"].astype("float64"), strict=True))
    for name in {edit.site_id for edit in plan.edits}:
        found = float(_counted(after[name], codes[name], area.rates))
        counts[name] = _settled(found, counts.get(name, 0.0))
    moved: dict[str, Fraction] = {}
    for edit in plan.edits:
        share = _counted(edit.consultations, edit.code_commune, area.rates)
        moved[edit.code_commune] = moved.get(edit.code_commune, Fraction(0)) + share
    return _sites(area, plan, counts), _communes(area.communes, moved)


def present(area: Area) -> dict[str, Fraction]:
    """Give the consultations of each site of the present situation, exact."""
    sites = area.sites
    rows = zip(sites["site_id"], sites["code_commune"], sites["mg_nb"], strict=True)
    return {name: Fraction(float(mg)) * area.rates.of(code) for name, code, mg in rows}


def _counted(consultations: Fraction, code: str, rates: Rates) -> Fraction:
    """Give the GPs of a commune that offer some consultations."""
    rate = rates.of(code)
    if not rate and consultations:
        raise UsageError(
            f"Scénario : les médecins de {code} sont comptés sans aucune activité connue, rien ne "
            "dit combien il en faudrait.",
            "Ouvrez dans une commune voisine, ou donnez offre.activite_fichier = false.",
        )
    return consultations / rate if rate else Fraction(0)


def _settled(value: float, before: float) -> float:
    """Keep what there was, or nobody, when the rest is what changing units leaves."""
    for known in (before, 0.0):
        if abs(value - known) < NOBODY:
            return known
    return value


def _sites(area: Area, plan: Planned, counts: Mapping[str, float]) -> gpd.GeoDataFrame:
    kept = area.sites.assign(
        mg_nb=area.sites["site_id"].map(pd.Series(counts, dtype="float64")).astype("float64")
    )
    new = [plan.places[n] for n in sorted(plan.places) if counts[n] > 0]
    if not new:
        return kept
    added = gpd.GeoDataFrame(
        {
            "site_id": [p.site_id for p in new],
            "code_commune": [p.code_commune for p in new],
            "mg_nb": [counts[p.site_id] for p in new],
            "origine_position": [p.origine_position for p in new],
        },
        geometry=gpd.points_from_xy([p.x for p in new], [p.y for p in new]),
        crs=area.sites.crs,
    )
    types = {c: kept[c].dtype for c in added.columns if c in kept and c != "geometry"}
    both = pd.concat([part for part in (kept, added.astype(types)) if len(part)])
    return gpd.GeoDataFrame(both.reset_index(drop=True), crs=area.sites.crs)


def _communes(communes: gpd.GeoDataFrame, moved: Mapping[str, Fraction]) -> gpd.GeoDataFrame:
    counts = communes["mg_nb"].copy()
    rows = pd.Series(communes.index, index=communes["code_commune"].to_numpy())
    for code, change in moved.items():
        before = counts.loc[rows[code]]
        if pd.isna(before):
            continue
        after = _settled(float(Fraction(float(before)) + change), float(before))
        if after != float(before):
            counts = counts.astype("float64")
            counts.loc[rows[code]] = max(0.0, after)
    return communes.assign(mg_nb=counts)
