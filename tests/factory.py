"""A small hand-made Diagnosis, for the tests of whatever shows one."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, box

from diagterritoire import parameters as p
from diagterritoire import schema, tables
from diagterritoire.core.access.causes import main_cause
from diagterritoire.core.basins.care_area import care_area
from diagterritoire.core.times.surface import Grid
from diagterritoire.core.verdict.truth import truth
from diagterritoire.study import appraisal
from diagterritoire.study.basin_tables import compared
from diagterritoire.study.bundles import Bilan, Diagnosis
from diagterritoire.territory import Territory

CRS = "EPSG:2154"
# code, nom, dans, population, mg, temps, apl, publiee, zone
ROWS = [
    ("00001", "Belair", True, 12000, 9, 0.0, 3.1, 3.3, "HZ"),
    ("00002", "Saint-Élan-l'Œuvre", True, 800, 0, 8.4, 2.6, 2.4, "ZAC"),
    ("00003", "Vaumont", True, 450, 0, 17.5, 0.9, 1.1, "ZIP"),
    ("00004", "L'Isle-Perdue", True, 120, 0, None, 0.0, 0.0, "ZIP"),
    ("00005", "Morne-Plaine", True, 0, 0, 12.0, 1.7, None, None),
    ("00006", "Hautecombe-Neuve", False, 3000, 2, 0.0, 2.4, 2.2, "ZAC"),
]


def small_diagnosis(*, nom: str | None = None, approximate: bool = False) -> Diagnosis:
    """Six square communes, two sites, three flows; `nom` replaces every commune's name."""
    n = len(ROWS)
    squares = [
        MultiPolygon([box(4e5 + 5000 * (i % 3), 6.6e6 + 5000 * (i // 3), *_corner(i))])
        for i in range(n)
    ]
    communes = gpd.GeoDataFrame(
        {
            "code_commune": [r[0] for r in ROWS],
            "nom": [nom or r[1] for r in ROWS],
            "code_epci": ["000000001"] * 5 + [None],
            "code_departement": "00",
            "dans_territoire": [r[2] for r in ROWS],
            "population": [r[3] for r in ROWS],
            "population_annee": 2023,
            "population_standardisee": [r[3] * 1.02 for r in ROWS],
            "mg_nb": [r[4] for r in ROWS],
            "mg_etp": [r[4] * 4220 / 5400 for r in ROWS],
            "temps_mg_min": [np.nan if r[5] is None else r[5] for r in ROWS],
            "origine_temps": tables.APPROCHE if approximate else tables.ROUTE,
            "atteignable": [r[5] is not None for r in ROWS],
            "apl": [r[6] for r in ROWS],
            "apl_publiee": [np.nan if r[7] is None else r[7] for r in ROWS],
            "apl_publiee_65": [np.nan if r[7] is None else r[7] * 0.9 for r in ROWS],
            "apl_publiee_annee": 2023,
            "zonage_mg": [r[8] for r in ROWS],
            "deficit": [r[6] < 2.5 for r in ROWS],
            "deficit_consultations": [max(0.0, 2.5 - r[6]) * r[3] * 1.02 for r in ROWS],
            "deficit_etp": [max(0.0, 2.5 - r[6]) * r[3] * 1.02 / 5400 for r in ROWS],
            "taux_fuite": [0.1, 1.0, 1.0, np.nan, np.nan, 0.3],
            "taux_autosuffisance": [0.9, 0.0, 0.0, np.nan, np.nan, 0.7],
            "bassin": None,
            "code_region": "00",
            "bassin_vie": "00001",
            "population_totale_publiee": [float(r[3]) for r in ROWS],
            "mg_proche_code": ["00001", "00001", "00001", None, "00001", "00006"],
            "rattachement_m": [120.0, 80.5, 2300.0, np.nan, 400.0, 10.0],
            "apl_partielle": [not r[2] for r in ROWS],
            "temps_mg_moyen_min": [4.5, 9.1, 18.2, np.nan, np.nan, np.nan],
            "temps_mg_median_min": [4.0, 8.9, 17.9, np.nan, np.nan, np.nan],
            "temps_mg_p90_min": [9.5, 12.5, 24.0, np.nan, np.nan, np.nan],
            **_within([(11_000, 12_000), (600, 800), (0, 450), (0, 0), (0, 0)]),
            "origine_points": ["rues"] * 4 + ["point", None],
            "points_nb": [300, 40, 12, 8, 1, None],
            "temps_mg2_min": [0.0, 8.4, 17.5, np.nan, 12.0, 0.0],
            "temps_mg3_min": [0.0, 8.4, 17.5, np.nan, 12.0, 35.0],
            "mg_10min": [9.0, 9.0, 0.0, 0.0, 0.0, 2.0],
            "mg_15min": [9.0, 9.0, 0.0, 0.0, 9.0, 2.0],
            "mg_20min": [9.0, 9.0, 9.0, 0.0, 9.0, 2.0],
            "mg_30min": [11.0, 9.0, 9.0, 0.0, 11.0, 2.0],
            "apl_calibree": [np.nan if r[7] is None else r[7] * 0.98 for r in ROWS],
            "apl_65": np.nan,
            "apl_ecart": [np.nan if r[7] is None else r[6] - r[7] for r in ROWS],
        },
        geometry=squares,
        crs=CRS,
    )
    centres = communes.geometry.centroid
    sites = gpd.GeoDataFrame(
        {
            "site_id": ["mg-00001", "mg-00006"],
            "code_commune": ["00001", "00006"],
            "mg_nb": [9, 2],
            "mg_etp": [9 * 4220 / 5400, 2 * 4220 / 5400],
            "consultations": [9 * 4220.0, 2 * 4220.0],
            "origine_position": "centre_commune",
        },
        geometry=[centres[0], centres[5]],
        crs=CRS,
    )
    pairs = [("00001", 0, 10800.0, 0.0), ("00002", 1, 800.0, 8.4), ("00003", 2, 450.0, 17.5)]
    flux = gpd.GeoDataFrame(
        {
            "code_residence": [a for a, *_ in pairs],
            "code_exercice": "00001",
            "patients": [c for *_, c, _ in pairs],
            "temps_min": [d for *_, d in pairs],
            "nature": tables.MODELISE,
            "patients_modelises": np.nan,
        },
        geometry=[LineString([centres[i], Point(centres[0])]) for _, i, *_ in pairs],
        crs=CRS,
    )
    controle = pd.DataFrame(
        {
            "source": ["rattachement", "temps de trajet"],
            "effet": ["signale", "ecarte"],
            "motif": ["point de commune à plus de 1 km d'une route", "commune non atteignable"],
            "nombre": [1, 1],
            "part": [1 / 6, 1 / 6],
            "exemples": ["00003 Vaumont (2 300 m)", "00004 L'Isle-Perdue"],
        }
    )
    sources = pd.DataFrame(
        {
            "cle": ["populations", "reseau"],
            "titre": ["Populations municipales", "Réseau routier"],
            "producteur": ["Insee (fictif)", "OpenStreetMap (fictif)"],
            "licence": ["Licence Ouverte 2.0", "ODbL 1.0"],
            "millesime": ["2023", "2022"],
            "fichier": ["donnees_communes.csv", "reseau_routier.graphml"],
            "sha256": ["0" * 64, "1" * 64],
            "enregistrements": [6, 3000],
            "usage": ["population municipale", "temps de trajet"],
        }
    )
    parametres = pd.DataFrame([vars(d) for d in p.describe(p.Parameters())])
    comparaisons = pd.DataFrame(
        {
            "niveau": ["territoire", "departement", "region", "france"],
            "code": ["demo", "00", "00", "FR"],
            "nom": ["Pays d'essai", "Département fictif", "Région fictive", "Ensemble fictif"],
            "communes_nb": [5, 60, 60, 60],
            "population": [13370, 90000, 90000, 90000],
            "mg_nb": [9, 80, 80, 80],
            "mg_pour_10000": [6.7, 8.9, 8.9, 8.9],
            "part_population_sans_mg": [0.1, 0.2, 0.2, 0.2],
            "apl_publiee": [3.2, 3.4, 3.4, 3.7],
            "apl_publiee_65": [2.9, 3.0, 3.0, 3.3],
            "part_population_sous_seuil": [0.1, 0.2, 0.2, 0.15],
            "part_population_zip": [0.05, 0.2, 0.2, 0.3],
            "part_population_zac": [0.06, 0.3, 0.3, 0.4],
        }
    )
    contexte = pd.DataFrame(
        {
            "bassin_vie": ["00001", "00001"],
            "indicateur": ["Part des pers. âgées de 75 ans ou + 2022", "Taux de pauvreté 2021"],
            "valeur": [12.3, np.nan],
            "motif": [None, "secret statistique"],
            "source": "statloc.csv",
        }
    )
    # The farthest owe the whole gap to distance, the others 40 % of it, and 60 % to supply.
    gap = communes["apl"] - 2.5
    share = np.where(communes["temps_mg_min"].fillna(99) > 15, 1.0, 0.4)
    ecarts = pd.DataFrame(
        {
            "code_commune": communes["code_commune"],
            "ecart": gap,
            "ecart_offre": gap * (1 - share),
            "ecart_distance": gap * share,
            "ecart_concurrence": 0.0,
            "ecart_age": 0.0,
        }
    )
    ecarts["cause_principale"] = main_cause(ecarts)
    inside = schema.conform(communes.loc[communes["dans_territoire"]], tables.COMMUNES)
    manques = appraisal.manques_communes(inside, ecarts, comparaisons, p.Parameters())
    return Diagnosis(
        manques_communes=manques,
        manques_zones=appraisal.manques_zones(inside, manques, "demo", p.Parameters()),
        equite=appraisal.equite(inside),
        territory=Territory(
            "demo", "Pays d'essai", "demo", tuple(r[0] for r in ROWS[:5]), CRS, fictif=True
        ),
        communes=schema.conform(communes, tables.COMMUNES),
        sites=schema.conform(sites, tables.SITES),
        flux=schema.conform(flux, tables.FLUX),
        bassins=schema.empty(tables.BASSINS, CRS),
        isochrones=schema.empty(tables.ISOCHRONES, CRS),
        structures=schema.empty(tables.STRUCTURES, CRS),
        controle=schema.conform(controle, tables.CONTROLE),
        sources=schema.conform(sources, tables.SOURCES),
        parametres=schema.conform(parametres, tables.PARAMETRES),
        comparaisons=schema.conform(comparaisons, tables.COMPARAISONS),
        contexte=schema.conform(contexte, tables.CONTEXTE),
        bilan=Bilan(
            consultations_offertes=46420.0,
            consultations_recues=46420.0,
            ecart_relatif=0.0,
            correlation_apl=0.72,
            correlation_apl_ponderee=0.81,
            ecart_median_apl=-0.05,
            apl_moyenne=3.0,
            apl_publiee_moyenne=3.2,
            taux_fuite=0.02,
            taux_autosuffisance=0.98,
            taux_attraction=0.01,
            communes_mg_inconnu=0,
            population_mg_inconnu=0,
            calage_annee=2022,
            calage_consultations_deplacees=5300.0,
            calage_part_deplacee=0.114,
            calage_solde=-600.0,
        ),
        verite=truth(
            communes.loc[communes["dans_territoire"]],
            communes[["code_commune", "apl_publiee", "population_standardisee"]]
            .assign(annee=2023)
            .dropna(),
            {},
        ),
        bandes=_bands(),
        fermete=_firmness(),
        temps_acces=Grid(400_000, 6_600_400, np.float32([[0, 8.5, -1], [17.5, 12, 30.25]]), 1),
        parameters=p.Parameters(),
        noms=dict(zip(communes["code_commune"], communes["nom"], strict=True)),
    )


def _bands() -> pd.DataFrame:
    """The same inhabitants by band."""
    count = [11_600, 1_650, 0, 0, 0, 120]
    labels = ["10 min ou moins", "plus de 10 à 15 min", "plus de 15 à 20 min"]
    labels += ["plus de 20 à 30 min", "plus de 30 min", "aucun médecin atteint en voiture"]
    table = pd.DataFrame(
        {
            "niveau": "territoire",
            "code": "demo",
            "nom": "Pays d'essai",
            "rang": range(1, 7),
            "tranche": labels,
            "temps_max_min": [10.0, 15.0, 20.0, 30.0, np.nan, np.nan],
            "population": count,
            "part": np.array(count) / 13_370,
        }
    )
    return schema.conform(table, tables.BANDES)


def _firmness() -> pd.DataFrame:
    """Five communes over twenty draws: two firm deficits, two that hesitate, one firm otherwise."""
    table = pd.DataFrame(
        [
            ("00001", 2.7, 3.6, 0.0, 0.0, 0.0, tables.FERME_SANS_DEFICIT),
            ("00002", 1.9, 3.3, 7.4, 9.6, 0.4, tables.HESITANT),
            ("00003", 0.4, 1.6, 15.1, 20.3, 1.0, tables.FERME_DEFICIT),
            ("00004", 0.0, 0.0, np.nan, np.nan, 1.0, tables.FERME_DEFICIT),
            ("00005", 1.2, 2.6, 10.9, 13.8, 0.85, tables.HESITANT),
        ],
        columns=[c for c in tables.FERMETE.noms if c != "tirages_nb"],
    )
    return schema.conform(table.assign(tirages_nb=20), tables.FERMETE)


def without_gp_counts() -> Diagnosis:
    """The same, where no source says how many GPs two communes of the territory have (920 hab.)."""
    diagnosis = small_diagnosis()
    communes = diagnosis.communes.copy()
    unknown = communes["code_commune"].isin(["00002", "00004"])
    communes.loc[unknown, ["mg_nb", "mg_etp"]] = pd.NA
    bilan = replace(diagnosis.bilan, communes_mg_inconnu=2, population_mg_inconnu=920)
    return replace(diagnosis, communes=schema.conform(communes, tables.COMMUNES), bilan=bilan)


def with_care_area(diagnosis: Diagnosis) -> Diagnosis:
    """The same, its communes west and east in two basins, north and south in two EPCI, a road."""
    communes = diagnosis.communes
    inside = communes["dans_territoire"].to_numpy()
    places = communes.geometry.representative_point()
    east = np.where(places.x < places.x.median(), "00001", "00002")
    communes = communes.assign(bassin=np.where(inside, east, None))
    zones = {"code_commune": communes["code_commune"], "zonage": "epci"}
    zonages = pd.DataFrame(zones | {"zone": np.where(places.y < places.y.median(), "S", "N")})
    placed = communes.loc[inside, ["code_commune", "population", "bassin"]]
    layer = communes.loc[inside].dissolve("bassin", aggfunc={"population": "sum", "mg_nb": "sum"})
    layer["geometry"] = [MultiPolygon(shapely.get_parts(s).tolist()) for s in layer.geometry]
    layer = layer.reset_index().assign(
        taux_autosuffisance=0.8, communes_nb=1, population_territoire=1, valide=True
    )
    drawn = pd.DataFrame(
        [("00001", "00001", 0.9, "primaire"), ("00001", "00002", 0.3, "secondaire")],
        columns=tables.PATIENTELES.noms,
    )
    scored = care_area(
        pd.DataFrame(communes).assign(x=places.x, y=places.y),
        pd.DataFrame(diagnosis.flux),
        None,
        None,
        temps_min=diagnosis.parameters.apl.bornes_min,
        appui_km=diagnosis.parameters.bassins.appui_km,
    )
    x0, y0, x1, y1 = communes.total_bounds
    roads = gpd.GeoDataFrame(
        {"classe": ["trunk"], "longueur_km": [(x1 - x0) / 1000]},
        geometry=[MultiLineString([[(x0, (y0 + y1) / 2 + 700), (x1, (y0 + y1) / 2 + 700)]])],
        crs=CRS,
    )
    return replace(
        diagnosis,
        communes=schema.conform(communes, tables.COMMUNES),
        bassins=schema.conform(layer, tables.BASSINS),
        zonages=schema.conform(zonages, tables.ZONAGES),
        patienteles=schema.conform(drawn, tables.PATIENTELES),
        comparaison_bassins=compared(placed, zonages),
        aire_sante=schema.conform(scored, tables.AIRE_SANTE),
        routes_principales=schema.conform(roads, tables.ROUTES_PRINCIPALES),
    )


def _within(people: list[tuple[int, int]]) -> dict[str, list[int | None]]:
    """Inhabitants within 10 minutes, and within each longer time, of the communes of the area."""
    near, all_of_them = ([*counts, None] for counts in zip(*people, strict=True))
    cut_off = [0, 0, 0, 120, 0, None]
    return {
        "population_10min": near,
        **{f"population_{bound}min": all_of_them for bound in (15, 20, 30)},
        "population_plus_30min": [0] * 5 + [None],
        "population_sans_trajet": cut_off,
    }


def _corner(i: int) -> tuple[float, float]:
    return 4e5 + 5000 * (i % 3 + 1), 6.6e6 + 5000 * (i // 3 + 1)
