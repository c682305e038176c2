"""Chapter 7: where patients go."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from diagterritoire import french
from diagterritoire.core.flows.exchanges import unseen
from diagterritoire.french import accord, entier, pourcent
from diagterritoire.outputs import cautions
from diagterritoire.outputs.definitions import NOTIONS
from diagterritoire.outputs.report import chapters_basins, maps, movements, sentences
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    Definition,
    Encadre,
    Figure,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records

LIGNES_MAX, TRAITS_MAX = 12, 60


@dataclass(frozen=True)
class Departs:
    """Flows of the territory's inhabitants: all, and those that leave their commune."""

    tous: pd.DataFrame
    sortants: pd.DataFrame


def departures(d: Dossier) -> Departs:
    """Select the flows of the territory's inhabitants, the heaviest first."""
    flux = pd.DataFrame(d.diagnosis.flux.drop(columns="geometry"))
    codes = set(d.totaux.interieur["code_commune"])
    tous = flux.loc[flux["code_residence"].isin(codes)].sort_values(
        ["patients", "code_residence", "code_exercice"], ascending=[False, True, True]
    )
    return Departs(tous, tous.loc[tous["code_residence"] != tous["code_exercice"]])


def chapter(d: Dossier) -> Chapitre:
    """Write chapter 7."""
    nature = sentences.natures(d)
    departs = departures(d)
    blocs: list[Bloc] = []
    if sentences.modelled(d):
        blocs.append(Encadre("Flux modélisés, non observés", cautions.MODELISE.texte))
    if departs.tous.empty:
        blocs.append(
            Paragraphe(
                "Aucun flux : aucun habitant du territoire n'atteint de médecin généraliste, ou "
                "l'étape des flux n'a pas été faite."
            )
        )
    else:
        blocs += _rates(d, nature)
        blocs += _map(d, departs, nature)
        blocs += _destinations(d, departs, nature)
        blocs += movements.movements(d)
    if sentences.modelled(d):
        blocs += [
            SousTitre("Flux observés"),
            Encadre(
                "Donnée à fournir",
                "Les flux observés se remplissent avec un fichier de l'Assurance maladie (commune "
                "de résidence, commune d'exercice, patients). Les effectifs de moins de 11 "
                "patients y sont masqués, et le restent dans toutes les sorties.",
                "attente",
            ),
        ]
    blocs += chapters_basins.basins(d)
    blocs += chapters_basins.care_area(d)
    return Chapitre("chapitre-7", "7", "Flux de patients", tuple(blocs))


def _rates(d: Dossier, nature: str) -> list[Bloc]:
    b = d.diagnosis.bilan
    rates = (
        ("fuite", b.taux_fuite),
        ("autosuffisance", b.taux_autosuffisance),
        ("attraction", b.taux_attraction),
    )
    return [
        Tableau(
            f"Fuite, autosuffisance et attraction du territoire (flux {nature})",
            ("Indicateur", "Ce qu'il mesure", "Valeur"),
            tuple((NOTIONS[c].titre, NOTIONS[c].sens(d.parameters), pourcent(v)) for c, v in rates),
            CALCUL,
            note=_unseen_note(d),
            textes=1,
        )
    ]


def _unseen_note(d: Dossier) -> str:
    between, patients = sentences.leak_bounds(d), unseen(d.diagnosis.marges_observees)
    if patients is None:
        return (
            "Ces taux sont ceux des flux montrés. Le fichier ne dit pas combien de patients cache "
            "le secret : le taux de fuite peut être plus haut ou plus bas."
        )
    if not between:
        return ""
    return (
        f"Ces taux sont ceux des flux montrés. {entier(patients)} patients observés vont là où "
        "aucun flux n'est montré (secret, ou commune qu'aucun fichier ne dessine) : eux comptés, "
        f"le taux de fuite est {between}."
    )


def _map(d: Dossier, departs: Departs, nature: str) -> list[Bloc]:
    sortants = departs.sortants
    if sortants.empty:
        return [
            Paragraphe(
                f"Selon les flux {nature}, tous les recours se font dans la commune de résidence."
            )
        ]
    first = sortants.iloc[0]
    noms = d.noms
    depuis = str(noms.get(first["code_residence"], first["code_residence"]))
    vers = str(noms.get(first["code_exercice"], first["code_exercice"]))
    montres = min(len(sortants), TRAITS_MAX)
    return [
        Figure(
            f"Principaux flux {nature} entre communes",
            maps.flows(
                d.fond,
                sortants,
                limit=TRAITS_MAX,
                mention=d.mentions.text(modelise=sentences.modelled(d), temps=True),
            ),
            f"Carte des {entier(montres)} premiers flux {nature} sortant d'une commune du "
            "territoire ; l'épaisseur suit le nombre d'habitants."
            if montres > 1
            else f"Carte du seul flux {nature[:-1]} qui sort d'une commune du territoire.",
            f"Le flux {nature[:-1]} le plus fort va {french.de(depuis)} {_vers(vers)} : "
            f"{accord(round(float(first['patients'])), 'habitant')}.",
            CALCUL,
        )
    ]


def _vers(nom: str) -> str:
    return french.a(nom)


def _destinations(d: Dossier, departs: Departs, nature: str) -> list[Bloc]:
    table = _totals_by_destination(departs)
    inside, noms = set(d.totaux.interieur["code_commune"]), d.noms
    ensemble = float(table["total"].sum())
    lignes = [
        (
            str(noms.get(r.code, r.code)),
            "oui" if r.code in inside else "non",
            entier(r.total),
            pourcent(r.total / ensemble if ensemble else None),
            entier(r.venus),
        )
        for r in records(table.head(LIGNES_MAX))
    ]
    return [
        Definition(
            "Destination",
            "commune où exerce le médecin vers lequel le modèle dirige les habitants"
            if sentences.modelled(d)
            else "commune où exerce le médecin consulté",
            CALCUL,
        ),
        Tableau(
            f"Où vont les habitants du territoire (flux {nature})",
            ("Commune d'exercice", "Dans le territoire", "Habitants du territoire", "Part",
             "dont venus d'une autre commune"),
            tuple(lignes),
            CALCUL,
            note=_destinations_note(
                len(table) - len(lignes),
                d.totaux.population - ensemble,
                1.0 - d.parameters.flux.part_conservee,
                observes=not sentences.modelled(d),
            ),
            textes=1,
        ),
    ]  # fmt: skip


def _totals_by_destination(departs: Departs) -> pd.DataFrame:
    """Inhabitants by commune of practice, the largest first: all, and those from elsewhere."""
    table = pd.DataFrame(
        {
            "total": departs.tous.groupby("code_exercice")["patients"].sum(),
            "venus": departs.sortants.groupby("code_exercice")["patients"].sum(),
        }
    )
    table = table.fillna(0.0).rename_axis("code").reset_index()
    return table.sort_values(["total", "code"], ascending=[False, True])


def _destinations_note(reste: int, sans: float, coupe: float, *, observes: bool) -> str:
    notes = []
    if reste:
        autres = accord(reste, "autre destination", "autres destinations", feminin=True)
        notes.append(f"{french.majuscule(autres)} : voir le classeur indicateurs.xlsx.")
    if observes:
        notes.append(
            "Sont comptés les flux montrés : ceux qui restent sous le secret n'y sont pas "
            "(table marges_observees du classeur)."
        )
        return " ".join(notes)
    if sans >= 0.5:
        habitants = french.majuscule(accord(round(sans), "habitant"))
        notes.append(
            f"{habitants} sans destination dans la table des flux : aucun médecin à portée."
        )
    if coupe > 0:
        notes.append(
            f"Les plus faibles destinations de chaque commune, {pourcent(coupe)} de ses recours au "
            "plus, sont réparties entre les autres : d'où des écarts avec les taux et avec "
            "« Inverser le flux », qui comptent tous les recours."
        )
    return " ".join(notes)
