"""Chapter 8: which verdicts hold when the chosen numbers vary, and which hesitate."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french, tables
from diagterritoire.french import entier, exact, nombre, pourcent
from diagterritoire.outputs.report import maps, sentences
from diagterritoire.outputs.report.blocks import Bloc, Figure, Paragraphe, SousTitre, Tableau
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import group, records

LIGNES_MAX = 15
_VERDICTS = {
    tables.FERME_DEFICIT: "En déficit, fermement",
    tables.FERME_SANS_DEFICIT: "Hors déficit, fermement",
    tables.HESITANT: "Le verdict hésite",
}


def firm(d: Dossier) -> list[Bloc]:
    """Say how the verdicts of the communes resist, and name those that hesitate."""
    table = d.totaux.interieur.merge(
        d.diagnosis.fermete, on="code_commune", how="inner", validate="one_to_one"
    )
    if table.empty:
        return []
    blocs: list[Bloc] = [
        SousTitre("Ces verdicts sont-ils fermes ?"),
        Paragraphe(_told(d, table)),
        _counts(d, table),
        Figure(
            "Fermeté du verdict de déficit par commune",
            maps.classed_maps(
                d.fond,
                [maps.indicateur("fermete")],
                mention=d.mentions.text(temps=True),
            ),
            "Carte des communes par part des calculs refaits où leur APL est sous le seuil. Les "
            "valeurs sont dans le classeur.",
            "Le brun marque les communes en déficit dans presque tous les calculs, le vert foncé "
            "celles qui ne le sont dans presque aucun ; entre les deux, le verdict hésite.",
            CALCUL,
        ),
    ]
    hesitant = table.loc[table["verdict"] == tables.HESITANT]
    return [*blocs, _hesitant(d, hesitant)] if len(hesitant) else blocs


def _told(d: Dossier, table: pd.DataFrame) -> str:
    declared, count = d.parameters.fermete, int(table["tirages_nb"].iloc[0])
    hesitant = group(table, table["verdict"] == tables.HESITANT)
    if hesitant.communes:
        told = (
            f"Dans {sentences.communes(hesitant.communes)}, "
            f"{sentences.population(hesitant.part)}, ces calculs ne s'accordent pas : l'APL "
            "y passe d'un côté à l'autre du seuil, et un chiffre seul ne décide pas."
        )
    else:
        told = "Aucune commune n'hésite."
    return (
        f"Le diagnostic a été recalculé {exact(count)} fois en tirant au hasard, dans des plages "
        f"déclarées, les nombres qui ne sont connus qu'à peu près : {_times(d, table)}, bornes de "
        f"temps de l'APL (± {exact(declared.bornes_min)} min), activité des "
        f"médecins ({_range(declared.activite)}, et {_range(declared.activite_site)} pour un "
        "médecin seul), positions supposées, largeur du pourtour. Un verdict est ferme quand au "
        f"moins {pourcent(declared.part_ferme, 0)} de ces calculs le donnent. {told}"
    )


def _times(d: Dossier, table: pd.DataFrame) -> str:
    """Name what is drawn of the times of this territory: speeds, straight lines, or both."""
    declared, flown = d.parameters.fermete, table["origine_temps"] == tables.APPROCHE
    speeds = (
        f"vitesses ({_range(declared.vitesses)} ensemble, {_range(declared.vitesses_classes)} par "
        "type de voie)"
    )
    straight = f"temps à vol d'oiseau ({_range(declared.approche)})"
    return ", ".join(([] if flown.all() else [speeds]) + ([straight] if flown.any() else []))


def _range(part: float) -> str:
    return f"± {pourcent(part, 0)}"


def _counts(d: Dossier, table: pd.DataFrame) -> Tableau:
    rows = []
    for verdict, words in _VERDICTS.items():
        part = group(table, table["verdict"] == verdict)
        rows.append((words, entier(part.communes), entier(part.population), pourcent(part.part)))
    return Tableau(
        f"Communes selon que leur APL est ou non sous le seuil de {d.seuil}",
        ("Verdict des calculs", "Communes", "Habitants", "Part de la population"),
        tuple(rows),
        f"{CALCUL} ; plages : paramètres « fermete » du classeur",
        note="Ces calculs disent ce que changent les nombres choisis, et non l'erreur des comptes "
        "de médecins ou d'habitants, qui n'est pas tirée.",
    )


def _hesitant(d: Dossier, table: pd.DataFrame) -> Tableau:
    low, high = d.parameters.fermete.intervalle
    reste = len(table) - LIGNES_MAX
    autres = french.accord(reste, "autre commune", "autres communes", feminin=True)
    note = f"{french.majuscule(autres)} : voir le classeur indicateurs.xlsx." if reste > 0 else ""
    return Tableau(
        "Communes dont le verdict hésite, par population",
        (
            "Commune",
            "Habitants",
            "APL calculée",
            "APL selon les calculs",
            "Minutes selon les calculs",
            "Calculs sous le seuil",
        ),
        tuple(
            (
                str(r.nom),
                entier(r.population),
                d.apl(r.apl),
                _interval(r.apl_bas, r.apl_haut),
                _interval(r.temps_mg_bas_min, r.temps_mg_haut_min, 0),
                pourcent(r.part_tirages_deficit, 0),
            )
            for r in records(table.head(LIGNES_MAX))
        ),
        CALCUL,
        note=f"Intervalles : du quantile {pourcent(low, 0)} au quantile {pourcent(high, 0)} des "
        f"calculs. {note}".strip(),
    )


def _interval(low: float | None, high: float | None, decimales: int = 1) -> str:
    if french.manque(low) or french.manque(high):
        return french.MANQUANT
    first, last = nombre(low, decimales), nombre(high, decimales)
    return first if first == last else f"{first} à {last}"
