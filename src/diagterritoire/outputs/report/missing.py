"""Chapter 8: what is missing to each reference, zone by zone, and the causes of the gaps."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from diagterritoire.french import entier, nombre, pourcent
from diagterritoire.outputs.definitions import zone
from diagterritoire.outputs.report import sentences
from diagterritoire.outputs.report.blocks import Bloc, Paragraphe, SousTitre, Tableau
from diagterritoire.outputs.report.dossier import CALCUL, DREES, Dossier
from diagterritoire.outputs.report.totals import INCONNU, records

# How each cause is named, whichever way it weighs, then told where it lowers the APL.
NOMS = MappingProxyType(
    {
        "offre": "Consultations offertes par habitant autour",
        "distance": "Distance aux médecins",
        "concurrence": "Habitants d'ailleurs qui vont aux mêmes médecins",
        "age": "Âge des habitants",
    }
)
CAUSES = MappingProxyType(
    {
        "offre": "trop peu de consultations offertes par habitant autour",
        "distance": "l'éloignement des médecins",
        "concurrence": "les habitants d'ailleurs qui vont aux mêmes médecins",
        "age": "l'âge des habitants, qui consultent plus que la moyenne",
    }
)


def by_zone(d: Dossier) -> list[Bloc]:
    """Table of what is missing in the territory and in each official zone of it."""
    table = d.diagnosis.manques_zones
    rows = list(records(table.loc[table["niveau"].isin(["territoire", "zonage_mg"])]))
    if len(rows) < 2:
        return []
    return [
        Tableau(
            "Ce qui manque, par zone officielle",
            (
                "Zone",
                "Habitants",
                "APL calculée moyenne",
                "Part des habitants sous le seuil",
                f"Part à plus de {d.portee} minutes ou sans trajet",
                f"Temps plein pour atteindre {d.seuil}",
                "Temps plein pour la moyenne du département",
                "Temps plein pour celle du pays",
            ),
            tuple(
                (
                    _name(r),
                    entier(r.population),
                    d.apl(r.apl),
                    pourcent(r.part_population_deficit),
                    pourcent(r.part_population_eloignee),
                    nombre(r.manque_seuil_etp),
                    nombre(r.manque_departement_etp),
                    nombre(r.manque_france_etp),
                )
                for r in rows
            ),
            f"{CALCUL} ; {d.source('apl_publiee', DREES)} ; {d.source('zonage', 'zonage des ARS')}",
            note="Les moyennes du département et du pays sont celles de l'APL publiée, à laquelle "
            "l'APL calculée de chaque commune est comparée.",
        )
    ]


def _name(row: pd.Series) -> str:
    if row.niveau == "territoire":
        return "Territoire"
    return zone(INCONNU if row.code == "inconnu" else str(row.code))


def reasons(d: Dossier) -> list[Bloc]:
    """Say which cause weighs most on the communes under the threshold, and by how much."""
    table = d.diagnosis.manques_communes.merge(
        d.totaux.interieur[["code_commune", "nom", "population", "population_standardisee"]],
        on="code_commune",
        how="inner",
        validate="one_to_one",
    )
    below = table.loc[table["cause_principale"].notna()]
    if below.empty:
        return []
    lines, told = [], []
    for cause, words in CAUSES.items():
        part = below.loc[below["cause_principale"] == cause]
        lines.append(
            (
                NOMS[cause],
                entier(len(part)),
                entier(part["population"].sum()),
                nombre(_mean(below, f"ecart_{cause}"), 2),
            )
        )
        if len(part):
            told.append((len(part), words))
    lines.append(
        (
            "Ensemble",
            entier(len(below)),
            entier(below["population"].sum()),
            nombre(_mean(below, "ecart"), 2),
        )
    )
    return [
        SousTitre("Pourquoi l'APL est basse"),
        Paragraphe(_told(d, told, len(below))),
        Tableau(
            "Causes de l'écart au seuil, dans les communes qui sont dessous",
            (
                "Cause",
                "Communes où elle pèse le plus",
                "Habitants de ces communes",
                "Écart d'APL moyen qui lui revient",
            ),
            tuple(lines),
            CALCUL,
            note="Les quatre parts de chaque commune s'additionnent à son écart au seuil, aux "
            "arrondis près ; une part positive relève l'APL. Moyennes pondérées par la population "
            "standardisée.",
        ),
    ]


def _told(d: Dossier, told: list[tuple[int, str]], total: int) -> str:
    ordered = sorted(told, key=lambda pair: -pair[0])
    parts = [f"dans {sentences.communes(n)}, {words}" for n, words in ordered]
    return (
        f"Ce qui abaisse le plus l'APL des communes sous le seuil de {d.seuil} "
        f"({entier(total)} en tout) est, {' ; '.join(parts)}."
    )


def _mean(table: pd.DataFrame, column: str) -> float | None:
    weights = table["population_standardisee"].astype("float64")
    total = float(weights.sum())
    return float((table[column] * weights).sum()) / total if total > 0 else None
