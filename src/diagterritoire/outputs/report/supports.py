"""What a team may lean on near each basin: structures, and GPs at the same address."""

from __future__ import annotations

from diagterritoire import french, tables
from diagterritoire.french import accord, decompte, entier, minutes
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Encadre,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records

ZONES_MAX = 15
_APPUIS = (
    ("Maisons de santé", ("MSP",)),
    ("Centres de santé", ("CDS",)),
    ("Hôpitaux", ("hopital", "hopital_local")),
    ("EHPAD", ("EHPAD",)),
    ("Pharmacies", ("pharmacie",)),
    ("Soins infirmiers à domicile", ("SSIAD",)),
)
_PROJETS = {
    tables.SANS_PROJET: "aucun projet coordonné connu",
    tables.AVEC_PROJET: "maison ou centre de santé sur place",
    tables.PROJET_INCONNU: "inconnu sans fichier des structures",
}


def supports(d: Dossier) -> list[Bloc]:
    """Count the structures within reach of each basin's pole."""
    table = d.diagnosis.appuis
    structures = table.loc[table["categorie"] != tables.GROUPE]
    if structures.empty:
        return []
    people = d.diagnosis.bassins.set_index("bassin")["population"]
    order = people.sort_values(ascending=False, kind="stable").index[:ZONES_MAX]
    lines = []
    for basin in order:
        near = structures.loc[structures["bassin"] == basin]
        cells = []
        for _, categories in _APPUIS:
            kind = near.loc[near["categorie"].isin(categories), "temps_min"]
            cells.append(f"{entier(len(kind))} (à {minutes(kind.min())})" if len(kind) else "0")
        lines.append((d.nom(basin), *cells))
    reach = french.exact(d.parameters.exercice.appui_min)
    return [
        SousTitre("Points d'appui"),
        Tableau(
            f"Structures à {reach} minutes ou moins du pôle de chaque bassin",
            ("Bassin", *(label for label, _ in _APPUIS)),
            tuple(lines),
            f"{d.source('structures', 'FINESS')} ; {CALCUL}",
            note="Nombre de structures, et temps en voiture de la plus proche. Chacune est dans la "
            "feuille appuis du classeur.",
        ),
    ]


def groups(d: Dossier) -> list[Bloc]:
    """List GPs at the same address: points to lean on towards a coordinated practice."""
    sites = d.diagnosis.sites
    if (sites["origine_position"] == tables.POSITION_CENTRE).all():
        return [
            Encadre(
                "Donnée à fournir",
                "Les médecins qui exercent à la même adresse sans projet coordonné sont des points "
                "d'appui. Aucune adresse n'est connue ici : l'annuaire santé (RPPS) ou la base des "
                "équipements, avec un fichier d'adresses géocodées (docs/formats.md), les donne.",
                "attente",
            )
        ]
    table = d.diagnosis.appuis
    near = table.loc[table["categorie"] == tables.GROUPE]
    near = near.sort_values(["mg_nb", "nom", "temps_min"], ascending=[False, True, True])
    near = near.drop_duplicates("nom")
    if near.empty:
        return [Paragraphe("Aucun groupe de généralistes à la même adresse n'est à portée.")]
    alone = near.loc[near["projet"] == tables.SANS_PROJET]
    unknown = (near["projet"] == tables.PROJET_INCONNU).any()
    beside = (
        ". Aucun fichier des structures ne dit si une maison ou un centre de santé est sur place."
        if unknown
        else f", dont {entier(len(alone))} sans maison ni centre de santé connu sur place."
    )
    told = (
        f"{french.majuscule(accord(len(near), 'groupe'))} de généralistes à la même adresse{beside}"
    )
    return [
        Paragraphe(told),
        Tableau(
            "Groupes de généralistes à la même adresse",
            ("Commune", "Situation", "Généralistes", "Temps du pôle du bassin"),
            tuple(
                (
                    d.nom(r.code_commune),
                    _PROJETS[str(r.projet)],
                    decompte(r.mg_nb),
                    minutes(r.temps_min),
                )
                for r in records(near.head(ZONES_MAX))
            ),
            d.source("medecins", "source des généralistes"),
            note="La même adresse ne dit pas que l'on travaille ensemble.",
            textes=1,
        ),
    ]
