"""Tables that the readers give of communes: outlines, points, populations, GPs, zones."""

from __future__ import annotations

from diagterritoire.schema import Table
from diagterritoire.tables.columns import APL_UNIT, COMMUNE, ZONAGE_MG, entier, nombre, texte

COMMUNES_GEO = Table(
    "communes_geo",
    "Contours des communes",
    ("code_commune",),
    (
        COMMUNE,
        texte("nom", "nom de la commune"),
        texte("code_departement", "code du département"),
        texte("code_region", "code de la région"),
        texte("code_epci", "SIREN de l'intercommunalité à fiscalité propre", vide=True),
        entier("population_polygone", "habitants", "population portée par le contour", vide=True),
    ),
    geometrie="MultiPolygon",
)

APPARTENANCE = Table(
    "appartenance",
    "Appartenance des communes aux zonages",
    ("code_commune",),
    (
        COMMUNE,
        texte("nom", "nom de la commune"),
        texte("code_departement", "code du département"),
        texte("code_region", "code de la région"),
        texte("code_epci", "SIREN de l'intercommunalité à fiscalité propre", vide=True),
        texte("bassin_vie", "code du bassin de vie 2022", vide=True),
        texte("zone_emploi", "code de la zone d'emploi 2020", vide=True),
    ),
)

LIBELLES = Table(
    "libelles",
    "Noms des zones",
    ("niveau", "code"),
    (
        texte("niveau", "departement, region, epci ou bassin_vie"),
        texte("code", "code de la zone"),
        texte("nom", "nom de la zone"),
    ),
)

POINTS = Table(
    "points",
    "Point de chaque commune",
    ("code_commune",),
    (
        COMMUNE,
        nombre("lon", "degré", "longitude WGS84", minimum=-180, maximum=180),
        nombre("lat", "degré", "latitude WGS84", minimum=-90, maximum=90),
    ),
)

POPULATIONS = Table(
    "populations",
    "Populations municipales en vigueur",
    ("code_commune",),
    (COMMUNE, entier("population", "habitants", "population municipale")),
)

MEDECINS = Table(
    "medecins",
    "Médecins généralistes par commune",
    ("code_commune",),
    (
        COMMUNE,
        nombre("mg_nb", "médecins", "médecins généralistes comptés dans la commune"),
        entier("annee", "année", "année du compte"),
    ),
)

APL_PUBLIEE = Table(
    "apl_publiee",
    "APL publiée par la DREES",
    ("code_commune", "annee"),
    (
        COMMUNE,
        entier("annee", "année", "millésime de l'APL"),
        nombre("apl_publiee", APL_UNIT, "APL publiée, tous âges de médecins", vide=True),
        nombre("apl_publiee_65", APL_UNIT, "APL publiée, médecins de 65 ans ou moins", vide=True),
        nombre(
            "population_standardisee", "habitants standardisés", "population publiée", vide=True
        ),
        nombre("population_totale", "habitants", "population totale publiée", vide=True),
    ),
)

ZONAGE = Table(
    "zonage",
    "Zonage officiel des médecins généralistes",
    ("code_commune",),
    (COMMUNE, ZONAGE_MG),
)

MOUVEMENTS = Table(
    "mouvements",
    "Mouvements de communes",
    (),
    (
        texte("mod", "nature du mouvement (nomenclature de l'Insee)"),
        texte("date_effet", "date d'effet, AAAA-MM-JJ"),
        texte("type_avant", "type de la commune avant", vide=True),
        texte("code_avant", "code de la commune avant", vide=True),
        texte("type_apres", "type de la commune après", vide=True),
        texte("code_apres", "code de la commune après", vide=True),
    ),
)

CONTEXTE = Table(
    "contexte",
    "Indicateurs de contexte par bassin de vie",
    ("bassin_vie", "indicateur"),
    (
        texte("bassin_vie", "code du bassin de vie 2022"),
        texte("indicateur", "libellé de l'indicateur, avec son année"),
        nombre("valeur", "selon l'indicateur", "valeur publiée", vide=True, minimum=None),
        texte("motif", "pourquoi la valeur manque (secret, non disponible)", vide=True),
        texte("source", "fichier d'origine"),
    ),
)
