"""Chosen numbers: supply set on other counts, or fitted on the published APL."""

from __future__ import annotations

from dataclasses import dataclass

from diagterritoire.parameters.declaration import CONVENTION, number


@dataclass(frozen=True)
class CalageParameters:
    """Supply moved between GPs or between bassins de vie."""

    poids_a_priori: float = number(
        0.1,
        unit="(consultations/an/hab.)²",
        meaning="attache de l'offre calée à l'activité déclarée : l'écart quadratique moyen d'APL "
        "qui vaut de priver chaque médecin de toute activité",
        source=CONVENTION + " : de 0,01 à 1, l'accord sur l'année jugée varie de moins de 0,02 "
        "(docs/verite.md)",
    )
    erreur_approche_min: float = number(
        2.0,
        unit="min",
        meaning="écart type de l'erreur d'un temps à vol d'oiseau, dont l'offre calée tient compte "
        "quand tous les temps en sont : le poids d'un palier y est sa moyenne sur cette erreur ; "
        "0 : paliers nets",
        source=CONVENTION + " : de 1 à 3 min, l'accord sur l'année jugée varie de 0,002 "
        "(docs/verite.md)",
    )
    bassins: bool = number(
        False,
        unit="oui ou non",
        meaning="les comptes communaux de l'Observatoire des territoires sont recalés, par bassin "
        "de vie, sur la densité de généralistes de C@rtoSanté si elle est plus récente",
        source=CONVENTION + " : sur la métropole, la corrélation pondérée avec l'APL publiée 2022 "
        "passe de 0,69 à 0,74 par commune et de 0,87 à 0,92 par EPCI (docs/verite.md)",
    )
    bassins_facteur_max: float = number(
        3.0,
        unit="sans",
        meaning="facteur au-delà duquel (ou sous l'inverse duquel) ce recalage est borné",
        source=CONVENTION,
    )
