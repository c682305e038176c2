"""A small Diagnosis with a scenario and the best places of new sites, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from diagterritoire import schema, tables
from diagterritoire.study.bundles import Compared, Diagnosis

_GAP = {"temps_mg_min": -5.0, "apl": 1.0, "deficit_consultations": -100.0}


def with_projects(diagnosis: Diagnosis) -> Diagnosis:
    """Add one scenario that makes every commune better off, its moves, and a place of each aim."""
    return replace(
        diagnosis,
        implantations=_places(diagnosis),
        scenarios=Compared(
            noms={"essai": "Essai"},
            scenario=_communes(diagnosis),
            scenario_bilan=schema.empty(tables.SCENARIO_BILAN),
            scenario_mouvements=_moves(diagnosis),
            scenario_flux=schema.empty(tables.SCENARIO_FLUX),
        ),
    )


def _communes(diagnosis: Diagnosis) -> gpd.GeoDataFrame:
    now = diagnosis.communes
    table = gpd.GeoDataFrame(
        dict.fromkeys(tables.SCENARIO.noms), index=now.index, geometry=now.geometry
    )
    same = ("code_commune", "nom", "dans_territoire", "population")
    table = table.assign(scenario="essai", deficit_avant=now["deficit"], deficit_apres=False,
                         **{c: now[c] for c in same})  # fmt: skip
    for name, gap in _GAP.items():
        before = now[name].astype("float64")
        after = (before + gap).clip(lower=0.0)
        table = table.assign(**{f"{name}_avant": before, f"{name}_apres": after,
                                f"{name}_difference": after - before})  # fmt: skip
    return schema.conform(table, tables.SCENARIO)


def _moves(diagnosis: Diagnosis) -> pd.DataFrame:
    site = diagnosis.sites.iloc[0]
    first, last = (diagnosis.communes["code_commune"].iloc[k] for k in (0, 1))
    known = {"site_id": site["site_id"], "code_commune": site["code_commune"]}
    point = {"site_id": f"scenario-{last}-2.50000-46.75000", "code_commune": last}
    gp: dict[str, Any] = {"profession": tables.GENERALISTE, "consultations": 5400.0, "etp": 1.0}
    lost = gp | {"consultations": -5400.0, "etp": -1.0}
    rows = [
        {"geste": "deplacer"} | known | lost,
        {"geste": "deplacer"} | point | gp,
        {"geste": "ouvrir", "site_id": f"scenario-{last}", "code_commune": last} | gp,
        {"geste": "ouvrir", "code_commune": last, "profession": "infirmier", "etp": 2.0},
        {"geste": "accelerer", "code_commune": first, "code_arrivee": last, "duree_min": 5.0},
    ]
    table = pd.DataFrame(rows).assign(scenario="essai", nom_scenario="Essai", projet=None)
    table = table.assign(rang=range(1, len(rows) + 1))
    return schema.conform(table, tables.SCENARIO_MOUVEMENTS)


def _places(diagnosis: Diagnosis) -> gpd.GeoDataFrame:
    communes = diagnosis.communes
    points = communes.geometry.representative_point().to_numpy()
    common = {"valeur_avant": 1000.0, "valeur": 400.0, "cout": 0.0, "ecart_au_premier": 0.0}
    rows = [
        {"but": but, "sites_nb": size, "numero": numero, "rang": rank, "ex_aequo": False,
         "etp": "2 + 1" if but == "apl" else None, "gain": 600.0, "ecart_optimalite": 0.0,
         "codes_communes": " ".join(communes["code_commune"].iloc[:size]),
         "lieux": ", ".join(communes["nom"].iloc[:size]), "unite": tables.UNITES_BUT[but]} | common
        for but, size in (("couverture", 1), ("apl", 2))
        for numero, rank in ((1, 1), (2, 2))
    ]  # fmt: skip
    shapes = [shapely.MultiPoint(points[: row["sites_nb"]].tolist()) for row in rows]
    layer = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=communes.crs)
    return schema.conform(layer, tables.IMPLANTATIONS)
