"""The national product of a batch: what its deliveries say together, read back from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from diagterritoire import schema
from diagterritoire.batch.journal import ECHEC, LIVRE, REPRIS, Outcome
from diagterritoire.outputs.lots import (
    TERRITOIRES,
    Lot,
    Member,
    ranked,
    render,
    simplified,
    write_light,
    write_partitions,
)
from diagterritoire.outputs.lots.layers import COMMUNES_COMPLETES, as_multi
from diagterritoire.store import INDEX, disk_errors, open_roots, write_beside
from diagterritoire.store.disk import remove_tree
from diagterritoire.territory import WGS84

COMMUNES, NATIONAL = "communes", "national.gpkg"
_A_RELANCER = "à relancer, la raison est dans bilan.csv"
_PAGES = {"carte.html": "Carte", "rapport.html": "Rapport"}


@dataclass(frozen=True)
class Places:
    """Where deliveries are read from, and where the product goes."""

    maps: Path
    processed: Path
    pages: Path
    donnees: Path


def write_product(
    titre: str, outcomes: Sequence[Outcome], demandees: pd.DataFrame, places: Places
) -> Path:
    """Write all the communes and territories of a batch, and the page that leads to each.

    Parameters
    ----------
    titre : str
        What was asked, in words.
    outcomes : sequence of Outcome
    demandees : DataFrame
        `code_commune`, `nom`, `population` of every commune asked.
    places : Places

    Returns
    -------
    Path
        The page.

    Raises
    ------
    DiskError
        The disk refuses, or a page that is not ours bears this name.
    """
    delivered = [o for o in outcomes if o.statut in (LIVRE, REPRIS)]
    groups = _by_projection(delivered, places.processed)
    once = {crs: held.drop_duplicates("code_commune") for crs, held in groups.items()}
    light = {crs: simplified(held) for crs, held in once.items()}
    rows = _territories(delivered, groups, light)
    communes = _in_degrees(once)
    if len(rows):
        with disk_errors(places.donnees):
            write_partitions(communes, places.donnees / COMMUNES)
            shapes = [
                as_multi([f], crs).iloc[0]
                for f, crs in zip(rows["forme"], rows["crs"], strict=True)
            ]
            layer = gpd.GeoDataFrame(rows.drop(columns="forme"), geometry=shapes, crs=WGS84)
            write_light(_in_degrees(light), layer, places.donnees / NATIONAL)
    else:
        # What an earlier run left would lie beside a page that says nothing is delivered.
        with disk_errors(places.donnees):
            remove_tree(places.donnees / COMMUNES)
            (places.donnees / NATIONAL).unlink(missing_ok=True)
    counted = set(communes["code_commune"])
    lot = Lot(
        titre,
        tuple(_member(o, places) for o in outcomes),
        rows,
        len(communes),
        int(communes["population"].sum()),
        demandees.loc[~demandees["code_commune"].isin(counted)],
    )
    page = places.pages / INDEX
    open_roots(page.parent.parent, page.parent)
    write_beside(page, render(lot))
    return page


def _by_projection(delivered: Sequence[Outcome], processed: Path) -> dict[str, gpd.GeoDataFrame]:
    """Communes of every delivery, by projection; one that two territories hold is there twice."""
    parts: dict[str, list[gpd.GeoDataFrame]] = {}
    for outcome in delivered:
        path = processed / outcome.slug / "diagnostic.gpkg"
        with disk_errors(path):
            frame = pyogrio.read_dataframe(path, layer="communes", where="dans_territoire = 1")
        held = frame.assign(territoire=outcome.slug)
        parts.setdefault(frame.crs.to_string(), []).append(schema.conform(held, COMMUNES_COMPLETES))
    return {crs: pd.concat(held, ignore_index=True) for crs, held in sorted(parts.items())}


def _in_degrees(groups: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Communes of all projections in one table, by code."""
    held = [
        g.set_geometry(as_multi(g.geometry.to_numpy(), g.crs).to_numpy(), crs=WGS84)
        for g in groups.values()
    ]
    if not held:
        return schema.empty(COMMUNES_COMPLETES, WGS84)
    whole: gpd.GeoDataFrame = pd.concat(held, ignore_index=True)
    return whole.sort_values("code_commune", ignore_index=True)


def _territories(
    delivered: Sequence[Outcome],
    groups: dict[str, gpd.GeoDataFrame],
    light: dict[str, gpd.GeoDataFrame],
) -> pd.DataFrame:
    """One row a territory delivered, in order: its figures, its shape and its projection."""
    shape_of = {
        code: shape
        for held in light.values()
        for code, shape in zip(held["code_commune"], held.geometry, strict=True)
    }
    by_slug = {
        slug: (crs, part)
        for crs, held in groups.items()
        for slug, part in held.groupby("territoire", sort=False)
    }
    rows = [_row(o, *by_slug[o.slug], shape_of) for o in delivered if o.slug in by_slug]
    if not rows:
        return pd.DataFrame(columns=[*TERRITOIRES.noms, "crs", "forme"])
    return ranked(pd.DataFrame(rows))


def _row(
    outcome: Outcome, crs: str, part: pd.DataFrame, shape_of: dict[str, Any]
) -> dict[str, Any]:
    figures = {k: np.nan if v is None else v for k, v in outcome.figures.items()}
    people, short = int(part["population"].sum()), figures["habitants_deficit"]
    shape = shapely.union_all([shape_of[code] for code in part["code_commune"]])
    return {
        "saisi": outcome.saisi,
        "dossier": outcome.slug,
        "nom": outcome.nom,
        "communes_nb": len(part),
        "population": people,
        "mg_nb": float(part["mg_nb"].sum(min_count=1)),
        "temps_mg_min": figures["temps_mg_min"],
        "apl": figures["apl"],
        "apl_publiee": figures["apl_publiee"],
        "apl_ecart": figures["apl"] - figures["apl_publiee"],
        "communes_deficit": figures["communes_deficit"],
        "habitants_deficit": short,
        "part_deficit_pct": 100 * short / people if people else np.nan,
        "deficit_consultations": float(part["deficit_consultations"].sum(min_count=1)),
        "crs": crs,
        "forme": shape,
    }


def _member(outcome: Outcome, places: Places) -> Member:
    if outcome.statut not in (LIVRE, REPRIS):
        # What a disk or a library says names folders of the machine: not for a page that is shown.
        motif = _A_RELANCER if outcome.statut == ECHEC else " ".join(outcome.erreur.split())
        return Member(outcome.saisi, outcome.nom, "", outcome.statut, motif)
    up = "../.."
    links = tuple(
        (label, f"{up}/{outcome.slug}/{name}")
        for name, label in _PAGES.items()
        if (places.maps / outcome.slug / name).is_file()
    )
    # Which run delivered it is for the table of the batch: resumed or not, the page is the same.
    return Member(outcome.saisi, outcome.nom, outcome.slug, LIVRE, liens=links)
