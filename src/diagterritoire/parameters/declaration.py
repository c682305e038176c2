"""How a chosen number is declared, and the sources that several cite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

DREES = "DREES, APL aux médecins généralistes 2022-2023, feuille Paramètres"
OSRM = "OSRM, profil car (vitesses par classe de voie), moteur du distancier METRIC-OSRM de l'Insee"
GRAPHHOPPER = (
    "GraphHopper, urban_density, calcul par longueurs (2022-2023) : voirie à moins de 300 m, rues "
    "d'habitation comptées double, divisée par le rayon au carré, au moins 1/60 par mètre"
)
IRDES_564 = "IRDES, Questions d'économie de la santé et DT 70 (ESPS 2010)"
APPROCHE = (
    "modèle déclaré du projet ; sur la métropole, il redonne l'APL 2022 publiée avec une "
    "corrélation de 0,68 par commune pondérée par la population, 0,51 sans pondération "
    "(docs/methode.md)"
)
CALAGE_FLUX = (
    "calé par moindres carrés sur la répartition nationale des recours par temps de trajet (IRDES, "
    "QES 564), temps à vol d'oiseau, métropole entière (make caler-flux)"
)
COOMBES = "Coombes et Bond, Travel-to-Work Areas: the 2007 review, 2008"
CLASSES_AGE = 19
CONVENTION = "convention du projet, à faire varier"


def number(default: Any, *, unit: str, meaning: str, source: str) -> Any:
    """Declare a parameter with its unit, meaning and source."""
    metadata = {"unit": unit, "meaning": meaning, "source": source}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: MappingProxyType(dict(default)), metadata=metadata)
    return field(default=default, metadata=metadata)
