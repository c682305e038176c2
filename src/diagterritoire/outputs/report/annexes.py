"""Annexes: sources, method and parameters, limits, secrecy, control of records, communes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

import pandas as pd

from diagterritoire.french import MANQUANT, decompte, entier, exact, minutes, pourcent
from diagterritoire.outputs import cautions
from diagterritoire.outputs.limits import LIMITES
from diagterritoire.outputs.report import sentences
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    Encadre,
    Liste,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.chapters_deficits import zone_label
from diagterritoire.outputs.report.control import control
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.opportunity import next_phases
from diagterritoire.outputs.report.totals import records

LIGNES_MAX = 30
# Parameters that a reader of the printed report looks for: groups, or one of them.
DECISIFS = (
    "reseau.vitesses_kmh",
    "reseau.facteur_limite",
    "reseau.limite_urbaine_kmh",
    "reseau.facteur_pointe",
    "reseau.bacs",
    "reseau.rattachement_max_m",
    "reseau.duree_max_min",
    "reseau.isochrones_min",
    "reseau.approche_constante_min",
    "reseau.approche_min_par_km",
    "offre.consultations_par_mg",
    "offre.consultations_par_etp",
    "offre.activite_plafond",
    "apl",
    "deficit",
)
# OpenStreetMap's classes of roads in the words of a reader; those of no word keep theirs.
VOIES = {
    "motorway": "autoroute",
    "trunk": "voie express",
    "primary": "route principale",
    "secondary": "route secondaire",
    "tertiary": "route tertiaire",
    "unclassified": "petite route",
    "residential": "rue d'habitation",
    "living_street": "zone de rencontre",
    "service": "voie de desserte",
    "ferry": "bac",
}
_LINK = "_link"
_YEAR, _NONE = "année", "aucun"
_WITHOUT_UNIT = frozenset({"sans", "oui ou non", _YEAR})
SECRET: tuple[Bloc, ...] = (
    Paragraphe(
        "Les valeurs couvertes par le secret chez leur producteur restent inconnues ici ; elles ne "
        "sont ni estimées ni remplacées par zéro."
    ),
    Liste(
        (
            "Flux observés de l'Assurance maladie : les effectifs de moins de 11 patients sont "
            "masqués, et d'autres, vers les communes peu fréquentées d'abord, quand un total "
            "permettrait de les retrouver.",
            "Caractéristiques des professionnels et réponses à l'enquête : rien n'est publié "
            "au-dessous de 5.",
            "Flux modélisés et nombres publics de médecins : ils ne décrivent aucune personne et "
            "ne sont pas masqués.",
        )
    ),
)


def _methode(d: Dossier) -> tuple[str, ...]:
    p = d.parameters
    return (
        "Temps : plus court chemin en voiture sur le réseau routier orienté, de chaque commune "
        "vers chaque site de médecin. Une voie est roulée à "
        f"{exact(p.reseau.facteur_limite)} fois sa limite quand elle est connue, sinon à la "
        "vitesse de sa classe, moindre en ville (tableau ci-dessous). Une commune que le réseau ne "
        "couvre pas reçoit un temps à vol d'oiseau, signalé.",
        "Temps des habitants : le même, du carreau ou de la rue où ils sont placés, et non du "
        "point de leur commune ; le trajet y est compté même vers un médecin de la commune.",
        "APL : pour chaque site, consultations offertes divisées par la population standardisée "
        f"jusqu'à {d.portee} minutes, pondérée par paliers de temps ; pour chaque commune, somme "
        "de ces rapports avec les mêmes poids (méthode de la DREES, médecins de tous âges).",
        "Flux : la part d'une commune d'exercice croît avec son offre et décroît avec le temps de "
        f"trajet ; la couche des flux détaille {pourcent(p.flux.part_conservee)} des recours de "
        "chaque commune et leur répartit le reste.",
        f"Déficit : écart de l'APL calculée au seuil de {d.seuil}, multiplié par la population "
        "standardisée ; nul au-dessus du seuil. L'APL est le produit de quatre facteurs (offre, "
        "âge, concurrence, distance) ; la part de chacun dans l'écart est la moyenne de ce qu'il "
        "change, dans tous les ordres où on peut les faire entrer.",
        "APL calée : l'activité de chaque médecin compté est celle qui rapproche le plus l'APL de "
        "la publiée, entre 0 et "
        f"{entier(p.offre.activite_plafond)} actes par an ; sans aucune route, "
        "les paliers de temps y sont adoucis de l'erreur des temps à vol d'oiseau. Elle ne sert à "
        "aucun autre chiffre.",
        "Avenir : l'APL refaite après des départs de médecins, déclarés ou selon leur âge s'il est "
        "connu.",
        "Bassins de patientèle : la commune ou le groupe le plus loin des seuils rejoint le voisin "
        "avec qui il échange le plus, jusqu'à ce que tous les tiennent.",
    )


def _limites() -> tuple[str, ...]:
    return tuple(f"{titre}. {texte}" for titre, texte in LIMITES)


def annexes(d: Dossier) -> tuple[Chapitre, ...]:
    """Write the annexes A to G."""
    return (
        Chapitre("annexe-a", "A", "Sources", (_sources(d), *_lacking(d))),
        Chapitre(
            "annexe-b",
            "B",
            "Méthode et paramètres",
            (
                Liste(_methode(d), ordonnee=True),
                SousTitre("Paramètres"),
                _parameters(d),
            ),
        ),
        Chapitre("annexe-c", "C", "Limites", (Liste(_limites()),)),
        Chapitre("annexe-d", "D", "Secret statistique", SECRET),
        Chapitre("annexe-e", "E", "Contrôle des enregistrements", control(d)),
        Chapitre("annexe-f", "F", "Indicateurs par commune", (_communes(d),)),
        next_phases(),
    )


def _lacking(d: Dossier) -> tuple[Bloc, ...]:
    """Write which files would lift the cautions of the first page."""
    told = [c for c in cautions.alerts(d.diagnosis) if c.remede]
    return tuple(Encadre("Donnée à fournir", c.remede, "attente") for c in told)


def _sources(d: Dossier) -> Bloc:
    rows = d.diagnosis.sources
    if rows.empty:
        return Paragraphe("Aucune source n'a été enregistrée pour ce diagnostic.")
    return Tableau(
        "Sources utilisées",
        ("Source", "Producteur, millésime, licence", "Fichier lu", "Usage", "Lignes"),
        tuple(
            (
                str(r.titre),
                f"{r.producteur}, {r.millesime}. {r.licence}",
                str(r.fichier),
                str(r.usage),
                entier(r.enregistrements),
            )
            for r in records(rows)
        ),
        "manifeste du diagnostic",
        note="L'empreinte (sha256) de chaque fichier est dans la couche « sources » et dans le "
        "manifeste.",
        textes=3,
    )


def _parameters(d: Dossier) -> Tableau:
    unsaid = len(d.diagnosis.parametres) - len(_decisive(d))
    return Tableau(
        "Paramètres du calcul",
        ("Paramètre", "Valeur", "Ce qu'il règle", "Source"),
        tuple(
            (
                f"{name} (modifié)" if changed else name,
                value if unit in _WITHOUT_UNIT or value == _NONE else f"{value} {unit}",
                meaning,
                source,
            )
            for name, value, unit, meaning, source, changed in _grouped(d)
        ),
        "paramètres du programme",
        note=f"Ceux dont les temps, l'offre, l'APL et le déficit dépendent le plus, et tous ceux "
        f"que vous avez changés ; les {entier(unsaid)} autres gardent leur valeur par défaut et "
        "sont dans la couche « parametres » et dans le classeur, avec leur source.",
        textes=3,
    )


def _decisive(d: Dossier) -> pd.DataFrame:
    """Keep the parameters on which the main figures depend, and those that were changed."""
    rows = d.diagnosis.parametres
    kept = rows["cle"].isin(DECISIFS) | rows["modifie"].astype(bool)
    for start in DECISIFS:
        kept |= rows["cle"].str.startswith(f"{start}.")
    return rows.loc[kept]


def _grouped(d: Dossier) -> Iterator[tuple[str, str, str, str, str, bool]]:
    """Put on one row the parameters of one mapping, which say and quote the same."""
    said = (
        (str(r.cle), str(r.unite), str(r.signification), str(r.source), bool(r.modifie), r)
        for r in records(_decisive(d))
    )
    told = groupby(said, key=lambda row: (row[0].rpartition(".")[0], *row[1:5]))
    for (mapping, unit, meaning, source, changed), rows in told:
        values = {key.rpartition(".")[2]: _valeur(str(r.valeur), unit) for key, *_, r in rows}
        if len(values) == 1:
            ((last, value),) = values.items()
            yield f"{mapping}.{last}", value, unit, meaning, source, changed
        else:
            yield mapping, _listed(values), unit, meaning, source, changed


def _listed(values: Mapping[str, str]) -> str:
    """Write the values of a mapping, those of slip roads as one range."""
    links = [float(v.replace(",", ".")) for key, v in values.items() if key.endswith(_LINK)]
    told = [f"{VOIES.get(k, k)} {v}" for k, v in values.items() if not k.endswith(_LINK)]
    if links:
        told.append(f"bretelles {exact(min(links))} à {exact(max(links))}")
    return " ; ".join(told)


def _valeur(texte: str, unite: str) -> str:
    """Write the exact value of a parameter the French way: six significant digits, oui or non.

    A year is no number: its digits are not set in groups.
    """
    if texte in {"oui", "non"} or unite == _YEAR:
        return texte
    return " ; ".join(_exact(v) for v in texte.split(" ; ")) or _NONE


def _exact(texte: str) -> str:
    try:
        return exact(float(f"{float(texte):.6g}"))
    except ValueError:
        return texte


def _communes(d: Dossier) -> Bloc:
    rows = d.totaux.interieur
    shown = rows.head(LIGNES_MAX)
    coupe = len(rows) > LIGNES_MAX
    calee = bool(rows["apl_calibree"].notna().any())
    return Tableau(
        f"Les {LIGNES_MAX} communes les plus peuplées" if coupe else "Toutes les communes",
        ("Commune", "Code", "Zonage", "Habitants", "Médecins", "Temps", "APL calculée",
         "APL publiée", *(["APL calée"] if calee else []), "Fuite"),
        tuple(
            (
                str(r.nom),
                str(r.code_commune),
                zone_label(r.zonage_mg),
                entier(r.population),
                decompte(r.mg_nb),
                minutes(r.temps_mg_min) if r.atteignable else "aucun trajet",
                d.apl(r.apl),
                d.apl(r.apl_publiee),
                *([d.apl(r.apl_calibree)] if calee else []),
                pourcent(r.taux_fuite, 0),
            )
            for r in records(shown)
        ),
        CALCUL,
        note=f"Fuite : flux {sentences.natures(d)}. Les {entier(len(rows))} communes et tous les "
        f"indicateurs sont dans le classeur indicateurs.xlsx. « {MANQUANT} » : non disponible.",
        textes=2,
    )  # fmt: skip
