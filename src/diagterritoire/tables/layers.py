"""Tables delivered as layers: what a map shows."""

from __future__ import annotations

from diagterritoire.schema import Table
from diagterritoire.tables.columns import (
    APL_UNIT,
    COMMUNE,
    ORIGINE_TEMPS,
    ZONAGE_MG,
    booleen,
    entier,
    nombre,
    texte,
)
from diagterritoire.tables.vocabulary import CLASSES_ROUTES, MODELISE, OBSERVE, ORIGINES_POINTS

# The times that names of columns bear, minutes.
SEUILS_MIN = (10, 15, 20, 30)

COMMUNES = Table(
    "communes",
    "Indicateurs par commune",
    ("code_commune",),
    (
        COMMUNE,
        texte("nom", "nom de la commune"),
        texte("code_epci", "SIREN de l'intercommunalité", vide=True),
        texte("code_departement", "code du département"),
        booleen("dans_territoire", "vrai dans le territoire, faux dans le pourtour"),
        entier("population", "habitants", "population municipale"),
        entier("population_annee", "année", "année de référence de la population"),
        nombre(
            "population_standardisee",
            "habitants standardisés",
            "population pondérée par le recours au médecin généraliste de chaque âge",
        ),
        nombre(
            "mg_nb",
            "médecins",
            "médecins généralistes comptés dans la commune, un médecin sur n lieux comptant 1/n à "
            "chacun ; vide si la source ne le dit pas (aucun site dans les calculs)",
            vide=True,
        ),
        nombre(
            "mg_etp",
            "équivalents temps plein",
            "consultations offertes / activité d'un ETP",
            vide=True,
        ),
        nombre(
            "temps_mg_min",
            "min",
            "temps en voiture du point de la commune au médecin le plus proche, 0 si elle en a un",
            vide=True,
        ),
        ORIGINE_TEMPS,
        booleen("atteignable", "vrai si un médecin peut être atteint en voiture"),
        nombre("apl", APL_UNIT, "APL calculée, activité moyenne déclarée, ou lue dans un fichier"),
        nombre("apl_publiee", APL_UNIT, "APL publiée par la DREES, tous âges", vide=True),
        nombre("apl_publiee_65", APL_UNIT, "APL publiée, médecins de 65 ans ou moins", vide=True),
        entier("apl_publiee_annee", "année", "millésime de l'APL publiée", vide=True),
        ZONAGE_MG,
        booleen("deficit", "vrai si l'APL calculée est sous le seuil"),
        nombre(
            "deficit_consultations",
            "consultations/an",
            "consultations qui manquent pour atteindre le seuil",
        ),
        nombre(
            "deficit_etp",
            "équivalents temps plein",
            "consultations qui manquent pour atteindre le seuil, en médecins à temps plein",
        ),
        nombre(
            "taux_fuite",
            "fraction",
            "part des recours des habitants hors de leur commune (flux observés s'il y en a, "
            "sinon modélisés)",
            vide=True,
            maximum=1,
        ),
        nombre(
            "taux_autosuffisance",
            "fraction",
            "part des recours des habitants dans leur commune (flux observés s'il y en a, "
            "sinon modélisés)",
            vide=True,
            maximum=1,
        ),
        texte("bassin", "bassin de patientèle issu des flux", vide=True),
        nombre(
            "apl_calibree",
            APL_UNIT,
            "APL calculée avec une offre calée sur l'APL publiée, sans rien créer où aucun médecin "
            "n'est compté ; vide sans APL publiée",
            vide=True,
        ),
        nombre(
            "apl_65",
            APL_UNIT,
            "APL calculée, médecins de 65 ans ou moins ; vide sans fichier des âges, et où moins "
            "de cinq médecins d'âge connu sont à portée",
            vide=True,
        ),
        texte("code_region", "code de la région"),
        texte("bassin_vie", "code du bassin de vie 2022", vide=True),
        nombre(
            "population_totale_publiee",
            "habitants",
            "population de l'année de la population standardisée : publiée avec elle, sinon celle "
            "du recensement dont elle est calculée",
            vide=True,
        ),
        texte(
            "mg_proche_code",
            "commune du médecin le plus proche ; elle peut être hors de la couche, au-delà du "
            "pourtour",
            vide=True,
        ),
        nombre("rattachement_m", "m", "distance du point de la commune à la route", vide=True),
        nombre(
            "apl_ecart",
            APL_UNIT,
            "APL calculée moins APL publiée",
            vide=True,
            minimum=None,
        ),
        booleen(
            "apl_partielle",
            "vrai dans le pourtour : APL et déficits partiels, l'offre et la demande plus loin n'y "
            "sont pas comptées",
        ),
        nombre(
            "temps_mg_moyen_min",
            "min",
            "temps moyen des habitants qui atteignent un médecin, de leurs points de population au "
            "plus proche, même dans leur commune ; vide dans le pourtour",
            vide=True,
        ),
        nombre(
            "temps_mg_median_min",
            "min",
            "temps dans lequel la moitié d'entre eux atteint un médecin ; vide dans le pourtour",
            vide=True,
        ),
        nombre(
            "temps_mg_p90_min",
            "min",
            "temps dans lequel neuf sur dix d'entre eux atteignent un médecin ; vide dans le "
            "pourtour",
            vide=True,
        ),
        *(
            entier(
                f"population_{borne}min",
                "habitants",
                f"habitants à {borne} minutes ou moins d'un médecin ; vide dans le pourtour",
                vide=True,
            )
            for borne in SEUILS_MIN
        ),
        entier(
            f"population_plus_{SEUILS_MIN[-1]}min",
            "habitants",
            f"habitants à plus de {SEUILS_MIN[-1]} minutes ; vide dans le pourtour",
            vide=True,
        ),
        entier(
            "population_sans_trajet",
            "habitants",
            "habitants d'où aucun médecin n'est atteint en voiture ; vide dans le pourtour",
            vide=True,
        ),
        texte(
            "origine_points",
            "points de population : carreaux (population carroyée), rues (parts égales entre les "
            "extrémités et carrefours des rues, imputé) ou point (celui de la commune, imputé) ; "
            "vide dans le pourtour",
            vide=True,
            valeurs=ORIGINES_POINTS,
        ),
        entier("points_nb", "points", "nombre de points de population", vide=True),
        *(
            nombre(
                f"temps_mg{rang}_min",
                "min",
                f"temps du point de la commune dans lequel {rang} médecins sont trouvés, ceux d'un "
                f"même site comptant chacun ; vide s'il dépasse reseau.duree_max_min ou si "
                f"{rang} ne sont pas atteints",
                vide=True,
            )
            for rang in (2, 3)
        ),
        *(
            nombre(
                f"mg_{borne}min",
                "médecins",
                f"médecins à {borne} minutes ou moins du point de la commune ; vide si "
                "reseau.duree_max_min est plus court",
                vide=True,
            )
            for borne in SEUILS_MIN
        ),
    ),
    geometrie="MultiPolygon",
)

SITES = Table(
    "sites",
    "Sites de médecins généralistes",
    ("site_id",),
    (
        texte("site_id", "identifiant du site"),
        texte("code_commune", "commune du site"),
        nombre("mg_nb", "médecins", "médecins généralistes du site"),
        nombre("mg_etp", "équivalents temps plein", "consultations / activité d'un ETP"),
        nombre("consultations", "consultations/an", "consultations offertes"),
        texte(
            "origine_position",
            "source (coordonnées du fichier), adresse (adresse géocodée) ou centre_commune",
        ),
    ),
    geometrie="Point",
)

FLUX = Table(
    "flux",
    "Flux de patients",
    ("code_residence", "code_exercice"),
    (
        texte("code_residence", "commune de résidence"),
        texte(
            "code_exercice",
            "commune d'exercice du médecin ; elle peut être hors de la couche communes",
        ),
        nombre(
            "patients",
            "habitants",
            "modélisé : habitants attribués à la commune d'exercice, ceux des plus faibles "
            "destinations étant répartis entre les autres ; observé : patients, à partir de 11",
        ),
        nombre("temps_min", "min", "temps en voiture"),
        texte("nature", "nature du flux : observe ou modelise", valeurs=(OBSERVE, MODELISE)),
        nombre(
            "patients_modelises",
            "habitants",
            "ce que donne le modèle, à côté d'un flux observé ; vide pour un flux modélisé",
            vide=True,
        ),
    ),
    geometrie="LineString",
)

BASSINS = Table(
    "bassins",
    "Bassins de patientèle",
    ("bassin",),
    (
        texte("bassin", "code du bassin : sa commune où l'on consulte le plus"),
        entier("population", "habitants", "population municipale"),
        nombre("mg_nb", "médecins", "médecins généralistes"),
        nombre(
            "taux_autosuffisance",
            "fraction",
            "part des recours qui restent ; vide si aucun habitant n'atteint de médecin",
            maximum=1,
            vide=True,
        ),
        entier("communes_nb", "communes", "communes du bassin, pourtour compris"),
        entier("population_territoire", "habitants", "de la population, celle du territoire"),
        booleen("valide", "vrai si les seuils de taille et d'autosuffisance sont tenus"),
    ),
    geometrie="MultiPolygon",
)

ISOCHRONES = Table(
    "isochrones",
    "Surfaces du territoire d'où un médecin généraliste est atteint en un temps donné",
    ("temps_max_min",),
    (
        nombre("temps_max_min", "min", "temps maximal en voiture, atteint compris"),
        entier(
            "population",
            "habitants",
            "habitants du territoire dont le temps, depuis leurs points de population, ne dépasse "
            "pas cette durée",
        ),
    ),
    geometrie="MultiPolygon",
)

STRUCTURES = Table(
    "structures",
    "Structures de santé en place",
    (),
    (
        texte("categorie", "catégorie de la structure : MSP, CDS, hôpital, EHPAD..."),
        texte("nom", "nom de la structure"),
        texte("code_commune", "commune de la structure"),
    ),
    geometrie="Point",
)

ROUTES_PRINCIPALES = Table(
    "routes_principales",
    "Routes principales qui touchent le territoire ou son pourtour, une ligne par classe",
    ("classe",),
    (
        texte(
            "classe",
            "classe OpenStreetMap : motorway (autoroute), trunk (voie express), primary (route "
            "principale) ; bretelles exclues",
            valeurs=CLASSES_ROUTES,
        ),
        nombre(
            "longueur_km",
            "km",
            "longueur des tronçons dessinés ; chaque chaussée d'une voie séparée compte",
        ),
    ),
    geometrie="MultiLineString",
)
