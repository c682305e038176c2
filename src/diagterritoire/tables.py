"""Every table's columns: type, unit, meaning, key. One schema per table, all here.

The data dictionary (docs/donnees.md), the workbook's legend and the checks are made from it.
"""

from __future__ import annotations

from diagterritoire.schema import Column, Table

# Closed sets of texts.
ROUTE, APPROCHE = "route", "approche"
RATTACHE, HORS_RESEAU, NON_COUVERT = "rattache", "hors_reseau", "non_couvert"
OBSERVE, MODELISE = "observe", "modelise"
ZIP, ZAC = "ZIP", "ZAC"
# What a control row says of its records: those of `LU` are those of `UTILISE` and of `ECARTE`.
LU, UTILISE, ECARTE, IMPUTE, SIGNALE = "lu", "utilise", "ecarte", "impute", "signale"
EFFETS = (LU, UTILISE, ECARTE, IMPUTE, SIGNALE)
ZONES_MG = (ZIP, ZAC, "HZ", "ZAR")
# Class of the sections that a boat does (OpenStreetMap route=ferry).
BAC = "ferry"
# Where the position of a professional comes from.
POSITION_SOURCE, POSITION_ADRESSE, POSITION_CENTRE = "source", "adresse", "centre_commune"
POSITIONS = (POSITION_SOURCE, POSITION_ADRESSE, POSITION_CENTRE)
GENERALISTE = "medecin_generaliste"
# First-line care, as a reader names it; `pharmacie` counts dispensaries, not people.
NOMS_PROFESSIONS = {
    GENERALISTE: "médecins généralistes",
    "infirmier": "infirmiers",
    "masseur_kinesitherapeute": "masseurs-kinésithérapeutes",
    "chirurgien_dentiste": "chirurgiens-dentistes",
    "sage_femme": "sages-femmes",
    "pharmacien": "pharmaciens d'officine",
    "orthophoniste": "orthophonistes",
    "orthoptiste": "orthoptistes",
    "pharmacie": "pharmacies (officines)",
}
PROFESSIONS = tuple(NOMS_PROFESSIONS)

# Kinds of structures, as a reader names them.
CATEGORIES_STRUCTURES = {
    "hopital": "hôpital",
    "hopital_local": "hôpital de proximité (ancien hôpital local)",
    "EHPAD": "EHPAD",
    "MSP": "maison de santé pluriprofessionnelle",
    "CDS": "centre de santé",
    "pharmacie": "pharmacie",
    "SSIAD": "service de soins infirmiers à domicile",
}


def _texte(nom: str, sens: str, *, vide: bool = False, valeurs: tuple[str, ...] = ()) -> Column:
    return Column(nom, "texte", "", sens, vide, valeurs=valeurs)


def _nombre(
    nom: str,
    unite: str,
    sens: str,
    *,
    vide: bool = False,
    minimum: float | None = 0,
    maximum: float | None = None,
) -> Column:
    return Column(nom, "nombre", unite, sens, vide, minimum, maximum)


def _entier(nom: str, unite: str, sens: str, *, vide: bool = False) -> Column:
    return Column(nom, "entier", unite, sens, vide, 0)


def _booleen(nom: str, sens: str, *, vide: bool = False) -> Column:
    return Column(nom, "booleen", "", sens, vide)


_COMMUNE = _texte("code_commune", "code officiel de la commune (Insee)")
_ORIGINE_TEMPS = _texte(
    "origine_temps",
    "origine du temps : route ou approche (vol d'oiseau)",
    valeurs=(ROUTE, APPROCHE),
)
_ZONAGE_MG = _texte(
    "zonage_mg",
    "zonage officiel : ZIP, ZAC, HZ ou ZAR ; vide si inconnu",
    vide=True,
    valeurs=ZONES_MG,
)
_APL_UNIT = "consultations/an/hab. standardisé"

# --- What the readers give -----------------------------------------------------------------

COMMUNES_GEO = Table(
    "communes_geo",
    "Contours des communes",
    ("code_commune",),
    (
        _COMMUNE,
        _texte("nom", "nom de la commune"),
        _texte("code_departement", "code du département"),
        _texte("code_region", "code de la région"),
        _texte("code_epci", "SIREN de l'intercommunalité à fiscalité propre", vide=True),
        _entier("population_polygone", "habitants", "population portée par le contour", vide=True),
    ),
    geometrie="MultiPolygon",
)

APPARTENANCE = Table(
    "appartenance",
    "Appartenance des communes aux zonages",
    ("code_commune",),
    (
        _COMMUNE,
        _texte("nom", "nom de la commune"),
        _texte("code_departement", "code du département"),
        _texte("code_region", "code de la région"),
        _texte("code_epci", "SIREN de l'intercommunalité à fiscalité propre", vide=True),
        _texte("bassin_vie", "code du bassin de vie 2022", vide=True),
        _texte("zone_emploi", "code de la zone d'emploi 2020", vide=True),
    ),
)

LIBELLES = Table(
    "libelles",
    "Noms des zones",
    ("niveau", "code"),
    (
        _texte("niveau", "departement, region, epci ou bassin_vie"),
        _texte("code", "code de la zone"),
        _texte("nom", "nom de la zone"),
    ),
)

POINTS = Table(
    "points",
    "Point de chaque commune",
    ("code_commune",),
    (
        _COMMUNE,
        _nombre("lon", "degré", "longitude WGS84", minimum=-180, maximum=180),
        _nombre("lat", "degré", "latitude WGS84", minimum=-90, maximum=90),
    ),
)

POPULATIONS = Table(
    "populations",
    "Populations municipales en vigueur",
    ("code_commune",),
    (_COMMUNE, _entier("population", "habitants", "population municipale")),
)

MEDECINS = Table(
    "medecins",
    "Médecins généralistes par commune",
    ("code_commune",),
    (
        _COMMUNE,
        _nombre("mg_nb", "médecins", "médecins généralistes comptés dans la commune"),
        _entier("annee", "année", "année du compte"),
    ),
)

APL_PUBLIEE = Table(
    "apl_publiee",
    "APL publiée par la DREES",
    ("code_commune", "annee"),
    (
        _COMMUNE,
        _entier("annee", "année", "millésime de l'APL"),
        _nombre("apl_publiee", _APL_UNIT, "APL publiée, tous âges de médecins", vide=True),
        _nombre("apl_publiee_65", _APL_UNIT, "APL publiée, médecins de 65 ans ou moins", vide=True),
        _nombre(
            "population_standardisee", "habitants standardisés", "population publiée", vide=True
        ),
        _nombre("population_totale", "habitants", "population totale publiée", vide=True),
    ),
)

ZONAGE = Table(
    "zonage",
    "Zonage officiel des médecins généralistes",
    ("code_commune",),
    (_COMMUNE, _ZONAGE_MG),
)

MOUVEMENTS = Table(
    "mouvements",
    "Mouvements de communes",
    (),
    (
        _texte("mod", "nature du mouvement (nomenclature de l'Insee)"),
        _texte("date_effet", "date d'effet, AAAA-MM-JJ"),
        _texte("type_avant", "type de la commune avant", vide=True),
        _texte("code_avant", "code de la commune avant", vide=True),
        _texte("type_apres", "type de la commune après", vide=True),
        _texte("code_apres", "code de la commune après", vide=True),
    ),
)

CONTEXTE = Table(
    "contexte",
    "Indicateurs de contexte par bassin de vie",
    ("bassin_vie", "indicateur"),
    (
        _texte("bassin_vie", "code du bassin de vie 2022"),
        _texte("indicateur", "libellé de l'indicateur, avec son année"),
        _nombre("valeur", "selon l'indicateur", "valeur publiée", vide=True, minimum=None),
        _texte("motif", "pourquoi la valeur manque (secret, non disponible)", vide=True),
        _texte("source", "fichier d'origine"),
    ),
)

PROFESSIONNELS = Table(
    "professionnels",
    "Professionnels de premier recours par lieu d'exercice, sans aucun nom",
    ("site_id", "profession"),
    (
        _texte("site_id", "identifiant du lieu d'exercice"),
        _COMMUNE,
        _texte("profession", "profession ; pharmacie compte des officines", valeurs=PROFESSIONS),
        _nombre("nombre", "personnes", "une personne sur n lieux compte 1/n à chacun"),
        _nombre("lon", "degré", "longitude WGS84", vide=True, minimum=-180, maximum=180),
        _nombre("lat", "degré", "latitude WGS84", vide=True, minimum=-90, maximum=90),
        _texte(
            "origine_position",
            "source (coordonnées du fichier), adresse (adresse géocodée) ou centre_commune",
            valeurs=POSITIONS,
        ),
    ),
)

ADRESSES = Table(
    "adresses",
    "Adresses déjà géocodées des lieux d'exercice",
    ("site_id",),
    (
        _texte("site_id", "identifiant de la structure : FINESS, SIRET ou celui de l'annuaire"),
        _nombre("lon", "degré", "longitude WGS84", minimum=-180, maximum=180),
        _nombre("lat", "degré", "latitude WGS84", minimum=-90, maximum=90),
        _texte("code_commune", "commune trouvée par le géocodage", vide=True),
        _nombre("score", "fraction", "confiance du géocodage", vide=True, maximum=1),
        _booleen("precise", "faux si le géocodage n'a trouvé que la commune ou le lieu-dit"),
    ),
)

STRUCTURES_LUES = Table(
    "structures_lues",
    "Structures de santé telles que leur répertoire les donne",
    ("structure_id",),
    (
        _texte("structure_id", "numéro FINESS de l'établissement"),
        _texte("categorie", "catégorie", valeurs=tuple(CATEGORIES_STRUCTURES)),
        _texte("nom", "nom de la structure"),
        _COMMUNE,
        _nombre("lon", "degré", "longitude WGS84", vide=True, minimum=-180, maximum=180),
        _nombre("lat", "degré", "latitude WGS84", vide=True, minimum=-90, maximum=90),
    ),
)

FLUX_OBSERVES = Table(
    "flux_observes",
    "Patients observés entre communes, tels que l'assurance maladie les donne",
    ("code_residence", "code_exercice"),
    (
        _texte("code_residence", "commune de résidence"),
        _texte("code_exercice", "commune d'exercice du médecin"),
        _nombre("patients", "personnes", "patients observés ; vide si secret", vide=True),
    ),
)

SECTEURS_GARDE = Table(
    "secteurs_garde",
    "Secteurs de permanence des soins ambulatoires",
    ("code_commune",),
    (_COMMUNE, _texte("secteur", "secteur de garde")),
)

TVS = Table(
    "tvs",
    "Composition des territoires de vie-santé",
    ("code_commune",),
    (
        _COMMUNE,
        _texte("tvs", "code du territoire de vie-santé"),
        _texte("nom_tvs", "nom du territoire de vie-santé", vide=True),
    ),
)

OFFRE_SOCIALE = Table(
    "offre_sociale",
    "Offre sociale et médico-sociale",
    (),
    (
        _COMMUNE,
        _texte("type_offre", "type d'offre"),
        _texte("nom", "nom de l'offre"),
        _nombre("places", "places", "capacité", vide=True),
        _nombre("lon", "degré", "longitude WGS84", vide=True, minimum=-180, maximum=180),
        _nombre("lat", "degré", "latitude WGS84", vide=True, minimum=-90, maximum=90),
    ),
)

ENQUETE = Table(
    "enquete",
    "Enquête anonyme auprès des professionnels",
    ("repondant", "question"),
    (
        _texte("repondant", "numéro d'ordre du répondant, sans lien avec sa personne"),
        _texte("profession", "profession du répondant"),
        _texte("question", "question posée"),
        _texte("reponse", "réponse donnée ; vide si aucune", vide=True),
    ),
)

MEDECINS_AGES = Table(
    "medecins_ages",
    "Âge et activité des médecins généralistes, sans nom",
    (),
    (
        _COMMUNE,
        _nombre("age", "ans", "âge du médecin", vide=True, maximum=110),
        _nombre("consultations", "actes/an", "activité du médecin", vide=True),
    ),
)

# Bounds of the age bands of the gridded population: the last one is open.
TRANCHES_CARREAUX = (
    "0_3",
    "4_5",
    "6_10",
    "11_17",
    "18_24",
    "25_39",
    "40_54",
    "55_64",
    "65_79",
    "80_plus",
)

CARREAUX = Table(
    "carreaux",
    "Population carroyée",
    ("carreau",),
    (
        _texte("carreau", "identifiant du carreau"),
        _nombre("lon", "degré", "longitude WGS84 du centre", minimum=-180, maximum=180),
        _nombre("lat", "degré", "latitude WGS84 du centre", minimum=-90, maximum=90),
        _nombre("population", "habitants", "habitants du carreau"),
        _texte("codes_communes", "communes du carreau, séparées par une virgule", vide=True),
        *(
            _nombre(f"pop_{t}", "habitants", f"habitants de {t.replace('_', ' à ')} ans", vide=True)
            for t in TRANCHES_CARREAUX[:-1]
        ),
        _nombre("pop_80_plus", "habitants", "habitants de 80 ans ou plus", vide=True),
    ),
)

# First age of each five-year class; the last one is open.
AGES = tuple(range(0, 95, 5))

POPULATIONS_AGES = Table(
    "populations_ages",
    "Population par commune et classe d'âge de cinq ans",
    ("code_commune", "age"),
    (
        _COMMUNE,
        _entier("age", "ans", "premier âge de la classe : 0, 5, ..., 90 (90 ou plus)"),
        _nombre("population", "habitants", "habitants de cette classe"),
    ),
)

ACCES_INSEE = Table(
    "acces_insee",
    "Temps d'accès au médecin généraliste par carreau, publié par l'Insee",
    ("carreau", "code_commune"),
    (
        _texte("carreau", "identifiant du carreau de 200 m"),
        _COMMUNE,
        _nombre("lon", "degré", "longitude WGS84 du centre", minimum=-180, maximum=180),
        _nombre("lat", "degré", "latitude WGS84 du centre", minimum=-90, maximum=90),
        _nombre("temps_min", "min", "temps en voiture au généraliste le plus proche", vide=True),
        _nombre("population", "habitants", "habitants du carreau dans la commune"),
    ),
)

NOEUDS = Table(
    "noeuds",
    "Nœuds du réseau routier",
    ("noeud",),
    (
        _entier("noeud", "", "numéro du nœud, de 0 à n-1"),
        _nombre("lon", "degré", "longitude WGS84", minimum=-180, maximum=180),
        _nombre("lat", "degré", "latitude WGS84", minimum=-90, maximum=90),
    ),
)

TRONCONS = Table(
    "troncons",
    "Tronçons orientés du réseau routier",
    (),
    (
        _entier("depart", "", "nœud de départ"),
        _entier("arrivee", "", "nœud d'arrivée"),
        _nombre("longueur_m", "m", "longueur du tronçon"),
        _texte("classe", "classe de voie OpenStreetMap (highway), ou ferry pour un bac"),
        _nombre("vitesse_max_kmh", "km/h", "vitesse maximale signalée (maxspeed)", vide=True),
        _nombre("duree_min", "min", "durée déclarée d'une traversée en bac", vide=True),
    ),
)

# --- The waist: travel times -----------------------------------------------------------------

TRAJETS = Table(
    "trajets",
    "Temps de trajet de chaque commune à chaque site, jusqu'à la durée maximale",
    ("code_commune", "site_id"),
    (
        _COMMUNE,
        _texte("site_id", "identifiant du site"),
        _nombre("temps_min", "min", "temps en voiture du patient vers le médecin"),
        _ORIGINE_TEMPS,
    ),
)

PLUS_PROCHES = Table(
    "plus_proches",
    "Site de médecin généraliste le plus proche de chaque commune, sans durée maximale",
    ("code_commune",),
    (
        _COMMUNE,
        _texte("site_id", "site le plus proche", vide=True),
        _nombre("temps_min", "min", "temps en voiture ; 0 si la commune a un médecin", vide=True),
        _ORIGINE_TEMPS,
        _booleen("atteignable", "vrai si un médecin peut être atteint en voiture"),
    ),
)

RATTACHEMENTS = Table(
    "rattachements",
    "Rattachement des points au réseau routier",
    ("nature", "identifiant"),
    (
        _texte("nature", "commune ou site"),
        _texte("identifiant", "code de la commune ou identifiant du site"),
        _texte(
            "statut",
            "rattache, hors_reseau (aucune route à portée) ou non_couvert",
            valeurs=(RATTACHE, HORS_RESEAU, NON_COUVERT),
        ),
        _nombre("distance_m", "m", "distance au réseau", vide=True),
    ),
)

# --- What is delivered ------------------------------------------------------------------------

COMMUNES = Table(
    "communes",
    "Indicateurs par commune",
    ("code_commune",),
    (
        _COMMUNE,
        _texte("nom", "nom de la commune"),
        _texte("code_epci", "SIREN de l'intercommunalité", vide=True),
        _texte("code_departement", "code du département"),
        _booleen("dans_territoire", "vrai dans le territoire, faux dans le pourtour"),
        _entier("population", "habitants", "population municipale"),
        _entier("population_annee", "année", "année de référence de la population"),
        _nombre(
            "population_standardisee",
            "habitants standardisés",
            "population pondérée par le recours au médecin généraliste de chaque âge",
        ),
        _nombre(
            "mg_nb",
            "médecins",
            "médecins généralistes comptés dans la commune, un médecin sur n lieux comptant 1/n à "
            "chacun ; vide si la source ne le dit pas (aucun site dans les calculs)",
            vide=True,
        ),
        _nombre(
            "mg_etp",
            "équivalents temps plein",
            "consultations offertes / activité d'un ETP",
            vide=True,
        ),
        _nombre(
            "temps_mg_min",
            "min",
            "temps en voiture du point de la commune au médecin le plus proche, 0 si elle en a un",
            vide=True,
        ),
        _ORIGINE_TEMPS,
        _booleen("atteignable", "vrai si un médecin peut être atteint en voiture"),
        _nombre("apl", _APL_UNIT, "APL calculée, activité moyenne déclarée par médecin"),
        _nombre("apl_publiee", _APL_UNIT, "APL publiée par la DREES, tous âges", vide=True),
        _nombre("apl_publiee_65", _APL_UNIT, "APL publiée, médecins de 65 ans ou moins", vide=True),
        _entier("apl_publiee_annee", "année", "millésime de l'APL publiée", vide=True),
        _ZONAGE_MG,
        _booleen("deficit", "vrai si l'APL calculée est sous le seuil"),
        _nombre(
            "deficit_consultations",
            "consultations/an",
            "consultations qui manquent pour atteindre le seuil",
        ),
        _nombre(
            "deficit_etp",
            "équivalents temps plein",
            "consultations qui manquent pour atteindre le seuil, en médecins à temps plein",
        ),
        _nombre(
            "taux_fuite",
            "fraction",
            "part des recours des habitants hors de leur commune (flux modélisés)",
            vide=True,
            maximum=1,
        ),
        _nombre(
            "taux_autosuffisance",
            "fraction",
            "part des recours des habitants dans leur commune (flux modélisés)",
            vide=True,
            maximum=1,
        ),
        _texte("bassin", "bassin de patientèle issu des flux", vide=True),
        _texte("code_region", "code de la région"),
        _texte("bassin_vie", "code du bassin de vie 2022", vide=True),
        _nombre(
            "population_totale_publiee",
            "habitants",
            "population de l'année de la population standardisée, publiée avec elle",
            vide=True,
        ),
        _texte(
            "mg_proche_code",
            "commune du médecin le plus proche ; elle peut être hors de la couche, au-delà du "
            "pourtour",
            vide=True,
        ),
        _nombre("rattachement_m", "m", "distance du point de la commune à la route", vide=True),
        _booleen(
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
        _texte("site_id", "identifiant du site"),
        _texte("code_commune", "commune du site"),
        _nombre("mg_nb", "médecins", "médecins généralistes du site"),
        _nombre("mg_etp", "équivalents temps plein", "consultations / activité d'un ETP"),
        _nombre("consultations", "consultations/an", "consultations offertes"),
        _texte(
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
        _texte("code_residence", "commune de résidence"),
        _texte(
            "code_exercice",
            "commune d'exercice du médecin ; elle peut être hors de la couche communes",
        ),
        _nombre(
            "patients",
            "habitants",
            "habitants attribués à la commune d'exercice, ceux des plus faibles destinations "
            "étant répartis entre les autres",
        ),
        _nombre("temps_min", "min", "temps en voiture"),
        _texte("nature", "nature du flux : observe ou modelise", valeurs=(OBSERVE, MODELISE)),
    ),
    geometrie="LineString",
)

BASSINS = Table(
    "bassins",
    "Bassins de patientèle",
    ("bassin",),
    (
        _texte("bassin", "code du bassin"),
        _entier("population", "habitants", "population municipale"),
        _nombre("mg_nb", "médecins", "médecins généralistes"),
        _nombre("taux_autosuffisance", "fraction", "part des recours qui restent", maximum=1),
    ),
    geometrie="MultiPolygon",
)

ISOCHRONES = Table(
    "isochrones",
    "Surfaces du territoire à moins d'un temps d'un médecin généraliste",
    ("temps_max_min",),
    (
        _nombre("temps_max_min", "min", "temps maximal en voiture, atteint compris"),
        _entier(
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
        _texte("categorie", "catégorie de la structure : MSP, CDS, hôpital, EHPAD..."),
        _texte("nom", "nom de la structure"),
        _texte("code_commune", "commune de la structure"),
    ),
    geometrie="Point",
)

CONTROLE = Table(
    "controle",
    "Contrôle des enregistrements",
    (),
    (
        _texte("source", "table (et son fichier, s'il est connu) ou étape du calcul"),
        _texte("motif", "ce qui est arrivé aux enregistrements"),
        _entier("nombre", "enregistrements", "combien"),
        _nombre("part", "fraction", "part des enregistrements concernés", vide=True, maximum=1),
        _texte("exemples", "quelques exemples"),
        _texte(
            "effet",
            "lu, utilise ou ecarte (pour une source : lu = utilise + ecarte), impute ou signale",
            valeurs=EFFETS,
        ),
    ),
)

SOURCES = Table(
    "sources",
    "Sources utilisées",
    ("cle", "fichier"),
    (
        _texte("cle", "nom de la source dans le catalogue"),
        _texte("titre", "ce que contient la source"),
        _texte("producteur", "qui la produit"),
        _texte("licence", "licence de réutilisation"),
        _texte("millesime", "année ou édition"),
        _texte("fichier", "nom du fichier lu"),
        _texte("sha256", "empreinte du fichier lu"),
        _entier("enregistrements", "lignes", "enregistrements lus"),
        _texte("usage", "à quoi elle sert ici"),
    ),
)

PARAMETRES = Table(
    "parametres",
    "Paramètres du calcul",
    ("cle",),
    (
        _texte("cle", "nom du paramètre"),
        _texte("valeur", "valeur utilisée"),
        _texte("unite", "unité"),
        _texte("signification", "ce qu'il règle"),
        _texte("source", "d'où vient la valeur"),
        _booleen("modifie", "vrai si la valeur diffère de la valeur livrée"),
    ),
)

COMPARAISONS = Table(
    "comparaisons",
    "Le territoire à côté du département, de la région et de la France",
    ("niveau", "code"),
    (
        _texte("niveau", "niveau de la zone : territoire, departement, region ou france"),
        _texte("code", "code de la zone"),
        _texte("nom", "nom de la zone"),
        _entier("communes_nb", "communes", "nombre de communes"),
        _entier("population", "habitants", "population municipale"),
        _nombre(
            "mg_nb",
            "médecins",
            "médecins généralistes des communes où leur nombre est connu",
            vide=True,
        ),
        _nombre("mg_pour_10000", "pour 10 000 habitants", "densité de généralistes", vide=True),
        _nombre(
            "part_population_sans_mg",
            "fraction",
            "part de la population dans une commune sans généraliste",
            vide=True,
            maximum=1,
        ),
        _nombre("apl_publiee", _APL_UNIT, "APL publiée moyenne, tous âges", vide=True),
        _nombre("apl_publiee_65", _APL_UNIT, "APL publiée moyenne, 65 ans ou moins", vide=True),
        _nombre(
            "part_population_sous_seuil",
            "fraction",
            "part de la population dont l'APL publiée est sous le seuil",
            vide=True,
            maximum=1,
        ),
        _nombre(
            "part_population_zip", "fraction", "part de la population en ZIP", vide=True, maximum=1
        ),
        _nombre(
            "part_population_zac", "fraction", "part de la population en ZAC", vide=True, maximum=1
        ),
    ),
)

DENSITES = Table(
    "densites",
    "Professions de premier recours : densités du territoire et des zones qui le contiennent",
    ("niveau", "code", "profession"),
    (
        _texte("niveau", "territoire, departement, region ou france"),
        _texte("code", "code de la zone"),
        _texte("nom", "nom de la zone"),
        _texte("profession", "profession ; pharmacie compte des officines", valeurs=PROFESSIONS),
        _nombre("nombre", "personnes", "professionnels comptés ; vide si inconnu", vide=True),
        _entier(
            "population",
            "habitants",
            "population municipale des communes où leur nombre est connu",
            vide=True,
        ),
        _nombre(
            "densite_100000", "pour 100 000 habitants", "nombre rapporté à la population", vide=True
        ),
        _texte("source", "source qui les compte (colonne cle de la table sources)", vide=True),
        _texte("motif", "pourquoi le nombre manque", vide=True),
    ),
)

PROFESSIONNELS_COMMUNES = Table(
    "professionnels_communes",
    "Professionnels de premier recours par commune du territoire",
    ("code_commune", "profession"),
    (
        _COMMUNE,
        _texte("profession", "profession ; pharmacie compte des officines", valeurs=PROFESSIONS),
        _nombre("nombre", "personnes", "une personne sur n lieux compte 1/n à chacun"),
    ),
)

DELIVERED: tuple[Table, ...] = (
    COMMUNES,
    SITES,
    FLUX,
    BASSINS,
    ISOCHRONES,
    STRUCTURES,
    CONTROLE,
    SOURCES,
    PARAMETRES,
    COMPARAISONS,
    CONTEXTE,
    DENSITES,
    PROFESSIONNELS_COMMUNES,
)
