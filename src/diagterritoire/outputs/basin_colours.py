"""Colours of the basins: few, and never the same on both sides of a border."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import shapely

from diagterritoire.outputs.classes import (
    AIRE,
    BASSINS_COULEURS,
    HORS_BASSINS,
    Classe,
    Indicateur,
)

# Basins of one colour are at least so far apart, metres.
_ECART_M = 200.0


def basin_indicator(bassins: gpd.GeoDataFrame, noms: Mapping[str, str]) -> Indicateur:
    """Give the map of basins: one class each, the most populated first.

    A basin takes the least used colour that no neighbour has; with more mutual neighbours than
    colours, two share one and their border tells them apart.

    Parameters
    ----------
    bassins : GeoDataFrame
        Layer `bassins`.
    noms : mapping of str to str
        Names of communes by code.

    Examples
    --------
    >>> squares = [shapely.box(x, 0, x + 1000, 1000) for x in (0, 1000, 2000)]
    >>> layer = gpd.GeoDataFrame(
    ...     {"bassin": ["A", "B", "C"], "population": [3, 2, 1]}, geometry=squares, crs="EPSG:2154"
    ... )
    >>> found = basin_indicator(layer, {"A": "Anse"})
    >>> [(c.libelle, BASSINS_COULEURS.index(c.couleur)) for _, c in found.categories]
    [('Anse', 0), ('B', 1), ('C', 2)]
    """
    ordered = bassins.sort_values(["population", "bassin"], ascending=[False, True])
    shapes = ordered.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_ECART_M)
    colours: list[int] = []
    for k in range(len(shapes)):
        taken = {colours[j] for j in other[one == k] if j < k}
        every = range(len(BASSINS_COULEURS))
        free = [c for c in every if c not in taken] or every
        colours.append(min(free, key=lambda c: (colours.count(c), c)))
    return Indicateur(
        cle="bassin",
        colonne="bassin",
        categories=tuple(
            (str(code), Classe(str(noms.get(code, code)), BASSINS_COULEURS[colour]))
            for code, colour in zip(ordered["bassin"], colours, strict=True)
        ),
        famille=AIRE,
        facultatif=True,
        inconnue=HORS_BASSINS,
    )
