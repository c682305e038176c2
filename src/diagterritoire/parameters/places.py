"""Chosen numbers: points of communes, populations."""

from __future__ import annotations

from dataclasses import dataclass

from diagterritoire.parameters.declaration import CONVENTION, number


@dataclass(frozen=True)
class PointsParameters:
    """What is believed of the points and outlines of the communes."""

    deplacement_min_km: float = number(
        100.0,
        unit="km",
        meaning="distance médiane entre contours et points d'un département d'outre-mer au-delà de "
        "laquelle ses contours sont dits dessinés hors de leur place",
        source=CONVENTION + " : loin au-dessus des imprécisions, loin sous les déplacements",
    )
    residu_max_m: float = number(
        5000.0,
        unit="m",
        meaning="écart médian aux points au-delà duquel des contours replacés sont refusés",
        source=CONVENTION,
    )
    eloignement_max_m: float = number(
        30_000.0,
        unit="m",
        meaning="distance d'un point au contour de sa commune au-delà de laquelle il est écarté",
        source=CONVENTION,
    )
    bourg: bool = number(
        True,
        unit="oui ou non",
        meaning="une commune que les routes couvrent est représentée par son bourg, là où sa "
        "voirie locale est la plus dense, plutôt que par le point fourni",
        source="Insee, distancier METRIC : trajets de chef-lieu à chef-lieu ; en Corse, le bourg "
        "donne un temps d'accord avec l'APL publiée nulle dans 86 % des communes, le point fourni "
        "dans 76 % (docs/methode.md)",
    )
    bourg_rayon_m: float = number(
        400.0,
        unit="m",
        meaning="rayon où la longueur de voirie locale est mesurée",
        source=CONVENTION + " : cinq minutes à pied",
    )


@dataclass(frozen=True)
class PopulationParameters:
    """Vintages of the populations, which their files do not carry."""

    annee: int = number(
        2023,
        unit="année",
        meaning="année de référence des populations municipales en vigueur",
        source="Insee, populations de référence en vigueur au 1er janvier 2026",
    )
    annee_polygones: int = number(
        2021,
        unit="année",
        meaning="année de référence de la population portée par les contours communaux",
        source="IGN, ADMIN EXPRESS COG 2024",
    )
