"""Secrecy of the survey, attacked by enumeration: the attacker knows the margins and the rule."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.survey.secrecy import parts, told


def shares(total, pieces):
    """Every way to share a number between pieces."""
    if pieces == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in shares(total - first, pieces - 1):
            yield (first, *rest)


def published(table, seuil, muette=""):
    """All that is shown of a table whose margins by row are known."""
    names = [f"c{k}" for k in range(len(table[0]))]
    counts = pd.DataFrame(table, index=[f"p{k}" for k in range(len(table))], columns=names)
    grosses = {name: "a" if name == "c0" else "b" for name in names}
    found = told(counts, seuil, grosses=grosses, premier="p0", reste="reste", muette=muette)
    if found is None:
        return None, ()
    rows = tuple(found.lignes.index), tuple(found.lignes.columns)
    shown = tuple(map(tuple, found.lignes.to_numpy().tolist()))
    assert all(n == 0 or n >= seuil for row in shown for n in row)
    assert all(n is None or n == 0 or n >= seuil for n in found.ensemble.values())
    return (tuple(found.ensemble.items()), *rows), shown


@pytest.mark.parametrize(
    ("seuil", "margins", "answers"),
    [(3, (4, 5, 6), 2), (3, (3, 5), 3), (5, (7, 11), 2), (5, (12,), 3), (3, (7,), 4)],
)
def test_no_small_answer_is_known_to_who_applies_the_rule_to_every_table(seuil, margins, answers):
    told_as = defaultdict(list)
    for table in itertools.product(*(list(shares(n, answers)) for n in margins)):
        told_as[published(table, seuil)].append(np.array(table))
    assert len(told_as) > 1
    for tables in told_as.values():
        every = np.stack(tables)
        whole = np.concatenate([every, every.sum(axis=1, keepdims=True)], axis=1)
        small = ((whole > 0) & (whole < seuil)).any(axis=0)
        for row, column in np.argwhere(small):
            values = set(whole[:, row, column].tolist())
            # Of all together, any small number may be; of a group, two at least.
            assert values >= set(range(1, seuil)) if row == len(margins) else len(values) > 1


@pytest.mark.parametrize(
    ("seuil", "margins", "answers", "muette"),
    [
        (3, (13,), 2, ""),
        # From the threshold to twice it, any answer told would be that of all.
        *((3, (n,), 2, "") for n in (3, 4, 5, 6)),
        *((5, (n,), 3, "") for n in (6, 8, 9, 10)),
        (3, (9,), 3, ""),
        (3, (6, 7), 2, ""),
        (3, (6, 7), 2, "c1"),
        (3, (3, 5), 3, "c2"),
    ],
)
def test_nobody_knows_that_all_or_nearly_all_gave_one_answer(seuil, margins, answers, muette):
    told_as = defaultdict(list)
    for table in itertools.product(*(list(shares(n, answers)) for n in margins)):
        told_as[published(table, seuil, muette)].append(np.array(table))
    spoken = [k for k in range(answers) if f"c{k}" != muette]
    for tables in told_as.values():
        every = np.stack(tables)
        whole = np.concatenate([every, every.sum(axis=1, keepdims=True)], axis=1)
        others = (whole.sum(axis=2, keepdims=True) - whole)[..., spoken]
        # Of so few that any answer is nearly all, that all gave it is what must not be known.
        few = whole.sum(axis=2) < 2 * seuil
        limit = np.where(few, 1, seuil)[..., None]
        assert not (others < limit).all(axis=0).any()


def test_of_one_voice_nothing_is_told_and_silence_is():
    counts = pd.DataFrame({"oui": [7, 5], "non": [0, 0], "rien": [0, 0]}, index=["mg", "kine"])
    same = {n: n for n in counts.columns}
    assert told(counts, 5, grosses=same, premier="mg", reste="reste", muette="rien") is None
    # As when a few said another thing, or nothing.
    for answer in ("non", "rien"):
        other = counts.assign(oui=[6, 5], **{answer: [1, 0]})
        assert told(other, 5, grosses=same, premier="mg", reste="reste", muette="rien") is None
    silent = counts.rename(columns={"oui": "rien", "rien": "oui"})
    found = told(silent, 5, grosses=same, premier="mg", reste="reste", muette="rien")
    assert found.ensemble == {"rien": 12, "non": 0, "oui": 0}


def test_a_profession_of_one_voice_is_not_told_apart():
    counts = pd.DataFrame({"oui": [12, 6], "non": [0, 12]}, index=["mg", "kine"])
    same = {"oui": "oui", "non": "non"}
    found = told(counts, 5, grosses=same, premier="mg", reste="reste")
    assert found.ensemble == {"oui": 18, "non": 12}
    assert found.lignes.empty


def test_no_small_number_of_respondents_is_known_to_who_applies_the_rule():
    seuil, told_as = 3, defaultdict(list)
    for numbers in (n for total in range(10) for n in shares(total, 3)):
        found = parts(pd.Series(numbers, index=list("abc")), seuil)
        seen = () if found is None else tuple((n, numbers["abc".index(n)]) for n in found.montres)
        total = sum(numbers) if found is not None else None
        told_as[seen, total].append(numbers)
    for candidates in told_as.values():
        every = np.array(candidates)
        for column in range(3):
            values = set(every[:, column].tolist())
            # One who is hidden may be any small number.
            assert values >= set(range(1, seuil)) or not values & set(range(1, seuil))


def test_a_whole_survey_too_small_tells_nothing():
    counts = pd.DataFrame({"oui": [2], "non": [2]}, index=["mg"])
    same = {"oui": "oui", "non": "non"}
    assert told(counts, 5, grosses=same, premier="mg", reste="reste") is None
    assert parts(pd.Series({"mg": 4}), 5) is None


def test_an_answer_of_all_that_is_small_hides_another_and_every_group():
    counts = pd.DataFrame({"oui": [10, 12], "non": [2, 1], "bof": [9, 9]}, index=["mg", "kine"])
    same = {n: n for n in counts.columns}
    found = told(counts, 5, grosses=same, premier="mg", reste="reste")
    assert found.ensemble == {"oui": 22, "non": None, "bof": None}
    assert found.lignes.empty
