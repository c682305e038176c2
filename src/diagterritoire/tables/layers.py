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
from diagterritoire.tables.vocabulary import MODELISE, OBSERVE

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
        nombre("apl", APL_UNIT, "APL calculée, activité moyenne déclarée par médecin"),
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
            "part des recours des habitants hors de leur commune (flux modélisés)",
            vide=True,
            maximum=1,
        ),
        nombre(
            "taux_autosuffisance",
            "fraction",
            "part des recours des habitants dans leur commune (flux modélisés)",
            vide=True,
            maximum=1,
        ),
        texte("bassin", "bassin de patientèle issu des flux", vide=True),
        texte("code_region", "code de la région"),
        texte("bassin_vie", "code du bassin de vie 2022", vide=True),
        nombre(
            "population_totale_publiee",
            "habitants",
            "population de l'année de la population standardisée, publiée avec elle",
            vide=True,
        ),
        texte(
            "mg_proche_code",
            "commune du médecin le plus proche ; elle peut être hors de la couche, au-delà du "
            "pourtour",
            vide=True,
        ),
        nombre("rattachement_m", "m", "distance du point de la commune à la route", vide=True),
        booleen(
            "apl_partielle",
            "vrai dans le pourtour : APL et déficits partiels, l'offre et la demande plus loin n'y "
            "sont pas comptées",
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
            "habitants attribués à la commune d'exercice, ceux des plus faibles destinations "
            "étant répartis entre les autres",
        ),
        nombre("temps_min", "min", "temps en voiture"),
        texte("nature", "nature du flux : observe ou modelise", valeurs=(OBSERVE, MODELISE)),
    ),
    geometrie="LineString",
)

BASSINS = Table(
    "bassins",
    "Bassins de patientèle",
    ("bassin",),
    (
        texte("bassin", "code du bassin"),
        entier("population", "habitants", "population municipale"),
        nombre("mg_nb", "médecins", "médecins généralistes"),
        nombre("taux_autosuffisance", "fraction", "part des recours qui restent", maximum=1),
    ),
    geometrie="MultiPolygon",
)

ISOCHRONES = Table(
    "isochrones",
    "Surfaces du territoire à moins d'un temps d'un médecin généraliste",
    ("temps_max_min",),
    (
        nombre("temps_max_min", "min", "temps maximal en voiture, atteint compris"),
        entier(
            "population",
            "habitants",
            "population municipale des communes du territoire dont le point est dans la surface : "
            "une commune y est entière ou n'y est pas",
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
