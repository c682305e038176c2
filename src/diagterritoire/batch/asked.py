"""What a batch is asked: a region, the country or a list, cut at one level into territories."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from diagterritoire import gazetteer, territory
from diagterritoire.errors import UsageError
from diagterritoire.french import enumeration
from diagterritoire.sources import territory_files

FRANCE = "france"
NIVEAUX = {"epci": "code_epci", "bv": "bassin_vie", "departement": "code_departement"}
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
        The text names nothing, or the level is unknown.
    DataError
        The list cannot be read.

    Examples
    --------
    >>> appartenance = pd.DataFrame({
    ...     "code_commune": ["18001", "18002", "36001"], "code_epci": ["2", "2", None],
    ...     "code_departement": ["18", "18", "36"],
    ... })
    >>> asked("france", "epci", appartenance, pd.DataFrame())
    ('2',)
    """
    if niveau not in NIVEAUX:
        raise UsageError(
            f"Niveau inconnu : « {niveau} ».",
            f"Niveaux possibles : {enumeration(list(NIVEAUX), 3)}.",
        )
    if text == FRANCE:
        return _cut(appartenance, niveau)
    path = Path(text)
    if path.suffix.lower() in _LISTS:
        return _listed(path, appartenance, libelles)
    tokens = territory.parse(text)
    if tokens is None:
        raise gazetteer.unknown(text, appartenance, libelles)
    chosen = gazetteer.resolve(tokens, appartenance, libelles)
    return _cut(appartenance.loc[appartenance["code_commune"].isin(chosen.communes)], niveau)


def _cut(communes: pd.DataFrame, niveau: str) -> tuple[str, ...]:
    """Zones of some communes; a commune outside every EPCI is in none."""
    codes = sorted(set(communes[NIVEAUX[niveau]].dropna()))
    return tuple(f"{_PREFIXES[niveau]}{code}" for code in codes)


def _listed(path: Path, appartenance: pd.DataFrame, libelles: pd.DataFrame) -> tuple[str, ...]:
    """Territories of a list, each known before the first is computed."""
    codes = tuple(dict.fromkeys(territory_files.read_codes(path)))
    for code in codes:
        tokens = territory.parse(code)
        if tokens is None:
            raise gazetteer.unknown(code, appartenance, libelles)
        gazetteer.resolve(tokens, appartenance, libelles)
    return codes
