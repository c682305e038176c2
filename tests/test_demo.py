"""The invented territory: same bytes, official layouts, and each difficulty really there."""

import csv
import hashlib
import re
import unicodedata

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from bench.donnees import REAL
from pyproj import Geod, Transformer
from python_calamine import CalamineWorkbook
from scipy.spatial import cKDTree

from diagterritoire.demo import names, streets, write_demo
from diagterritoire.errors import DiskError, UsageError
from diagterritoire.parameters import Parameters


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def polygons(demo):
    frame = pyogrio.read_dataframe(demo.folder / "communes_2024_france.gpkg", layer="communes")
    return frame.set_index("INSEE_COM").to_crs("EPSG:2154")


@pytest.fixture(scope="module")
def graph(demo):
    return nx.read_graphml(demo.folder / "reseau_routier.graphml", force_multigraph=True)


@pytest.fixture(scope="module")
def points(demo):
    rows = read_csv(demo.folder / "communes_points_2024.csv", sep=",")
    lonlat = np.array([(float(r["lon"]), float(r["lat"])) for r in rows])
    return dict(zip((r["code_commune"] for r in rows), metres(lonlat), strict=True))


def read_csv(path, sep=";", skip=0):
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(skip):
            file.readline()
        return list(csv.DictReader(file, delimiter=sep))


def rows_of(path, sheet):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()


def metres(lonlat):
    transform = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True).transform
    return np.column_stack(transform(lonlat[:, 0], lonlat[:, 1]))


def nodes_of(graph):
    lonlat = np.array([(float(d["x"]), float(d["y"])) for _, d in graph.nodes(data=True)])
    return dict(zip(graph.nodes, metres(lonlat), strict=True))


def nearest(place, nodes, among):
    among = sorted(among)
    distance, rank = cKDTree([nodes[n] for n in among]).query(place)
    return distance, among[rank]


def main_component(graph):
    return max(nx.strongly_connected_components(graph), key=len)


def hashes(files):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def plain(name):
    decomposed = unicodedata.normalize("NFD", name.casefold().replace("œ", "oe"))
    return re.sub(r"[^a-z]", "", decomposed)


# --- Same bytes ---------------------------------------------------------------------------------


def test_two_calls_write_the_same_bytes_and_replace_older_files(demo, tmp_path):
    write_demo(tmp_path, seed=5)
    again = write_demo(tmp_path)
    assert hashes(again.fichiers) == hashes(demo.fichiers)
    assert sorted(p.name for p in tmp_path.iterdir()) == [p.name for p in again.fichiers]


def test_another_seed_is_another_territory(demo, tmp_path):
    other = hashes(write_demo(tmp_path, seed=2).fichiers)
    assert all(other[name] != digest for name, digest in hashes(demo.fichiers).items())


def test_gdal_date_option_is_put_back(tmp_path):
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    write_demo(tmp_path, communes=40)
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before


def test_numbers_out_of_range_are_refused(tmp_path):
    for wrong in ({"communes": 5}, {"noeuds_par_commune": 1}, {"seed": -1}):
        with pytest.raises(UsageError, match="hors de l'intervalle"):
            write_demo(tmp_path, **wrong)
    assert not any(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_a_disk_error(tmp_path):
    blocked = tmp_path / "fichier"
    blocked.write_text("")
    with pytest.raises(DiskError, match="n'a pas pu être écrit"):
        write_demo(blocked / "demo", communes=40)


# --- Layouts ------------------------------------------------------------------------------------


def test_outlines_have_the_official_layout(demo):
    path = demo.folder / "communes_2024_france.gpkg"
    info = pyogrio.read_info(path)
    assert pyogrio.list_layers(path).tolist() == [["communes", "MultiPolygon"]]
    assert info["crs"] == "EPSG:4326"
    assert (
        info["fields"].tolist()
        == (
            "ID NOM NOM_M STATUT INSEE_COM INSEE_ARR INSEE_REG POPULATION INSEE_CAN INSEE_DEP "
            "SIREN_EPCI"
        ).split()
    )
    west, south, east, north = info["total_bounds"]
    assert -7.0 < west < east < -6.0
    assert 46.0 < south < north < 47.0


def test_outlines_tile_the_land(polygons, demo):
    assert polygons.index.tolist() == list(demo.communes) == [f"{k:05d}" for k in range(1, 61)]
    assert polygons.is_valid.all()
    whole = shapely.union_all(polygons.geometry.to_numpy())
    assert len(shapely.get_parts(whole)) == 2
    # One centimetre of rounding along the borders, at most.
    assert abs(polygons.area.sum() - whole.area) < 100
    assert shapely.coverage_is_valid(polygons.geometry.to_numpy())


def test_csv_line_ends_marks_and_headers(demo):
    raw = {p.name: p.read_bytes() for p in demo.fichiers if p.suffix == ".csv"}
    bom = b"\xef\xbb\xbf"
    marked = {name for name, content in raw.items() if content.startswith(bom)}
    assert marked == {
        "zonage_mg_communes_2025.csv",
        "cartosante_health_bv2022.csv",
        "insee_statloc_social_determinants_bv2022.csv",
    }
    windows = {name for name, content in raw.items() if b"\r\n" in content}
    assert windows == {"donnees_communes.csv", "mouvements-communes.csv"}
    assert raw["communes_points_2024.csv"].startswith(b"code_commune,nom,lat,lon\n")
    assert raw["donnees_communes.csv"].startswith(
        "REG;Région;DEP;CODARR;CODCAN;CODCOM;COM;Commune;PMUN;PCAP;PTOT\r\n".encode()
    )
    assert raw["mouvements-communes.csv"].startswith(
        b"MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,"
        b"TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP\r\n"
    )
    assert raw["zonage_mg_communes_2025.csv"].startswith(bom + "Code;Libellé;Zonage_MG\n".encode())


@pytest.mark.parametrize(
    ("name", "columns"),
    [("cartosante_health_bv2022.csv", 10), ("insee_statloc_social_determinants_bv2022.csv", 18)],
)
def test_context_files_have_two_titles_and_hidden_values(demo, name, columns):
    rows = read_csv(demo.folder / name, skip=2)
    assert [r["Code"] for r in rows] == sorted(demo.poles)
    assert all(len(r) == columns and None not in r.values() for r in rows)
    values = [v for r in rows for v in list(r.values())[2:]]
    assert "N/A - secret statistique" in values
    assert all(v.startswith("N/A - ") or float(v) >= 0 for v in values)


def test_workbooks_have_their_sheets_and_header_rows(demo):
    table = demo.folder / "table-appartenance-geo-communes-2024.xlsx"
    sheets = ["COM", "ARM", "Zones_supra_communales", "Variables", "Documentation"]
    assert CalamineWorkbook.from_path(table).sheet_names == sheets
    communes = rows_of(table, "COM")
    assert "Géographie au 01/01/2024" in communes[2][0]
    assert communes[5][:2] == ["CODGEO", "LIBGEO"]
    assert [r[0] for r in communes[6:]] == list(demo.communes)
    assert rows_of(table, "ARM")[5][-1] == "COM"
    assert len(rows_of(table, "ARM")) == 6
    zones = pd.DataFrame(
        rows_of(table, "Zones_supra_communales")[6:], columns=["niveau", "code", "nom", "nb"]
    )
    assert (zones.groupby("niveau")["nb"].sum() == 60).all()

    observatory = rows_of(demo.folder / "offre_sante_obs_territoires_2020.xlsx", "Data")
    assert observatory[4] == ["codgeo", "libgeo", "an", "nb_medg"]
    assert observatory[5][2] == "2020"

    apl = demo.folder / "drees_apl_generalistes_2022_2023.xlsx"
    assert CalamineWorkbook.from_path(apl).sheet_names == ["Paramètres", "APL 2022", "APL 2023"]
    sheet = rows_of(apl, "APL 2023")
    assert sheet[2][0] == "Millésime : 2023"
    assert sheet[8][0] == "Code commune INSEE"
    assert sheet[9][5] == "En nombre d'habitants"


def test_everything_says_that_it_is_fictitious(demo):
    assert demo.nom.endswith("(territoire fictif)")
    for path in demo.fichiers:
        if path.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(path)
            for sheet in set(book.sheet_names) - {"nb_medg", "Variables"}:
                assert "FICTIF" in rows_of(path, sheet)[0][0]
    assert {r["Région"] for r in read_csv(demo.folder / "donnees_communes.csv")} == {
        "Région fictive"
    }
    zones = rows_of(
        demo.folder / "table-appartenance-geo-communes-2024.xlsx", "Zones_supra_communales"
    )
    assert ["DEP", "00", "Département fictif", 60.0] in zones


# --- Sums and figures ---------------------------------------------------------------------------


def apl_table(demo, year):
    rows = rows_of(demo.folder / "drees_apl_generalistes_2022_2023.xlsx", f"APL {year}")[10:]
    columns = ["code", "nom", "apl", "apl_65", "standardisee", "totale"]
    return pd.DataFrame(rows, columns=columns).set_index("code")


@pytest.mark.parametrize("year", [2022, 2023])
def test_standardised_population_sums_to_the_total(demo, year):
    table = apl_table(demo, year)
    assert table["standardisee"].sum() == pytest.approx(table["totale"].sum(), abs=1e-6)
    assert (table["apl_65"] <= table["apl"]).all()
    assert table.loc[demo.ile, "apl"] == table.loc[demo.inatteignable, "apl"] == 0
    mean = np.average(table["apl"], weights=table["standardisee"])
    assert 2 < mean < 5


def test_doctors_are_unevenly_spread(demo):
    rows = rows_of(demo.folder / "offre_sante_obs_territoires_2020.xlsx", "Data")[5:]
    doctors = {r[0]: r[3] for r in rows}
    people = {r["COM"]: int(r["PMUN"]) for r in read_csv(demo.folder / "donnees_communes.csv")}
    density = [1e4 * doctors[p] / people[p] for p in demo.poles]
    assert density[0] > 10
    assert density[2] < 5
    assert sum(n == 0 for n in doctors.values()) > 0.6 * len(doctors)
    for code in (demo.ile, demo.vide, demo.piege, demo.inatteignable):
        assert doctors[code] == 0
    assert all(8000 <= people[p] <= 30_000 for p in demo.poles)
    assert 60_000 < sum(people.values()) < 120_000


def test_zones_follow_the_apl(demo):
    zones = {
        r["Code"]: r["Zonage_MG"] for r in read_csv(demo.folder / "zonage_mg_communes_2025.csv")
    }
    assert zones.pop(demo.zone_inconnue) == "N/A - résultat non disponible"
    assert set(zones.values()) == {"1_ZIP", "2_ZAC", "3_HZ", "4_ZAR"}
    means = apl_table(demo, 2023)["apl"].groupby(zones).mean()
    assert means["1_ZIP"] < means["2_ZAC"] < means["3_HZ"]


# --- Special communes ---------------------------------------------------------------------------


def test_special_communes_differ_and_are_no_pole(demo):
    special = [demo.ile, demo.piege, demo.vide, demo.inatteignable, demo.sans_point]
    special += [demo.sans_apl, demo.zone_inconnue, demo.fusion, *demo.poles]
    assert len(set(special)) == len(special)
    assert set(special) <= set(demo.communes)
    assert demo.ancienne not in demo.communes


def test_the_island_has_no_road_but_roads_around_it(demo, polygons, graph, points):
    island = polygons.geometry[demo.ile]
    rest = polygons.geometry.drop(demo.ile)
    assert rest.distance(island).min() > 1000
    nodes = nodes_of(graph)
    places = np.array(list(nodes.values()))
    assert not shapely.intersects_xy(island, places).any()
    assert shapely.covers(shapely.convex_hull(shapely.multipoints(places)), island)
    # Near enough to be snapped across the water by a rule of distance alone.
    assert nearest(points[demo.ile], nodes, nodes)[0] < Parameters().reseau.rattachement_max_m
    assert polygons.loc[demo.ile, "SIREN_EPCI"] == "NR"
    rows = rows_of(demo.folder / "table-appartenance-geo-communes-2024.xlsx", "COM")[6:]
    assert [r[0] for r in rows if r[5] == "ZZZZZZZZZ"] == [demo.ile]


def test_the_trap_can_be_entered_not_left_and_is_the_nearest_node(demo, graph, points):
    nodes, main = nodes_of(graph), main_component(graph)
    distance, sink = nearest(points[demo.piege], nodes, nodes)
    to_main, _ = nearest(points[demo.piege], nodes, main)
    assert distance < 50
    assert graph.out_degree(sink) == 0
    assert nx.ancestors(graph, sink) >= main
    assert 300 < to_main < Parameters().reseau.rattachement_max_m


def test_the_unreachable_commune_has_roads_tied_to_nothing(demo, polygons, graph, points):
    nodes, main = nodes_of(graph), main_component(graph)
    outline = polygons.geometry[demo.inatteignable]
    local = {n for n, place in nodes.items() if outline.intersects(shapely.Point(place))}
    assert len(local) > 10
    assert nx.is_strongly_connected(graph.subgraph(local))
    assert not set(nx.node_boundary(graph, local)) | set(nx.node_boundary(graph.reverse(), local))
    limit = Parameters().reseau.rattachement_max_m
    assert nearest(points[demo.inatteignable], nodes, local)[0] < 1000
    assert nearest(points[demo.inatteignable], nodes, main)[0] > limit
    assert polygons.geometry.drop([demo.inatteignable, demo.ile]).touches(outline).any()


def test_every_other_commune_is_near_the_main_network(demo, graph, points):
    nodes, main = nodes_of(graph), main_component(graph)
    others = set(points) - {demo.ile, demo.inatteignable}
    assert max(nearest(points[c], nodes, main)[0] for c in others) < 4000


def test_missing_and_empty_records(demo, points, polygons):
    assert set(demo.communes) - set(points) == {demo.sans_point}
    assert set(demo.communes) - set(apl_table(demo, 2022).index) == {demo.sans_apl}
    people = {r["COM"]: int(r["PTOT"]) for r in read_csv(demo.folder / "donnees_communes.csv")}
    assert set(people) == set(demo.communes)
    assert [c for c, n in people.items() if n == 0] == [demo.vide]
    assert polygons.loc[demo.vide, "POPULATION"] == 0


def test_the_merger_keeps_the_doctors(demo):
    rows = rows_of(demo.folder / "offre_sante_obs_territoires_2020.xlsx", "Data")[5:]
    doctors = {r[0]: r[3] for r in rows}
    assert set(doctors) - set(demo.communes) == {demo.ancienne}
    assert doctors[demo.ancienne] == doctors[demo.fusion] == 1
    moves = read_csv(demo.folder / "mouvements-communes.csv", sep=",")
    after = {(m["COM_AV"], m["COM_AP"]) for m in moves if m["TYPECOM_AP"] == "COM"}
    assert after == {(demo.fusion, demo.fusion), (demo.ancienne, demo.fusion)}
    assert {m["MOD"] for m in moves} == {"32"}
    assert all("2021-01-01" < m["DATE_EFF"] <= "2024-01-01" for m in moves)


# --- Roads --------------------------------------------------------------------------------------


def test_roads_look_like_an_osmnx_file(graph):
    assert graph.is_directed()
    assert graph.graph["crs"] == "epsg:4326"
    assert 3000 < graph.number_of_nodes() < 6000
    edges = [d for _, _, d in graph.edges(data=True)]
    assert all(isinstance(value, str) for d in edges for value in d.values())
    assert {d["oneway"] for d in edges} == {d["reversed"] for d in edges} == {"True", "False"}
    assert {d["highway"] for d in edges} >= {
        "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential"
    }  # fmt: skip
    assert any(key != "0" for _, _, key in graph.edges(keys=True))


def test_two_way_streets_have_both_directions(graph):
    directions = {}
    for a, b, d in graph.edges(data=True):
        directions.setdefault(d["osmid"], []).append((a, b, d["oneway"], d["length"]))
    for rows in directions.values():
        one_way = rows[0][2] == "True"
        assert len(rows) == (1 if one_way else 2)
        if not one_way:
            (a, b, _, length), (c, d, _, back) = rows
            assert (a, b, length) == (d, c, back)


def test_no_road_is_shorter_than_the_straight_line(graph):
    place = {n: (float(d["x"]), float(d["y"])) for n, d in graph.nodes(data=True)}
    ends = [(*place[a], *place[b], float(d["length"])) for a, b, d in graph.edges(data=True)]
    lon_a, lat_a, lon_b, lat_b, length = np.array(ends).T
    straight = Geod(ellps="WGS84").inv(lon_a, lat_a, lon_b, lat_b)[2]
    assert (length >= straight).all()
    assert (length > 0).all()


def test_nearly_everything_is_one_component(graph, demo, points):
    sizes = sorted((len(c) for c in nx.strongly_connected_components(graph)), reverse=True)
    assert sizes[0] > 0.98 * graph.number_of_nodes()
    assert len(sizes) == 4  # main network, unreachable commune, two nodes of the dead end


def test_names_are_escaped(tmp_path):
    from diagterritoire.demo.graphml import write_graphml
    from diagterritoire.demo.roads import Network

    name = 'Rue <A> & "B"'
    edges = streets.streets_of([0], [1], "residential", nom=[name])
    edges = edges.assign(inverse=False, rue=1, longueur_m=12.5)
    lonlat = np.array([[-6.5, 46.5], [-6.4999, 46.5]])
    write_graphml(Network(lonlat, edges, np.zeros(2)), tmp_path / "r.graphml")
    (edge,) = nx.read_graphml(tmp_path / "r.graphml").edges(data=True)
    assert edge[2]["name"] == name


def test_a_village_is_in_one_piece_at_every_size():
    rng = np.random.default_rng(3)
    for size in (1, 2, 5, 9, 40, 200):
        piece = streets.villages(np.zeros((1, 2)), np.array([size]), np.array([500.0]), rng)
        graph = nx.Graph(piece.streets[["depart", "arrivee"]].to_numpy().tolist())
        graph.add_nodes_from(range(size))
        assert nx.is_connected(graph)
        assert graph.number_of_nodes() == len(piece.xy) == size
        assert np.hypot(*piece.xy.T).max() < 600


# --- Other sizes, and the real names ------------------------------------------------------------


def test_area_and_poles_follow_the_number_of_communes(tmp_path):
    small = write_demo(tmp_path / "a", communes=40, seed=9)
    large = write_demo(tmp_path / "b", communes=240, seed=9, noeuds_par_commune=40)
    assert (len(small.poles), len(large.poles)) == (3, 12)
    areas = [
        gpd.read_file(s.folder / "communes_2024_france.gpkg").to_crs("EPSG:2154").area.mean()
        for s in (small, large)
    ]
    assert areas[0] == pytest.approx(areas[1], rel=0.15)
    text = (large.folder / "reseau_routier.graphml").read_text(encoding="utf-8")
    assert text.count("<node ") == pytest.approx(240 * 40, rel=0.15)


def test_names_are_all_different(demo):
    drawn = [r["Commune"] for r in read_csv(demo.folder / "donnees_communes.csv")]
    assert len(set(drawn)) == len(drawn)
    assert drawn == sorted(drawn, key=plain)


@pytest.mark.real
def test_no_invented_name_is_a_real_one():
    if not REAL.exists():
        pytest.skip("données réelles absentes : ../shared/data")
    real = {plain(r["nom"]) for r in read_csv(REAL / "communes_points_2024.csv", sep=",")}
    for move in read_csv(REAL / "mouvements-communes.csv", sep=","):
        real |= {plain(move["LIBELLE_AV"]), plain(move["LIBELLE_AP"])}
    invented = {plain(base + end) for base in names.bases() for end in set(names.EPITHETS)}
    assert not invented & real


@pytest.mark.real
def test_layouts_are_those_of_the_real_files(demo):
    if not REAL.exists():
        pytest.skip("données réelles absentes : ../shared/data")
    for path in demo.fichiers:
        if path.suffix == ".csv":
            with path.open("rb") as ours, (REAL / path.name).open("rb") as theirs:
                rows = 3 if "_bv2022" in path.name else 1
                heads = [[file.readline() for _ in range(rows)][-1] for file in (ours, theirs)]
            assert heads[0] == heads[1], path.name
    fields = [
        list(pyogrio.read_info(folder / "communes_2024_france.gpkg")[key])
        for folder in (demo.folder, REAL)
        for key in ("fields", "ogr_types")
    ]
    assert fields[:2] == fields[2:]
    for name, sheet, rows in (
        ("table-appartenance-geo-communes-2024.xlsx", "COM", (4, 5)),
        ("table-appartenance-geo-communes-2024.xlsx", "ARM", (4, 5)),
        ("table-appartenance-geo-communes-2024.xlsx", "Zones_supra_communales", (4, 5)),
        ("offre_sante_obs_territoires_2020.xlsx", "Data", (1, 3, 4)),
        ("drees_apl_generalistes_2022_2023.xlsx", "APL 2022", (2, 8, 9)),
        ("drees_apl_generalistes_2022_2023.xlsx", "APL 2023", (2, 8, 9)),
    ):
        ours, theirs = (rows_of(folder / name, sheet) for folder in (demo.folder, REAL))
        for row in rows:
            assert ours[row] == theirs[row], (name, sheet, row)
        if sheet != "ARM":
            assert [type(v) for v in ours[12]] == [type(v) for v in theirs[12]]
