"""Chapter 9: forms of coordinated practice that are possible, and what a project may lean on."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french, tables
from diagterritoire.core.practices.forms import CPTS
from diagterritoire.french import accord, decompte, entier, enumeration
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Definition,
    Encadre,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.supports import ZONES_MAX, groups, supports
from diagterritoire.outputs.report.totals import records

SANS_OBJET = "sans objet"
FERMETES = {
    tables.LUE: "lue dans la source",
    tables.LUE_EN_REGION: "lue dans la page d'une région, à confirmer auprès de l'agence",
    tables.SECONDE_MAIN: "de seconde main",
    tables.A_VERIFIER: "à vérifier",
}
_NON = {tables.MANQUE: "non", tables.A_VERIFIER: "à vérifier", tables.INCONNU: "inconnu"}


def practices(d: Dossier) -> list[Bloc]:
    """Write which forms the professionals in place allow, and what is near."""
    if d.diagnosis.formes_exercice.empty:
        return []
    return [*_forms(d), *supports(d), *groups(d), *_maturity(d)]


def _forms(d: Dossier) -> list[Bloc]:
    table = d.diagnosis.formes_exercice
    here = table.loc[table["regle_d_ici"]]
    zones = here.loc[here["niveau"] != "commune"]
    blocs: list[Bloc] = [
        SousTitre("Formes d'exercice coordonné possibles"),
        Definition(
            "Forme possible",
            "les professionnels comptés atteignent la composition la plus petite que demande un "
            "texte ; rien ne dit qu'ils le souhaitent. Une personne sur n lieux y compte 1/n : "
            "là où l'on compte ainsi, un nombre est un minimum, et ce qui manque est à vérifier. "
            "Un nombre inconnu n'est jamais un manque",
            CALCUL,
        ),
        _by_zone(d, zones),
        *_lacking(zones),
        _by_commune(d, here.loc[here["niveau"] == "commune"]),
        _rules(table),
    ]
    unknown = zones.loc[zones["verdict"] == tables.INCONNU, "manque"].dropna()
    if len(unknown):
        blocs.insert(
            2,
            Encadre(
                "Donnée à fournir",
                f"Sans toutes les professions, une forme reste indécise ({unknown.iloc[0]}). "
                "L'extraction en libre accès du RPPS ou la base permanente des équipements les "
                "donnent par commune.",
                "attente",
            ),
        )
    return blocs


def _labels(zones: pd.DataFrame) -> list[tuple[str, str]]:
    """Form and rule of each column, in the order of the rules."""
    pairs = zones[["forme", "regle"]].drop_duplicates()
    return [(str(r.forme), str(r.regle)) for r in records(pairs)]


def _heading(forme: str, regle: str, labels: list[tuple[str, str]]) -> str:
    several = sum(f == forme for f, _ in labels) > 1
    if forme == CPTS:
        return f"{forme} (taille)"
    return f"{forme} ({regle})" if several else forme


def _by_zone(d: Dossier, zones: pd.DataFrame) -> Tableau:
    labels = _labels(zones)
    first = zones.drop_duplicates(["niveau", "code"])
    basins = first.loc[first["niveau"] == "bassin"]
    basins = basins.sort_values(["population", "code"], ascending=[False, True])
    whole = first.loc[first["niveau"] == "territoire"]
    shown = [*records(whole), *records(basins.head(ZONES_MAX))]
    cells = {(r.niveau, r.code, r.forme, r.regle): _cell(r) for r in records(zones)}
    # A basin over the border has the rules of its region, which the others have not.
    lines = [[cells.get((z.niveau, z.code, *label), SANS_OBJET) for label in labels] for z in shown]
    elsewhere = (
        " Sans objet : hors de la région de la règle."
        if any(SANS_OBJET in line for line in lines)
        else ""
    )
    more = len(basins) - ZONES_MAX
    rest = (
        f" {french.majuscule(accord(more, 'autre bassin', 'autres bassins'))} : feuille "
        "formes_exercice du classeur."
        if more > 0
        else ""
    )
    return Tableau(
        "Formes d'exercice coordonné que les professionnels en place permettent",
        (
            "Zone",
            *(_heading(f, r, labels) for f, r in labels),
            "Habitants",
            "Généralistes",
            "Auxiliaires médicaux",
        ),
        tuple(
            (
                "Territoire" if z.niveau == "territoire" else f"Bassin : {z.nom}",
                *line,
                entier(z.population),
                decompte(z.mg_nb),
                decompte(z.auxiliaires_nb),
            )
            for z, line in zip(shown, lines, strict=True)
        ),
        CALCUL,
        note="Bassins entiers, pourtour compris. Les auxiliaires médicaux sont les infirmiers, "
        "masseurs-kinésithérapeutes, orthophonistes et orthoptistes : les autres (pédicures-"
        "podologues...) ne sont comptés par aucune source lue. « À vérifier » : il manque "
        "quelqu'un, mais des personnes sont comptées par parts entre leurs lieux."
        f"{elsewhere} Les formes et "
        f"règles d'un autre territoire (ESP CLAP, PSLA) sont dans le classeur.{rest}",
        textes=len(labels),
    )


def _cell(row: pd.Series) -> str:
    if row.verdict == tables.SANS_MINIMUM:
        return entier(row.taille_cpts)
    if row.verdict == tables.PERMISE:
        return "oui"
    return _NON[str(row.verdict)]


def _lacking(zones: pd.DataFrame) -> list[Bloc]:
    """Table of what each zone lacks of each form, the most populated zones first."""
    rows = zones.loc[zones["verdict"].isin(list(_NON))]
    if rows.empty:
        return []
    rank = rows["niveau"].map({"territoire": 0, "bassin": 1})
    same = rows.assign(rang=rank).groupby(
        ["rang", "code", "nom", "population", "manque"], sort=False
    )
    table = same["forme"].agg(lambda names: ", ".join(dict.fromkeys(names))).reset_index()
    table = table.sort_values(["rang", "population", "code"], ascending=[True, False, True])
    names = ["Territoire" if r.rang == 0 else f"Bassin : {r.nom}" for r in records(table)]
    table = table.assign(zone=names)
    everywhere = len(table) == len(zones[["niveau", "code"]].drop_duplicates()) > 1
    if everywhere and len(table[["forme", "manque"]].drop_duplicates()) == 1:
        # Said once when it is the same everywhere: a profession that no file counts.
        table = table.head(1).assign(zone="Territoire et tous ses bassins")
    more = len(table) - ZONES_MAX
    note = f"{accord(more, 'autre ligne', 'autres lignes', feminin=True)} : voir le classeur."
    return [
        Tableau(
            "Ce qui manque, ou n'est pas connu",
            ("Zone", "Pour", "Ce qui manque"),
            tuple((r.zone, str(r.forme), str(r.manque)) for r in records(table.head(ZONES_MAX))),
            CALCUL,
            note=note if more > 0 else "",
            textes=2,
        )
    ]


def _by_commune(d: Dossier, communes: pd.DataFrame) -> Tableau:
    labels = _labels(communes)
    counts = communes.groupby(["forme", "regle", "verdict"]).size()
    near = french.exact(d.parameters.exercice.equipe_min)
    return Tableau(
        f"Communes candidates : équipe de la commune et de celles à {near} minutes ou moins",
        ("Forme", "Possible", "Il manque quelqu'un", "Manque à vérifier", "Inconnu"),
        tuple(
            (
                _heading(forme, regle, labels),
                *(
                    entier(int(counts.get((forme, regle, verdict), 0)))
                    for verdict in (tables.PERMISE, *_NON)
                ),
            )
            for forme, regle in labels
        ),
        CALCUL,
        note="Nombre de communes du territoire. Un exercice coordonné peut être réparti sur "
        "plusieurs sites. Ce qui manque à chaque commune est dans la feuille formes_exercice.",
    )


def _rules(table: pd.DataFrame) -> Tableau:
    rules = table.drop_duplicates(["forme", "regle"])
    return Tableau(
        "Composition la plus petite de chaque forme, et d'où elle vient",
        ("Forme", "Règle", "Composition demandée", "Source", "Fermeté"),
        tuple(
            (str(r.forme), str(r.regle), str(r.exige), str(r.source), FERMETES[str(r.fermete)])
            for r in records(rules)
        ),
        "textes cités, nombres en annexe B",
        note="Les sources diffèrent sur la maison de santé : les deux règles sont montrées. Une "
        "équipe se juge sur son projet de santé, que l'agence régionale valide.",
        textes=4,
    )


def _maturity(d: Dossier) -> list[Bloc]:
    table = d.diagnosis.maturite_exercice
    title = SousTitre("Maturité déclarée et protocoles Asalée")
    if table.empty:
        return [
            title,
            Encadre(
                "Donnée à fournir",
                "La maturité des structures et leurs protocoles Asalée se déclarent dans un court "
                "questionnaire : « diagterritoire enquete-modele FICHIER.csv --maturite » en écrit "
                "le modèle.",
                "attente",
            ),
        ]
    levels = tables.NIVEAUX_EXERCICE
    asalee = table.loc[table["element"].str.startswith("asalee_") & (table["niveau"] >= 2)]
    # Two communes may each have one of the same name.
    where = asalee.drop_duplicates(["code_commune", "structure"])["structure"]
    told = (
        f"Des protocoles Asalée sont déclarés en place dans {accord(len(where), 'structure')} "
        f"({enumeration(where.astype(str).tolist(), 5)})."
        if len(where)
        else "Aucun protocole Asalée n'est déclaré en place."
    )
    return [
        title,
        Paragraphe(told),
        Tableau(
            "Ce que les structures déclarent",
            ("Structure", "Commune", "Élément", "Niveau"),
            tuple(
                (
                    str(r.structure),
                    d.nom(r.code_commune),
                    french.majuscule(tables.ELEMENTS_EXERCICE[str(r.element)]),
                    levels[min(int(r.niveau), len(levels) - 1)],
                )
                for r in records(table)
            ),
            d.source("exercice_coordonne", "questionnaire déclaré"),
            note="Déclaré par les structures, vérifié par personne ici.",
            textes=3,
        ),
    ]
