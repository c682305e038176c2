"""Survey of the professionals and maturity of structures, as their files give them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.errors import DataError
from diagterritoire.french import enumeration
from diagterritoire.parameters.reading import SECRETS
from diagterritoire.schema import conform
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.layouts.known import normalise
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.local_files import FORMATS, check_anonymous, check_filled
from diagterritoire.sources.records import (
    check_codes,
    check_unique,
    conformed,
    read_part,
    where,
)
from diagterritoire.sources.survey.words import expectations, understood

_COLUMNS = ("profession", "code_commune", "interet", "attentes", "age", "depart")
# The questions of the layout of one row per question, by their first words.
_QUESTIONS = {
    "interet": "interet",
    "attente": "attentes",
    "age": "age",
    "tranche d age": "age",
    "depart": "depart",
    "commune": "code_commune",
    "code commune": "code_commune",
}
_NIVEAUX = {normalise(n): k for k, n in enumerate(tables.NIVEAUX_EXERCICE)}
_NIVEAUX |= {str(k): k for k in range(len(tables.NIVEAUX_EXERCICE))} | {"non": 0, "oui": 2}
_ELEMENTS = {normalise(k): k for k in tables.ELEMENTS_EXERCICE}
_ELEMENTS |= {normalise(text): k for k, text in tables.ELEMENTS_EXERCICE.items()}


def read_enquete(
    file: SourceFile, *, secret: float = SECRETS["enquete.secret_reponses"]
) -> Reading:
    """Read an anonymous survey as `tables.ENQUETE`: one row per respondent.

    Two layouts: a row per respondent, or a row per respondent and question. Only the columns and
    the questions of docs/formats.md are used: a free text is neither kept nor shown. An answer that
    is none of the list counts as no answer, and the account tells how many there are, from `secret`
    on.

    Raises
    ------
    DataError
        A column that could name somebody, a commune that is none, an empty profession, a question
        answered twice, two questions that are read as the same one.
    """
    part = file.parts[0]
    frame = read_part(file, part, extra=True)
    check_anonymous(frame, file)
    readers: dict[str, Callable[[pd.DataFrame, SourceFile], pd.DataFrame]] = {
        "enquete": _by_respondent,
        "enquete_questions": _by_question,
    }
    wide = readers[part.layout](frame, file)
    check_filled(wide, "profession", file)
    check_codes(wide.loc[wide["code_commune"] != ""], "code_commune", file)
    table, lost = _answers(wide)
    source = ledger.origin(tables.ENQUETE, file.path.name)
    motif = "réponses hors des listes de docs/formats.md : comptées sans réponse, jamais reprises"
    controle = ledger.discreet(source, motif, lost, secret=secret, effet=tables.IMPUTE)
    return Reading(conform(table, tables.ENQUETE), controle, len(frame))


def _by_respondent(frame: pd.DataFrame, file: SourceFile) -> pd.DataFrame:
    return pd.DataFrame(
        {c: frame[c] if c in frame else pd.Series("", index=frame.index) for c in _COLUMNS},
        dtype="str",
    )


def _by_question(frame: pd.DataFrame, file: SourceFile) -> pd.DataFrame:
    """One row per respondent, from a row per respondent and question; the others are left out."""
    for column in ("repondant", "profession", "question"):
        check_filled(frame, column, file)
    check_unique(frame, ["repondant", "question"], file)
    asked = frame["question"].map(_question)
    _check_one_question_each(frame, asked, file)
    first = frame.drop_duplicates("repondant").set_index("repondant")["profession"]
    known = frame.assign(asked=asked).dropna(subset=["asked"])
    wide = known.pivot_table(
        index="repondant", columns="asked", values="reponse", aggfunc=_together
    )
    wide = wide.reindex(index=first.index, columns=list(_COLUMNS)).astype("str").fillna("")
    lines = frame.drop_duplicates("repondant").index
    return wide.assign(profession=first).set_axis(lines, axis="index")


def _together(answers: pd.Series[str]) -> str:
    """Join the answers of a respondent: only expectations may have several questions."""
    return "|".join(text for text in answers if text.strip())


def _check_one_question_each(frame: pd.DataFrame, asked: pd.Series, file: SourceFile) -> None:
    """Check that no two questions are read as the same one: which to keep would be a guess.

    Expectations may be asked in several questions: their answers are put together.
    """
    pairs = frame.assign(asked=asked).dropna(subset=["asked"])
    pairs = pairs.loc[pairs["asked"] != "attentes"].drop_duplicates(["asked", "question"])
    for column, texts in pairs.groupby("asked")["question"]:
        if len(texts) > 1:
            told = [f"« {printable(text, 60)} »" for text in texts]
            raise DataError(
                f"{where(file)} : {len(texts)} questions se lisent comme « {column} » : "
                f"{enumeration(told, 3)}, lignes {enumeration([str(k) for k in texts.index], 3)}.",
                f"Gardez-en une, ou changez les premiers mots des autres. {FORMATS}",
            )


def _question(text: str) -> str | None:
    # Whole words: « Département » is no « Départ », whose number would be a number of years.
    plain = normalise(text)
    return next(
        (name for start, name in _QUESTIONS.items() if re.match(rf"{start}s?\b", plain)), None
    )


def _answers(wide: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Values of the closed sets, and how many answers are out of them."""
    out: dict[str, list[str | None]] = {"code_commune": [c or None for c in wide["code_commune"]]}
    lost = 0
    for column in ("profession", "interet", "age", "depart"):
        out[column] = [understood(column, text) for text in wide[column]]
        given = (text != "" for text in wide[column])
        lost += sum(g and v is None for g, v in zip(given, out[column], strict=True))
    wanted = [expectations(text) for text in wide["attentes"]]
    out["attentes"] = [value for value, _ in wanted]
    return pd.DataFrame(out).astype("str"), lost + sum(n for _, n in wanted)


def read_maturite(file: SourceFile) -> Reading:
    """Read the declared maturity of structures as `tables.MATURITE_EXERCICE`.

    Raises
    ------
    DataError
        A column that could name somebody, a code that is none, an element or a level out of the
        list, the same element twice for a structure.
    """
    frame = read_part(file, file.parts[0], extra=True)
    check_anonymous(frame, file)
    check_codes(frame, "code_commune", file)
    check_filled(frame, "structure", file)
    frame = frame.assign(
        element=_listed(frame, "element", _ELEMENTS, file),
        niveau=_listed(frame, "niveau", _NIVEAUX, file),
    )
    check_unique(frame, ["code_commune", "structure", "element"], file)
    table = conformed(frame, tables.MATURITE_EXERCICE)
    return Reading(table, ledger.stack([]), len(frame))


def _listed(
    frame: pd.DataFrame, column: str, values: dict[str, str] | dict[str, int], file: SourceFile
) -> pd.Series:
    found = frame[column].map(lambda text: values.get(normalise(text)))
    wrong = frame.loc[found.isna(), column]
    if not wrong.empty:
        known = ", ".join(dict.fromkeys(str(v) for v in values.values()))
        raise DataError(
            f"{where(file)} : {len(wrong)} valeurs inconnues dans la colonne « {column} » ; par "
            f"exemple « {printable(wrong.iloc[0], 30)} », ligne {wrong.index[0]}.",
            f"Valeurs admises : {known}. {FORMATS}",
        )
    return found
