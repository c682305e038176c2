"""Communes of each territoire de vie-santé, the mesh on which GPs are zoned."""

from __future__ import annotations

import pandas as pd

from diagterritoire import tables
from diagterritoire.errors import DataError
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import check_codes, check_unique, conformed, read_part, where


def read_tvs(file: SourceFile) -> Reading:
    """Read the territoire de vie-santé of each commune as `tables.TVS`.

    Arrondissements of Paris, Lyon and Marseille keep their own code: each is a territory.

    Raises
    ------
    DataError
        Code that is none, commune twice, commune without territory.
    """
    frame = read_part(file, file.parts[0]).rename(columns={"nom": "nom_tvs"})
    check_codes(frame, "code_commune", file)
    check_unique(frame, ["code_commune"], file)
    empty = frame.loc[frame["tvs"] == ""]
    if not empty.empty:
        raise DataError(
            f"{where(file)} : {len(empty)} communes sans territoire de vie-santé ; par exemple "
            f"« {empty['code_commune'].iloc[0]} », ligne {empty.index[0]}."
        )
    names = frame["nom_tvs"] if "nom_tvs" in frame else pd.Series(pd.NA, index=frame.index)
    table = conformed(frame.assign(nom_tvs=names.replace("", pd.NA)), tables.TVS)
    return Reading(table, enregistrements=len(table))
