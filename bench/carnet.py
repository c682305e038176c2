"""The job as it is done in a notebook: osmnx and networkx, one source at a time, folium.Choropleth.

Reads the same files, computes the time to the nearest GP and the APL, writes a map and a
GeoPackage.
Run as `python -m bench.carnet FOLDER TERRITORY_DEPARTEMENT OUTPUT`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import folium
import geopandas as gpd
import networkx as nx
import osmnx as ox
import pandas as pd

SPEEDS = {
    "trunk": 85,
    "primary": 65,
    "secondary": 55,
    "tertiary": 40,
    "unclassified": 25,
    "residential": 25,
    "living_street": 10,
}
ACTS = 4220


def weight(minutes: float) -> float:
    """Weight of the DREES steps."""
    return 1.0 if minutes < 10 else 2 / 3 if minutes < 15 else 1 / 3 if minutes <= 20 else 0.0


def main(folder: Path, departements: list[str], output: Path) -> None:
    """Run the notebook."""
    only = {name: next(folder.rglob(name)) for name in FILES}
    communes = gpd.read_file(only["communes_2024_france.gpkg"])
    communes = communes[communes["INSEE_DEP"].isin(departements)].set_index("INSEE_COM")
    points = pd.read_csv(only["communes_points_2024.csv"], dtype={"code_commune": str})
    points = points.set_index("code_commune").reindex(communes.index).dropna()
    gp = pd.read_excel(only["offre_sante_obs_territoires_2020.xlsx"], header=4, engine="calamine")
    gp = gp.assign(codgeo=gp["codgeo"].astype(str).str.zfill(5)).set_index("codgeo")["nb_medg"]
    apl = pd.read_excel(
        only["drees_apl_generalistes_2022_2023.xlsx"],
        sheet_name="APL 2023",
        header=8,
        skiprows=[9],
        engine="calamine",
    )
    apl = apl.set_index(apl.columns[0])
    people = apl.filter(like="standardisée").iloc[:, 0]

    graph = ox.load_graphml(only["reseau_routier.graphml"])
    graph = ox.add_edge_speeds(graph, hwy_speeds=SPEEDS, fallback=25)
    graph = ox.add_edge_travel_times(graph)
    graph = ox.project_graph(graph, to_crs="EPSG:2154")
    places = gpd.points_from_xy(points["lon"], points["lat"], crs="EPSG:4326").to_crs("EPSG:2154")
    nodes = pd.Series(ox.nearest_nodes(graph, places.x, places.y), index=points.index)
    backwards = graph.reverse()
    sites = gp.reindex(points.index).dropna()
    sites = sites[sites > 0]
    minutes = {}
    for site in sites.index:
        seconds = nx.single_source_dijkstra_path_length(
            backwards, nodes[site], cutoff=3600, weight="travel_time"
        )
        for commune, node in nodes.items():
            if node in seconds:
                minutes[commune, site] = 0.0 if commune == site else seconds[node] / 60
    times = pd.Series(minutes)
    nearest = times.groupby(level=0).min()
    ratio = {}
    for site in sites.index:
        reached = times.xs(site, level=1)
        demand = sum(people.get(c, 0.0) * weight(t) for c, t in reached.items())
        ratio[site] = ACTS * sites[site] / demand if demand else 0.0
    scores = dict.fromkeys(points.index, 0.0)
    for (commune, site), t in times.items():
        scores[commune] += weight(t) * ratio[site]
    communes["temps"] = nearest
    communes["apl"] = pd.Series(scores)
    communes["publiee"] = apl.iloc[:, 1].reindex(communes.index)
    output.mkdir(parents=True, exist_ok=True)
    communes.to_file(output / "carnet.gpkg", driver="GPKG")
    page = folium.Map(location=[points["lat"].mean(), points["lon"].mean()], zoom_start=9)
    table = communes.reset_index()
    for column in ("temps", "apl", "publiee"):
        folium.Choropleth(
            geo_data=table[["INSEE_COM", "NOM", column, "geometry"]],
            data=table,
            columns=["INSEE_COM", column],
            key_on="feature.properties.INSEE_COM",
            name=column,
        ).add_to(page)
    folium.LayerControl().add_to(page)
    page.save(output / "carnet.html")


FILES = (
    "communes_2024_france.gpkg",
    "communes_points_2024.csv",
    "offre_sante_obs_territoires_2020.xlsx",
    "drees_apl_generalistes_2022_2023.xlsx",
    "reseau_routier.graphml",
)

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2].split(","), Path(sys.argv[3]))
