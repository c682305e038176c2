"""Chosen numbers: demand, supply, access, deficits, flows."""

from __future__ import annotations

from dataclasses import dataclass

from diagterritoire.parameters.declaration import (
    CALAGE_FLUX,
    CONVENTION,
    COOMBES,
    DREES,
    IRDES_564,
    number,
)


@dataclass(frozen=True)
class DemandeParameters:
    """Need of GPs by age."""

    poids_ages_2022: tuple[float, ...] = number(
        (
            *(0.93, 0.59, 0.55, 0.59, 0.73, 0.78, 0.84, 0.88, 0.90, 0.97),
            *(1.06, 1.14, 1.16, 1.19, 1.52, 1.53, 1.72, 1.99, 2.39),
        ),
        unit="sans",
        meaning="recours au généraliste de chaque classe de cinq ans (0-4, ..., 90 ou plus), "
        "rapporté à la moyenne nationale, pour l'APL 2022",
        source=DREES,
    )
    poids_ages_2023: tuple[float, ...] = number(
        (
            *(1.12, 0.58, 0.51, 0.60, 0.75, 0.79, 0.82, 0.85, 0.89, 0.93),
            *(1.03, 1.15, 1.18, 1.23, 1.46, 1.57, 1.63, 1.89, 2.26),
        ),
        unit="sans",
        meaning="les mêmes, pour l'APL 2023",
        source=DREES,
    )


@dataclass(frozen=True)
class OffreParameters:
    """Supply of GPs."""

    consultations_par_mg: float = number(
        4220.0,
        unit="actes/an",
        meaning="activité moyenne d'un médecin généraliste compté",
        source="volume national d'actes de l'APL 2022 rapporté aux généralistes de la BPE 2020 "
        "(une seule moyenne nationale, jamais ajustée par commune)",
    )
    consultations_par_etp: float = number(
        5400.0,
        unit="actes/an",
        meaning="activité d'un médecin généraliste à temps plein",
        source=DREES + " (activité imputée à un médecin nouvellement installé)",
    )
    activite_fichier: bool = number(
        True,
        unit="oui ou non",
        meaning="l'activité des médecins vient du fichier activite_mg quand il est là ; non, ou "
        "sans ce fichier : consultations_par_mg, la même pour tous",
        source=CONVENTION + " : la DREES compte l'activité de chaque médecin",
    )
    activite_secret_medecins: int = number(
        5,
        unit="médecins",
        meaning="médecins d'activité connue en dessous desquels une moyenne n'est pas employée",
        source=CONVENTION + " : rien n'est publié sur moins de cinq professionnels",
    )
    activite_secret_reste: float = number(
        0.15,
        unit="fraction",
        meaning="ce que font au moins, dans une moyenne employée, les médecins autres que les deux "
        "plus actifs, rapporté à ce que fait le premier ; de même entre communes réunies",
        source=CONVENTION + " : règle dite p % (Hundepool et al., Statistical Disclosure Control, "
        "2012), et 15 % ce que l'Insee laisse aux autres que la plus grosse entreprise",
    )
    demi_journees_par_etp: float = number(
        9.5,
        unit="demi-journées/semaine",
        meaning="présence d'un médecin généraliste à temps plein : ce qu'offre une antenne "
        "d'un scénario s'en déduit",
        source="DREES, Études et résultats 1113, 2019 (semaine moyenne d'un généraliste libéral)",
    )
    activite_plancher: float = number(
        250.0,
        unit="actes/an",
        meaning="activité connue jusqu'à laquelle un médecin libéral ne compte pas",
        source=DREES,
    )
    activite_valeur_plancher: float = number(
        3600.0,
        unit="actes/an",
        meaning="activité comptée à un médecin libéral qui fait plus que le plancher et moins que "
        "cette valeur",
        source=DREES,
    )
    activite_plafond: float = number(
        6000.0,
        unit="actes/an",
        meaning="activité comptée au plus à un médecin libéral (sans borne en centre de santé), et "
        "la plus haute de l'offre calée sur l'APL publiée",
        source=DREES,
    )
    activite_nouveau: float = number(
        5400.0,
        unit="actes/an",
        meaning="activité comptée à un médecin libéral nouvellement installé",
        source=DREES,
    )
    position_tolerance_m: float = number(
        1000.0,
        unit="m",
        meaning="distance au contour de la commune déclarée jusqu'à laquelle les coordonnées d'un "
        "professionnel ou d'une structure sont crues ; au-delà, le point de la commune",
        source=CONVENTION,
    )
    geocodage_score_min: float = number(
        0.5,
        unit="sans",
        meaning="score de géocodage à partir duquel la position d'une adresse est crue ; en "
        "dessous, le point de la commune",
        source=CONVENTION,
    )


@dataclass(frozen=True)
class AplParameters:
    """Localised potential accessibility of the ministry."""

    bornes_min: tuple[float, ...] = number(
        (10.0, 15.0, 20.0),
        unit="min",
        meaning="bornes des paliers de temps : [0, 10), [10, 15), [15, 20]",
        source=DREES,
    )
    poids: tuple[float, ...] = number(
        (1.0, 2.0 / 3.0, 1.0 / 3.0),
        unit="sans",
        meaning="poids de chaque palier ; au-delà du dernier, 0",
        source=DREES,
    )
    age_max: float = number(
        65.0,
        unit="ans",
        meaning="âge, révolu, jusqu'auquel un médecin compte dans l'APL des médecins de 65 ans ou "
        "moins",
        source=DREES,
    )


@dataclass(frozen=True)
class DeficitParameters:
    """When access is called insufficient."""

    seuil_apl: float = number(
        2.5,
        unit="consultations/an/habitant standardisé",
        meaning="seuil d'APL sous lequel une commune est dite en déficit",
        source="DGOS, foire aux questions du zonage, 2018",
    )


@dataclass(frozen=True)
class AvenirParameters:
    """What is declared about the years to come, where nothing better is known."""

    horizons_ans: tuple[float, ...] = number(
        (3.0, 5.0, 10.0),
        unit="ans",
        meaning="horizons auxquels les départs de médecins sont comptés",
        source=CONVENTION,
    )
    age_cessation: float = number(
        67.0,
        unit="ans",
        meaning="âge auquel un médecin d'âge connu cesse son activité",
        source="DREES, Études et Résultats n° 1097, décembre 2018 : âge moyen de fin d'activité "
        "des médecins libéraux en 2017",
    )
    part_departs_an: float = number(
        0.027,
        unit="fraction/an",
        meaning="part des médecins qui cessent chaque année, là où les âges sont inconnus",
        source="convention du projet, à faire varier : une carrière de 37 ans (de 30 à 67 ans) à "
        "effectif stable",
    )
    part_remplacee: float = number(
        0.0,
        unit="fraction",
        meaning="part des départs qui sont remplacés sur place",
        source=CONVENTION,
    )
    secret_medecins: int = number(
        5,
        unit="médecins",
        meaning="médecins d'âge connu en dessous desquels rien n'est montré de leurs âges",
        source=CONVENTION + " : rien n'est publié sur moins de cinq professionnels",
    )
    facteur_population_an: float = number(
        1.0,
        unit="sans",
        meaning="population d'une année rapportée à celle de l'année d'avant, la même partout "
        "(0,995 pour une baisse de 0,5 % par an)",
        source=CONVENTION,
    )


@dataclass(frozen=True)
class FluxParameters:
    """Modelled patient flows."""

    decroissance_par_min: float = number(
        0.0,
        unit="1/min",
        meaning="k de la décroissance du recours avec le temps, f(t) = exp(-k t) (1 + t / s)^-p",
        source=CONVENTION + " : avec une exponentielle seule (0,216 : IRDES, DT 70), les recours "
        "à 30 minutes ou plus sont trois fois trop rares, ceux dans la commune 9 points trop bas",
    )
    decroissance_echelle_min: float = number(
        10.6,
        unit="min",
        meaning="s de la même décroissance : en deçà, la puissance compte peu",
        source=CALAGE_FLUX,
    )
    decroissance_puissance: float = number(
        4.84,
        unit="sans",
        meaning="p de la même décroissance ; 0 : exponentielle seule",
        source=CALAGE_FLUX,
    )
    bandes_min: tuple[float, ...] = number(
        (5.0, 10.0, 15.0, 30.0, 60.0),
        unit="min",
        meaning="bornes des bandes de temps où l'on compte les recours hors de la commune",
        source=IRDES_564,
    )
    bandes_parts: tuple[float, ...] = number(
        (0.529, 0.041, 0.155, 0.108, 0.121, 0.035, 0.012),
        unit="fraction",
        meaning="part des recours au généraliste dans la commune de résidence, puis ailleurs par "
        "bande : référence nationale, jamais ajustée à un territoire",
        source=IRDES_564,
    )
    part_plus_proche: float = number(
        0.593,
        unit="fraction",
        meaning="part des recours dans la commune équipée la plus proche, référence nationale",
        source=IRDES_564,
    )
    temps_moyen_min: float = number(
        7.5,
        unit="min",
        meaning="temps moyen d'un recours au généraliste, référence nationale",
        source=IRDES_564,
    )
    attraction_exposant: float = number(
        1.0,
        unit="sans",
        meaning="exposant de l'offre d'une commune dans son attraction",
        source=CONVENTION,
    )
    capacite_tolerance: float = number(
        1e-4,
        unit="fraction",
        meaning="variante sous contrainte de capacité : écart relatif des marges où l'on s'arrête",
        source=CONVENTION,
    )
    capacite_tours_max: int = number(
        500, unit="tours", meaning="tours de la même variante, au plus", source=CONVENTION
    )
    calage_communes_min: int = number(
        5,
        unit="communes",
        meaning="communes observées à partir desquelles le modèle est calé sur les flux observés",
        source=CONVENTION + " : moins ne disent rien de sûr, et pourraient se reconnaître",
    )
    part_jugee: float = number(
        0.2,
        unit="fraction",
        meaning="part des communes observées laissées de côté au calage, où le modèle est jugé",
        source=CONVENTION,
    )
    graine: int = number(
        1, unit="sans", meaning="graine du tirage de ces communes", source=CONVENTION
    )
    secret_patients: int = number(
        11,
        unit="patients",
        meaning="effectif d'un flux observé en dessous duquel il n'est pas montré",
        source="règle du SNDS ; un effectif caché ne doit pas se retrouver par différence",
    )
    consultations_par_habitant: float = number(
        3.79,
        unit="consultations/an/habitant standardisé",
        meaning="recours moyen d'un habitant standardisé, pour les heures et kilomètres d'un an",
        source=DREES + " : moyenne nationale 2022, tous âges de médecins",
    )
    destinations_nb: int = number(
        5, unit="communes", meaning="destinations données pour chaque commune", source=CONVENTION
    )
    part_conservee: float = number(
        0.995,
        unit="fraction",
        meaning="part des recours de chaque commune que la couche des flux détaille : ses plus "
        "fortes destinations et la commune elle-même ; le reste leur est réparti. Les taux sont "
        "calculés avant cette coupe : ceux qu'on tire de la couche en diffèrent au plus du "
        "complément",
        source=CONVENTION,
    )


@dataclass(frozen=True)
class BassinsParameters:
    """Basins of patients, catchments of their poles, six analyses of a catchment."""

    population_min: float = number(
        3500.0,
        unit="habitants",
        meaning="population minimale d'un bassin, s'il garde autosuffisance_cible des recours",
        source=COOMBES + " : 3 500 actifs",
    )
    population_cible: float = number(
        25_000.0,
        unit="habitants",
        meaning="population à partir de laquelle autosuffisance_min suffit",
        source=COOMBES + " : 25 000 actifs",
    )
    autosuffisance_min: float = number(
        2.0 / 3.0,
        unit="fraction",
        meaning="part minimale des recours des habitants dans le bassin",
        source=COOMBES,
    )
    autosuffisance_cible: float = number(
        0.75,
        unit="fraction",
        meaning="part demandée à un bassin de population_min habitants",
        source=COOMBES,
    )
    patientele_primaire: float = number(
        0.5,
        unit="fraction",
        meaning="part des habitants d'une commune qui consultent au pôle, à partir de laquelle "
        "elle est de sa patientèle primaire",
        source=CONVENTION + " : la majorité",
    )
    patientele_secondaire: float = number(
        0.2, unit="fraction", meaning="de même, patientèle secondaire", source=CONVENTION
    )
    appui_km: float = number(
        15.0,
        unit="km",
        meaning="distance à vol d'oiseau à un hôpital ou un EHPAD notée 1 ; jusqu'au double, 0,5",
        source=CONVENTION,
    )
