"""Account of records: how many were kept, imputed or left out, why, and which ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from diagterritoire.french import enumeration
from diagterritoire.schema import Table, conform, empty
from diagterritoire.tables import CONTROLE

EXEMPLES_NB = 5


def entry(
    source: str,
    motif: str,
    exemples: Iterable[str],
    total: int,
    *,
    nombre: int | None = None,
    limite: int = EXEMPLES_NB,
) -> pd.DataFrame:
    """One row of `tables.CONTROLE` about some records; no row when there is none.

    Parameters
    ----------
    source : str
        Where the records come from: what `origin` says of a table, or the name of the step
        (« Réseau routier », « Flux »).
    motif : str
        What happened to them, in plain French.
    exemples : iterable of str
        What names each record, in the order shown.
    total : int
        Number of records that the share is of; 0 gives a null share.
    nombre : int, optional
        Number of records, when `exemples` does not name each of them.
    limite : int
        Examples shown; the rest is counted.

    Raises
    ------
    ValueError
        More records than the total they are part of.

    Examples
    --------
    >>> row = entry("Zonage", "zone inconnue", ["2A001", "2A004"], 8, limite=1).iloc[0]
    >>> (int(row["nombre"]), float(row["part"]), row["exemples"])
    (2, 0.25, '2A001 et 2A004')
    """
    shown = list(exemples)
    number = len(shown) if nombre is None else nombre
    if not number:
        return empty(CONTROLE)
    if 0 < total < number:
        raise ValueError(f"control row {source!r}, {motif!r}: {number} records out of {total}")
    row = {
        "source": source,
        "motif": motif,
        "nombre": number,
        "part": number / total if total else None,
        "exemples": enumeration(shown, limite),
    }
    return pd.DataFrame([row]).astype({c.nom: c.dtype for c in CONTROLE.colonnes})


def balance(source: str, lus: int, sorts: Mapping[str, int]) -> pd.DataFrame:
    """Account for every record of a source: those read, then one row per fate.

    Parameters
    ----------
    source : str
        Name shown in the control table.
    lus : int
        Records read.
    sorts : mapping of str to int
        Records used and records left out, by what happened to them; one that concerns none gives
        no row.

    Raises
    ------
    ValueError
        The fates do not sum to the records read.

    Examples
    --------
    >>> balance("BPE", 3, {"utilisés": 2, "autre type : écartés": 1})["nombre"].tolist()
    [3, 2, 1]
    """
    if sum(sorts.values()) != lus:
        raise ValueError(f"control rows of {source!r}: {lus} records read, fates {dict(sorts)}")
    rows = [entry(source, "enregistrements lus", (), lus, nombre=lus)]
    rows += [entry(source, motif, (), lus, nombre=nombre) for motif, nombre in sorts.items()]
    return stack(rows)


def named(codes: Iterable[str], noms: Mapping[str, str] | None = None) -> list[str]:
    """Codes in order, each beside its name when it has one.

    Examples
    --------
    >>> named({"2A004", "2A001"}, {"2A004": "Ajaccio"})
    ['2A001', '2A004 Ajaccio']
    """
    names = {} if noms is None else noms
    return [f"{code} {names[code]}" if code in names else code for code in sorted(codes)]


def origin(table: Table, fichier: str = "") -> str:
    """Name of a table in the column `source`: its plain title, and its file when it is known.

    Examples
    --------
    >>> from diagterritoire.tables import ZONAGE
    >>> origin(ZONAGE, "zonage.csv")
    'Zonage officiel des médecins généralistes (zonage.csv)'
    """
    return f"{table.titre} ({fichier})" if fichier else table.titre


def stack(rows: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Stack control rows in the order given; the empty table when there is none.

    Examples
    --------
    >>> stack([]).empty
    True
    """
    filled = [r for r in rows if len(r)]
    if not filled:
        return empty(CONTROLE)
    return conform(pd.concat(filled, ignore_index=True), CONTROLE)
