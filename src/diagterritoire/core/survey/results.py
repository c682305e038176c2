"""Tables of the survey: who answered beside who is in place, and what may be told of it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagterritoire.core.survey.secrecy import Parts, parts, told
from diagterritoire.schema import conform, empty
from diagterritoire.tables import (
    ATTENTES,
    ENQUETE_PARTICIPATION,
    ENQUETE_RESULTATS,
    ENSEMBLE,
    GENERALISTE,
    PROFESSIONS_ENQUETE,
    QUESTIONS,
    REGROUPEES,
    SANS_REPONSE,
)

# Fewer answers to each question, that part the same respondents.
GROSSES: Mapping[str, Mapping[str, str]] = {
    "interet": {
        "engage": "favorable",
        "oui": "favorable",
        "a_etudier": "favorable",
        "non": "autre_reponse",
        SANS_REPONSE: "autre_reponse",
    },
    "age": {
        "moins_40": "autre_reponse",
        "40_49": "autre_reponse",
        "50_59": "autre_reponse",
        "60_64": "60_plus",
        "65_plus": "60_plus",
        SANS_REPONSE: "autre_reponse",
    },
    "depart": {
        "3_ans": "dans_5_ans",
        "5_ans": "dans_5_ans",
        "10_ans": "autre_reponse",
        "plus_tard": "autre_reponse",
        SANS_REPONSE: "autre_reponse",
    },
}
# The last is hidden first with a small one: of ages, those who leave soon are kept longest.
GARDEES: Mapping[str, tuple[str, ...]] = {
    "age": ("65_plus", "60_64", "50_59", "40_49", "moins_40", SANS_REPONSE)
}
MASQUE = "masquée : moins de {seuil} réponses, ou de quoi les retrouver"
TROP = "plus de réponses que de professionnels comptés : taux non calculé"


def participation(answers: pd.DataFrame, en_place: Mapping[str, float], seuil: int) -> pd.DataFrame:
    """Answers by profession, beside the professionals in place.

    Parameters
    ----------
    answers : DataFrame
        Table `enquete`, those of the territory.
    en_place : mapping of str to float
        Professionals of the territory by profession, those that a source counts.
    seuil : int
        Least number of answers told.

    Returns
    -------
    DataFrame
        Table `enquete_participation`: professions, those told together, then all; empty without
        any answer.

    Examples
    --------
    >>> answers = pd.DataFrame({"profession": ["infirmier"] * 8 + ["sage_femme"] * 2})
    >>> found = participation(answers, {"infirmier": 16.0}, 5).set_index("profession")
    >>> found.loc[["infirmier", "ensemble"], "reponses"].isna().tolist()
    [True, False]
    """
    if answers.empty:
        return empty(ENQUETE_PARTICIPATION)
    numbers = _respondents(answers)
    known = parts(numbers, seuil)
    rows = []
    for profession in PROFESSIONS_ENQUETE:
        seen = known is not None and profession in known.montres
        rows.append(
            _line(profession, en_place.get(profession), int(numbers[profession]), seen, seuil)
        )
    if known is not None and known.montres and known.regroupes:
        together = int(numbers[list(known.regroupes)].sum())
        rows.append(_line(REGROUPEES, None, together, seen=True, seuil=seuil))
    rows.append(_line(ENSEMBLE, None, len(answers), known is not None, seuil))
    return conform(pd.DataFrame(rows), ENQUETE_PARTICIPATION)


def _respondents(answers: pd.DataFrame) -> pd.Series[int]:
    counted = answers["profession"].value_counts()
    return counted.reindex(list(PROFESSIONS_ENQUETE), fill_value=0)


def _line(
    profession: str, en_place: float | None, number: int, seen: bool, seuil: int
) -> dict[str, object]:
    rate, note = None, None
    if not seen:
        note = MASQUE.format(seuil=seuil)
    elif en_place:
        rate = number / en_place
        if rate > 1:
            rate, note = None, TROP
    return {
        "profession": profession,
        "en_place": en_place,
        "reponses": float(number) if seen else None,
        "taux_reponse": rate,
        "note": note,
    }


def results(answers: pd.DataFrame, seuil: int) -> pd.DataFrame:
    """Answers to each question: of all, and by profession where it may be told.

    Parameters
    ----------
    answers : DataFrame
        Table `enquete`, those of the territory. Several expectations may be given: each is a
        question of its own, answered yes or no.
    seuil : int
        Least number told.

    Returns
    -------
    DataFrame
        Table `enquete_resultats`; a question of which nothing may be told has no row.

    Examples
    --------
    >>> answers = pd.DataFrame({
    ...     "profession": ["infirmier"] * 12, "interet": ["oui"] * 7 + ["non"] * 5,
    ...     "attentes": None, "age": None, "depart": None,
    ... })
    >>> found = results(answers, 5).query("question == 'interet' and modalite == 'oui'")
    >>> found[["profession", "reponses", "part"]].to_numpy().tolist()
    [['ensemble', 7.0, 0.5833333333333334]]
    """
    known = None if answers.empty else parts(_respondents(answers), seuil)
    if known is None:
        return empty(ENQUETE_RESULTATS)
    groups = _groups(answers, known)
    lines: list[dict[str, object]] = []
    for question, modalites in QUESTIONS.items():
        given = answers[question].astype("object").fillna(SANS_REPONSE)
        lines += _question(question, given, groups, [*modalites, SANS_REPONSE], seuil, SANS_REPONSE)
    wanted = answers["attentes"].astype("object").fillna("")
    for attente in ATTENTES:
        given = wanted.map(lambda text, one=attente: "oui" if one in text.split(",") else "non")
        # Not to cite an expectation is to say nothing of it.
        lines += _question(f"attente_{attente}", given, groups, ["oui", "non"], seuil, "non")
    return conform(pd.DataFrame(lines, columns=list(ENQUETE_RESULTATS.noms)), ENQUETE_RESULTATS)


def _groups(answers: pd.DataFrame, known: Parts) -> pd.Series[str]:
    """Group of each respondent: its profession, or those told together."""
    alone = answers["profession"].isin(known.montres)
    return answers["profession"].where(alone, REGROUPEES)


def _question(
    question: str,
    given: pd.Series[str],
    groups: pd.Series[str],
    modalites: list[str],
    seuil: int,
    muette: str,
) -> list[dict[str, object]]:
    counts = pd.crosstab(groups, given)
    names = [g for g in (*PROFESSIONS_ENQUETE, REGROUPEES) if g in counts.index]
    columns = list(GARDEES.get(question, modalites))
    counts = counts.reindex(index=names, columns=columns, fill_value=0)
    counts.index.name = None
    found = told(
        counts,
        seuil,
        grosses=GROSSES.get(question, {m: m for m in modalites}),
        premier=GENERALISTE,
        reste=REGROUPEES,
        muette=muette,
    )
    if found is None:
        return []
    lines = [
        _cell(question, ENSEMBLE, modalite, found.ensemble[modalite], len(given))
        for modalite in modalites
    ]
    # A coarse answer stands where the first of those it is made of does.
    coarse = GROSSES.get(question, {})
    order = {coarse.get(m, m): rank for rank, m in reversed(list(enumerate(modalites)))}
    order |= {m: rank for rank, m in enumerate(modalites)}
    for group, row in found.lignes.iterrows():
        total = int(row.sum())
        lines += [
            _cell(question, str(group), str(modalite), int(number), total)
            for modalite, number in row.sort_index(key=lambda names: names.map(order)).items()
        ]
    return lines


def _cell(
    question: str, group: str, modalite: str, number: int | None, total: int
) -> dict[str, object]:
    return {
        "question": question,
        "profession": group,
        "modalite": modalite,
        "repondants": float(total),
        "reponses": None if number is None else float(number),
        "part": None if number is None else number / total,
    }
