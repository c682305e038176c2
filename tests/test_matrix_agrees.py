"""The matrix, the buffer and the diagnosis time the same trips alike, to the decisecond."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from conftest import SilentProgress
from diagterritoire.core.times.matrix import place_site_times
from diagterritoire.core.times.travel import minutes_around, travel
from diagterritoire.inputs.country import find_territory
from diagterritoire.inputs.preparation import gather, prepare
from diagterritoire.network.islets import anchors_apart
from diagterritoire.parameters import Parameters
from test_network_drawn import PARAMETERS, sites_at
from test_network_islets import area

KEYS = ["code_commune", "site_id"]


def same_times(communes, sites, road, parameters, ailleurs=None):
    """Compare the trips between different communes; say how many there are."""
    reseau = parameters.reseau
    land = communes if ailleurs is None else pd.concat([communes, ailleurs])
    masses = land["landmass"].to_numpy(np.int64)
    anchored = anchors_apart(road, land.geometry.to_numpy(), masses, reseau)
    owner = land.set_index("code_commune")["landmass"]
    held = sites.assign(landmass=owner.loc[sites["code_commune"]].to_numpy())
    places = communes.rename(columns={"code_commune": "code"})[["code", "x", "y", "landmass"]]
    blocks = place_site_times(
        pd.DataFrame(places), held, road, anchored, reseau.duree_max_min, reseau, pairs=10**5
    )
    found = pd.concat(blocks).rename(columns={"code": "code_commune"})
    known = travel(communes, sites, road, parameters, ailleurs).trajets
    within = sites.set_index("site_id")["code_commune"]
    tables = [
        table.loc[table["code_commune"] != table["site_id"].map(within)]
        .sort_values(KEYS, ignore_index=True)[[*KEYS, "temps_min"]]
        .astype(dict.fromkeys(KEYS, object))
        for table in (found, known)
    ]
    pd.testing.assert_frame_equal(*tables, check_exact=True, check_dtype=False)
    return len(tables[0])


@pytest.mark.parametrize(("picture", "trips"), [("E-A-B X-Y", 0), ("E-A-B-X-Y", 1)])
def test_an_islet_is_apart_for_all_three(picture, trips):
    """The site and the point of commune 1 are on its islet: a bridge leads there, or nothing."""
    drawn, communes = area(picture)
    communes.loc[0, "x"] += 5000
    sites = sites_at({"t": ("1", (8, 0))})
    assert same_times(communes, sites, drawn.graph, PARAMETERS) == trips
    minutes = minutes_around(communes, ["2"], drawn.graph, PARAMETERS)
    assert bool(np.isfinite(minutes["1"])) is bool(trips)


def test_on_the_invented_territory(demo, tmp_path):
    parameters = Parameters()
    inputs = prepare("demo", demo.folder, tmp_path, parameters, SilentProgress())
    assert same_times(inputs.communes, inputs.sites, inputs.road, parameters) > 300


@pytest.mark.real
def test_on_corsica(real_country, tmp_path):
    parameters = Parameters()
    chosen = find_territory("reg:94", real_country.raw, parameters)
    inputs = gather(real_country, chosen, tmp_path, parameters, SilentProgress())
    assert same_times(inputs.communes, inputs.sites, inputs.road, parameters) > 4000
