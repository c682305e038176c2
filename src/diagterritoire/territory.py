"""What a territory is: the codes that may be typed, its folder name, its coordinate system.

The typed text goes through a strict grammar, then the table of codes (`gazetteer`); nothing of it
is used to build a path.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from diagterritoire.errors import UsageError

_GRAMMAR: dict[str, str] = {
    "departement": r"(?:[0-9]{2}|2[AB]|97[0-9])",
    "commune": r"(?:[0-9]{5}|2[AB][0-9]{3})",
    "epci": r"[0-9]{9}",
    "bassin_vie": r"bv:(?P<bv>[0-9]{5}|2[AB][0-9]{3})",
    "region": r"reg:(?P<reg>[0-9]{2})",
}
_SLUGS = {
    "departement": "dep",
    "commune": "com",
    "epci": "epci",
    "bassin_vie": "bv",
    "region": "reg",
}
NIVEAUX = {
    "departement": "département",
    "commune": "commune",
    "epci": "intercommunalité",
    "bassin_vie": "bassin de vie",
    "region": "région",
    "demo": "territoire inventé",
    "liste": "liste de communes",
    "zone": "zone dessinée",
}

# No real departement bears this code: its communes are invented.
FICTIF = "00"

WGS84 = "EPSG:4326"
# Official projections by departement; metropolitan France uses Lambert-93.
CRS_METROPOLE = "EPSG:2154"
CRS_OUTRE_MER = {
    "971": "EPSG:5490",
    "972": "EPSG:5490",
    "973": "EPSG:2972",
    "974": "EPSG:2975",
    "976": "EPSG:4471",
}


@dataclass(frozen=True)
class Territory:
    """A named set of communes.

    Attributes
    ----------
    slug : str
        Folder name, built from the codes found.
    nom : str
        Name shown to the reader.
    niveau : str
        A key of `NIVEAUX`.
    communes : tuple of str
        Codes of its communes, sorted.
    crs : str
        Projection of its layers.
    fictif : bool
        True for the invented territory: every deliverable says so.
    arrondissements : tuple of str
        Municipal arrondissements that were named, and widened to their commune.
    """

    slug: str
    nom: str
    niveau: str
    communes: tuple[str, ...]
    crs: str
    fictif: bool = False
    arrondissements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Token:
    """One code typed by the user, whose kind its shape gives, and how it was typed."""

    niveau: str
    code: str
    saisi: str = field(default="", compare=False, repr=False)

    @property
    def slug(self) -> str:
        """Folder name."""
        return f"{_SLUGS[self.niveau]}-{self.code}"


def parse(text: str) -> tuple[Token, ...] | None:
    """Split a typed territory into tokens; None when it does not follow the grammar.

    An arrondissement of Paris, Lyon or Marseille becomes its commune.

    Examples
    --------
    >>> parse("2A, 75108")
    (Token(niveau='departement', code='2A'), Token(niveau='commune', code='75056'))
    >>> parse("Ajaccio") is None
    True
    """
    tokens = [token_of(part.strip()) for part in text.split(",")]
    return None if any(t is None for t in tokens) else tuple(t for t in tokens if t is not None)


def token_of(part: str) -> Token | None:
    """Read one code; None when its shape is that of none.

    Examples
    --------
    >>> token_of("reg:94"), token_of("Corse")
    (Token(niveau='region', code='94'), None)
    """
    for niveau, pattern in _GRAMMAR.items():
        if match := re.fullmatch(pattern, part):
            code = next(iter(match.groupdict().values()), part)
            parent = arrondissement_parent(code) if niveau == "commune" else code
            return Token(niveau, parent, code)
    return None


# Communes divided into municipal arrondissements, and the codes of these.
ARRONDISSEMENTS = {
    "13055": tuple(f"132{n:02d}" for n in range(1, 17)),
    "69123": tuple(f"6938{n}" for n in range(1, 10)),
    "75056": tuple(f"751{n:02d}" for n in range(1, 21)),
}
_VILLES = {"13055": "Marseille", "69123": "Lyon", "75056": "Paris"}
_PARENTS = {part: parent for parent, parts in ARRONDISSEMENTS.items() for part in parts}
PARTS = tuple(_PARENTS)
"""Codes of all the municipal arrondissements."""


def arrondissement_parent(code: str) -> str:
    """Commune of a municipal arrondissement of Paris, Lyon or Marseille, else the code itself.

    Examples
    --------
    >>> [arrondissement_parent(c) for c in ("75120", "69389", "13201", "2A004")]
    ['75056', '69123', '13055', '2A004']
    """
    return _PARENTS.get(code, code)


def arrondissement_name(code: str) -> str:
    """Name of Paris, Lyon, Marseille or one of their arrondissements.

    Raises
    ------
    KeyError
        Any other code.

    Examples
    --------
    >>> [arrondissement_name(c) for c in ("75101", "69389", "13055")]
    ['Paris 1er arrondissement', 'Lyon 9e arrondissement', 'Marseille']
    """
    if code in _VILLES:
        return _VILLES[code]
    parent = _PARENTS[code]
    rank = ARRONDISSEMENTS[parent].index(code) + 1
    return f"{_VILLES[parent]} {rank}{'er' if rank == 1 else 'e'} arrondissement"


def of_communes(communes: Iterable[str], niveau: str, nom: str) -> Territory:
    """Territory of a list (`liste`) or a drawn polygon (`zone`), named by the hash of its codes."""
    codes = tuple(sorted(set(communes)))
    digest = hashlib.sha256(",".join(codes).encode()).hexdigest()[:8]
    return Territory(f"{niveau}-{digest}", nom, niveau, codes, crs_of(codes), fictif(codes))


def fictif(communes: Iterable[str]) -> bool:
    """Say whether communes are all invented.

    Examples
    --------
    >>> fictif(["00001"]), fictif(["00001", "2A004"])
    (True, False)
    """
    return all(departement_of(code) == FICTIF for code in communes)


def slug_of(text: str) -> str | None:
    """Folder name of a single typed code, whether or not it exists; None for anything else.

    Examples
    --------
    >>> slug_of("bv:2A004"), slug_of("2A,2B"), slug_of("75108")
    ('bv-2A004', None, 'com-75056')
    """
    tokens = parse(text)
    if tokens is None or len(tokens) != 1:
        return None
    return tokens[0].slug


def demo(communes: Iterable[str], nom: str) -> Territory:
    """Territory of the invented communes."""
    return Territory("demo", nom, "demo", tuple(sorted(communes)), CRS_METROPOLE, fictif=True)


def departement_of(code_commune: str) -> str:
    """Code of the departement of a commune.

    Examples
    --------
    >>> [departement_of(c) for c in ("14118", "2A004", "97411")]
    ['14', '2A', '974']
    """
    return code_commune[:3] if code_commune.startswith("97") else code_commune[:2]


def projection_of(code_commune: str) -> str:
    """Official projection of a commune.

    Examples
    --------
    >>> projection_of("97411"), projection_of("2A004")
    ('EPSG:2975', 'EPSG:2154')
    """
    return CRS_OUTRE_MER.get(departement_of(code_commune), CRS_METROPOLE)


def crs_of(communes: Iterable[str]) -> str:
    """Projection of the communes' layers.

    Raises
    ------
    UsageError
        Communes of several projections: no single layer can hold them.
    """
    systems = {projection_of(c) for c in communes}
    if len(systems) != 1:
        raise UsageError(
            "Le territoire mêle des communes de projections différentes : "
            f"{', '.join(sorted(systems))}.",
            "Lancez un diagnostic par ensemble (métropole, Antilles, Guyane, La Réunion, Mayotte).",
        )
    return systems.pop()
