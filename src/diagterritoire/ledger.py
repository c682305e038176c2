"""Account of records: how many were kept, imputed or left out, why, and which ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from diagterritoire.schema import empty
from diagterritoire.tables import CONTROLE

EXEMPLES_NB = 3


def record(
    source: str,
    motif: str,
    codes: Iterable[str],
    total: int,
    noms: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One row of `tables.CONTROLE` about some records; no row when there is none.

    Parameters
    ----------
    source : str
        File or step.
    motif : str
        What happened to them, in plain French.
    codes : iterable of str
        Codes of the records; the first ones in order are the examples.
    total : int
        Number of records that the share is of; 0 gives a null share.
    noms : mapping of str to str, optional
        Name shown beside each code.

    Examples
    --------
    >>> row = record("zonage", "zone inconnue", ["2A004"], 4, {"2A004": "Ajaccio"}).iloc[0]
    >>> (int(row["nombre"]), float(row["part"]), row["exemples"])
    (1, 0.25, '2A004 Ajaccio')
    """
    found = sorted(codes)
    if not found:
        return empty(CONTROLE)
    names = {} if noms is None else noms
    shown = [f"{c} {names[c]}" if c in names else c for c in found[:EXEMPLES_NB]]
    return count(source, motif, len(found), total, ", ".join(shown))


def count(source: str, motif: str, nombre: int, total: int, exemples: str = "") -> pd.DataFrame:
    """One row of `tables.CONTROLE` for a number of records, whatever they are.

    Examples
    --------
    >>> count("zonage", "enregistrements lus", 4, 4)["nombre"].tolist()
    [4]
    """
    row = pd.DataFrame(
        {
            "source": [source],
            "motif": [motif],
            "nombre": [nombre],
            "part": [min(1.0, nombre / total) if total else float("nan")],
            "exemples": [exemples],
        }
    )
    return row.astype({c.nom: c.dtype for c in CONTROLE.colonnes})


def stack(rows: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Stack control rows in the order given; the empty table when there is none.

    Examples
    --------
    >>> stack([]).empty
    True
    """
    filled = [r for r in rows if len(r)]
    return pd.concat(filled, ignore_index=True) if filled else empty(CONTROLE)
