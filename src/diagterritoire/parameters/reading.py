"""Parameters read from a file of differences with the defaults, and checked together."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from diagterritoire.errors import UsageError
from diagterritoire.given import read_given
from diagterritoire.parameters.declaration import CLASSES_AGE
from diagterritoire.parameters.groups import Parameters
from diagterritoire.parameters.presentation import placed
from diagterritoire.parameters.siting import BUTS, CANDIDATS

_LONGEST = 200
_MOST_BYTES = 1 << 20
# Answers and characteristics of professionals are never told of fewer, nor of one among many who
# do next to nothing. Nobody lowers these.
SECRETS = {
    "flux.secret_patients": 11,
    "offre.activite_secret_medecins": 5,
    "offre.activite_secret_reste": 0.15,
    "avenir.secret_medecins": 5,
    "enquete.secret_reponses": 5,
}


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
        document = tomllib.loads(read_given(path, _MOST_BYTES).decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise UsageError(
            f"Le fichier de paramètres « {path} » n'existe pas.",
            "Vérifiez le chemin donné à PARAMETRES (ou --parametres).",
        ) from error
    # Not TOML, not UTF-8, or a number of thousands of digits: ValueError.
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            f"Le fichier de paramètres « {path} » n'est pas un fichier TOML lisible : {error}.",
            "Un exemple de fichier est donné dans docs/parametres.md.",
        ) from error
    chosen = override(Parameters(), document)
    return replace(chosen, rapport=placed(chosen.rapport, path.parent))


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
        # An empty default is a list of texts.
        kind = "" if not current or isinstance(current[0], str) else 1.0
        if not isinstance(value, list) or not (value or kind == ""):
            words = "textes" if kind == "" else "nombres"
            raise UsageError(f"Le paramètre « {key} » attend une liste de {words}.")
        return tuple(_convert(key, v, kind) for v in value)
    if isinstance(current, str):
        return _line(key, value)
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


def _line(key: str, value: Any) -> str:
    """Check a text that stands on one line of a page."""
    if not isinstance(value, str) or len(value) > _LONGEST or not value.strip().isprintable():
        raise UsageError(
            f"Le paramètre « {key} » attend un texte d'une ligne, de {_LONGEST} caractères au "
            f"plus, sans caractère invisible (commande, sens d'écriture), pas {value!r}."
        )
    return value.strip()


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
        "offre.demi_journees_par_etp": offre.demi_journees_par_etp,
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
    _check_flows(parameters)
    if not 0 < parameters.flux.part_conservee <= 1:
        raise UsageError("flux.part_conservee est une fraction, de 0 exclu à 1 inclus.")
    _check_declared(parameters)
    _check_ranges(parameters)
    _check_siting(parameters)
    _check_practices(parameters)
    for key in ("poids_ages_2022", "poids_ages_2023"):
        weights = getattr(parameters.demande, key)
        if len(weights) != CLASSES_AGE or not any(weights):
            raise UsageError(
                f"demande.{key} attend {CLASSES_AGE} poids, un par classe de cinq ans, "
                f"pas {len(weights)}."
            )


def _check_declared(parameters: Parameters) -> None:
    """Refuse bounds of activity out of order, and shares that are none."""
    offre, avenir = parameters.offre, parameters.avenir
    bounds = (offre.activite_plancher, offre.activite_valeur_plancher, offre.activite_plafond)
    if list(bounds) != sorted(bounds):
        raise UsageError(
            "offre.activite_plancher, activite_valeur_plancher et activite_plafond doivent se "
            f"suivre en croissant : {bounds}."
        )
    if not (avenir.part_departs_an <= 1 and avenir.part_remplacee <= 1):
        raise UsageError("avenir.part_departs_an et part_remplacee sont des fractions, de 0 à 1.")
    if avenir.facteur_population_an <= 0:
        raise UsageError("avenir.facteur_population_an doit être strictement positif.")


def _check_ranges(parameters: Parameters) -> None:
    """Refuse ranges that reach zero, and quantiles out of order."""
    fermete = parameters.fermete
    shares = ("vitesses", "vitesses_classes", "vitesse_urbaine", "approche")
    for key in (*shares, "activite", "activite_site"):
        if getattr(fermete, key) >= 1:
            raise UsageError(f"fermete.{key} est une fraction, de 0 inclus à 1 exclu.")
    bounds = fermete.intervalle
    if len(bounds) != 2 or not 0 <= bounds[0] <= bounds[1] <= 1:
        raise UsageError(
            f"fermete.intervalle attend deux fractions croissantes, de 0 à 1, pas {bounds}."
        )
    if not 0.5 < fermete.part_ferme <= 1:
        raise UsageError("fermete.part_ferme est une fraction, de 0,5 exclu à 1 inclus.")


def _check_siting(parameters: Parameters) -> None:
    """Refuse an unknown aim or kind of place, and shares that are none."""
    wanted = parameters.implantation
    unknown = [but for but in wanted.buts if but not in BUTS]
    if unknown or len(set(wanted.buts)) < len(wanted.buts):
        raise UsageError(
            f"implantation.buts : {', '.join(unknown) or 'un but'} inconnu ou répété.",
            f"Buts connus : {', '.join(BUTS)}.",
        )
    if wanted.candidats not in CANDIDATS:
        raise UsageError(
            f"implantation.candidats : « {wanted.candidats} » inconnu.",
            f"Lieux connus : {', '.join(CANDIDATS)}.",
        )
    if (wanted.candidats == "points") != bool(wanted.points):
        raise UsageError(
            "implantation.points et implantation.candidats vont ensemble.",
            'Écrivez candidats = "points" et points = ["8.74, 41.92", "9.15, 42.30"].',
        )
    if wanted.etp_pas <= 0 or wanted.etp_total < wanted.etp_pas:
        raise UsageError(
            "implantation.etp_pas doit être strictement positif, et au plus implantation.etp_total."
        )
    if wanted.concurrence_cout > 1:
        raise UsageError("implantation.concurrence_cout est une fraction, de 0 à 1.")
    if wanted.minutes > parameters.reseau.duree_max_min:
        raise UsageError("implantation.minutes ne peut dépasser reseau.duree_max_min.")


def _check_practices(parameters: Parameters) -> None:
    """Refuse sizes out of order, and thresholds that hide nothing."""
    bornes = parameters.exercice.cpts_bornes
    if list(bornes) != sorted(set(bornes)):
        raise UsageError(f"exercice.cpts_bornes doit être croissant, pas {bornes}.")
    for name, least in SECRETS.items():
        group, _, key = name.partition(".")
        if getattr(getattr(parameters, group), key) < least:
            raise UsageError(
                f"{name} doit être au moins {least} : en dessous, ce qui est montré pourrait "
                "désigner quelqu'un (docs/confidentialite.md)."
            )


def _check_flows(parameters: Parameters) -> None:
    flux, bassins = parameters.flux, parameters.bassins
    if flux.decroissance_echelle_min <= 0:
        raise UsageError("Le paramètre « flux.decroissance_echelle_min » doit être positif.")
    bounds = flux.bandes_min
    if list(bounds) != sorted(set(bounds)) or len(flux.bandes_parts) != len(bounds) + 2:
        raise UsageError(
            "flux.bandes_min doit être croissant, et flux.bandes_parts compter deux parts de plus "
            f"que lui : {bounds} et {flux.bandes_parts}."
        )
    if sum(flux.bandes_parts) <= 0:
        raise UsageError("flux.bandes_parts doit avoir une somme strictement positive.")
    if not 0 < bassins.autosuffisance_min <= bassins.autosuffisance_cible <= 1:
        raise UsageError(
            "bassins.autosuffisance_min et bassins.autosuffisance_cible sont des fractions, la "
            "première au plus égale à la seconde et strictement positive."
        )
