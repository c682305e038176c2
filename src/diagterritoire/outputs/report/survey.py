"""Chapter 11: what the professionals answered, as far as secrecy allows."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french, tables
from diagterritoire.french import accord, decompte, entier, pourcent
from diagterritoire.outputs.report.blocks import Bloc, Encadre, Paragraphe, SousTitre, Tableau
from diagterritoire.outputs.report.dossier import Dossier
from diagterritoire.outputs.report.totals import records

MASQUE = "masqué"
TROP_PEU = (
    "Réponses non montrées : trop peu de personnes ont répondu, ou trop peu ont répondu autrement "
    "que les autres."
)
# Coarser answers, shown by profession where the fine ones may not be.
GROSSES = {
    "favorable": "engagés, intéressés ou à étudier",
    "60_plus": "60 ans ou plus",
    "dans_5_ans": "d'ici 5 ans",
    "autre_reponse": "autre réponse ou sans réponse",
    tables.SANS_REPONSE: "sans réponse",
    "oui": "oui",
    "non": "non",
}


def survey(d: Dossier) -> list[Bloc]:
    """Write the results of the survey, or which file would give them."""
    table = d.diagnosis.enquete_participation
    if table.empty:
        return [
            Encadre(
                "Donnée à fournir",
                "Ce chapitre se remplit avec les réponses à l'enquête menée auprès des "
                "professionnels du territoire (intérêt pour l'exercice coordonné, attentes, âge, "
                "départs), à fournir dans un fichier anonyme : « diagterritoire enquete-modele "
                "FICHIER.csv » en écrit le modèle. Les réponses de moins de "
                f"{entier(d.parameters.enquete.secret_reponses)} personnes ne sont jamais "
                "publiées.",
                "attente",
            )
        ]
    return [
        Paragraphe(_secrecy(d)),
        *_participation(d),
        *(bloc for question in tables.QUESTIONS for bloc in _question(d, question)),
        *_expectations(d),
    ]


def _source(d: Dossier) -> str:
    return d.source("enquete", "enquête anonyme auprès des professionnels")


def _secrecy(d: Dossier) -> str:
    seuil = entier(d.parameters.enquete.secret_reponses)
    return (
        f"Aucun effectif de moins de {seuil} réponses n'est montré, ni aucun qui permettrait d'en "
        "retrouver un par différence : des réponses plus nombreuses sont alors masquées aussi, ou "
        "regroupées. Les commentaires libres ne sont jamais repris."
    )


def _number(value: float | None) -> str:
    return MASQUE if french.manque(value) else entier(value)


def _participation(d: Dossier) -> list[Bloc]:
    table = d.diagnosis.enquete_participation
    shown = table.loc[
        (table["reponses"] != 0) | table["reponses"].isna() | (table["en_place"].fillna(0) > 0)
    ]
    return [
        SousTitre("Qui a répondu"),
        Paragraphe(_told(table)),
        Tableau(
            "Réponses par profession, à côté des professionnels en place",
            ("Profession", "En place", "Réponses", "Taux de réponse"),
            tuple(
                (
                    french.majuscule(profession(str(r.profession))),
                    decompte(r.en_place),
                    _number(r.reponses),
                    pourcent(r.taux_reponse),
                )
                for r in records(shown)
            ),
            f"{_source(d)} ; {d.source('medecins', 'source des généralistes')}",
            note="Le taux n'est calculé que là où les professionnels en place sont comptés.",
        ),
    ]


def _told(table: pd.DataFrame) -> str:
    rows = {str(r.profession): r for r in records(table)}
    total, gps = rows[tables.ENSEMBLE].reponses, rows[tables.GENERALISTE]
    if french.manque(total):
        return "Trop peu de professionnels ont répondu pour que rien soit montré."
    told = f"{french.majuscule(accord(float(total), 'professionnel'))} "
    told += "ont répondu." if total > 1 else "a répondu."
    if french.manque(gps.reponses) or french.manque(gps.en_place):
        return told
    rate = "" if french.manque(gps.taux_reponse) else f", soit {pourcent(gps.taux_reponse)}"
    return (
        f"{told} Parmi les médecins généralistes, {entier(gps.reponses)} "
        f"sur {decompte(gps.en_place)} en place{rate}."
    )


def profession(name: str) -> str:
    """Name a group of respondents.

    Examples
    --------
    >>> profession("regroupees"), profession("infirmier")
    ('autres professions, ensemble', 'infirmiers')
    """
    groups = {tables.ENSEMBLE: "ensemble", tables.REGROUPEES: "autres professions, ensemble"}
    return groups.get(name) or tables.NOMS_ENQUETE[name]


def _modalite(question: str, name: str) -> str:
    return {**GROSSES, **tables.QUESTIONS.get(question, {})}[name]


def _question(d: Dossier, question: str) -> list[Bloc]:
    table = d.diagnosis.enquete_resultats
    mine = table.loc[table["question"] == question]
    title = SousTitre(tables.TITRES_QUESTIONS[question])
    if mine.empty:
        return [title, Paragraphe(TROP_PEU)]
    whole = mine.loc[mine["profession"] == tables.ENSEMBLE]
    blocs: list[Bloc] = [
        title,
        Tableau(
            f"{tables.TITRES_QUESTIONS[question]} : ensemble des répondants",
            ("Réponse", "Répondants", "Part"),
            tuple(
                (
                    french.majuscule(_modalite(question, str(r.modalite))),
                    _number(r.reponses),
                    MASQUE if french.manque(r.part) else pourcent(r.part),
                )
                for r in records(whole)
            ),
            _source(d),
        ),
    ]
    groups = mine.loc[mine["profession"] != tables.ENSEMBLE]
    return [*blocs, _by_profession(d, question, groups)] if len(groups) else blocs


def _by_profession(d: Dossier, question: str, groups: pd.DataFrame) -> Tableau:
    names = groups["modalite"].drop_duplicates().astype(str).tolist()
    cells = {(str(r.profession), str(r.modalite)): r for r in records(groups)}
    shown = groups["profession"].drop_duplicates().astype(str)
    return Tableau(
        f"{tables.TITRES_QUESTIONS[question]}, par profession",
        (
            "Profession",
            "Répondants",
            *(french.majuscule(_modalite(question, name)) for name in names),
        ),
        tuple(
            (
                french.majuscule(profession(group)),
                entier(cells[group, names[0]].repondants),
                *(entier(cells[group, name].reponses) for name in names),
            )
            for group in shown
        ),
        _source(d),
    )


def _expectations(d: Dossier) -> list[Bloc]:
    table = d.diagnosis.enquete_resultats
    cited = table.loc[
        table["question"].str.startswith("attente_")
        & (table["profession"] == tables.ENSEMBLE)
        & (table["modalite"] == "oui")
    ]
    title = SousTitre("Attentes")
    seen = cited.loc[cited["reponses"] > 0]
    if seen.empty:
        return [
            title,
            Paragraphe("Aucune attente n'a été citée par assez de répondants, ni tue par assez."),
        ]
    seen = seen.sort_values("reponses", ascending=False, kind="stable")
    return [
        title,
        Tableau(
            "Attentes citées",
            ("Attente", "Répondants", "Part"),
            tuple(
                (
                    french.majuscule(tables.ATTENTES[str(r.question).removeprefix("attente_")]),
                    entier(r.reponses),
                    pourcent(r.part),
                )
                for r in records(seen)
            ),
            _source(d),
            note="Un répondant peut en citer plusieurs. Une attente que trop peu citent, ou "
            "taisent, n'est pas montrée. Le détail par profession, là où il peut l'être, est dans "
            "la feuille enquete_resultats du classeur.",
        ),
    ]
