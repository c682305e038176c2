"""Islets of a commune: no point there drives to the rest of it, unless a road or a boat does."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import shapely

from diagterritoire.core.times.surface import isochrones, surface
from diagterritoire.core.times.travel import travel
from diagterritoire.network.islets import islets_apart
from diagterritoire.network.landmass import landmasses
from diagterritoire.parameters import override
from diagterritoire.study.firmness import fermete
from diagterritoire.study.redrawn import Area
from test_network_drawn import PARAMETERS, communes_at, draw, place, sites_at
from test_surface import RESEAU, at

GAP_M = RESEAU.masse_ecart_max_m


def area(picture):
    """Commune 1 has an islet, from column 5.2 on; commune 2 is its neighbour on the mainland."""
    communes = communes_at({"1": ((3, 0), (1, -1, 4.5, 1)), "2": ((0, 0), (-1, -1, 1, 1))})
    islet = shapely.box(*place(5.2, 1), *place(9, -1))
    outlines = [shapely.union_all([communes.geometry[0], islet]), communes.geometry[1]]
    return draw(picture), communes.set_geometry(outlines, crs=communes.crs)


def timed(drawn, communes, sites, points=None):
    covered = pd.Series(True, index=communes["code_commune"])
    return surface(communes, communes, sites, drawn.graph, covered, RESEAU, points)


def test_what_touches_the_rest_of_its_mass_is_no_islet():
    """An enclave in the neighbour, a part 90 m away, and one that another islet leads to."""
    one = shapely.box(0, 0, 1000, 1000)
    neighbour = shapely.box(1000, 0, 3000, 1000) - shapely.box(1500, 400, 1600, 500)
    enclave, near = shapely.box(1500, 400, 1600, 500), shapely.box(-190, 0, -90, 100)
    chained, far = shapely.box(-390, 0, -280, 100), shapely.box(-900, 0, -800, 100)
    outlines = [shapely.MultiPolygon([one, enclave, near, chained, far]), None, neighbour]
    masses = landmasses(outlines, GAP_M)
    found = islets_apart(outlines, masses, GAP_M)
    assert found.landmass.tolist() == [*masses, masses.max() + 1]
    assert found.owner.tolist() == [0, 1, 2, 0]
    assert found.outlines[3].equals(far)
    assert shapely.get_num_geometries(found.outlines[0]) == 4
    assert found.outlines[2] is neighbour
    points = np.array([[-850.0, 50.0], [1550.0, 450.0], [-850.0, 50.0]])
    # The last point is said to be of another mass.
    assert found.at(points, np.array([masses[0], masses[0], 7])).tolist() == [
        masses.max() + 1,
        masses[0],
        7,
    ]
    none = islets_apart([], np.empty(0, dtype=np.int64), GAP_M)
    assert len(none.outlines) == 0
    assert none.at(np.empty((0, 2)), np.empty(0, dtype=np.int64)).tolist() == []


def test_an_islet_does_not_join_the_mainland_across_the_water():
    """B is 1.3 km from the west of the islet, within the limit; X is 700 m from it."""
    drawn, communes = area("E-A-B X-Y")
    points = pd.DataFrame({"x": [place(5.3, 0)[0]], "y": place(5.3, 0)[1], "landmass": 0})
    points["couvert"] = True
    found = timed(drawn, communes, sites_at({"s": ("2", (0, 0))}), points)
    assert at(found, 3.1, 0) > 0
    assert at(found, 5.3, 0) == at(found, 6.1, 0) == found.points_ds[0] == -1
    both = timed(drawn, communes, sites_at({"s": ("2", (0, 0)), "t": ("1", (8, 0))}), points)
    assert both.points_ds[0] == 700 + 2000
    assert at(both, 3.1, 0) == at(found, 3.1, 0)
    assert (both.cells.outline[both.cells.column >= place(5.3, 0)[0] // 200] == 0).all()
    areas = isochrones(both, communes, {5.0: 1, 10.0: 2, 15.0: 3})
    assert areas.geometry.is_valid.all()
    assert all(b.covers(a) for a, b in pairwise(areas.geometry))
    # No road of the mainland leads to the site of the islet, nor the other way.
    trips = travel(communes, sites_at({"t": ("1", (8, 0))}), drawn.graph, PARAMETERS)
    assert trips.plus_proches["atteignable"].tolist() == [True, False]


def test_the_draws_of_the_parameters_keep_to_their_side_of_the_water():
    """As `travel`: the site of the islet serves the commune that owns it and no other."""
    drawn, communes = area("E-A-B X-Y")
    sites = sites_at({"t": ("1", (5.3, 0))}).assign(
        mg_nb=1.0, consultations=1000.0, origine_position="source"
    )
    still = {"tirages": 2, "position_commune_m": 0.0}
    found = fermete(
        Area(
            communes.assign(dans_territoire=True, population_standardisee=100.0),
            sites,
            sites.iloc[:0],
            communes.iloc[:0],
            drawn.graph,
        ),
        override(PARAMETERS, {"fermete": still}),
    )
    assert found["temps_mg_bas_min"].isna().tolist() == [False, True]
    assert found["apl_haut"].tolist()[1] == 0.0


def test_an_islet_with_a_bridge_is_served_by_it():
    drawn, communes = area("E-A-B-X-Y")
    found = timed(drawn, communes, sites_at({"s": ("2", (0, 0))}))
    assert at(found, 7.1, 0) == 100 + 7100
    trips = travel(communes, sites_at({"t": ("1", (8, 0))}), drawn.graph, PARAMETERS)
    assert trips.plus_proches["temps_min"].tolist() == [0.0, 8000 / 600]
