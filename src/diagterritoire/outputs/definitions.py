"""What each indicator means, once for the map, the workbook and the report.

A meaning quotes the run's parameters by their names in braces: `sens` fills them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from diagterritoire.french import exact, majuscule
from diagterritoire.parameters import Parameters

CALCUL = "calcul diagterritoire"
DREES = "DREES, APL aux médecins généralistes"
UNITE_APL = "consultations/an/hab."
# What each aim is called, in a table, over a map and in a legend.
BUTS = MappingProxyType(
    {
        "couverture": "Habitants mis à portée",
        "temps": "Temps moyen de trajet",
        "apl": "Consultations manquantes comblées",
        "maintien": "Habitants retenus dans le territoire",
    }
)


@dataclass(frozen=True)
class Notion:
    """An indicator in words.

    Attributes
    ----------
    titre : str
        Its name.
    modele : str
        Its meaning in one sentence, without capital nor full stop, parameters in braces.
    unite : str
        Unit of its values, empty for a class.
    source : str
        Who publishes it, when the run did not record the file.
    catalogue : str
        Beginning of the catalogue name of its sources; empty when it is computed.
    """

    titre: str
    modele: str
    unite: str = ""
    source: str = CALCUL
    catalogue: str = ""

    def sens(self, parameters: Parameters) -> str:
        """Meaning with the run's own parameters.

        Examples
        --------
        >>> NOTIONS["deficit"].sens(Parameters())[:70]
        'une commune est en déficit quand son APL calculée est inférieure à 2,5'
        """
        return self.modele.format_map(_quoted(parameters))

    def phrase(self, parameters: Parameters) -> str:
        """Meaning as a whole sentence."""
        return majuscule(self.sens(parameters)) + "."


def _quoted(parameters: Parameters) -> Mapping[str, str]:
    return {
        "seuil": exact(parameters.deficit.seuil_apl),
        "proche": exact(parameters.apl.bornes_min[0]),
        "ferme": exact(100 * parameters.fermete.part_ferme),
        "tirages": exact(parameters.fermete.tirages),
        "appui": exact(parameters.bassins.appui_km),
        "appui_double": exact(2 * parameters.bassins.appui_km),
        "portee": exact(parameters.apl.bornes_min[-1]),
        "par_mg": exact(parameters.offre.consultations_par_mg),
        "par_etp": exact(parameters.offre.consultations_par_etp),
        "secret_medecins": exact(parameters.avenir.secret_medecins),
        "secret_patients": exact(parameters.flux.secret_patients),
    }


ZONES: Mapping[str, str] = MappingProxyType(
    {
        "ZIP": "zone d'intervention prioritaire",
        "ZAC": "zone d'action complémentaire",
        "ZAR": "zone d'accompagnement régional",
        "HZ": "hors zonage",
    }
)


def zone(code: str) -> str:
    """Code and meaning of a zone of the official zoning; an unknown code stays as it is.

    Examples
    --------
    >>> zone("HZ"), zone("non renseigné")
    ('HZ, hors zonage', 'Non renseigné')
    """
    return f"{code}, {ZONES[code]}" if code in ZONES else majuscule(code)


NOTIONS: Mapping[str, Notion] = MappingProxyType(
    {
        "population": Notion(
            "Population municipale",
            "les habitants qui ont leur résidence habituelle dans la commune ; elle sert aux parts "
            "de population du rapport",
            "habitants",
            "Insee, populations de référence",
            "populations",
        ),
        "population_standardisee": Notion(
            "Population standardisée",
            "la population où chaque âge pèse selon son recours au médecin généraliste, le total "
            "national restant le même",
            "habitants standardisés",
            DREES,
            "apl_publiee",
        ),
        "densite": Notion(
            "Densité de médecins généralistes",
            "nombre de médecins généralistes comptés pour 10\u202f000 habitants ; elle ne dit "
            "rien de leur activité ni des communes voisines, que l'APL prend en compte",
            "pour 10\u202f000 habitants",
            "Insee, base permanente des équipements",
            "medecins",
        ),
        "temps": Notion(
            "Temps d'accès au médecin",
            "minutes en voiture, sans embouteillage, du point de la commune au médecin généraliste "
            "le plus proche ; 0 si la commune en a un",
            "min",
        ),
        "temps_moyen": Notion(
            "Temps moyen des habitants",
            "minutes en voiture de l'endroit où les habitants vivent (carreaux de population, "
            "sinon rues de la commune) au médecin généraliste le plus proche, en moyenne sur ceux "
            "qui en atteignent un\u202f; calculé dans le territoire seulement",
            "min",
        ),
        "choix": Notion(
            "Médecins à un quart d'heure",
            "nombre de médecins généralistes à 15 minutes ou moins du point de la commune, ceux de "
            "la commune compris, entre lesquels ses habitants ont le choix",
            "médecins",
        ),
        "apl": Notion(
            "APL calculée",
            "accessibilité potentielle localisée, les consultations de médecin généraliste "
            "accessibles par an à un habitant, jusqu'à {portee} minutes, compte tenu de ceux qui "
            "se les partagent et de leur âge ; un médecin compte ici, à défaut "
            "d'activité connue, pour {par_mg} consultations par an",
            UNITE_APL,
        ),
        "apl_publiee": Notion(
            "APL publiée",
            "la même mesure publiée par la DREES, qui connaît l'activité réelle de chaque médecin "
            "(médecins de tous âges)",
            UNITE_APL,
            DREES,
            "apl_publiee",
        ),
        "apl_ecart": Notion(
            "Écart à l'APL publiée",
            "l'APL calculée moins l'APL publiée par la DREES : un écart positif dit plus d'accès "
            "que le ministère n'en publie, que l'activité, les temps ou les dates l'expliquent",
            UNITE_APL,
        ),
        "apl_calibree": Notion(
            "APL calée sur la publiée",
            "la même mesure, où l'activité de chaque médecin compté est celle qui explique le "
            "mieux l'APL publiée, sans rien créer où aucun médecin n'est compté ; elle sert à "
            "comparer des situations, non à vérifier le calcul",
            UNITE_APL,
        ),
        "apl_65": Notion(
            "APL calculée, médecins de 65 ans ou moins",
            "la même mesure sans les médecins de plus de 65 ans, d'après les âges connus ; elle "
            "n'est pas montrée où moins de {secret_medecins} médecins d'âge connu sont à portée",
            UNITE_APL,
        ),
        "deficit": Notion(
            "Déficit de consultations",
            "une commune est en déficit quand son APL calculée est inférieure à {seuil} "
            "consultations par an et par habitant ; l'écart au seuil, multiplié par sa population "
            "standardisée, donne les consultations qui manquent chaque année, et divisé par "
            "{par_etp} des médecins à temps plein",
            "consultations/an",
        ),
        "fermete": Notion(
            "Fermeté du verdict de déficit",
            "part des {tirages} calculs refaits en tirant des nombres dans leurs plages (vitesses, "
            "bornes, activité, positions) où l'APL est inférieure à {seuil} ; un verdict est ferme "
            "si {ferme}\u00a0% d'entre eux le donnent",
            "% des calculs",
        ),
        "bassin": Notion(
            "Bassins de patientèle",
            "communes voisines dont la plupart des habitants consultent dans le bassin, nommé "
            "d'après la commune où l'on consulte le plus ; les couleurs ne font que les distinguer",
            "",
        ),
        "aire_secteur_garde": Notion(
            "Secteur de garde (note)",
            "1 dans le secteur de permanence des soins qui réunit le plus d'habitants du "
            "territoire, 0 dans un autre",
            "note",
        ),
        "aire_dynamique": Notion(
            "Dynamique de groupe (note)",
            "1 avec une maison ou un centre de santé dans la commune, 0,5 avec un dans son bassin "
            "de patientèle, 0 sinon",
            "note",
        ),
        "aire_temps": Notion(
            "Temps d'accès (note)",
            "1 si le médecin le plus proche est à {proche} minutes ou moins en voiture, 0,5 "
            "jusqu'à {portee} minutes, 0 au-delà",
            "note",
        ),
        "aire_flux": Notion(
            "Flux de patients (note)",
            "part des recours des habitants de la commune qui restent dans le territoire",
            "note",
        ),
        "aire_appui": Notion(
            "Hôpital ou EHPAD d'appui (note)",
            "1 si l'hôpital ou l'EHPAD le plus proche est à {appui} km ou moins à vol d'oiseau, "
            "0,5 jusqu'à {appui_double} km, 0 au-delà",
            "note",
        ),
        "aire_epci": Notion(
            "Intercommunalité (note)",
            "part des habitants de l'intercommunalité de la commune qui vivent dans le territoire",
            "note",
        ),
        "zonage": Notion(
            "Zonage officiel",
            "zone fixée par arrêté de l'agence régionale de santé, qui ouvre droit aux aides à "
            "l'installation des médecins généralistes ; elle est lue telle que publiée, jamais "
            "recalculée",
            "",
            "zonage des médecins généralistes, agences régionales de santé",
            "zonage",
        ),
        "fuite_commune": Notion(
            "Recours hors de la commune",
            "part des recours des habitants de la commune qui se font dans une autre : tous, où "
            "aucun médecin n'exerce ; un flux observé de moins de {secret_patients} patients n'est "
            "pas montré",
            "% des recours",
        ),
        "fuite": Notion(
            "Taux de fuite",
            "part des recours des habitants qui se font hors du territoire, ou hors de la commune "
            "pour une commune",
            "fraction",
        ),
        "autosuffisance": Notion(
            "Taux d'autosuffisance",
            "part des recours des habitants qui restent dans le territoire, ou dans la commune "
            "pour une commune",
            "fraction",
        ),
        "attraction": Notion(
            "Taux d'attraction",
            "part de l'activité des médecins du territoire pour des patients d'ailleurs",
            "fraction",
        ),
        "pauvrete": Notion(
            "Taux de pauvreté",
            "part de la population dont le niveau de vie est inférieur à 60\u00a0% de la médiane "
            "nationale ; il n'est pas publié pour les petits bassins de vie",
            "%",
            "Insee, Statistiques locales",
            "contexte_insee",
        ),
        "ald": Notion(
            "Affections de longue durée (ALD)",
            "maladies chroniques prises en charge à 100\u00a0% par l'Assurance maladie ; leur part "
            "dans la population indique le besoin de suivi médical",
            "%",
            "C@rtoSanté",
            "contexte_cartosante",
        ),
    }
)
