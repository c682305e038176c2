"""Chosen numbers: where new sites may be placed, and what is aimed at."""

from __future__ import annotations

from dataclasses import dataclass

from diagterritoire.parameters.declaration import CONVENTION, number

BUTS = ("couverture", "temps", "apl", "maintien")
CANDIDATS = ("communes", "structures", "points")


@dataclass(frozen=True)
class ImplantationParameters:
    """Search of the best places of new sites, those in place staying."""

    sites: int = number(
        3,
        unit="sites",
        meaning="sites nouveaux placés au plus : un, puis deux, jusqu'à ce nombre ; 0 : aucun, le "
        "calcul n'est pas fait",
        source=CONVENTION + " : un PSLA a rarement plus de trois sites",
    )
    buts: tuple[str, ...] = number(
        BUTS,
        unit="sans",
        meaning="ce qui est cherché : couverture (habitants à portée qui ne l'étaient pas), temps "
        "(minutes de trajet en moyenne), apl (consultations manquantes au seuil), maintien "
        "(habitants dont le généraliste le plus proche est hors du territoire)",
        source=CONVENTION,
    )
    candidats: str = number(
        "communes",
        unit="sans",
        meaning="lieux possibles : communes (leur point), structures (celles en place) ou points "
        "(implantation.points)",
        source=CONVENTION,
    )
    points: tuple[str, ...] = number(
        (),
        unit="degrés",
        meaning="lieux donnés, chacun « longitude, latitude » (WGS 84)",
        source="donné par l'utilisateur",
    )
    minutes: float = number(
        15.0,
        unit="min",
        meaning="temps de trajet, atteint compris, en deçà duquel un habitant est à portée d'un "
        "site",
        source="deuxième borne des paliers de l'APL",
    )
    etp_total: float = number(
        3.0,
        unit="temps plein",
        meaning="médecins à temps plein à répartir entre les nouveaux sites, pour le but apl",
        source=CONVENTION + " : une équipe de départ",
    )
    etp_pas: float = number(
        1.0,
        unit="temps plein",
        meaning="pas de cette répartition, et le moins qu'un site puisse avoir",
        source=CONVENTION,
    )
    concurrence_min: float = number(
        10.0,
        unit="min",
        meaning="temps de trajet d'un lieu à la MSP ou au CDS le plus proche en deçà duquel un "
        "nouveau site lui ferait concurrence ; 0 : sans effet",
        source="premier palier de l'APL : en deçà, mêmes patients ; " + CONVENTION,
    )
    concurrence_cout: float = number(
        0.0,
        unit="fraction",
        meaning="0 : un tel lieu est écarté ; sinon il est permis, et perd dans le classement "
        "cette part du gain du meilleur lieu, en proportion des minutes qui manquent",
        source=CONVENTION,
    )
    choix_nb: int = number(
        10, unit="choix", meaning="choix donnés, du meilleur au moins bon", source=CONVENTION
    )
    candidats_max: int = number(
        1000,
        unit="lieux",
        meaning="lieux au-delà desquels le calcul n'est pas fait",
        source=CONVENTION + " : il tient en deux secondes de processeur pour les 528 communes du "
        "Calvados",
    )
    duree_max_s: float = number(
        60.0,
        unit="s",
        meaning="durée accordée à chaque recherche ; au-delà, le meilleur choix trouvé est donné "
        "avec son écart d'optimalité",
        source=CONVENTION,
    )
