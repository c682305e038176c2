"""Which OpenStreetMap extract holds the roads of a departement, and what to tell who lacks it.

Geofabrik publishes one extract for each region of before 2016, and one for each overseas
departement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from diagterritoire.french import enumeration

_PAGES_NB = 3
_ONE_FILE = "osmium merge ; un seul fichier routier est lu"
_PAGES = "https://download.geofabrik.de/europe/france"
# An extract of the whole country is not advised: it is twenty times a region.
DEPARTEMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "alsace": ("67", "68"),
        "aquitaine": ("24", "33", "40", "47", "64"),
        "auvergne": ("03", "15", "43", "63"),
        "basse-normandie": ("14", "50", "61"),
        "bourgogne": ("21", "58", "71", "89"),
        "bretagne": ("22", "29", "35", "56"),
        "centre": ("18", "28", "36", "37", "41", "45"),
        "champagne-ardenne": ("08", "10", "51", "52"),
        "corse": ("2A", "2B"),
        "franche-comte": ("25", "39", "70", "90"),
        "guadeloupe": ("971",),
        "guyane": ("973",),
        "haute-normandie": ("27", "76"),
        "ile-de-france": ("75", "77", "78", "91", "92", "93", "94", "95"),
        "languedoc-roussillon": ("11", "30", "34", "48", "66"),
        "limousin": ("19", "23", "87"),
        "lorraine": ("54", "55", "57", "88"),
        "martinique": ("972",),
        "mayotte": ("976",),
        "midi-pyrenees": ("09", "12", "31", "32", "46", "65", "81", "82"),
        "nord-pas-de-calais": ("59", "62"),
        "pays-de-la-loire": ("44", "49", "53", "72", "85"),
        "picardie": ("02", "60", "80"),
        "poitou-charentes": ("16", "17", "79", "86"),
        "provence-alpes-cote-d-azur": ("04", "05", "06", "13", "83", "84"),
        "reunion": ("974",),
        "rhone-alpes": ("01", "07", "26", "38", "42", "69", "73", "74"),
    }
)


@dataclass(frozen=True, order=True)
class Extract:
    """One extract.

    Examples
    --------
    >>> Extract("corse").fichier, Extract("corse").page
    ('corse-latest.osm.pbf', 'https://download.geofabrik.de/europe/france/corse.html')
    """

    nom: str

    @property
    def fichier(self) -> str:
        """Name of the file."""
        return f"{self.nom}-latest.osm.pbf"

    @property
    def page(self) -> str:
        """Page where a person downloads it."""
        return f"{_PAGES}/{self.nom}.html"

    def __str__(self) -> str:
        """Name and page, as a message says them."""
        return f"« {self.fichier} » ({self.page})"


_EXTRACTS = {code: Extract(nom) for nom, codes in DEPARTEMENTS.items() for code in codes}


def extract_of(departement: str) -> Extract | None:
    """Extract that holds a departement; None when none is known (invented or distant ones).

    Examples
    --------
    >>> extract_of("14").nom, extract_of("00")
    ('basse-normandie', None)
    """
    return _EXTRACTS.get(departement)


def extracts_of(departements: Iterable[str]) -> tuple[Extract, ...]:
    """List the extracts that hold departements, each once, in order.

    Examples
    --------
    >>> [e.nom for e in extracts_of(["2B", "50", "2A"])]
    ['basse-normandie', 'corse']
    """
    return tuple(sorted({e for e in map(extract_of, departements) if e is not None}))


def advice(
    lacking: Iterable[str], territory: Iterable[str], around: Iterable[str] = (), used: str = ""
) -> str:
    """Say in French which extracts would give times by road; empty when none is known.

    Parameters
    ----------
    lacking : iterable of str
        Departements of the communes of the territory that no road serves.
    territory : iterable of str
        Departements of all its communes.
    around : iterable of str
        Departements of the communes of its buffer that no road serves: trips cross it.
    used : str
        Name of the road file that serves the rest of the territory.

    Examples
    --------
    >>> print(advice(["2A"], ["2A"]))
    Pour des temps par la route, déposez dans le dossier de données l'extrait OpenStreetMap \
« corse-latest.osm.pbf » (https://download.geofabrik.de/europe/france/corse.html).
    >>> advice([], ["2A"]), advice(["00"], ["00"])
    ('', '')
    >>> advice(["2A"], ["2A"], used="corse-latest.osm.pbf")
    ''
    """
    lacking = list(lacking)
    # Only one road file is read: an extract completes another one by being merged with it, and
    # takes the place of a file that cannot be merged.
    merged = used if used and not used.lower().endswith(".graphml") else ""
    wanted = extracts_of(lacking if merged else territory)
    wanted = tuple(e for e in wanted if e.fichier != used)
    if not wanted or not extracts_of(lacking):
        return ""
    beyond = tuple(e for e in extracts_of(around) if e not in wanted and e.fichier != used)
    plural = len(wanted) > 1
    which = "les extraits" if plural else "l'extrait"
    which = f"{which} OpenStreetMap {_listed(wanted)}"
    if merged:
        text = f"Pour des temps par la route partout, réunissez « {used} » et {which}"
    else:
        text = f"Pour des temps par la route, déposez dans le dossier de données {which}"
    if plural or merged:
        text += f" en un seul fichier ({_ONE_FILE})"
    if beyond:
        text += (
            f". Le pourtour déborde sur {_listed(beyond)} : pour le couvrir aussi, réunissez tout "
            f"en un seul fichier{'' if plural or merged else f' ({_ONE_FILE})'}"
        )
    return f"{text}."


def _listed(extracts: Sequence[Extract]) -> str:
    """Names, each with its page, or with the page of the whole list when they are many."""
    if len(extracts) <= _PAGES_NB:
        return enumeration([str(e) for e in extracts])
    return f"{enumeration([f'« {e.fichier} »' for e in extracts])} ({_PAGES}.html)"
