"""Chosen numbers: forms of coordinated practice, survey, reading of the opportunity."""

from __future__ import annotations

from dataclasses import dataclass

from diagterritoire.parameters.declaration import CONVENTION, COOMBES, number

LIGERIENNE = "plaquette régionale de l'exercice coordonné en Pays de la Loire (ARS et partenaires)"
BRETONNE = "portail d'appui aux professionnels de santé de Bretagne, page du 2 octobre 2024"
AURA = "ARS Auvergne-Rhône-Alpes, page « Comment créer une maison de santé »"


@dataclass(frozen=True)
class ExerciceParameters:
    """Least composition of each form of coordinated practice, and what is within reach."""

    esp_mg: int = number(
        1,
        unit="médecins",
        meaning="ESP (équipe de soins primaires) : médecins généralistes au moins",
        source=BRETONNE + " ; la loi (art. L1411-11-1 du code de la santé publique) ne donne pas "
        "de nombre",
    )
    esp_auxiliaires: int = number(
        1,
        unit="personnes",
        meaning="ESP : auxiliaires médicaux au moins",
        source=BRETONNE,
    )
    clap_professionnels: int = number(
        2,
        unit="personnes",
        meaning="ESP CLAP : professionnels de premier recours au moins",
        source=LIGERIENNE,
    )
    clap_mg: int = number(
        1,
        unit="médecins",
        meaning="ESP CLAP : généralistes parmi eux, au moins",
        source=LIGERIENNE,
    )
    msp_mg: int = number(
        2,
        unit="médecins",
        meaning="MSP (maison de santé pluriprofessionnelle) : médecins généralistes au moins",
        source=f"{AURA} ; {BRETONNE} ; MG France",
    )
    msp_auxiliaires: int = number(
        1, unit="personnes", meaning="MSP : auxiliaires médicaux au moins", source=AURA
    )
    msp_mg_ligerienne: int = number(
        3,
        unit="médecins",
        meaning="MSP en Pays de la Loire : médecins généralistes demandés",
        source=LIGERIENNE + " ; schéma régional de santé de la même agence",
    )
    cds_medicaux: int = number(
        1,
        unit="personnes",
        meaning="centre de santé pluriprofessionnel : professionnels médicaux salariés au moins",
        source=LIGERIENNE,
    )
    cds_auxiliaires: int = number(
        1,
        unit="personnes",
        meaning="centre de santé : auxiliaires médicaux salariés au moins",
        source=LIGERIENNE,
    )
    sisa_medecins: int = number(
        2,
        unit="médecins",
        meaning="SISA (société qui reçoit et partage les fonds) : médecins associés au moins",
        source="art. L4041-4 du code de la santé publique, cité par MG France et la MACSF",
    )
    sisa_auxiliaires: int = number(
        1,
        unit="personnes",
        meaning="SISA : auxiliaires médicaux associés au moins",
        source="art. L4041-4 du code de la santé publique, cité par MG France et la MACSF",
    )
    psla_professionnels: int = number(
        11,
        unit="personnes",
        meaning="PSLA de grande taille : professionnels de santé à partir desquels une aide "
        "départementale emploie ce nom",
        source="aide du Département de la Seine-Maritime (« plus de 10 »), citée par un guide des "
        "aides, à vérifier ; aucun minimum n'est publié par la charte normande",
    )
    cpts_bornes: tuple[float, ...] = number(
        (40_000.0, 80_000.0, 175_000.0),
        unit="habitants",
        meaning="bornes des quatre tailles de CPTS ; une borne est de la taille d'au-dessus, la "
        "dernière exceptée",
        source="portail d'appui des Hauts-de-France, page du 30 novembre 2023 (accord "
        "conventionnel interprofessionnel) ; le côté des bornes n'y est pas dit",
    )
    equipe_min: float = number(
        15.0,
        unit="min",
        meaning="temps de route jusqu'auquel les professionnels d'une autre commune comptent dans "
        "l'équipe d'une commune candidate, borne comprise",
        source=CONVENTION + " : un exercice coordonné peut être multisite, aucun texte ne fixe de "
        "distance",
    )
    appui_min: float = number(
        20.0,
        unit="min",
        meaning="temps de route depuis le pôle d'un bassin jusqu'auquel une structure est un "
        "appui, borne comprise",
        source=CONVENTION + " : la portée de l'APL",
    )
    groupe_mg: float = number(
        2.0,
        unit="médecins",
        meaning="généralistes à la même adresse à partir desquels un site est un groupe",
        source=CONVENTION,
    )
    groupe_distance_m: float = number(
        200.0,
        unit="m",
        meaning="distance à une MSP ou à un centre de santé jusqu'à laquelle un groupe est tenu "
        "pour le sien",
        source=CONVENTION,
    )


@dataclass(frozen=True)
class EnqueteParameters:
    """Survey of the professionals."""

    secret_reponses: int = number(
        5,
        unit="réponses",
        meaning="effectif en dessous duquel une réponse à l'enquête n'est pas montrée, ni "
        "retrouvable par différence",
        source=CONVENTION + " : rien n'est publié sur moins de cinq professionnels",
    )


@dataclass(frozen=True)
class OpportuniteParameters:
    """When a criterion of the grid speaks for a project, or against it."""

    part_reponses_min: float = number(
        0.5,
        unit="fraction",
        meaning="part des généralistes en place qui ont répondu à l'enquête, à partir de laquelle "
        "elle dit la volonté locale",
        source=CONVENTION,
    )
    part_interet_min: float = number(
        0.5,
        unit="fraction",
        meaning="part des répondants intéressés ou déjà engagés, à partir de laquelle l'exercice "
        "coordonné est dit souhaité",
        source=CONVENTION + " : la majorité",
    )
    part_departs_max: float = number(
        0.33,
        unit="fraction",
        meaning="part des généralistes qui partiraient d'ici cinq ans, au-delà de laquelle le "
        "projet manque d'un noyau stable",
        source=CONVENTION + " : un sur trois",
    )
    fuite_max: float = number(
        1.0 / 3.0,
        unit="fraction",
        meaning="part des recours hors du territoire au-delà de laquelle le périmètre est à "
        "discuter",
        source=COOMBES + " : le complément de l'autosuffisance minimale",
    )
    part_loin_france: float = number(
        0.02,
        unit="fraction",
        meaning="part des habitants du pays à plus de 10 minutes d'un généraliste, à laquelle "
        "celle du territoire est comparée",
        source="Insee, distancier METRIC-OSRM : 98 % de la population vit à 10 minutes ou moins, "
        "de centre de commune à centre de commune",
    )
