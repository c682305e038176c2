"""Tables that the readers give of professionals, structures and what they do."""

from __future__ import annotations

from diagterritoire.schema import Table
from diagterritoire.tables.columns import COMMUNE, booleen, nombre, texte
from diagterritoire.tables.vocabulary import CATEGORIES_STRUCTURES, POSITIONS, PROFESSIONS

PROFESSIONNELS = Table(
    "professionnels",
    "Professionnels de premier recours par lieu d'exercice, sans aucun nom",
    ("site_id", "profession"),
    (
        texte("site_id", "identifiant du lieu d'exercice"),
        COMMUNE,
        texte("profession", "profession ; pharmacie compte des officines", valeurs=PROFESSIONS),
        nombre("nombre", "personnes", "une personne sur n lieux compte 1/n à chacun"),
        nombre("lon", "degré", "longitude WGS84", vide=True, minimum=-180, maximum=180),
        nombre("lat", "degré", "latitude WGS84", vide=True, minimum=-90, maximum=90),
        texte(
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
        texte("site_id", "identifiant de la structure : FINESS, SIRET ou celui de l'annuaire"),
        nombre("lon", "degré", "longitude WGS84", minimum=-180, maximum=180),
        nombre("lat", "degré", "latitude WGS84", minimum=-90, maximum=90),
        texte("code_commune", "commune trouvée par le géocodage", vide=True),
        nombre("score", "fraction", "confiance du géocodage", vide=True, maximum=1),
        booleen("precise", "faux si le géocodage n'a trouvé que la commune ou le lieu-dit"),
    ),
)

STRUCTURES_LUES = Table(
    "structures_lues",
    "Structures de santé telles que leur répertoire les donne",
    ("structure_id",),
    (
        texte("structure_id", "numéro FINESS de l'établissement"),
        texte("categorie", "catégorie", valeurs=tuple(CATEGORIES_STRUCTURES)),
        texte("nom", "nom de la structure"),
        COMMUNE,
        nombre("lon", "degré", "longitude WGS84", vide=True, minimum=-180, maximum=180),
        nombre("lat", "degré", "latitude WGS84", vide=True, minimum=-90, maximum=90),
    ),
)

FLUX_OBSERVES = Table(
    "flux_observes",
    "Patients observés entre communes, tels que l'assurance maladie les donne",
    ("code_residence", "code_exercice"),
    (
        texte("code_residence", "commune de résidence"),
        texte("code_exercice", "commune d'exercice du médecin"),
        nombre("patients", "personnes", "patients observés ; vide si secret", vide=True),
    ),
)

SECTEURS_GARDE = Table(
    "secteurs_garde",
    "Secteurs de permanence des soins ambulatoires",
    ("code_commune",),
    (COMMUNE, texte("secteur", "secteur de garde")),
)

TVS = Table(
    "tvs",
    "Composition des territoires de vie-santé",
    ("code_commune",),
    (
        COMMUNE,
        texte("tvs", "code du territoire de vie-santé"),
        texte("nom_tvs", "nom du territoire de vie-santé", vide=True),
    ),
)

OFFRE_SOCIALE = Table(
    "offre_sociale",
    "Offre sociale et médico-sociale",
    (),
    (
        COMMUNE,
        texte("type_offre", "type d'offre"),
        texte("nom", "nom de l'offre"),
        nombre("places", "places", "capacité", vide=True),
        nombre("lon", "degré", "longitude WGS84", vide=True, minimum=-180, maximum=180),
        nombre("lat", "degré", "latitude WGS84", vide=True, minimum=-90, maximum=90),
    ),
)

MEDECINS_AGES = Table(
    "medecins_ages",
    "Âge et activité des médecins généralistes, sans nom",
    (),
    (
        COMMUNE,
        nombre("age", "ans", "âge du médecin", vide=True, maximum=110),
        nombre("consultations", "actes/an", "activité du médecin", vide=True),
    ),
)

ACTIVITE_MG = Table(
    "activite_mg",
    "Activité des médecins généralistes, sans nom",
    (),
    (
        COMMUNE,
        nombre("actes", "actes/an", "activité du médecin, tous lieux réunis", vide=True),
        booleen("nouveau", "installé dans l'année : son activité est imputée"),
        booleen("centre_de_sante", "salarié d'un centre de santé : son activité n'est pas bornée"),
        nombre("part", "fraction", "part de son activité dans cette commune", maximum=1),
    ),
)

# Bounds of the age bands of the gridded population: the last one is open.
