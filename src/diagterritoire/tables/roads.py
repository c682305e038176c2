"""Tables of roads, and of the travel times made from them."""

from __future__ import annotations

from diagterritoire.schema import Table
from diagterritoire.tables.columns import COMMUNE, ORIGINE_TEMPS, booleen, entier, nombre, texte
from diagterritoire.tables.vocabulary import HORS_RESEAU, NON_COUVERT, RATTACHE

NOEUDS = Table(
    "noeuds",
    "Nœuds du réseau routier",
    ("noeud",),
    (
        entier("noeud", "", "numéro du nœud, de 0 à n-1"),
        nombre("lon", "degré", "longitude WGS84", minimum=-180, maximum=180),
        nombre("lat", "degré", "latitude WGS84", minimum=-90, maximum=90),
    ),
)

TRONCONS = Table(
    "troncons",
    "Tronçons orientés du réseau routier",
    (),
    (
        entier("depart", "", "nœud de départ"),
        entier("arrivee", "", "nœud d'arrivée"),
        nombre("longueur_m", "m", "longueur du tronçon"),
        texte("classe", "classe de voie OpenStreetMap (highway), ou ferry pour un bac"),
        nombre("vitesse_max_kmh", "km/h", "vitesse maximale signalée (maxspeed)", vide=True),
        nombre("duree_min", "min", "durée déclarée d'une traversée en bac", vide=True),
    ),
)

TRAJETS = Table(
    "trajets",
    "Temps de trajet de chaque commune à chaque site, jusqu'à la durée maximale",
    ("code_commune", "site_id"),
    (
        COMMUNE,
        texte("site_id", "identifiant du site"),
        nombre("temps_min", "min", "temps en voiture du patient vers le médecin"),
        ORIGINE_TEMPS,
    ),
)

PLUS_PROCHES = Table(
    "plus_proches",
    "Site de médecin généraliste le plus proche de chaque commune, sans durée maximale",
    ("code_commune",),
    (
        COMMUNE,
        texte("site_id", "site le plus proche", vide=True),
        nombre("temps_min", "min", "temps en voiture ; 0 si la commune a un médecin", vide=True),
        ORIGINE_TEMPS,
        booleen("atteignable", "vrai si un médecin peut être atteint en voiture"),
    ),
)

RATTACHEMENTS = Table(
    "rattachements",
    "Rattachement des points au réseau routier",
    ("nature", "identifiant"),
    (
        texte("nature", "commune ou site"),
        texte("identifiant", "code de la commune ou identifiant du site"),
        texte(
            "statut",
            "rattache, hors_reseau (aucune route à portée) ou non_couvert",
            valeurs=(RATTACHE, HORS_RESEAU, NON_COUVERT),
        ),
        nombre("distance_m", "m", "distance au réseau", vide=True),
    ),
)
