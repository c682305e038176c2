"""Tables that the readers give of where people are, and how old."""

from __future__ import annotations

from diagterritoire.schema import Table
from diagterritoire.tables.columns import COMMUNE, entier, nombre, texte

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
        texte("carreau", "identifiant du carreau"),
        nombre("lon", "degré", "longitude WGS84 du centre", minimum=-180, maximum=180),
        nombre("lat", "degré", "latitude WGS84 du centre", minimum=-90, maximum=90),
        nombre("population", "habitants", "habitants du carreau"),
        texte("codes_communes", "communes du carreau, séparées par une virgule", vide=True),
        *(
            nombre(f"pop_{t}", "habitants", f"habitants de {t.replace('_', ' à ')} ans", vide=True)
            for t in TRANCHES_CARREAUX[:-1]
        ),
        nombre("pop_80_plus", "habitants", "habitants de 80 ans ou plus", vide=True),
    ),
)

# First age of each five-year class; the last one is open.
AGES = tuple(range(0, 95, 5))

POPULATIONS_AGES = Table(
    "populations_ages",
    "Population par commune et classe d'âge de cinq ans",
    ("code_commune", "age"),
    (
        COMMUNE,
        entier("age", "ans", "premier âge de la classe : 0, 5, ..., 90 (90 ou plus)"),
        nombre("population", "habitants", "habitants de cette classe"),
    ),
)

ACCES_INSEE = Table(
    "acces_insee",
    "Temps d'accès au médecin généraliste par carreau, publié par l'Insee",
    ("carreau", "code_commune"),
    (
        texte("carreau", "identifiant du carreau de 200 m"),
        COMMUNE,
        nombre("lon", "degré", "longitude WGS84 du centre", minimum=-180, maximum=180),
        nombre("lat", "degré", "latitude WGS84 du centre", minimum=-90, maximum=90),
        nombre("temps_min", "min", "temps en voiture au généraliste le plus proche", vide=True),
        nombre("population", "habitants", "habitants du carreau dans la commune"),
    ),
)
