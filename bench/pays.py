"""An invented country: its roads, communes, inhabited cells and sites of GPs, kept in a folder.

Roads and communes are those of the generator of the invented territory. The cells are drawn among
those of 200 m that hold a node, the sites in the communes, more in the towns.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.demo.geography import Geography, draw_geography
from diagterritoire.demo.roads import Network, draw_network
from diagterritoire.demo.shapes import to_metres
from diagterritoire.network.cells import CELL_M
from diagterritoire.network.landmass import landmasses
from diagterritoire.parameters import Parameters

NODES_BY_COMMUNE = 507
"""18 million nodes for 35 000 communes."""
CELLS, SITES, COMMUNES = 2_300_000, 25_000, 35_000
# A pole weighs as much as 24 villages, a small town as 6.
_WEIGHTS = {"pole": 12.0, "bourg": 3.0}


@dataclass(frozen=True)
class Points:
    """Places of k cells or sites.

    Attributes
    ----------
    xy : float64[k, 2]
        Metres.
    landmass : int64[k]
        Mass of land of each.
    value : float64[k]
        Inhabitants of a cell, consultations of a site.
    """

    xy: FloatArray
    landmass: IntArray
    value: FloatArray


def draw_country(communes: int, folder: Path, seed: int = 1) -> None:
    """Draw a country of so many communes and write it."""
    rng = np.random.default_rng(seed)
    geography = draw_geography(communes, rng)
    land = geography.communes
    land["landmass"] = landmasses(land.geometry, Parameters().reseau.masse_ecart_max_m)
    land[["code_commune", "landmass", "geometry"]].to_parquet(folder / "communes.parquet")
    for name, points in (
        ("sites", _draw_sites(geography, rng)),
        ("cells", _keep_roads(draw_network(geography, rng, NODES_BY_COMMUNE), land, folder, rng)),
    ):
        for field in fields(points):
            np.save(folder / f"{name}.{field.name}.npy", getattr(points, field.name))


def _keep_roads(
    drawn: Network, land: gpd.GeoDataFrame, folder: Path, rng: np.random.Generator
) -> Points:
    """Write the tables of the roads, and draw the inhabited cells."""
    np.save(folder / "lonlat.npy", drawn.lonlat)
    for column in ("depart", "arrivee"):
        np.save(folder / f"{column}.npy", drawn.edges[column].to_numpy(np.int32))
    np.save(folder / "longueur_m.npy", drawn.edges["longueur_m"].to_numpy(np.float32))
    classe = drawn.edges["classe"].cat
    np.save(folder / "classe.npy", classe.codes.to_numpy(np.int8))
    np.save(folder / "classes.npy", np.array(classe.categories, dtype=np.str_))
    xy = to_metres(drawn.lonlat)
    return _draw_cells(xy, land, rng)


def _draw_cells(xy: FloatArray, land: gpd.GeoDataFrame, rng: np.random.Generator) -> Points:
    column, row = np.floor(xy / CELL_M).astype(np.int64).T
    width = int(column.max() - column.min()) + 1
    held = np.unique((row - row.min()) * width + column - column.min())
    wanted = round(CELLS / COMMUNES * len(land))
    held = np.sort(rng.choice(held, min(wanted, len(held)), replace=False))
    row, column = held // width + row.min(), held % width + column.min()
    centres = (np.column_stack([column, row]) + 0.5) * CELL_M
    cell, commune = shapely.STRtree(land.geometry.to_numpy()).query(
        shapely.points(centres), predicate="intersects"
    )
    cell, first = np.unique(cell, return_index=True)
    mass = land["landmass"].to_numpy(np.int64)[commune[first]]
    return Points(centres[cell], mass, np.rint(rng.lognormal(2.5, 1.0, len(cell))) + 1)


def _draw_sites(geography: Geography, rng: np.random.Generator) -> Points:
    land = geography.communes
    weight = land["nature"].map(_WEIGHTS).fillna(0.5).to_numpy()
    number = round(SITES / COMMUNES * len(land))
    held = np.sort(rng.choice(len(land), number, p=weight / weight.sum()))
    inner = shapely.get_coordinates(shapely.point_on_surface(land.geometry.to_numpy()[held]))
    doctors = rng.integers(1, 6, number).astype(np.float64)
    return Points(
        inner + rng.uniform(-300, 300, (number, 2)),
        land["landmass"].to_numpy(np.int64)[held],
        doctors * Parameters().offre.consultations_par_mg,
    )


def read_roads(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the tables `NOEUDS` and `TRONCONS` of a country."""
    lonlat = np.load(folder / "lonlat.npy")
    codes, classes = np.load(folder / "classe.npy"), np.load(folder / "classes.npy")
    sections = {name: np.load(folder / f"{name}.npy") for name in ("depart", "arrivee")}
    sections["longueur_m"] = np.load(folder / "longueur_m.npy")
    nodes = {"noeud": np.arange(len(lonlat)), "lon": lonlat[:, 0], "lat": lonlat[:, 1]}
    return pd.DataFrame(nodes), pd.DataFrame(
        {**sections, "classe": pd.Categorical.from_codes(codes, classes)}
    )


def read_land(folder: Path) -> gpd.GeoDataFrame:
    """Read the communes of a country: `code_commune`, `landmass`, outlines."""
    return gpd.read_parquet(folder / "communes.parquet")


def read_points(folder: Path, name: str) -> Points:
    """Read the `cells` or the `sites` of a country."""
    return Points(*(np.load(folder / f"{name}.{f.name}.npy") for f in fields(Points)))
