"""Closed sets of texts, as tables hold them and as a reader names them."""

from __future__ import annotations

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
# Main roads, the widest first (OpenStreetMap highway).
CLASSES_ROUTES = ("motorway", "trunk", "primary")
# Where the position of a professional comes from.
POSITION_SOURCE, POSITION_ADRESSE, POSITION_CENTRE = "source", "adresse", "centre_commune"
POSITIONS = (POSITION_SOURCE, POSITION_ADRESSE, POSITION_CENTRE)
# Where the inhabitants of a commune are placed.
ORIGINE_CARREAUX, ORIGINE_RUES, ORIGINE_POINT = "carreaux", "rues", "point"
ORIGINES_POINTS = (ORIGINE_CARREAUX, ORIGINE_RUES, ORIGINE_POINT)
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

# What is set beside the published APL.
SERIE_APL, SERIE_CALIBREE, SERIE_PRECEDENTE = "apl", "apl_calibree", "precedente"
SERIES_VERITE = (SERIE_APL, SERIE_CALIBREE, SERIE_PRECEDENTE)
