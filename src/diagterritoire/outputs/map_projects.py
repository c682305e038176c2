"""What the map lays over the communes of what could be done: scenarios, places of new sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely

from diagterritoire import tables
from diagterritoire.core.scenarios.places import declared_point
from diagterritoire.outputs.definitions import BUTS
from diagterritoire.outputs.map_geometry import Shapes, lat_lon
from diagterritoire.outputs.report.scenario_moves import carried, paired, sentence
from diagterritoire.outputs.report.siting import measure, proof
from diagterritoire.outputs.report.totals import records
from diagterritoire.study.bundles import Diagnosis

Place = list[float]
# How a gain is written, and what it is taken from.
_GAINS = {
    "couverture": ("{} habitants", "{} habitants hors de portée"),
    "temps": ("{}", "{} en moyenne"),
    "apl": ("{} consultations par an", "{} consultations manquantes par an"),
    "maintien": ("{} habitants", "{} habitants dont le plus proche est hors du territoire"),
}


@dataclass(frozen=True)
class _Known:
    """Where sites and communes are, and how communes are named."""

    noms: Mapping[str, str]
    sites: Mapping[str, Place]
    communes: Mapping[str, Place]

    def nom(self, code: str) -> str:
        """Name a commune by its code."""
        return self.noms.get(code, code)

    def site(self, row: Any) -> Place | None:
        """Find the point of a site: in place, declared by its coordinates, or of its commune."""
        declared = declared_point(row.site_id)
        found = self.sites.get(row.site_id, None if declared is None else list(declared))
        return found or self.communes.get(row.code_commune)


def moves(diagnosis: Diagnosis, codes: pd.Series, points: Shapes) -> list[dict[str, Any]]:
    """Give what each scenario does: one mark a move, one for both ends of what is carried.

    Parameters
    ----------
    diagnosis : Diagnosis
    codes : Series of str
        Communes of the map, in its order.
    points : array of shape (n, 2)
        Latitude and longitude of each.

    Returns
    -------
    list of dict
        `scenario` (rank), `genre` (`geste`, or `profession` for a move without effect on GPs),
        `texte`, `position` and `vers` (latitude and longitude; null where there is none).
    """
    if diagnosis.scenarios is None:
        return []
    sites = diagnosis.sites
    at = lat_lon(sites.geometry.to_numpy(), sites.crs).tolist()
    known = _Known(
        diagnosis.noms,
        dict(zip(sites["site_id"], at, strict=True)),
        dict(zip(codes, points.tolist(), strict=True)) | _arrondissements(diagnosis),
    )
    table = diagnosis.scenarios.scenario_mouvements
    found = []
    for rank, cle in enumerate(diagnosis.scenarios.noms, start=1):
        rows = table.loc[table["scenario"] == cle].sort_values("rang")
        for row, come in paired(list(records(rows))):
            found.append({"scenario": rank} | _mark(known, row, come))
    return found


def _arrondissements(diagnosis: Diagnosis) -> dict[str, Place]:
    """Points of the arrondissements where a scenario does something."""
    if diagnosis.scenarios is None or not diagnosis.scenarios.points:
        return {}
    points = diagnosis.scenarios.points
    at = lat_lon(shapely.points(list(points.values())), diagnosis.communes.crs)
    return dict(zip(points, at.tolist(), strict=True))


def _mark(known: _Known, row: Any, come: Any | None) -> dict[str, Any]:
    start: Place | None
    end: Place | None = None
    genre, texte = row.geste, sentence(known, row) if come is None else carried(known, row, come)
    if row.geste == "accelerer":
        start, end = known.communes.get(row.code_commune), known.communes.get(row.code_arrivee)
    elif row.profession != tables.GENERALISTE:
        genre, start = "profession", None
    else:
        start, end = known.site(row), None if come is None else known.site(come)
    return {"genre": genre, "texte": texte, "position": start, "vers": end}


def sitings(diagnosis: Diagnosis) -> list[dict[str, Any]]:
    """Give the first choice of each aim and number of sites, in the order of the table.

    Returns
    -------
    list of dict
        `but` (its name), `sites_nb`, `lieux`, `etp` (empty where the aim counts none), `gain` and
        `avant` (written), `preuve`, `ex_aequo`, `positions` (latitude and longitude).
    """
    table = diagnosis.implantations
    firsts = table.loc[table["rang"] == 1].sort_values("numero")
    firsts = firsts.drop_duplicates(["but", "sites_nb"]).sort_index()
    return [
        {
            "but": BUTS[row.but],
            "sites_nb": int(row.sites_nb),
            "lieux": row.lieux,
            "etp": row.etp if isinstance(row.etp, str) else "",
            "gain": _GAINS[row.but][0].format(measure(row.but, row.gain)),
            "avant": _GAINS[row.but][1].format(measure(row.but, row.valeur_avant)),
            "preuve": proof(row),
            "ex_aequo": bool(row.ex_aequo),
            "positions": lat_lon(shapely.get_parts(row.geometry), diagnosis.communes.crs).tolist(),
        }
        for row in records(firsts)
    ]
