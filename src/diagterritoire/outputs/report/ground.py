"""The ground of the small maps: outlines, window and centres of a territory, prepared once."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.path import Path as Outline

from diagterritoire.outputs.mapped import mapped
from diagterritoire.study.bundles import Diagnosis


@dataclass(frozen=True)
class Ground:
    """What every map draws: communes (`mapped.mapped`), outlines in km, window, centres."""

    communes: gpd.GeoDataFrame
    interieur: tuple[Outline, ...]
    pourtour: tuple[Outline, ...]
    centres: pd.DataFrame
    cadre: tuple[float, float, float, float]

    @property
    def ratio(self) -> float:
        """Height over width of the window, within what a page can hold."""
        x0, y0, x1, y1 = self.cadre
        return float(np.clip((y1 - y0) / max(x1 - x0, 1e-9), 0.45, 1.35))


def ground(diagnosis: Diagnosis) -> Ground:
    """Prepare the outlines of the territory and of what surrounds it, once for all maps."""
    communes = mapped(diagnosis)
    inside = communes["dans_territoire"].astype(bool)
    points = communes.geometry.representative_point()
    centres = pd.DataFrame(
        {
            "nom": communes["nom"].to_numpy(),
            "population": communes["population"].to_numpy(),
            "interieur": inside.to_numpy(),
            "x": points.x.to_numpy() / 1000,
            "y": points.y.to_numpy() / 1000,
        },
        index=pd.Index(communes["code_commune"], name="code_commune"),
    )
    x0, y0, x1, y1 = communes.loc[inside].total_bounds / 1000
    margin = 0.04 * max(x1 - x0, y1 - y0, 1.0)
    window = (x0 - margin, y0 - margin, x1 + margin, y1 + margin)
    tolerance = 1000 * (x1 - x0 + 2 * margin) / 1500
    near = communes.loc[~inside].cx[
        window[0] * 1000 : window[2] * 1000, window[1] * 1000 : window[3] * 1000
    ]
    return Ground(
        communes=communes.loc[inside],
        interieur=_outlines(communes.loc[inside], tolerance),
        pourtour=_outlines(near, tolerance),
        centres=centres,
        cadre=(float(window[0]), float(window[1]), float(window[2]), float(window[3])),
    )


def _outlines(communes: gpd.GeoDataFrame, tolerance: float) -> tuple[Outline, ...]:
    shapes = shapely.simplify(communes.geometry.to_numpy(), tolerance, preserve_topology=True)
    return tuple(_outline(s) for s in shapes)


def _outline(shape: shapely.Geometry) -> Outline:
    """Compound path of a geometry in kilometres; an empty one gives an empty path."""
    rings = [
        Outline(shapely.get_coordinates(ring) / 1000, closed=True)
        for part in shapely.get_parts(shape)
        for ring in shapely.get_rings(part)
    ]
    return Outline.make_compound_path(*rings) if rings else Outline(np.empty((0, 2)))
