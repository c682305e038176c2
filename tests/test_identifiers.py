"""Identifiers: one missing, repeated or unknown among others is told."""

from __future__ import annotations

import pandas as pd
import pytest

from diagterritoire.core.identifiers import by_id, positions
from diagterritoire.errors import DataError


def test_one_unknown_identifier_among_others_is_refused():
    with pytest.raises(DataError, match="1 lignes portent un identifiant inconnu, par exemple c"):
        positions(pd.Series(["b", "c"], name="code"), pd.Series(["a", "b"]))
    with pytest.raises(DataError, match="1 identifiants vides"):
        by_id(pd.DataFrame({"code": ["a", None]}), "code", [])
    with pytest.raises(DataError, match="2 lignes partagent un identifiant, par exemple a"):
        by_id(pd.DataFrame({"code": ["b", "a", "a"]}), "code", [])
