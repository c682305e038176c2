"""Draws of the parameters within their declared ranges, the same for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from diagterritoire.arrays import FloatArray
from diagterritoire.parameters import Parameters, ReseauParameters


def drawn(parameters: Parameters, tirage: int) -> Parameters:
    """Draw the numbers that hold everywhere: speeds, thresholds, activity, buffer.

    Each is uniform within its range, and drawn apart from the others: the first draws of a hundred
    are those of twenty, and a range that changes moves nothing else.

    Parameters
    ----------
    parameters : Parameters
        The declared numbers, in the middle of the ranges of group `fermete`.
    tirage : int
        Number of the draw.

    Examples
    --------
    >>> one, other = drawn(Parameters(), 0), drawn(Parameters(), 1)
    >>> one == drawn(Parameters(), 0), one.apl.bornes_min == other.apl.bornes_min
    (True, False)
    """
    fermete, reseau = parameters.fermete, parameters.reseau
    rng = np.random.default_rng([fermete.graine, tirage])
    speed, town, flown, shift, activity = rng.uniform(-1.0, 1.0, 5)
    buffer = rng.uniform()
    common = 1.0 + fermete.vitesses * speed
    bounds = np.asarray(parameters.apl.bornes_min)
    moved = np.maximum(0.0, bounds + fermete.bornes_min * shift)
    widest = parameters.territoire.tampon_min
    least = min(fermete.tampon_bas_min, widest)
    return replace(
        parameters,
        reseau=replace(
            _driven(reseau, common, fermete.vitesses_classes, rng),
            limite_urbaine_kmh=reseau.limite_urbaine_kmh * (1.0 + fermete.vitesse_urbaine * town),
            approche_constante_min=reseau.approche_constante_min * (1.0 + fermete.approche * flown),
            approche_min_par_km=reseau.approche_min_par_km * (1.0 + fermete.approche * flown),
        ),
        apl=replace(parameters.apl, bornes_min=tuple(moved.tolist())),
        offre=replace(
            parameters.offre,
            consultations_par_mg=parameters.offre.consultations_par_mg
            * (1.0 + fermete.activite * activity),
        ),
        territoire=replace(parameters.territoire, tampon_min=least + (widest - least) * buffer),
    )


def _driven(
    reseau: ReseauParameters, common: float, spread: float, rng: np.random.Generator
) -> ReseauParameters:
    """Speeds of the classes, each with a factor of its own, and the shares of the limits."""
    names = sorted(reseau.vitesses_kmh)
    own = common * (1.0 + spread * rng.uniform(-1.0, 1.0, len(names)))
    factors = dict(zip(names, own.tolist(), strict=True))
    return replace(
        reseau,
        vitesses_kmh={name: kmh * factors[name] for name, kmh in reseau.vitesses_kmh.items()},
        vitesse_defaut_kmh=reseau.vitesse_defaut_kmh * common,
        vitesse_acces_kmh=reseau.vitesse_acces_kmh * common,
        facteur_limite=reseau.facteur_limite * common,
    )


def noise(names: Iterable[str], parameters: Parameters, tirage: int, what: str) -> FloatArray:
    """Draw a number from -1 to 1 for each name, that depends on nothing but it.

    A commune draws the same alone, in its region, or after a site closed elsewhere: two situations
    are compared without the hazard of the draws.

    Parameters
    ----------
    names : iterable of str
        Codes of communes, of sites.
    parameters : Parameters
        `fermete.graine`.
    tirage : int
        Number of the draw.
    what : str
        What is drawn: other things draw apart.

    Returns
    -------
    float64[n]

    Examples
    --------
    >>> one = noise(["2A004", "2A041"], Parameters(), 0, "activite")
    >>> one.round(3).tolist(), noise(["2A041"], Parameters(), 0, "activite").round(3).tolist()
    ([0.093, 0.578], [0.578])
    """
    salt = f"{parameters.fermete.graine}/{tirage}/{what}/".encode()
    texts = (hashlib.blake2b(salt + name.encode(), digest_size=8).digest() for name in names)
    whole = [int.from_bytes(text, "little") for text in texts]
    return np.array(whole, dtype=np.uint64) / 2.0**63 - 1.0


def moved(
    xy: FloatArray,
    names: Iterable[str],
    radius_m: FloatArray,
    parameters: Parameters,
    tirage: int,
    what: str,
) -> FloatArray:
    """Draw points evenly in the discs around some points.

    Parameters
    ----------
    xy : float64[n, 2]
        Points, metres.
    names, parameters, tirage, what
        See `noise`.
    radius_m : float64[n]
        0: the point stays.

    Examples
    --------
    >>> at, names = np.zeros((2, 2)), ["a", "b"]
    >>> away = np.hypot(*moved(at, names, np.array([0.0, 9.0]), Parameters(), 0, "x").T)
    >>> float(away[0]), bool(0 < away[1] <= 9)
    (0.0, True)
    """
    kept = list(names)
    away = radius_m * np.sqrt((1.0 + noise(kept, parameters, tirage, f"{what}/distance")) / 2.0)
    angle = np.pi * noise(kept, parameters, tirage, f"{what}/direction")
    return xy + np.column_stack([away * np.cos(angle), away * np.sin(angle)])
