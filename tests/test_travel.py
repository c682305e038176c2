"""Travel times: by hand on drawn networks, against a slow double loop, and on Corsica."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from scipy.spatial import cKDTree

from diagterritoire import schema, tables
from diagterritoire.core.times.travel import minutes_around, travel
from diagterritoire.errors import DataError
from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import build_graph
from diagterritoire.network.landmass import landmasses
from diagterritoire.parameters import Parameters
from slow_streets import SlowStreets
from test_network_drawn import PARAMETERS, communes_at, draw, place, sites_at


def pairs(result):
    rows = result.trajets
    return {
        (code, site): (minutes, origine)
        for code, site, minutes, origine in rows.itertuples(index=False)
    }


def nearest(result):
    return {
        row.code_commune: (
            None if pd.isna(row.site_id) else row.site_id,
            None if pd.isna(row.temps_min) else row.temps_min,
            row.origine_temps,
            row.atteignable,
        )
        for row in result.plus_proches.itertuples()
    }


def statuts(result):
    return result.rattachements.set_index(["nature", "identifiant"])["statut"].to_dict()


LAND = (-2, -2, 20, 3)

LINE = "A-----B---C>D"


def test_access_road_access_by_hand():
    """Commune 1 is 600 m from A, the site 300 m from C: 600 + 6 000 + 4 000 + 300 ds."""
    communes = communes_at({"1": ((0, 0.6), (-2, -2, 3, 3)), "2": ((10, 0), (3, -2, 20, 3))})
    sites = sites_at({"s": ("2", (10, -0.3))})
    result = travel(communes, sites, draw(LINE).graph, PARAMETERS)
    assert pairs(result) == {("1", "s"): (10_900 / 600, "route"), ("2", "s"): (0, "route")}
    assert nearest(result) == {
        "1": ("s", 10_900 / 600, "route", True),
        "2": ("s", 0, "route", True),
    }
    table = result.rattachements.set_index(["nature", "identifiant"])
    np.testing.assert_allclose(table["distance_m"], [600, 0, 300], atol=1e-3)


def test_ten_minutes_exactly_is_ten_and_the_bound_is_included():
    communes = communes_at({"1": ((0, 0), (-2, -2, 3, 3)), "2": ((6, 0), (3, -2, 20, 3))})
    sites = sites_at({"s": ("2", (6, 0))})
    graph = draw(LINE).graph
    ten = replace(PARAMETERS, reseau=replace(PARAMETERS.reseau, duree_max_min=10.0))
    assert pairs(travel(communes, sites, graph, ten))["1", "s"] == (10.0, "route")
    less = replace(PARAMETERS, reseau=replace(PARAMETERS.reseau, duree_max_min=9.99))
    result = travel(communes, sites, graph, less)
    assert list(pairs(result)) == [("2", "s")]
    assert nearest(result)["1"] == ("s", 10.0, "route", True)


def test_one_way_cul_de_sac_and_own_commune_first():
    """C>D is one-way and D a trap: a site at D joins C, 2 km away, beyond the limit."""
    communes = communes_at({"1": ((6, 0), (-2, -2, 8, 3)), "2": ((12, 0), (8, -2, 20, 3))})
    sites = sites_at({"z": ("1", (6, 0)), "y": ("1", (7, 0)), "a": ("2", (12, 0))})
    result = travel(communes, sites, draw(LINE).graph, PARAMETERS)
    assert statuts(result)["site", "a"] == "hors_reseau"
    assert pairs(result) == {
        ("1", "y"): (0, "route"),
        ("1", "z"): (0, "route"),
        ("2", "a"): (0, "route"),
    }
    assert nearest(result)["1"] == ("y", 0, "route", True)
    assert nearest(result)["2"] == ("a", 0, "route", True)


def test_a_tie_goes_to_the_smallest_site_whatever_the_order_of_the_rows():
    communes = communes_at(
        {
            "1": ((0, 0), (-2, -2, 1, 3)),
            "2": ((3, 0), (1, -2, 5, 3)),
            "3": ((6, 0), (5, -2, 9, 3)),
        }
    )
    sites = sites_at({"b": ("1", (0, 0)), "a": ("3", (6, 0))})
    graph = draw("A--B--C").graph
    result = travel(communes, sites, graph, PARAMETERS)
    assert nearest(result)["2"] == ("a", 5.0, "route", True)
    again = travel(communes[::-1], sites[::-1], graph, PARAMETERS)
    for name in ("trajets", "plus_proches", "rattachements"):
        pd.testing.assert_frame_equal(getattr(result, name), getattr(again, name))


def test_water_is_never_crossed():
    """The island has roads: its own GP serves it, 4 km away, not the one across 500 m of water."""
    communes = communes_at(
        {
            "1": ((4, 0), (-2, -2, 4.4, 3)),
            "2": ((5, 0), (4.8, -2, 7, 3)),
            "3": ((9, 0), (7, -2, 12, 3)),
        }
    )
    sites = sites_at({"main": ("1", (4, 0)), "isle": ("3", (9, 0))})
    result = travel(communes, sites, draw("A---BX---Y").graph, PARAMETERS)
    assert nearest(result)["2"] == ("isle", 4000 / 600, "route", True)
    assert ("2", "main") not in pairs(result)
    alone = travel(communes, sites[:1], draw("A---BX---Y").graph, PARAMETERS)
    assert nearest(alone)["2"] == (None, None, "route", False)


def test_a_gp_off_the_roads_is_not_reached_across_the_water():
    """The island has roads and no GP; the GP of the mainland is where the road file stops."""
    communes = communes_at(
        {
            "1": ((0, 0), (-2, -2, 4.4, 3)),
            "2": ((5, 0), (4.8, -2, 7, 3)),
            "3": ((9, 0), (7, -2, 12, 3)),
        }
    )
    graph = draw("     A-B").graph
    sites = sites_at({"s": ("1", (0, 0))})
    assert statuts(travel(communes, sites, graph, PARAMETERS))["site", "s"] == "non_couvert"
    assert nearest(travel(communes, sites, graph, PARAMETERS))["2"] == (None, None, "route", False)
    moored = communes.assign(landmass=0)
    assert nearest(travel(moored, sites, graph, PARAMETERS))["2"][2:] == ("approche", True)


def test_an_island_without_road_is_unreachable_but_serves_itself():
    picture = """
A-----B
|     |
|     |
|     |
C-----D
"""
    communes = communes_at({"1": ((0, 0), (-2, -2, 9, 0.5)), "2": ((3, 2), (2.5, 1.5, 3.5, 2.5))})
    sites = sites_at({"s": ("1", (0, 0))})
    result = travel(communes, sites, draw(picture).graph, PARAMETERS)
    assert nearest(result)["2"] == (None, None, "route", False)
    both = sites_at({"s": ("1", (0, 0)), "t": ("2", (3, 2))})
    result = travel(communes, both, draw(picture).graph, PARAMETERS)
    assert nearest(result)["2"] == ("t", 0, "route", True)
    assert nearest(result)["1"] == ("s", 0, "route", True)
    assert set(pairs(result)) == {("1", "s"), ("2", "t")}


def test_a_local_network_cut_off_is_unreachable():
    communes = communes_at({"1": ((0, 0), (-2, -2, 6, 3)), "2": ((10, 0), (6, -2, 14, 3))})
    sites = sites_at({"s": ("1", (0, 0))})
    result = travel(communes, sites, draw("A-B-C     X-Y").graph, PARAMETERS)
    assert nearest(result)["2"] == (None, None, "route", False)


def test_a_commune_that_the_roads_do_not_cover_is_timed_by_the_straight_line():
    """10 km from the site: 2.02 + 1.32 x 10 minutes; the covered one too, to a site out there."""
    communes = communes_at({"1": ((0, 0), (-2, -2, 4, 3)), "2": ((10, 0), (4, -2, 14, 3))})
    graph = draw("A-B").graph
    result = travel(communes, sites_at({"s": ("1", (0, 0))}), graph, PARAMETERS)
    assert statuts(result)["commune", "2"] == "non_couvert"
    assert nearest(result)["2"] == ("s", 15.22, "approche", True)
    assert pairs(result)["2", "s"] == (15.22, "approche")
    result = travel(communes, sites_at({"s": ("2", (10, 0))}), graph, PARAMETERS)
    assert pairs(result) == {("1", "s"): (15.22, "approche"), ("2", "s"): (0, "approche")}
    assert nearest(result)["1"] == ("s", 15.22, "approche", True)


def test_without_roads_everything_is_approximate():
    communes = communes_at({"1": ((0, 0), (-2, -2, 4, 3)), "2": ((10, 0), (4, -2, 14, 3))})
    result = travel(communes, sites_at({"s": ("1", (0, 0))}), None, PARAMETERS)
    assert pairs(result) == {("1", "s"): (0, "approche"), ("2", "s"): (15.22, "approche")}
    assert set(statuts(result).values()) == {"non_couvert"}
    assert result.rattachements["distance_m"].isna().all()


@pytest.mark.parametrize("road", [True, False])
def test_without_site_nobody_reaches_anything(road):
    communes = communes_at({"1": ((0, 0), LAND)})
    sites = schema.empty(tables.SITES, "EPSG:2154")
    result = travel(communes, sites, draw(LINE).graph if road else None, PARAMETERS)
    assert nearest(result) == {"1": (None, None, "route" if road else "approche", False)}
    assert len(result.trajets) == 0
    schema.check(result.trajets, tables.TRAJETS)


def test_without_commune_there_is_nothing_to_time():
    communes = communes_at({"1": ((0, 0), LAND)})[:0]
    sites = sites_at({"s": ("1", (0, 0))})[:0]
    result = travel(communes, sites, draw(LINE).graph, PARAMETERS)
    assert len(result.plus_proches) == len(result.rattachements) == 0


def test_faults_are_named():
    communes = communes_at({"1": ((0, 0), (-2, -2, 4, 3)), "2": ((10, 0), (4, -2, 14, 3))})
    sites = sites_at({"s": ("1", (0, 0)), "t": ("2", (0, 0))})
    graph = draw(LINE).graph
    twice = pd.concat([communes, communes[:1]])
    nowhere = communes.assign(x=[np.nan, 0.0])
    empty = sites.set_geometry([shapely.Point(), shapely.Point(place(0, 0))], crs=sites.crs)
    missing = sites.set_geometry([sites.geometry[0], None], crs=sites.crs)
    for bad_communes, bad_sites, message in (
        (communes, sites.assign(code_commune="9"), "2 sites dont la commune"),
        (communes, sites.assign(site_id="s"), "1 sites en double ; par exemple s"),
        (communes, empty, "1 sites sans point ; par exemple s"),
        (communes, missing, "1 sites sans point ; par exemple t"),
        (twice, sites, "1 communes en double ; par exemple 1"),
        (nowhere, sites, "1 communes sans point ; par exemple 1"),
        (communes, sites.to_crs(4326), "même projection"),
        (communes.to_crs(4326), sites.to_crs(4326), "même projection"),
    ):
        with pytest.raises(DataError, match=message):
            travel(bad_communes, bad_sites, graph, PARAMETERS)


def random_area(seed):
    """A grid with holes, one-ways and a far corner without road; communes and sites anywhere."""
    rng = np.random.default_rng(seed)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXY"
    rows = []
    for r in range(5):
        rows.append("".join(letters[5 * r + c] + rng.choice(list("->< ")) for c in range(5)))
        rows.append("".join(rng.choice(list("|v^ ")) + " " for _ in range(5)))
    cells = [(c, r) for c in range(-1, 14, 3) for r in range(-1, 11, 3)]
    outline = {
        f"{i:02}": ((c + 3 * rng.random(), r + 3 * rng.random()), (c, r, c + 3, r + 3))
        for i, (c, r) in enumerate(cells)
    }
    codes = rng.choice(list(outline), int(rng.integers(0, 7)))
    sites = {
        f"s{i}": (str(code), outline[code][0] if rng.random() < 0.5 else (9 * rng.random(), 3.0))
        for i, code in enumerate(codes)
    }
    # A motorway, a slow parallel, a winding road, a loop, anywhere.
    more = [
        (letters[a], letters[b], float(rng.integers(500, 9000)), classe)
        for classe in ("motorway", "lente", "route")
        for a, b in rng.integers(0, 25, (int(rng.integers(0, 3)), 2))
    ]
    both = [(b, a, metres, classe) for a, b, metres, classe in more if rng.random() < 0.7]
    drawn = draw("\n".join(rows)).with_sections(*more, *both)
    return drawn, communes_at(outline), sites


def expected(drawn, communes, sites):
    """Every pair by a double loop on NetworkX, each street cut where points join it."""
    slow = SlowStreets(drawn.graph, drawn.troncons, PARAMETERS.reseau)
    starts = [slow.join(x, y) for x, y in zip(communes["x"], communes["y"], strict=True)]
    ends = {name: slow.join(*place(*at)) for name, (_, at) in sites.items()}
    network = slow.cut()
    found = {}
    columns = [communes[name] for name in ("code_commune", "x", "y")]
    for code, x, y, start in zip(*columns, starts, strict=True):
        times = {}
        if start[0] == "rattache":
            times = nx.single_source_dijkstra_path_length(network, start[1], weight="time")
        for name, (home, where) in sites.items():
            end = ends[name]
            if home == code:
                found[code, name] = 0
            elif "hors_reseau" in (start[0], end[0]):
                continue
            elif "non_couvert" in (start[0], end[0]):
                sx, sy = place(*where)
                km = np.hypot(sx - x, sy - y) / 1000
                found[code, name] = round(600 * (2.02 + 1.32 * km))
            else:
                found[code, name] = start[2] + times[end[1]] + end[2]
    return found


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_equal_to_a_double_loop(seed):
    drawn, communes, sites = random_area(seed)
    sizes = np.sort(np.bincount(drawn.graph.component))
    assume(len(sizes) == 1 or sizes[-1] > sizes[-2])  # one main component
    table = sites_at(sites) if sites else schema.empty(tables.SITES, "EPSG:2154")
    short = replace(PARAMETERS, reseau=replace(PARAMETERS.reseau, duree_max_min=15.0))
    result = travel(communes, table, drawn.graph, short)
    every = expected(drawn, communes, sites)
    bounded = {pair: t / 600 for pair, t in every.items() if t <= 9000}
    assert {pair: minutes for pair, (minutes, _) in pairs(result).items()} == bounded
    for code, (site, minutes, _, reached) in nearest(result).items():
        own = sorted(name for name, (home, _) in sites.items() if home == code)
        known = sorted((t, name) for (c, name), t in every.items() if c == code)
        wanted = (0, own[0]) if own else (known[0] if known else (None, None))
        assert (minutes, site) == (None if wanted[0] is None else wanted[0] / 600, wanted[1])
        assert reached == bool(known)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_what_lies_beyond_the_area_counts_as_if_it_were_in_it(seed):
    drawn, communes, sites = random_area(seed)
    table = sites_at(sites) if sites else schema.empty(tables.SITES, "EPSG:2154")
    inside = np.random.default_rng(seed).random(len(communes)) < 0.3
    area, beyond = communes.loc[inside], communes.loc[~inside]
    short = replace(PARAMETERS, reseau=replace(PARAMETERS.reseau, duree_max_min=15.0))
    for road in (drawn.graph, None):
        whole = travel(communes, table, road, short)
        part = travel(area, table, road, short, beyond)
        for name in ("trajets", "plus_proches"):
            wanted = getattr(whole, name)
            kept = wanted["code_commune"].isin(area["code_commune"])
            pd.testing.assert_frame_equal(
                getattr(part, name), wanted.loc[kept].reset_index(drop=True)
            )


def test_the_straight_line_gives_a_tie_of_deciseconds_to_the_smallest_site():
    """Site b is a centimetre nearer, the same decisecond: a wins."""
    communes = communes_at({"1": ((0, 0), (-2, -2, 1, 3)), "2": ((10, 0), (4, -2, 14, 3))})
    sites = sites_at({"b": ("2", (9.99999, 0)), "a": ("2", (10, 0))})
    assert nearest(travel(communes, sites, None, PARAMETERS))["1"] == ("a", 15.22, "approche", True)


def test_a_straight_line_where_distance_takes_no_time():
    communes = communes_at({"1": ((0, 0), (-2, -2, 1, 3)), "2": ((10, 0), (4, -2, 14, 3))})
    sites = sites_at({"s": ("2", (10, 0))})
    for fixed, found in ((2.0, True), (61.0, False)):
        reseau = replace(PARAMETERS.reseau, approche_min_par_km=0.0, approche_constante_min=fixed)
        result = travel(communes, sites, None, replace(PARAMETERS, reseau=reseau))
        assert nearest(result)["1"] == ("s", fixed, "approche", True)
        assert (("1", "s") in pairs(result)) == found


def test_minutes_around_take_the_quicker_direction():
    """B to A is one-way: from B, direct; the other way is round by C and D."""
    picture = """
A<B
| |
C-D
"""
    communes = communes_at({"1": ((0, 0), (-1, -1, 1, 3)), "2": ((2, 0), (1, -1, 4, 3))})
    graph = draw(picture).graph
    for code, other in (("1", "2"), ("2", "1")):
        around = minutes_around(communes, [code], graph, PARAMETERS)
        assert around.to_dict() == {code: 0, other: 2000 / 600}


def test_minutes_around_mix_roads_straight_lines_and_islands():
    communes = communes_at(
        {
            "1": ((0, 0), (-1, -1, 5, 3)),
            "2": ((6, 0), (5, -1, 9, 3)),
            "3": ((16, 0), (9, -1, 20, 3)),
        }
    )
    graph = draw("A-----B").graph
    around = minutes_around(communes, ["1"], graph, PARAMETERS)
    assert around.to_dict() == {"1": 0, "2": 10.0, "3": round(2.02 + 1.32 * 16, 2)}
    around = minutes_around(communes, ["1", "2"], graph, PARAMETERS)
    assert around["3"] == 15.22
    around = minutes_around(communes, ["3"], graph, PARAMETERS)
    assert around.to_dict() == {"1": 23.14, "2": 15.22, "3": 0}
    around = minutes_around(communes, ["1"], None, PARAMETERS)
    assert around["2"] == round(2.02 + 1.32 * 6, 2)


def test_minutes_around_an_island_without_road_are_unknown():
    picture = """
A-----B
|     |
|     |
|     |
C-----D
"""
    communes = communes_at({"1": ((0, 0), (-2, -2, 9, 0.5)), "2": ((3, 2), (2.5, 1.5, 3.5, 2.5))})
    graph = draw(picture).graph
    around = minutes_around(communes, ["1"], graph, PARAMETERS)
    assert around["1"] == 0
    assert np.isnan(around["2"])
    around = minutes_around(communes, ["2"], graph, PARAMETERS)
    assert np.isnan(around["1"])
    assert around["2"] == 0


def test_minutes_around_refuse_an_unknown_code_and_bear_a_commune_without_point():
    communes = communes_at({"1": ((0, 0), (-2, -2, 4, 3)), "2": ((6, 0), (4, -2, 9, 3))})
    with pytest.raises(DataError, match=r"1 communes du territoire absentes.*par exemple 9"):
        minutes_around(communes, ["1", "9"], None, PARAMETERS)
    without = communes.assign(x=[communes["x"][0], np.nan])
    for road in (None, draw(LINE).graph):
        around = minutes_around(without, ["1"], road, PARAMETERS)
        assert around["1"] == 0
        assert np.isnan(around["2"])
    assert minutes_around(communes, [], None, PARAMETERS).isna().all()


@pytest.fixture(scope="module")
def corsica(real_data):
    """Communes, sites and roads of Corsica; the roads are read by NetworkX."""
    source = nx.read_graphml(real_data / "corse" / "reseau_routier.graphml")
    number = {name: i for i, name in enumerate(source)}
    noeuds = pd.DataFrame(
        [(number[n], float(d["x"]), float(d["y"])) for n, d in source.nodes(data=True)],
        columns=["noeud", "lon", "lat"],
    )
    troncons = pd.DataFrame(
        [
            (number[a], number[b], float(d["length"]), d["highway"])
            for a, b, d in source.edges(data=True)
        ],
        columns=["depart", "arrivee", "longueur_m", "classe"],
    )
    outlines = gpd.read_file(real_data / "communes_2024_france.gpkg", where="INSEE_REG = '94'")
    points = pd.read_csv(real_data / "communes_points_2024.csv", dtype={"code_commune": "str"})
    communes = (
        outlines.to_crs(2154)
        .rename(columns={"INSEE_COM": "code_commune", "INSEE_DEP": "code_departement"})
        .merge(points, how="inner", on="code_commune", validate="one_to_one")
    )
    at = gpd.GeoSeries.from_xy(communes["lon"], communes["lat"], crs=4326).to_crs(2154)
    communes = communes.assign(x=at.x, y=at.y, landmass=landmasses(communes.geometry, 100.0))
    workbook = CalamineWorkbook.from_path(real_data / "offre_sante_obs_territoires_2020.xlsx")
    rows = workbook.get_sheet_by_index(0).to_python()
    equipped = {str(row[0]) for row in rows if isinstance(row[-1], float) and row[-1] > 0}
    mask = communes["code_commune"].isin(equipped)
    sites = gpd.GeoDataFrame(
        {"site_id": "mg-" + communes["code_commune"], "code_commune": communes["code_commune"]},
        geometry=at,
    ).loc[mask]
    return communes, sites, noeuds, troncons


def streets_nearby(troncons, x, y):
    """Metres of streets in the cells of 50 m within 300 m of each section, by a search tree."""
    a, b = troncons["depart"].to_numpy(), troncons["arrivee"].to_numpy()
    cells = np.column_stack([(x[a] + x[b]) / 2, (y[a] + y[b]) / 2]) // 50
    street = troncons["classe"].isin(["residential", "living_street"]).to_numpy()
    pairs = set(zip(a[street], b[street], strict=True))
    both = np.array([(q, p) in pairs for p, q in zip(a[street], b[street], strict=True)])
    metres = troncons["longueur_m"].to_numpy(np.float32)[street].astype(float)
    metres = np.rint(metres * np.where(both, 1, 2)) / 2
    around = cKDTree(cells[street] * 50).query_ball_point(cells * 50, 300.0 + 1e-6)
    return np.array([metres[near].sum() for near in around])


@pytest.mark.real
def test_corsica_equals_networkx(corsica):
    communes, sites, noeuds, troncons = corsica
    reseau = Parameters().reseau
    graph = build_graph(compile_network(noeuds, troncons), "EPSG:2154", reseau)
    result = travel(communes, sites, graph, Parameters())
    assert len(communes) == 360
    assert len(sites) > 60
    snapped = result.rattachements.query("nature == 'commune'").set_index("identifiant")
    assert (snapped["statut"] == "rattache").all()
    assert snapped["distance_m"].max() == pytest.approx(3762, abs=5)
    assert snapped["distance_m"].median() == pytest.approx(395, abs=5)
    assert result.plus_proches["atteignable"].all()

    towns = streets_nearby(troncons, graph.x, graph.y) >= 750
    assert 0.1 < towns.mean() < 0.5
    times = []
    for (_, _, metres, classe), town in zip(troncons.itertuples(index=False), towns, strict=True):
        speed = reseau.vitesses_kmh.get(classe, reseau.vitesse_defaut_kmh)
        speed = min(speed, 40) if town else speed
        times.append(max(1, round(float(np.float32(metres)) / (speed / 3.6) * 10)))
    slow = SlowStreets(graph, troncons, reseau, times)
    start = {c: slow.join(x, y) for c, x, y in communes[["code_commune", "x", "y"]].to_numpy()}
    network = slow.cut().reverse()
    found = pairs(result)
    best = result.plus_proches.set_index("code_commune")["temps_min"]
    for home in sites["code_commune"]:
        # The site of a commune is at its point.
        _, door, access = start[home]
        times = nx.single_source_dijkstra_path_length(network, door, weight="time")
        for code in start:
            total = 0 if code == home else start[code][2] + times[start[code][1]] + access
            known = found.get((code, "mg-" + home))
            assert known == ((total / 600, "route") if total <= 36_000 else None), (code, home)
            assert best[code] <= total / 600
    bounded = result.trajets.groupby("code_commune")["temps_min"].min()
    np.testing.assert_array_equal(best[best <= 60], bounded)


@pytest.mark.real
def test_minutes_around_a_departement_of_corsica(corsica):
    communes, _, noeuds, troncons = corsica
    graph = build_graph(compile_network(noeuds, troncons), "EPSG:2154", Parameters().reseau)
    south = communes.loc[communes["code_departement"] == "2A", "code_commune"]
    around = minutes_around(communes, list(south), graph, Parameters())
    assert (around[south] == 0).all()
    assert around.notna().all()
    assert 0 < (around <= 60).sum() - len(south) < 360 - len(south)
