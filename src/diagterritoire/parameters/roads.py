"""Chosen numbers: roads, times, territory around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagterritoire.parameters.declaration import APPROCHE, CONVENTION, GRAPHHOPPER, OSRM, number


@dataclass(frozen=True)
class ReseauParameters:
    """Roads: speeds, snapping, bounds of the search, straight-line model."""

    vitesses_kmh: Mapping[str, float] = number(
        {
            "motorway": 90.0,
            "motorway_link": 45.0,
            "trunk": 85.0,
            "trunk_link": 40.0,
            "primary": 65.0,
            "primary_link": 30.0,
            "secondary": 55.0,
            "secondary_link": 25.0,
            "tertiary": 40.0,
            "tertiary_link": 20.0,
            "unclassified": 25.0,
            "residential": 25.0,
            "living_street": 10.0,
            "service": 15.0,
            "ferry": 5.0,
        },
        unit="km/h",
        meaning="vitesse en voiture par classe de voie OpenStreetMap (highway) ; ferry : bac dont "
        "la durée n'est pas déclarée, attente comprise",
        source=OSRM,
    )
    vitesse_defaut_kmh: float = number(
        25.0, unit="km/h", meaning="vitesse d'une voie de classe inconnue", source=OSRM
    )
    facteur_limite: float = number(
        0.8,
        unit="sans",
        meaning="part de la vitesse limite à laquelle on roule, quand cette limite est connue ou "
        "déduite d'une ville",
        source="OSRM, profil car (speed_reduction), calé par ses auteurs sur des trajets réels",
    )
    limite_urbaine_kmh: float = number(
        50.0,
        unit="km/h",
        meaning="vitesse limite d'une voie urbaine dont la limite n'est pas connue, hors "
        "autoroute ; elle abaisse la vitesse de la classe, sans l'élever",
        source="code de la route, article R413-3",
    )
    urbain_rayon_m: float = number(
        300.0,
        unit="m",
        meaning="rayon autour du milieu d'un tronçon où la longueur de rues est mesurée",
        source=GRAPHHOPPER,
    )
    urbain_rues_m: float = number(
        750.0,
        unit="m",
        meaning="longueur de rues (residential, living_street) dans ce rayon à partir de laquelle "
        "un tronçon est urbain",
        source=GRAPHHOPPER + ", soit 750 m de rues",
    )
    facteur_pointe: float = number(
        1.0,
        unit="sans",
        meaning="facteur des durées de route à l'heure de pointe ; 1 : circulation fluide",
        source=CONVENTION + " : aucune référence publique à l'heure de pointe, et les temps de "
        "METRIC-OSRM sont en circulation fluide",
    )
    penalite_carrefour_s: float = number(
        0.0,
        unit="s",
        meaning="durée ajoutée à chaque carrefour atteint (nœud d'où partent trois voies ou plus)",
        source=CONVENTION + " : nulle faute de source par carrefour ; OSRM compte jusqu'à 7,5 s "
        "selon l'angle d'un virage et 2 s à un feu",
    )
    vitesse_acces_kmh: float = number(
        25.0,
        unit="km/h",
        meaning="vitesse en voiture entre un point et la route, en ligne droite",
        source=CONVENTION + " : la vitesse d'une voie locale",
    )
    bacs: bool = number(
        False,
        unit="oui ou non",
        meaning="les bacs sont empruntés : durée déclarée dans OpenStreetMap, sinon vitesse ferry",
        source=CONVENTION + " : sans eux, un temps ne dépend pas d'un horaire",
    )
    overpass: bool = number(
        False,
        unit="oui ou non",
        meaning="faute de fichier routier, les routes d'un petit territoire sont demandées une "
        "fois à Overpass, service public d'OpenStreetMap ; jamais hors ligne",
        source=CONVENTION + " : un service partagé ne sert qu'à qui le demande",
    )
    overpass_max_km2: float = number(
        2500.0,
        unit="km²",
        meaning="surface, marge comprise, au-delà de laquelle rien n'est demandé à Overpass",
        source="osmnx, taille maximale d'une requête",
    )
    overpass_marge_m: float = number(
        10_000.0,
        unit="m",
        meaning="marge autour du territoire des routes demandées à Overpass ; au-delà, les temps "
        "du pourtour sont à vol d'oiseau",
        source=CONVENTION,
    )
    rattachement_max_m: float = number(
        5000.0,
        unit="m",
        meaning="distance au-delà de laquelle un point n'est pas rattaché au réseau",
        source=CONVENTION,
    )
    rattachement_signale_m: float = number(
        1000.0,
        unit="m",
        meaning="distance à la route au-delà de laquelle un point rattaché est nommé au contrôle",
        source=CONVENTION,
    )
    corde_ecart_max_m: float = number(
        100.0,
        unit="m",
        meaning="écart possible d'une rue à la droite qui joint ses bouts jusqu'auquel cette "
        "droite en tient lieu, quand le fichier routier ne donne pas son tracé ; au-delà un point "
        "ne rejoint que ses bouts",
        source=CONVENTION + " : la moitié d'un carreau de 200 m, en deçà de laquelle la position "
        "d'un carreau n'est pas connue non plus",
    )
    masse_ecart_max_m: float = number(
        100.0,
        unit="m",
        meaning="écart entre contours simplifiés de deux communes jusqu'auquel elles se touchent : "
        "une voiture y passe de l'une à l'autre",
        source=CONVENTION + " : au-dessus des fentes des contours simplifiés",
    )
    rivage_max_m: float = number(
        1000.0,
        unit="m",
        meaning="distance jusqu'à laquelle une route hors de tout contour appartient à la commune "
        "la plus proche (routes côtières)",
        source=CONVENTION,
    )
    duree_max_min: float = number(
        60.0, unit="min", meaning="durée maximale de la matrice commune x site", source=CONVENTION
    )
    isochrones_min: tuple[float, ...] = number(
        (30.0,),
        unit="min",
        meaning="bornes des surfaces (isochrones) tracées en plus de celles de apl.bornes_min",
        source=CONVENTION,
    )
    approche_constante_min: float = number(
        2.02,
        unit="min",
        meaning="modèle à vol d'oiseau : durée fixe d'un trajet entre deux communes",
        source=APPROCHE,
    )
    approche_min_par_km: float = number(
        1.32,
        unit="min/km",
        meaning="modèle à vol d'oiseau : durée par kilomètre",
        source=APPROCHE,
    )


@dataclass(frozen=True)
class TerritoireParameters:
    """The area around the territory that counts in its figures."""

    tampon_min: float = number(
        60.0,
        unit="min",
        meaning="durée de route autour du territoire : les communes atteintes comptent dans l'APL "
        "(au moins deux fois sa dernière borne) et dans l'attraction (exacte si elle atteint "
        "reseau.duree_max_min)",
        source="deux fois la portée de 20 min de l'APL, étendu à la portée des flux",
    )
