"""What a reader must know before using a figure: one text for every output.

`alerts` gives what holds for one diagnosis and is told first, everywhere; the constants hold for
some measures wherever they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from diagterritoire.core.communes.perimeter import SANS_CONTOUR
from diagterritoire.extracts import advice
from diagterritoire.french import accord, decompte, entier, enumeration, exact, mot
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.tables import APPROCHE, OBSERVE


@dataclass(frozen=True)
class Caution:
    """One caution.

    Attributes
    ----------
    cle : str
        Its name: `fictif`, `approche`, `medecins_inconnus`, `ages_inconnus`...
    titre : str
        A few words: foot of a picture, heading.
    court : str
        One sentence: banner of the map, description of a layer, message of the command line.
    texte : str
        What it means for the reader.
    remede : str
        What would lift it, for who runs the tool; empty when nothing does.
    """

    cle: str
    titre: str
    court: str
    texte: str
    remede: str = ""

    @property
    def complet(self) -> str:
        """What it means, then what would lift it: for the files of who runs the tool."""
        return f"{self.texte} {self.remede}".strip()


FICTIF = Caution(
    "fictif",
    "Territoire fictif",
    "Territoire fictif : données inventées.",
    "Les communes, les habitants, les médecins et les routes sont inventés : ils montrent ce que "
    "donne l'outil et ne décrivent aucun lieu réel.",
)
VOL_D_OISEAU = "Temps estimés à vol d'oiseau"
MODELISE = Caution(
    "modelise",
    "Flux modélisés",
    "Les flux sont modélisés, non observés.",
    "Les flux viennent d'un modèle : chaque commune répartit ses habitants entre les communes qui "
    "ont des médecins, d'autant plus que l'offre y est forte et le trajet court. Ce ne sont pas "
    "des patients comptés, et ils ne décrivent pas les habitudes réelles.",
)
OBSERVES = Caution(
    "observe",
    "Flux observés",
    "Les flux sont observés.",
    "Les flux des communes observées sont des personnes qui ont consulté, sans ceux de moins de 11 "
    "patients ni ceux qui les feraient retrouver. Une commune sans flux montré garde les flux du "
    "modèle : la colonne nature le dit.",
)
POSTES = Caution(
    "postes",
    "Un écart n'est pas un nombre de postes",
    "Un écart additionné sur plusieurs communes n'est pas le nombre de postes à ouvrir.",
    "Un écart additionné sur plusieurs communes n'est pas le nombre de postes à ouvrir : un même "
    "poste sert aussi les communes voisines. Ce sont les scénarios qui répondent à cette question.",
)
OPTIMUM = Caution(
    "optimum",
    "Un optimum calculé n'est pas une décision",
    "Le meilleur lieu calculé n'est pas une décision.",
    "Le meilleur lieu l'est pour un seul but, avec les temps et les médecins d'aujourd'hui, comme "
    "si des médecins venaient. Il ignore les locaux, le foncier, les équipes déjà en lien, "
    "l'accord des communes et la volonté des professionnels. Des lieux voisins valent souvent "
    "presque autant (le classement le montre) : il sert à ouvrir la discussion, pas à la clore.",
)
POURTOUR = Caution(
    "pourtour",
    "Pourtour : valeurs partielles",
    "Pourtour : APL calculée, déficit et recours partiels, l'offre et la population plus éloignées "
    "n'y sont pas comptées.",
    "Les communes du pourtour entourent le territoire. Elles comptent dans ses calculs, mais dans "
    "aucun de ses totaux, et leurs propres valeurs calculées (APL, déficit, recours) sont "
    "partielles : l'offre et la population situées plus loin n'y sont pas comptées. Les temps et "
    "les valeurs publiées sont entiers.",
)
INCONNU = Caution(
    "inconnu",
    "Donnée inconnue",
    "Une valeur vide est inconnue, jamais nulle.",
    "Une valeur vide, ou hachurée sur la carte, manque dans la source : elle est inconnue. "
    "Elle n'est pas nulle.",
)


def alerts(diagnosis: Diagnosis) -> tuple[Caution, ...]:
    """Cautions of a diagnosis that come before any of its figures, the gravest first.

    Returns
    -------
    tuple of Caution
        Invented territory, scenarios, straight-line times, communes not drawn, unknown numbers of
        GPs, unpublished standardised populations, activity read in a file; empty when none holds.
    """
    found = (
        FICTIF if diagnosis.territory.fictif else None,
        _scenarios(diagnosis),
        _straight_line(diagnosis),
        _without_outline(diagnosis),
        _unknown_gps(diagnosis),
        _unknown_ages(diagnosis),
        _read_activity(diagnosis),
    )
    return tuple(caution for caution in found if caution is not None)


def _scenarios(diagnosis: Diagnosis) -> Caution | None:
    if diagnosis.scenarios is None:
        return None
    noms = [f"« {nom} »" for nom in diagnosis.scenarios.noms.values()]
    what = "du scénario" if len(noms) == 1 else "des scénarios"
    return Caution(
        "scenario",
        mot(len(noms), "Scénario"),
        f"Effet {what} {enumeration(noms, 5)} : calculé, rien n'en est observé.",
        f"Effet {what} {enumeration(noms, 5)} : le chapitre, les tables et la couche « scenario » "
        "disent ce qui change ; tout le reste décrit la situation présente. C'est un calcul : il "
        "suppose que rien d'autre ne bouge et que les habitants suivent le modèle.",
    )


def flows(diagnosis: Diagnosis) -> Caution:
    """Say whether the flows are observed or modelled (an empty table counts as modelled)."""
    return OBSERVES if (diagnosis.flux["nature"] == OBSERVE).any() else MODELISE


def _straight_line(diagnosis: Diagnosis) -> Caution | None:
    inside = diagnosis.interieur
    flown = int((inside["origine_temps"] == APPROCHE).sum())
    if not flown:
        return None
    if flown == len(inside):
        court = f"{VOL_D_OISEAU} : aucun réseau routier ne couvre ce territoire."
        which = "Aucun réseau routier ne couvre le territoire : tous les temps"
    else:
        communes = f"{accord(flown, 'commune', feminin=True)} sur {entier(len(inside))}"
        court = f"{VOL_D_OISEAU} pour {communes}, qu'aucun réseau routier ne couvre."
        which = f"Le réseau routier fourni ne couvre pas {communes} : leurs temps"
    remede = _missing_extracts(diagnosis)
    texte = (
        f"{which} de trajet viennent d'un modèle en ligne droite, et tout ce qui en dépend est "
        "approché. Le relief, les détours et l'eau sont ignorés : lisez ces temps comme des ordres "
        "de grandeur."
    )
    return Caution("approche", VOL_D_OISEAU, court, texte, remede)


def _missing_extracts(diagnosis: Diagnosis) -> str:
    """Say which extracts would give times by road."""
    communes, sources = diagnosis.communes, diagnosis.sources
    flown = communes["origine_temps"] == APPROCHE
    inside = communes["dans_territoire"].astype(bool)
    departements = communes["code_departement"]
    used = sources.loc[sources["cle"].isin(["routes", "routes_osm"]), "fichier"]
    return advice(
        departements[inside & flown],
        departements[inside],
        departements[flown & ~inside],
        used="".join(used),
    )


def _without_outline(diagnosis: Diagnosis) -> Caution | None:
    rows = diagnosis.controle.loc[diagnosis.controle["motif"] == SANS_CONTOUR]
    if rows.empty:
        return None
    number = int(rows["nombre"].sum())
    court = (
        f"{accord(number, 'commune', feminin=True)} sans contour : près des limites de ce que "
        "couvre le fichier des communes, temps, APL et flux sont faux."
    )
    remede = (
        "Déposez les contours de toute la France (ADMIN EXPRESS), ou ceux de chaque département "
        "voisin."
    )
    return Caution(
        "contours_absents",
        "Communes sans contour",
        court,
        f"{court} Les médecins et les habitants de ces communes n'y comptent pas.",
        remede,
    )


def _unknown_gps(diagnosis: Diagnosis) -> Caution | None:
    bilan = diagnosis.bilan
    if not bilan.communes_mg_inconnu:
        return None
    court = (
        "Le nombre de médecins de "
        f"{accord(bilan.communes_mg_inconnu, 'commune', feminin=True)} "
        f"({accord(bilan.population_mg_inconnu, 'habitant')}) est inconnu : temps et APL y sont "
        "des bornes."
    )
    return Caution(
        "medecins_inconnus",
        "Nombre de médecins inconnu",
        court,
        f"{court} Les calculs n'y placent aucun médecin : le temps réel est au plus celui qui est "
        "donné, l'APL et le nombre de médecins à portée au moins. Ces communes ne comptent ni dans "
        "les densités, ni parmi les communes sans médecin.",
    )


def _unknown_ages(diagnosis: Diagnosis) -> Caution | None:
    inside = diagnosis.interieur
    unknown = inside["population_totale_publiee"].isna()
    if not unknown.any():
        return None
    habitants = int(inside.loc[unknown, "population"].sum())
    court = (
        f"La population standardisée de {accord(int(unknown.sum()), 'commune', feminin=True)} "
        f"({accord(habitants, 'habitant')}) n'est pas publiée : les besoins selon l'âge y sont "
        "inconnus."
    )
    return Caution(
        "ages_inconnus",
        "Besoins selon l'âge inconnus",
        court,
        f"{court} Leur population y est prise sans tenir compte des âges, multipliée par le "
        "rapport national.",
    )


def _read_activity(diagnosis: Diagnosis) -> Caution | None:
    known, parameters = diagnosis.bilan.mg_activite_connue, diagnosis.parameters
    if known is None:
        return None
    counted = float(diagnosis.interieur["mg_nb"].sum())
    court = (
        "L'APL calculée emploie l'activité des médecins lue dans un fichier : "
        f"{decompte(known)} des {accord(counted, 'médecin compté', 'médecins comptés')}."
    )
    return Caution(
        "activite_fichier",
        "Activité des médecins lue dans un fichier",
        court,
        f"{court} Les autres y ont l'activité moyenne déclarée, "
        f"{exact(parameters.offre.consultations_par_mg)} consultations par an. Ces valeurs ne se "
        "comparent pas à celles d'une étude sans ce fichier. Une commune où moins de "
        f"{parameters.offre.activite_secret_medecins} activités sont connues, ou dont une fait "
        "presque tout, prend une moyenne de plusieurs communes.",
    )
