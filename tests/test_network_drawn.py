"""Networks drawn by hand, and the small world that other tests of travel times put on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import RoadGraph, build_graph
from diagterritoire.network.landmass import landmasses
from diagterritoire.parameters import Parameters
from diagterritoire.tables import BAC

CRS = "EPSG:2154"
CELL_M = 1000.0
WEST, NORTH = 1_200_000.0, 6_100_000.0

# At 36 km/h a metre takes a decisecond: a cell is 1 000 ds, six cells are 10.0 min.
PARAMETERS = replace(
    Parameters(),
    reseau=replace(
        Parameters().reseau,
        vitesses_kmh={"route": 36.0, "lente": 18.0},
        vitesse_acces_kmh=36.0,
        rattachement_max_m=1500.0,
    ),
)


@dataclass(frozen=True)
class Drawn:
    """A drawn network: its tables, its graph, and the number of each named node."""

    noeuds: pd.DataFrame
    troncons: pd.DataFrame
    graph: RoadGraph
    node: dict[str, int]

    def with_sections(self, *sections: tuple[str, str, float, str]) -> Drawn:
        """Add sections: from, to, metres, class."""
        more = pd.DataFrame(
            [(self.node[a], self.node[b], metres, classe) for a, b, metres, classe in sections],
            columns=self.troncons.columns,
        )
        return assemble(self.noeuds, pd.concat([self.troncons, more]), self.node)


def place(column: float, row: float) -> tuple[float, float]:
    return WEST + column * CELL_M, NORTH - row * CELL_M


def draw(picture: str) -> Drawn:
    """Read a picture: letters are nodes; `-` `|` two-way roads; `>` `<` `v` `^` make them one-way.

    A road takes one cell more than it has signs; all are of class `route`, but those that hold `~`
    (across) or `:` (down), which are ferries.
    """
    lines = [line for line in picture.splitlines() if line.strip()]
    width = max(map(len, lines))
    grid = [line.ljust(width) for line in lines]
    cells = {(c, r): grid[r][c] for r in range(len(grid)) for c in range(width)}
    spots = {at: sign for at, sign in cells.items() if sign.isupper()}
    node = {sign: number for number, sign in enumerate(sorted(spots.values()))}
    sections = []
    for (c, r), sign in spots.items():
        for step, signs, onward, back in (((1, 0), "-<>~", ">", "<"), ((0, 1), "|v^:", "v", "^")):
            at, road = (c + step[0], r + step[1]), ""
            while cells.get(at, " ") in signs:
                road += cells[at]
                at = (at[0] + step[0], at[1] + step[1])
            if not road or at not in spots:
                continue
            metres, classe = (len(road) + 1) * CELL_M, BAC if set(road) & set("~:") else "route"
            if back not in road:
                sections.append((node[sign], node[spots[at]], metres, classe))
            if onward not in road:
                sections.append((node[spots[at]], node[sign], metres, classe))
    where = {sign: place(*at) for at, sign in spots.items()}
    x, y = zip(*(where[sign] for sign in node), strict=True)
    lon, lat = Transformer.from_crs(CRS, 4326, always_xy=True).transform(x, y)
    return assemble(
        pd.DataFrame({"noeud": range(len(node)), "lon": lon, "lat": lat}),
        pd.DataFrame(sections, columns=["depart", "arrivee", "longueur_m", "classe"]),
        node,
    )


def assemble(noeuds: pd.DataFrame, troncons: pd.DataFrame, node: dict[str, int]) -> Drawn:
    network = compile_network(noeuds, troncons)
    return Drawn(noeuds, troncons, build_graph(network, CRS, PARAMETERS.reseau), node)


Cell = tuple[float, float]
Box = tuple[float, float, float, float]


def communes_at(places: dict[str, tuple[Cell, Box]]) -> gpd.GeoDataFrame:
    """Communes by code: cell of the point, and cells west, north, east, south of the outline."""
    points = [place(*at) for at, _ in places.values()]
    outlines = [shapely.box(*place(w, s), *place(e, n)) for _, (w, n, e, s) in places.values()]
    return gpd.GeoDataFrame(
        {
            "code_commune": pd.Series(list(places), dtype="str"),
            "x": [p[0] for p in points],
            "y": [p[1] for p in points],
            "landmass": landmasses(outlines, PARAMETERS.reseau.masse_ecart_max_m),
        },
        geometry=outlines,
        crs=CRS,
    )


def sites_at(places: dict[str, tuple[str, Cell]]) -> gpd.GeoDataFrame:
    """Sites by name: the commune and the cell."""
    return gpd.GeoDataFrame(
        {
            "site_id": pd.Series(list(places), dtype="str"),
            "code_commune": pd.Series([code for code, _ in places.values()], dtype="str"),
        },
        geometry=[shapely.Point(place(*at)) for _, at in places.values()],
        crs=CRS,
    )


def edges(drawn: Drawn) -> dict[str, int]:
    """Edges of the graph by their two letters."""
    name = {number: letter for letter, number in drawn.node.items()}
    forward = drawn.graph.forward
    start = np.repeat(np.arange(len(name)), np.diff(forward.indptr))
    return {
        name[a] + name[b]: int(t)
        for a, b, t in zip(start, forward.indices, forward.time_ds, strict=True)
    }


def test_a_picture_gives_its_roads():
    drawn = draw(
        """
A--B
|  v
C<-D
"""
    )
    assert edges(drawn) == {
        "AB": 3000,
        "BA": 3000,
        "AC": 2000,
        "CA": 2000,
        "BD": 2000,
        "DC": 3000,
    }
    np.testing.assert_allclose(drawn.graph.x[drawn.node["D"]], WEST + 3000, atol=1e-3)
    np.testing.assert_allclose(drawn.graph.y[drawn.node["D"]], NORTH - 2000, atol=1e-3)
