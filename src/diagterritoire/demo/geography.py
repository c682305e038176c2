"""Communes of the invented territory: outlines, points, villages, poles, basins, roles."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from diagterritoire.arrays import FloatArray
from diagterritoire.demo import names, shapes
from diagterritoire.demo.shapes import Land
from diagterritoire.territory import CRS_METROPOLE

SAMPLES_BY_COMMUNE = 40
COMMUNES_BY_POLE = 20
BOURGS_BY_POLE = 2
# Roles held by one ordinary rural commune each.
ROLES = ("piege", "vide", "sans_point", "sans_apl", "zone_inconnue", "fusion")


@dataclass(frozen=True)
class Geography:
    """Where everything is.

    Attributes
    ----------
    land : Land
    communes : GeoDataFrame
        One row by commune in the order of the codes: `code_commune`, `nom`, `nature` (pole, bourg,
        rural, ile, inatteignable), `role` (one of `ROLES`, or empty), `relief`, `bassin_vie`,
        `code_epci` (empty for the island), `x`, `y` (its point), `village_x`, `village_y`
        (where its streets are), outline in metres.
    poles : tuple of str
        Codes of the poles, the largest one first.
    ancienne : tuple of str
        Code and name of the commune merged into the one whose role is `fusion`.
    """

    land: Land
    communes: gpd.GeoDataFrame
    poles: tuple[str, ...]
    ancienne: tuple[str, str]

    def code(self, column: str, value: str) -> str:
        """Code of the only commune whose column has this value."""
        return str(self.communes.loc[self.communes[column] == value, "code_commune"].item())

    def code_name(self, code: str) -> str:
        """Name of a commune."""
        named: str = self.communes.loc[self.communes["code_commune"] == code, "nom"].item()
        return named

    @property
    def connected(self) -> NDArray[np.bool_]:
        """Tell which communes the main road network serves."""
        return np.asarray(~self.communes["nature"].isin(["ile", "inatteignable"]))


def draw_geography(communes: int, rng: np.random.Generator) -> Geography:
    """Draw the land, cut it into communes, and give each its place in the story."""
    land = shapes.draw_land(communes, rng)
    ordinary = communes - 2
    points = shapes.sample(land.rounded, SAMPLES_BY_COMMUNE * communes, rng)
    seeds = shapes.spread(points, ordinary, rng, rounds=4)
    seeds = np.vstack([seeds, land.peninsula_axis])
    owners = np.minimum(np.arange(len(seeds)), ordinary)
    outlines = np.array([*shapes.cells(land.mainland, seeds, owners), land.island])

    frame = gpd.GeoDataFrame(geometry=outlines, crs=CRS_METROPOLE)
    frame["nature"] = ["rural"] * ordinary + ["inatteignable", "ile"]
    villages = _villages(outlines, seeds[:ordinary], land, rng)
    frame["village_x"], frame["village_y"] = np.round(villages.T)
    *drawn, old_name = names.draw(communes + 1, rng)
    frame = _number(frame, drawn, rng)
    frame["relief"] = shapes.in_relief(_villages_of(frame), land)
    frame["x"], frame["y"] = np.round(_points(frame, rng).T)
    frame, poles = _poles(frame, max(3, round(communes / COMMUNES_BY_POLE)), rng)
    frame = _bourgs(frame, rng)
    frame = _roles(frame, rng)
    ancienne = (f"{communes + 1:05d}", old_name)
    return Geography(land, frame, tuple(frame["code_commune"].iloc[poles]), ancienne)


def villages_of(geography: Geography) -> FloatArray:
    """Return the places of the villages, shape (n, 2)."""
    return _villages_of(geography.communes)


def _villages_of(frame: pd.DataFrame) -> FloatArray:
    return frame[["village_x", "village_y"]].to_numpy(dtype=np.float64)


def _villages(
    outlines: NDArray[np.object_], seeds: FloatArray, land: Land, rng: np.random.Generator
) -> FloatArray:
    """Place the villages off the middle, as real ones are."""
    inner = shapely.get_coordinates(shapely.point_on_surface(outlines[: len(seeds)]))
    moved = seeds + rng.uniform(-700, 700, size=seeds.shape)
    # A margin, so that the streets of the village stay in the commune.
    narrow = shapely.buffer(outlines[: len(seeds)], -250.0)
    places = np.where(_inside(narrow, seeds)[:, None], seeds, inner)
    places = np.where(_inside(narrow, moved)[:, None], moved, places)
    remote = land.peninsula_axis[-2]
    island = shapely.get_coordinates(shapely.centroid(land.island))[0]
    return np.vstack([places, remote, island])


def _points(frame: gpd.GeoDataFrame, rng: np.random.Generator) -> FloatArray:
    """Place the points near the geometric centres; the remote commune's near its village."""
    outlines = frame.geometry.to_numpy()
    centroids = shapely.get_coordinates(shapely.centroid(outlines))
    inner = shapely.get_coordinates(shapely.point_on_surface(outlines))
    moved = centroids + rng.uniform(-150, 150, size=centroids.shape)
    places = np.where(_inside(outlines, moved)[:, None], moved, inner)
    remote = (frame["nature"] == "inatteignable").to_numpy()
    return np.where(remote[:, None], _villages_of(frame) + 150.0, places)


def _inside(outlines: NDArray[np.object_], xy: FloatArray) -> NDArray[np.bool_]:
    return np.asarray(shapely.contains_xy(outlines, xy[:, 0], xy[:, 1]), dtype=np.bool_)


def _number(
    frame: gpd.GeoDataFrame, drawn: list[str], rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Give codes in the alphabetical order of the names, as the official code does."""
    frame = frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
    frame["nom"] = sorted(drawn, key=plain)
    frame["code_commune"] = [f"{rank:05d}" for rank in range(1, len(frame) + 1)]
    return frame


def plain(name: str) -> str:
    """Write a name in upper case without accents, as official files do.

    Examples
    --------
    >>> plain("Églavendé-l'Étang")
    "EGLAVENDE-L'ETANG"
    """
    return name.upper().translate(str.maketrans("ÉÈÊ", "EEE"))


def _poles(
    frame: gpd.GeoDataFrame, number: int, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    """Choose poles spread over the plain, then an EPCI and a bassin de vie around each.

    The EPCI takes the nearest pole; the bassin de vie weighs it by the size of the pole, so that
    the two divisions differ.
    """
    villages = _villages_of(frame)
    plain_communes = np.flatnonzero((frame["nature"] == "rural") & ~frame["relief"])
    centres = shapes.spread(villages[plain_communes], number, rng, rounds=10)
    nearest = cKDTree(centres).query(villages[plain_communes])
    chosen = [
        plain_communes[nearest[1] == k][np.argmin(nearest[0][nearest[1] == k])]
        for k in range(number)
        if (nearest[1] == k).any()
    ]
    poles = rng.permutation(np.array(chosen, dtype=np.int64))
    distance = np.hypot(*(villages[:, None, :] - villages[None, poles, :]).transpose(2, 0, 1))
    weight = np.linspace(1.15, 0.85, len(poles))
    codes = frame["code_commune"].to_numpy()
    frame["bassin_vie"] = codes[poles[np.argmin(distance / weight, axis=1)]]
    epci = np.array([f"{k:09d}" for k in range(1, len(poles) + 1)])
    frame["code_epci"] = epci[np.argmin(distance, axis=1)]
    frame.loc[frame["nature"] == "ile", "code_epci"] = ""
    frame.loc[frame.index[poles], "nature"] = "pole"
    return frame, poles


def _bourgs(frame: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Choose the small towns of each bassin de vie, in the plain."""
    rural = frame.loc[(frame["nature"] == "rural") & ~frame["relief"]]
    for _, group in rural.groupby("bassin_vie"):
        number = min(BOURGS_BY_POLE, len(group) // 4)
        frame.loc[rng.choice(group.index, size=number, replace=False), "nature"] = "bourg"
    return frame


def _roles(frame: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Give each special role to a different rural commune; nobody lives in a relief commune."""
    frame["role"] = ""
    rural = frame.index[(frame["nature"] == "rural") & ~frame["relief"]]
    high = frame.index[(frame["nature"] == "rural") & frame["relief"]]
    chosen = rng.choice(rural, size=len(ROLES), replace=False)
    frame.loc[chosen, "role"] = ROLES
    if len(high):
        frame.loc[frame["role"] == "vide", "role"] = ""
        frame.loc[rng.choice(high), "role"] = "vide"
    return frame
