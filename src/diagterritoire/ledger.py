"""Account of records: how many were kept, imputed or left out, why, and which ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from diagterritoire.french import enumeration
from diagterritoire.schema import Table, conform, empty
from diagterritoire.tables import CONTROLE, ECARTE, EFFETS, LU, SIGNALE, UTILISE

EXEMPLES_NB = 5
LUS = "enregistrements lus"


def entry(
    source: str,
    motif: str,
    exemples: Iterable[str],
    total: int,
    *,
    nombre: int | None = None,
    limite: int = EXEMPLES_NB,
    effet: str = SIGNALE,
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
    effet : str
        One of `tables.EFFETS`.

    Raises
    ------
    ValueError
        More records than the total they are part of, or an unknown `effet`.

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
    if effet not in EFFETS:
        raise ValueError(f"control row {source!r}, {motif!r}: unknown effect {effet!r}")
    if 0 < total < number:
        raise ValueError(f"control row {source!r}, {motif!r}: {number} records out of {total}")
    row = {
        "source": source,
        "motif": motif,
        "effet": effet,
        "nombre": number,
        "part": number / total if total else None,
        "exemples": enumeration(shown, limite),
    }
    return pd.DataFrame([row]).astype({c.nom: c.dtype for c in CONTROLE.colonnes})


def discreet(
    source: str, motif: str, nombre: int, *, secret: float, effet: str = SIGNALE
) -> pd.DataFrame:
    """One row about records of a confidential file: none is named, and few are not counted.

    Parameters
    ----------
    source, motif, effet : str
        As for `entry`.
    nombre : int
        Number of records; no row when there is none.
    secret : float
        Fewer are told as « moins de », their number being 0.

    Examples
    --------
    >>> row = discreet("Enquête", "réponses illisibles", 2, secret=5).iloc[0]
    >>> row["motif"], int(row["nombre"])
    ('réponses illisibles (moins de 5 : nombre non montré)', 0)
    """
    if nombre >= secret:
        return entry(source, motif, (), 0, nombre=nombre, effet=effet)
    told = f"{motif} (moins de {secret:g} : nombre non montré)"
    row = entry(source, told, (), 0, nombre=nombre, effet=effet)
    return row.assign(nombre=row["nombre"] * 0)


def balance(
    source: str, lus: int, utilises: Mapping[str, int], ecartes: Mapping[str, int]
) -> pd.DataFrame:
    """Account for every record of a source: those read, then one row per fate.

    Parameters
    ----------
    source : str
        Name shown in the control table.
    lus : int
        Records read.
    utilises, ecartes : mapping of str to int
        Records used and records left out, by what happened to them; one that concerns none gives
        no row.

    Raises
    ------
    ValueError
        The fates do not sum to the records read.

    Examples
    --------
    >>> balance("BPE", 3, {"utilisés": 2}, {"autre type : écartés": 1})["nombre"].tolist()
    [3, 2, 1]
    """
    if sum(utilises.values()) + sum(ecartes.values()) != lus:
        fates = dict(utilises) | dict(ecartes)
        raise ValueError(f"control rows of {source!r}: {lus} records read, fates {fates}")
    rows = [entry(source, LUS, (), lus, nombre=lus, effet=LU)]
    for effet, sorts in ((UTILISE, utilises), (ECARTE, ecartes)):
        rows += [
            entry(source, motif, (), lus, nombre=nombre, effet=effet)
            for motif, nombre in sorts.items()
        ]
    return stack(rows)


def received(source: str, lus: int, gardes: int, controle: pd.DataFrame) -> pd.DataFrame:
    """Rows of a reader, with the records read and those kept in front.

    Parameters
    ----------
    source : str
        Name of the file, as in the rows.
    lus, gardes : int
        Records read, and given by the reader.
    controle : DataFrame
        Rows of the reader: those it left out have the effect `ecarte`.

    Raises
    ------
    ValueError
        Records neither kept nor left out.

    Examples
    --------
    >>> left = entry("points.csv", "sans coordonnées", ["18003"], 3, effet="ecarte")
    >>> received("points.csv", 3, 2, left)["nombre"].tolist()
    [3, 2, 1]
    """
    mine = controle["source"] == source
    left = int(controle.loc[mine & (controle["effet"] == ECARTE), "nombre"].sum())
    if lus != gardes + left:
        raise ValueError(f"{source!r}: {lus} records read, {gardes} kept, {left} left out")
    head = [
        entry(source, LUS, (), lus, nombre=lus, effet=LU),
        entry(source, "enregistrements gardés", (), lus, nombre=gardes, effet=UTILISE),
    ]
    return stack([*head, controle])


def unbalanced(controle: pd.DataFrame) -> pd.DataFrame:
    """Find the sources whose records read are not those used and left out; none is the rule.

    Examples
    --------
    >>> unbalanced(balance("BPE", 3, {"utilisés": 2}, {"autre type": 1})).empty
    True
    """
    sums = controle.pivot_table(
        index="source", columns="effet", values="nombre", aggfunc="sum", fill_value=0
    )
    sums = sums.reindex(columns=[LU, UTILISE, ECARTE], fill_value=0)
    told = sums.loc[sums.sum(axis=1) > 0]
    return told.loc[told[LU] != told[UTILISE] + told[ECARTE]].reset_index()


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
