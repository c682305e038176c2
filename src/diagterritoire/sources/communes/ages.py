"""INSEE census: population by commune and five-year class of age."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.library import Part, Reading, SourceFile
from diagterritoire.sources.records import check_codes, conformed, numbers, read_part, where
from diagterritoire.sources.stream import read_selected

_LAST = tables.AGES[-1]
# The census has a class 95 or more, that the weights of the demand put with 90 to 94.
_CLASSES = 20
# Insee publishes the census of a year on the communes of the third 1st of January after it.
_YEARS_TO_COG = 3


def read_ages(file: SourceFile) -> Reading:
    """Read the population by age as `tables.POPULATIONS_AGES`, both sexes together.

    Two layouts: one row per commune, sex and year of age (TD_POP1B), or one column per sex and
    class of five years. Of several sheets, the most recent year is kept. Numbers are those of the
    census, with decimals; a class that the file does not give for a commune holds nobody. `cog` is
    that of the census, when its year is known.

    Raises
    ------
    DataError
        Damaged file, code or age that is none, number that is none.
    """
    layout = file.parts[0].layout
    readers: dict[str, Callable[[SourceFile], tuple[pd.DataFrame, int]]] = {
        "ages_detail": _read_detail,
        "ages_quinquennal": _read_classes,
    }
    long, read = readers[layout](file)
    summed = long.groupby(["code_commune", "age"])["population"].sum()
    codes = sorted(set(long["code_commune"]))
    whole = pd.MultiIndex.from_product([codes, tables.AGES], names=["code_commune", "age"])
    table = summed.reindex(whole, fill_value=0.0).reset_index()
    year = file.millesime if layout == "ages_detail" else _year(_latest(file))
    return Reading(
        conformed(table, tables.POPULATIONS_AGES),
        schema.empty(tables.CONTROLE),
        read,
        year + _YEARS_TO_COG if year else None,
    )


def _read_detail(file: SourceFile) -> tuple[pd.DataFrame, int]:
    frame, read = read_selected(file, file.parts[0], "code_commune", lambda _: True)
    check_codes(frame, "code_commune", file)
    wrong = frame.loc[~frame["age"].str.fullmatch(r"[0-9]{1,3}")]
    if not wrong.empty:
        raise DataError(
            f"{where(file)} : {len(wrong)} âges illisibles (colonne AGED100) ; par exemple "
            f"« {printable(wrong['age'].iloc[0], 20)} », ligne {wrong.index[0]}."
        )
    population, missing = numbers(frame, "population", file)
    _refuse_missing(frame, missing, file)
    age = (frame["age"].astype("int64") // 5 * 5).clip(upper=_LAST)
    return frame.assign(age=age, population=population), read


def _read_classes(file: SourceFile) -> tuple[pd.DataFrame, int]:
    frame = read_part(file, _latest(file))
    frame["code_commune"] = frame["departement"] + frame["commune"]
    check_codes(frame, "code_commune", file)
    pieces = []
    for name in [c for c in frame.columns if re.fullmatch(r"s[12]a[0-9]{2}", c)]:
        values, missing = numbers(frame, name, file)
        _refuse_missing(frame, missing, file)
        age = min(5 * (int(name[3:]) - 1), _LAST)
        piece = {"code_commune": frame["code_commune"], "age": age, "population": values}
        pieces.append(pd.DataFrame(piece))
    return pd.concat(pieces, ignore_index=True), len(frame)


def _latest(file: SourceFile) -> Part:
    return max(file.parts, key=lambda p: (_year(p), p.sheet))


def _year(part: Part) -> int:
    found = re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", part.sheet)
    return int(found[-1]) if found else 0


def _refuse_missing(frame: pd.DataFrame, missing: pd.Series[str], file: SourceFile) -> None:
    empty = frame.loc[missing.notna(), "code_commune"]
    if not empty.empty:
        raise DataError(
            f"{where(file)} : {len(empty)} effectifs manquants ; par exemple la commune "
            f"« {printable(empty.iloc[0], 10)} », ligne {empty.index[0]}."
        )
