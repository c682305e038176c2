"""Which answers are shown, so that no small number is recovered by subtraction.

Two margins are told: respondents by profession, and answers of all. What is shown of the cells is
all or nothing: a profession whose answers are all shown, or one told with others. A rule that hides
single cells of a table of two margins gives some back to who applies it himself, however it is
audited; this one was attacked by enumeration (tests/test_survey_secrecy.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagterritoire.core.row_secrecy import hidden


@dataclass(frozen=True)
class Parts:
    """Respondents by profession that may be told.

    Attributes
    ----------
    montres : tuple of str
        Professions whose number of respondents is told.
    regroupes : tuple of str
        The others, told together; every respondent is in one or the other.
    """

    montres: tuple[str, ...]
    regroupes: tuple[str, ...]


def parts(respondents: pd.Series[int], seuil: int) -> Parts | None:
    """Professions told apart, and those told together, from the numbers of respondents.

    The rule is `row_secrecy.hidden`, the last profession first.

    Parameters
    ----------
    respondents : Series
        Number of respondents by profession, in an order that is public; one without any may be
        told.
    seuil : int
        Least number told.

    Returns
    -------
    Parts or None
        Without any told apart when the total would give them back, or is under twice `seuil` (that
        none is told apart would then tell them); None when not even the total may be told.

    Examples
    --------
    >>> parts(pd.Series({"mg": 30, "infirmier": 12, "sage_femme": 2, "kine": 9}), 5)
    Parts(montres=('mg', 'infirmier'), regroupes=('sage_femme', 'kine'))
    >>> parts(pd.Series({"mg": 3, "infirmier": 1}), 5) is None
    True
    """
    names = tuple(str(name) for name in respondents.index)
    if int(respondents.sum()) < seuil:
        return None
    cells = _row({name: int(respondents[name]) for name in names}, seuil)
    if cells is None or int(respondents.sum()) < 2 * seuil:
        return Parts((), names)
    apart = tuple(n for n in names if cells[n] is not None)
    return Parts(apart, tuple(n for n in names if n not in apart))


def _row(values: Mapping[str, int], seuil: int) -> dict[str, int | None] | None:
    """Values of a row whose sum is told, null where hidden; None when the sum would tell them.

    The last of the row are hidden first.
    """
    given = [name for name in reversed(list(values)) if values[name]]
    motifs, somme = hidden(np.array([values[n] for n in given], dtype=np.float64), seuil)
    if not somme:
        return None
    unseen = {name for name, motif in zip(given, motifs, strict=True) if motif}
    return {name: None if name in unseen else n for name, n in values.items()}


@dataclass(frozen=True)
class Told:
    """What may be told of a question.

    Attributes
    ----------
    ensemble : Mapping of str to int or None
        Answers of all the respondents, null where hidden.
    lignes : DataFrame
        Respondents by group and answer, none of them hidden; empty when the answers are told of all
        together only.
    """

    ensemble: Mapping[str, int | None]
    lignes: pd.DataFrame


def told(
    counts: pd.DataFrame,
    seuil: int,
    *,
    grosses: Mapping[str, str],
    premier: str,
    reste: str,
    muette: str = "",
) -> Told | None:
    """Choose what to tell of the answers to a question.

    - Of all the respondents: by `row_secrecy.hidden`, the last answer first, their number being
      known. Nothing is told where that hides every answer given, nor where all gave the same, which
      tells what each one said: neither is known from the other. Nor under twice `seuil`
      respondents, who cannot give two answers that may be told.
    - Group by group, when nothing is hidden above: the first of these tables whose cells are all 0
      or reach `seuil`, and where no group said one thing with one voice: the answers by group;
      `grosses` by group; `grosses` of `premier` and of all the others. None is tried where an
      answer of all is given by fewer than twice `seuil`: that it is not told would then say how few
      each cell holds.

    Parameters
    ----------
    counts : DataFrame
        Whole numbers: a row per group (they part the respondents, and their numbers are told), a
        column per answer.
    seuil : int
        Least number told.
    grosses : mapping of str to str
        Fewer answers that part the same respondents: each answer, and the one it is part of.
    premier, reste : str
        Group looked at first, and name of all the others together.
    muette : str
        What stands for no answer: that all were silent tells nothing of anybody, nor does the part
        of `grosses` that silence belongs to.

    Returns
    -------
    Told or None
        None when nothing may be told.

    References
    ----------
    Hundepool et al. (2012), Statistical disclosure control: grouping rather than hiding.

    Examples
    --------
    >>> counts = pd.DataFrame(
    ...     {"oui": [9, 20, 6], "non": [3, 8, 7]}, index=["infirmier", "mg", "kine"]
    ... )
    >>> same = {"oui": "oui", "non": "non"}
    >>> found = told(counts, 5, grosses=same, premier="mg", reste="reste")
    >>> found.ensemble, found.lignes.to_dict("index")
    ({'oui': 35, 'non': 18}, {'mg': {'oui': 20, 'non': 8}, 'reste': {'oui': 15, 'non': 10}})
    """
    whole = {str(answer): int(n) for answer, n in counts.sum().items()}
    if sum(whole.values()) < 2 * seuil:
        return None
    alike = any(n == sum(whole.values()) for answer, n in whole.items() if answer != muette)
    ensemble = _row(whole, seuil)
    if alike or ensemble is None or not any(ensemble.values()):
        return None
    if not any(n is None for n in ensemble.values()):
        for table in _tables(counts, grosses, premier, reste):
            totals = table.sum()
            public = ((totals == 0) | (totals >= 2 * seuil)).all()
            large = ((table == 0) | (table >= seuil)).all(axis=None)
            # Not a single answer in a row, silence apart.
            varied = table.astype("bool").sum(axis=1) > 1
            quiet = [c for c in (muette, grosses.get(muette)) if c in table]
            tellable = varied | table[quiet].any(axis=1)
            if len(table) > 1 and public and large and tellable.all():
                return Told(ensemble, table)
    return Told(ensemble, counts.iloc[:0])


def _tables(
    counts: pd.DataFrame, grosses: Mapping[str, str], premier: str, reste: str
) -> Iterator[pd.DataFrame]:
    """Tables that may be told, the finest first: all part the same respondents."""
    present = counts.loc[counts.sum(axis=1) > 0].astype("int64")
    yield present
    coarse = present.rename(columns=dict(grosses)).T.groupby(level=0, sort=False).sum().T
    yield coarse
    if premier in coarse.index:
        others = coarse.drop(index=premier).sum().to_frame(reste).T
        yield pd.concat([coarse.loc[[premier]], others])
