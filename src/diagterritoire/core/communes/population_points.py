"""Where the inhabitants of a commune are: cells of a grid, else its streets, else its point.

A trip of the commune starts at one point; its inhabitants, at many: the time of a large commune is
a distribution.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from diagterritoire import ledger
from diagterritoire.french import nombre
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.residences import street_nodes
from diagterritoire.tables import IMPUTE, ORIGINE_CARREAUX, ORIGINE_POINT, ORIGINE_RUES
from diagterritoire.territory import WGS84

COLUMNS = ["code_commune", "x", "y", "landmass", "population", "origine"]
SOURCE = "Points de population"
# Side of a cell whose identifier does not tell it, metres.
CELL_M = 200.0


def commune_points(communes: pd.DataFrame) -> pd.DataFrame:
    """Put every inhabitant at the point of the commune.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`, `x`, `y`, `landmass`, `population`.

    Returns
    -------
    DataFrame
        `COLUMNS`, in order of code.

    Examples
    --------
    >>> communes = pd.DataFrame(
    ...     {"code_commune": ["2A001"], "x": 0.0, "y": 0.0, "landmass": 0, "population": [70]}
    ... )
    >>> commune_points(communes).to_numpy().tolist()
    [['2A001', 0.0, 0.0, 0, 70.0, 'point']]
    """
    table = communes.assign(
        population=communes["population"].astype("float64"), origine=ORIGINE_POINT
    )
    return pd.DataFrame(table)[COLUMNS].sort_values("code_commune", ignore_index=True)


def population_points(
    communes: gpd.GeoDataFrame,
    network: RoadNetwork | None,
    carreaux: pd.DataFrame | None = None,
    codes: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Place the inhabitants of each commune.

    The cells of the grid, whose populations are brought to the municipal population of the
    commune; without any, its streets (`residences.street_nodes`), which share it equally; without
    any, its point.

    Parameters
    ----------
    communes : GeoDataFrame
        `code_commune`, `nom`, `x`, `y`, `landmass`, `population`, outlines in metres.
    network : RoadNetwork or None
        Streets.
    carreaux : DataFrame, optional
        Table `CARREAUX`.
    codes : DataFrame, optional
        `code_source` (as the grid has it), `code_cible` (one of `communes`): needed for a grid
        that names its communes.

    Returns
    -------
    DataFrame
        `COLUMNS`, in order of code; each commune has at least one point, and its points sum to its
        population.
    DataFrame
        Rows of `tables.CONTROLE`.

    Notes
    -----
    Equal shares between nodes, not between metres of streets: against the 8 994 buildings that
    OpenStreetMap draws in Liechtenstein, 30 % of the floor of homes is in another cell of 500 m
    with the former, 33 % with the latter; a long street is seldom a dense one.

    Examples
    --------
    >>> communes = gpd.GeoDataFrame(
    ...     {"code_commune": ["2A001"], "nom": "A", "x": 0.0, "y": 0.0, "landmass": 0,
    ...      "population": [70]}, geometry=[shapely.box(-1, -1, 1, 1)], crs="EPSG:2154"
    ... )
    >>> points, told = population_points(communes, None)
    >>> points["origine"].tolist(), told["nombre"].tolist()
    (['point'], [1])
    """
    noms = dict(zip(communes["code_commune"], communes["nom"], strict=True))
    cells, rows = _cells(communes, carreaux, codes, noms)
    rest = communes.loc[~communes["code_commune"].isin(cells["code_commune"])]
    streets = _streets(rest, network)
    alone = commune_points(rest.loc[~rest["code_commune"].isin(streets["code_commune"])])
    parts = [part for part in (cells, streets, alone) if len(part)]
    table = pd.concat(parts) if parts else alone
    told = (
        (
            streets,
            "communes aux habitants répartis à parts égales entre les extrémités et les "
            "carrefours de leurs rues (imputé)",
        ),
        (alone, "communes sans rue connue : habitants placés au point de la commune (imputé)"),
    )
    rows += [
        ledger.entry(
            SOURCE,
            motif,
            ledger.named(set(part["code_commune"]), noms),
            len(communes),
            effet=IMPUTE,
        )
        for part, motif in told
    ]
    order = ["code_commune", "x", "y"]
    return table.sort_values(order, ignore_index=True, kind="stable"), ledger.stack(rows)


def _streets(communes: gpd.GeoDataFrame, network: RoadNetwork | None) -> pd.DataFrame:
    """Share the inhabitants of communes equally between the nodes of their streets."""
    if network is None or communes.empty:
        return commune_points(communes.iloc[:0])
    nodes = street_nodes(network, communes.set_index("code_commune").geometry)
    known = communes[["code_commune", "landmass", "population"]]
    table = nodes.merge(known, how="left", on="code_commune", validate="many_to_one")
    each = table["population"] / table.groupby("code_commune")["x"].transform("size")
    return table.assign(population=each.astype("float64"), origine=ORIGINE_RUES)[COLUMNS]


def _cells(
    communes: gpd.GeoDataFrame,
    carreaux: pd.DataFrame | None,
    codes: pd.DataFrame | None,
    noms: dict[str, str],
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Cells of the communes that have some, and what is said of them."""
    if carreaux is None or carreaux.empty:
        return commune_points(communes.iloc[:0]), []
    inhabited = _projected(carreaux, str(communes.crs))
    named = _of_communes(inhabited, communes, codes)
    cells = named.loc[named["cote"] == named.groupby("code_commune")["cote"].transform("min")]
    cells = cells.assign(poids=cells["population"] * _share(cells, communes))
    cells = cells.drop(columns="population")
    known = communes[["code_commune", "landmass", "population"]]
    table = cells.merge(known, how="left", on="code_commune", validate="many_to_one")
    grouped = table.groupby("code_commune")
    scale = grouped["population"].first() / grouped["poids"].sum()
    table["population"] = table["poids"] * table["code_commune"].map(scale)
    rows = _told(len(inhabited), named, cells)
    if len(scale):
        motif = (
            "communes aux habitants placés par carreaux, ramenés à la population municipale "
            f"(multipliés par {nombre(scale.median(), 2)} en médiane, de {nombre(scale.min(), 2)} "
            f"à {nombre(scale.max(), 2)})"
        )
        shown = ledger.named(scale.index, noms)
        rows.append(ledger.entry(SOURCE, motif, shown, len(communes)))
    return table.assign(origine=ORIGINE_CARREAUX)[COLUMNS], rows


def _told(read: int, named: pd.DataFrame, cells: pd.DataFrame) -> list[pd.DataFrame]:
    """Cells that lie in no commune, in several, or that finer ones replace."""
    known, used = named["rang"].nunique(), cells["rang"].nunique()
    told = (
        ("carreaux habités hors des communes du territoire : non utilisés", read - known),
        ("carreaux remplacés par d'autres plus petits dans leur commune", known - used),
        (
            "carreaux à cheval sur plusieurs communes : comptés dans chacune selon la part de leur "
            "surface qui s'y trouve",
            cells.loc[cells["parties"] > 1, "rang"].nunique(),
        ),
    )
    return [ledger.entry(SOURCE, motif, (), read, nombre=number) for motif, number in told]


def _projected(carreaux: pd.DataFrame, crs: str) -> pd.DataFrame:
    """Inhabited cells, with their centre in metres and their side."""
    project = Transformer.from_crs(WGS84, crs, always_xy=True)
    x, y = project.transform(carreaux["lon"].to_numpy(), carreaux["lat"].to_numpy())
    side = carreaux["carreau"].str.extract(r"RES([0-9]+)m", expand=False).astype("float64")
    table = pd.DataFrame(
        {
            "x": x,
            "y": y,
            "cote": side.fillna(CELL_M).to_numpy(),
            "population": carreaux["population"].to_numpy(np.float64),
            "codes": carreaux["codes_communes"].to_numpy(object),
        }
    )
    placed = np.isfinite(table[["x", "y"]].to_numpy(np.float64)).all(axis=1)
    inhabited = table["population"].to_numpy(np.float64) > 0
    return pd.DataFrame(table.loc[placed & inhabited])


def _of_communes(
    cells: pd.DataFrame, communes: gpd.GeoDataFrame, codes: pd.DataFrame | None
) -> pd.DataFrame:
    """One row for each cell and commune: those that it names, else the one that holds it."""
    if codes is None:
        same = communes["code_commune"].to_numpy(object)
        codes = pd.DataFrame({"code_source": same, "code_cible": same})
    cells = cells.rename_axis("rang").reset_index()
    listed = cells.loc[cells["codes"].notna()]
    listed = listed.assign(code_source=listed["codes"].str.split(",")).explode("code_source")
    found = listed.merge(codes, how="left", on="code_source", validate="many_to_many")
    # Two codes may have become one commune, and one code two; one that leads to none is elsewhere.
    part = found["code_cible"].fillna(found["code_source"])
    found = found.assign(parties=part.groupby(found["rang"]).transform("nunique"))
    found = found.dropna(subset="code_cible").drop_duplicates(["rang", "code_cible"])
    bare = cells.loc[cells["codes"].isna()]
    place, commune = shapely.STRtree(communes.geometry.to_numpy()).query(
        shapely.points(bare[["x", "y"]].to_numpy(np.float64)), predicate="intersects"
    )
    held = bare.iloc[place].assign(
        code_cible=communes["code_commune"].to_numpy(object)[commune], parties=1
    )
    held = held.sort_values(["rang", "code_cible"]).drop_duplicates("rang")
    columns = ["rang", "x", "y", "cote", "population", "code_cible", "parties"]
    parts = [part[columns] for part in (found, held) if len(part)] or [found[columns]]
    both = pd.concat(parts, ignore_index=True).rename(columns={"code_cible": "code_commune"})
    return pd.DataFrame(both.astype({"code_commune": "str"}))


def _share(cells: pd.DataFrame, communes: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Part of each cell in its commune: 1 when it is in no other, else that of its surface."""
    share = np.ones(len(cells))
    rows = np.flatnonzero(cells["parties"] > 1)
    at = cells.iloc[rows]
    x, y, side = (at[c].to_numpy(np.float64) for c in ("x", "y", "cote"))
    squares = shapely.box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    outlines = communes.set_index("code_commune").geometry.reindex(at["code_commune"]).to_numpy()
    inside = shapely.area(shapely.intersection(squares, outlines)) / side**2
    # A simplified outline may leave out a cell that the grid says to be there.
    share[rows] = np.where(inside > 0, inside, 1 / at["parties"].to_numpy(np.float64))
    return share
