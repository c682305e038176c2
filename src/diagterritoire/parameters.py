"""Every number that somebody chose: value, unit, meaning and source, in one place.

A group is a frozen dataclass; each field carries its unit, meaning and source in its metadata,
from which the `parametres` layer, the report's annex and docs/parametres.md are generated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from diagterritoire.errors import UsageError

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
CLASSES_AGE = 19
CONVENTION = "convention du projet, à faire varier"


def number(default: Any, *, unit: str, meaning: str, source: str) -> Any:
    """Declare a parameter with its unit, meaning and source."""
    metadata = {"unit": unit, "meaning": meaning, "source": source}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: MappingProxyType(dict(default)), metadata=metadata)
    return field(default=default, metadata=metadata)


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
        meaning="part de la vitesse limite à laquelle on roule : la vitesse d'une voie est celle "
        "de sa classe, ou cette part de sa limite si elle est plus basse",
        source="OSRM, profil car (speed_reduction), calé par ses auteurs sur des trajets réels",
    )
    limite_urbaine_kmh: float = number(
        50.0,
        unit="km/h",
        meaning="vitesse limite d'une voie urbaine dont la limite n'est pas connue, hors autoroute",
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
        "dans 77 % (docs/methode.md)",
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
class FluxParameters:
    """Modelled patient flows."""

    decroissance_par_min: float = number(
        0.216,
        unit="1/min",
        meaning="décroissance du recours avec le temps, f(t) = exp(-k t)",
        source=IRDES_564,
    )
    attraction_exposant: float = number(
        1.0,
        unit="sans",
        meaning="exposant de l'offre d'une commune dans son attraction",
        source=CONVENTION,
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
class Parameters:
    """All parameters of a run.

    Examples
    --------
    >>> Parameters().deficit.seuil_apl
    2.5
    """

    reseau: ReseauParameters = field(default_factory=ReseauParameters)
    territoire: TerritoireParameters = field(default_factory=TerritoireParameters)
    points: PointsParameters = field(default_factory=PointsParameters)
    population: PopulationParameters = field(default_factory=PopulationParameters)
    demande: DemandeParameters = field(default_factory=DemandeParameters)
    offre: OffreParameters = field(default_factory=OffreParameters)
    apl: AplParameters = field(default_factory=AplParameters)
    deficit: DeficitParameters = field(default_factory=DeficitParameters)
    flux: FluxParameters = field(default_factory=FluxParameters)


@dataclass(frozen=True)
class Description:
    """One parameter: `valeur` is exact, whoever shows it may round it."""

    cle: str
    valeur: str
    unite: str
    signification: str
    source: str
    modifie: bool


def describe(parameters: Parameters) -> Iterator[Description]:
    """Yield each parameter with unit, meaning, source, and whether it differs from the default.

    Examples
    --------
    >>> next(d for d in describe(Parameters()) if d.cle == "deficit.seuil_apl").valeur
    '2.5'
    """
    default = Parameters()
    for group in fields(parameters):
        values, defaults = getattr(parameters, group.name), getattr(default, group.name)
        for item in fields(values):
            value, reference = getattr(values, item.name), getattr(defaults, item.name)
            rows = (
                [(f".{k}", v, reference.get(k)) for k, v in value.items()]
                if isinstance(value, Mapping)
                else [("", value, reference)]
            )
            for suffix, one, one_default in rows:
                yield Description(
                    cle=f"{group.name}.{item.name}{suffix}",
                    valeur=_text(one),
                    unite=item.metadata["unit"],
                    signification=item.metadata["meaning"],
                    source=item.metadata["source"],
                    modifie=one != one_default,
                )


def _text(value: Any) -> str:
    """Write a value exactly: two different ones never read the same."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    values = value if isinstance(value, tuple) else (value,)
    return " ; ".join(repr(v).removesuffix(".0") for v in values)


def load(path: Path | None) -> Parameters:
    """Read a TOML file of differences with the defaults.

    Parameters
    ----------
    path : Path or None
        File with one table per group; None gives the defaults.

    Raises
    ------
    UsageError
        Missing or invalid file, unknown group or key (the known ones are listed), wrong value.
    """
    if path is None:
        return Parameters()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise UsageError(
            f"Le fichier de paramètres « {path} » n'existe pas.",
            "Vérifiez le chemin donné à PARAMETRES (ou --parametres).",
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"Le fichier de paramètres « {path} » n'est pas un fichier TOML lisible : {error}.",
            "Un exemple de fichier est donné dans docs/parametres.md.",
        ) from error
    return override(Parameters(), document)


def override(parameters: Parameters, document: Mapping[str, Any]) -> Parameters:
    """Return the parameters with the differences of a nested mapping applied.

    Examples
    --------
    >>> override(Parameters(), {"deficit": {"seuil_apl": 3}}).deficit.seuil_apl
    3.0
    """
    groups = {f.name for f in fields(parameters)}
    changed: dict[str, Any] = {}
    for name, table in document.items():
        if name not in groups:
            raise UsageError(
                f"Groupe de paramètres inconnu : « {name} ».",
                f"Groupes connus : {', '.join(sorted(groups))}.",
            )
        if not isinstance(table, Mapping):
            raise UsageError(f"Le groupe de paramètres « {name} » doit être une table [{name}].")
        changed[name] = _override_group(name, getattr(parameters, name), table)
    result = replace(parameters, **changed)
    _check_consistent(result)
    return result


def _override_group(name: str, group: Any, table: Mapping[str, Any]) -> Any:
    known = {f.name: getattr(group, f.name) for f in fields(group)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise UsageError(
                f"Paramètre inconnu : « {name}.{key} ».",
                f"Paramètres connus de [{name}] : {', '.join(sorted(known))}.",
            )
        values[key] = _convert(f"{name}.{key}", value, known[key])
    return replace(group, **values)


def _convert(key: str, value: Any, current: Any) -> Any:
    """Check a value against the kind of the current one, and its sign."""
    if isinstance(current, Mapping):
        if not isinstance(value, Mapping):
            raise UsageError(f"Le paramètre « {key} » attend une table classe = valeur.")
        merged = dict(current) | {
            k: _convert(f"{key}.{k}", v, current.get(k, 1.0)) for k, v in value.items()
        }
        return MappingProxyType(merged)
    if isinstance(current, tuple):
        if not isinstance(value, list) or not value:
            raise UsageError(f"Le paramètre « {key} » attend une liste de nombres.")
        return tuple(_convert(key, v, 1.0) for v in value)
    if isinstance(current, bool):
        if not isinstance(value, bool):
            raise UsageError(f"Le paramètre « {key} » attend true ou false, pas {value!r}.")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise UsageError(
            f"Valeur refusée pour « {key} » : {value!r}.", "Donnez un nombre positif ou nul."
        )
    if isinstance(current, int):
        if value != int(value):
            raise UsageError(f"Le paramètre « {key} » attend un nombre entier, pas {value!r}.")
        return int(value)
    return float(value)


def _check_consistent(parameters: Parameters) -> None:
    """Refuse values that no computation can use."""
    apl, reseau, offre = parameters.apl, parameters.reseau, parameters.offre
    if len(apl.bornes_min) != len(apl.poids) or list(apl.bornes_min) != sorted(set(apl.bornes_min)):
        raise UsageError(
            "apl.bornes_min et apl.poids doivent avoir la même longueur, "
            f"et les bornes être croissantes : {apl.bornes_min} et {apl.poids}."
        )
    positive = {
        "reseau.vitesse_defaut_kmh": reseau.vitesse_defaut_kmh,
        "reseau.vitesse_acces_kmh": reseau.vitesse_acces_kmh,
        "reseau.facteur_limite": reseau.facteur_limite,
        "reseau.limite_urbaine_kmh": reseau.limite_urbaine_kmh,
        "reseau.facteur_pointe": reseau.facteur_pointe,
        "reseau.duree_max_min": reseau.duree_max_min,
        "offre.consultations_par_mg": offre.consultations_par_mg,
        "offre.consultations_par_etp": offre.consultations_par_etp,
    } | {f"reseau.vitesses_kmh.{k}": v for k, v in reseau.vitesses_kmh.items()}
    for key, value in positive.items():
        if value <= 0:
            raise UsageError(f"Le paramètre « {key} » doit être strictement positif, pas {value}.")
    if reseau.duree_max_min < apl.bornes_min[-1]:
        raise UsageError(
            f"reseau.duree_max_min ({reseau.duree_max_min:g}) doit atteindre la dernière borne "
            f"de l'APL ({apl.bornes_min[-1]:g})."
        )
    reach = 2 * apl.bornes_min[-1]
    if parameters.territoire.tampon_min < reach:
        raise UsageError(
            f"territoire.tampon_min ({parameters.territoire.tampon_min:g}) doit atteindre deux "
            f"fois la dernière borne de apl.bornes_min, soit {reach:g} min.",
            "En deçà, l'APL du territoire ignore des habitants qui s'adressent aux mêmes médecins.",
        )
    if not 0 < parameters.flux.part_conservee <= 1:
        raise UsageError("flux.part_conservee est une fraction, de 0 exclu à 1 inclus.")
    for key in ("poids_ages_2022", "poids_ages_2023"):
        weights = getattr(parameters.demande, key)
        if len(weights) != CLASSES_AGE or not any(weights):
            raise UsageError(
                f"demande.{key} attend {CLASSES_AGE} poids, un par classe de cinq ans, "
                f"pas {len(weights)}."
            )
