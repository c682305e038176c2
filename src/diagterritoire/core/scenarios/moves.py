"""The moves of a scenario: what somebody would open, close, retire, move or build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

OUVRIR, FERMER, RETIRER = "ouvrir", "fermer", "retirer"
DEPLACER, ANTENNE, ACCELERER = "deplacer", "antenne", "accelerer"
GESTES = (RETIRER, FERMER, DEPLACER, ANTENNE, OUVRIR, ACCELERER)


@dataclass(frozen=True)
class Lieu:
    """A place: the point of a commune, a longitude and a latitude, or a site that exists.

    Attributes
    ----------
    code_commune, site_id : str
        Empty when the place is given otherwise.
    lon, lat : float or None
        Degrees (WGS84).
    """

    code_commune: str = ""
    lon: float | None = None
    lat: float | None = None
    site_id: str = ""

    def __str__(self) -> str:
        """Write the place as the file gave it."""
        if self.lon is not None:
            return f"lon {self.lon:g}, lat {self.lat:g}"
        return self.site_id or self.code_commune


@dataclass(frozen=True)
class Ouvrir:
    """Open a supply: full-time GPs, and other professions that are counted and not modelled."""

    geste: ClassVar[str] = OUVRIR
    lieu: Lieu
    etp: float
    professions: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    projet: str = ""


@dataclass(frozen=True)
class Fermer:
    """Close a site: nobody offers anything there any more."""

    geste: ClassVar[str] = FERMER
    site_id: str


@dataclass(frozen=True)
class Retirer:
    """Retire GPs: those of an age or more, a share, or full-time equivalents of one site.

    Attributes
    ----------
    age, part, etp : float or None
        One of them.
    site_id, code_commune : str
        Where; both empty for every site of the territory.
    pourtour : bool
        Whether the sites of the buffer are concerned too.
    """

    geste: ClassVar[str] = RETIRER
    age: float | None = None
    part: float | None = None
    etp: float | None = None
    site_id: str = ""
    code_commune: str = ""
    pourtour: bool = False


@dataclass(frozen=True)
class Deplacer:
    """Move a site, or some of its full-time GPs, to another place."""

    geste: ClassVar[str] = DEPLACER
    site_id: str
    lieu: Lieu
    etp: float | None = None


@dataclass(frozen=True)
class Antenne:
    """Consult somewhere some half-days a week: by GPs of a site, or by others when it is empty."""

    geste: ClassVar[str] = ANTENNE
    lieu: Lieu
    demi_journees: float
    depuis: str = ""


@dataclass(frozen=True)
class Accelerer:
    """Join two places by a road driven in a declared time, both ways."""

    geste: ClassVar[str] = ACCELERER
    depart: Lieu
    arrivee: Lieu
    minutes: float


Move = Ouvrir | Fermer | Retirer | Deplacer | Antenne | Accelerer


@dataclass(frozen=True)
class Scenario:
    """A named set of moves, made together.

    Attributes
    ----------
    nom : str
        As its author wrote it.
    cle : str
        The name reduced to a-z, 0-9 and hyphens: what folders and tables call it.
    moves : tuple of Move
        In the order in which they are made: who leaves, who moves, who comes, then roads.
    fichier, sha256 : str
        Name and hash of the file; empty of a scenario that no file gave.
    """

    nom: str
    cle: str
    moves: tuple[Move, ...]
    fichier: str = ""
    sha256: str = ""


def ordered(moves: list[Move]) -> tuple[Move, ...]:
    """Put moves in the order in which they are made, each kind in the order given.

    Examples
    --------
    >>> [m.geste for m in ordered([Ouvrir(Lieu("2A004"), 1.0), Fermer("mg-2A004")])]
    ['fermer', 'ouvrir']
    """
    return tuple(sorted(moves, key=lambda move: GESTES.index(move.geste)))
