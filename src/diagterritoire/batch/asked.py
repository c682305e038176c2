"""What a batch is asked: a region, the country or a list, cut at one level into territories."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from diagterritoire import gazetteer, territory
from diagterritoire.errors import UsageError
from diagterritoire.french import enumeration
from diagterritoire.sources import territory_files
from diagterritoire.sources.formats.text import printable

FRANCE, DEMO = "france", "demo"
NIVEAUX = {"epci": "code_epci", "bv": "bassin_vie", "departement": "code_departement"}
NOMS = {"epci": "Intercommunalités", "bv": "Bassins de vie", "departement": "Départements"}
_PREFIXES = {"epci": "", "bv": "bv:", "departement": ""}
_LISTS = {".csv", ".txt"}


def asked(
    text: str, niveau: str, appartenance: pd.DataFrame, libelles: pd.DataFrame
) -> tuple[str, ...]:
    """Name every territory of a batch, as a user would type it.

    Parameters
    ----------
    text : str
        `france`, the codes of a territory (`reg:94`, `2A,2B`), or a file (.csv, .txt) that lists
        territories, one code each.
    niveau : str
        A key of `NIVEAUX`: what the country or a territory is cut into. A zone that crosses its
        border is taken whole. A list is taken as it is, whatever the level.
    appartenance, libelles : DataFrame
        As in `tables`.

    Returns
    -------
    tuple of str
        In order of code, each once.

    Raises
    ------
    UsageError
        The text names nothing, the level is unknown, the list cannot be read or names a
        territory twice.

    Examples
    --------
    >>> appartenance = pd.DataFrame({
    ...     "code_commune": ["18001", "18002", "36001"], "code_epci": ["2", "2", None],
    ...     "code_departement": ["18", "18", "36"],
    ... })
    >>> asked("france", "epci", appartenance, pd.DataFrame())
    ('2',)
    """
    check(text, niveau)
    if text == FRANCE:
        return _cut(appartenance, niveau)
    if _is_list(text):
        return _listed(Path(text), appartenance, libelles)
    tokens = territory.parse(text)
    if tokens is None:
        raise gazetteer.unknown(text, appartenance, libelles)
    chosen = gazetteer.resolve(tokens, appartenance, libelles)
    return _cut(appartenance.loc[appartenance["code_commune"].isin(chosen.communes)], niveau)


def check(text: str, niveau: str) -> None:
    """Refuse at once what no file of data would make right.

    Raises
    ------
    UsageError
        The level is unknown, the list cannot be read, the invented territory is asked.

    Examples
    --------
    >>> check("reg:94", "epci")
    """
    if niveau not in NIVEAUX:
        raise UsageError(
            f"Niveau inconnu : « {printable(niveau, 40)} ».",
            f"Niveaux possibles : {enumeration(list(NIVEAUX), 3)}.",
        )
    if not text.strip():
        raise UsageError(
            "Aucun territoire demandé.",
            "Donnez « france », un code (reg:94) ou une liste (.csv) ; avec make : "
            "make lot TERRITOIRES=reg:94.",
        )
    if text == DEMO:
        raise UsageError(
            "Le territoire inventé est un seul territoire, non un lot.",
            "Lancez « diagterritoire diagnostic demo ».",
        )
    if _is_list(text):
        territory_files.read_codes(Path(text))


def title(text: str, niveau: str, nom: str) -> str:
    """Title of the page of a batch: its level, unless a list was asked, and what `scope` named.

    Examples
    --------
    >>> title("reg:94", "epci", "Corse")
    'Intercommunalités : Corse'
    """
    return f"{'Territoires' if _is_list(text) else NOMS[niveau]} : {nom}"


def folder_name(text: str, niveau: str) -> str:
    """Name the folder of a batch: by its codes, or by where its list lies.

    Two lists never share one, and a list to which lines are added keeps its own. A text that is
    neither will be refused once the names are read.

    Examples
    --------
    >>> folder_name("france", "bv"), folder_name("reg:94", "epci")
    ('france-bv', 'reg-94-epci')
    >>> folder_name("2A,2B", "epci") == folder_name("2B, 2A", "epci")
    True
    """
    if text == FRANCE:
        return f"{FRANCE}-{niveau}"
    tokens = territory.parse(text)
    if tokens is not None and len(set(tokens)) == 1:
        return f"{tokens[0].slug}-{niveau}"
    if tokens is not None:
        named = ",".join(sorted({t.slug for t in tokens}))
        return f"codes-{_digest(named)}-{niveau}"
    if not _is_list(text):
        return f"texte-{_digest(text)}"
    path = Path(text)
    plain = unicodedata.normalize("NFD", path.stem.casefold()).encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]
    return "-".join(filter(None, ("liste", word, _digest(str(path.resolve())))))


def scope(
    text: str, saisis: Sequence[str], appartenance: pd.DataFrame, libelles: pd.DataFrame
) -> tuple[str, set[str]]:
    """Say in words what was asked, level left out, and give its communes.

    Parameters
    ----------
    text : str
        As in `asked`.
    saisis : sequence of str
        What `asked` gave.
    appartenance, libelles : DataFrame
        As in `tables`.

    Examples
    --------
    >>> appartenance = pd.DataFrame({"code_commune": ["18001"], "code_departement": ["18"]})
    >>> libelles = pd.DataFrame({"niveau": ["departement"], "code": ["18"], "nom": ["Cher"]})
    >>> scope("18", ["200000002"], appartenance, libelles)
    ('Cher', {'18001'})
    """
    if text == FRANCE:
        return "France", set(appartenance["code_commune"])
    if not _is_list(text):
        tokens = territory.parse(text) or ()
        chosen = gazetteer.resolve(tokens, appartenance, libelles)
        return chosen.nom, set(chosen.communes)
    found = [gazetteer.resolve(territory.parse(s) or (), appartenance, libelles) for s in saisis]
    return f"liste « {printable(Path(text).stem, 60)} »", {c for t in found for c in t.communes}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _is_list(text: str) -> bool:
    return Path(text).suffix.lower() in _LISTS


def _cut(communes: pd.DataFrame, niveau: str) -> tuple[str, ...]:
    """Zones of some communes; a commune outside every EPCI is in none."""
    codes = sorted(set(communes[NIVEAUX[niveau]].dropna()))
    return tuple(f"{_PREFIXES[niveau]}{code}" for code in codes)


def _listed(path: Path, appartenance: pd.DataFrame, libelles: pd.DataFrame) -> tuple[str, ...]:
    """Territories of a list, each known before the first is computed, no two in one folder."""
    codes: dict[str, str] = {}
    for code in territory_files.read_codes(path):
        tokens = territory.parse(code)
        if tokens is None:
            raise gazetteer.unknown(code, appartenance, libelles)
        slug = gazetteer.resolve(tokens, appartenance, libelles).slug
        if slug in codes:
            raise UsageError(
                f"« {printable(path)} » nomme deux fois le même territoire : « {codes[slug]} » et "
                f"« {code} » iraient dans le dossier « {slug} ».",
                "Gardez un seul de ces deux codes.",
            )
        codes[slug] = code
    return tuple(codes.values())
