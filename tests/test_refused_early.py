"""A territory that names nothing is refused before the long files are read."""

from __future__ import annotations

import pytest

from conftest import SilentProgress
from diagterritoire.errors import UsageError
from diagterritoire.inputs.preparation import prepare
from diagterritoire.parameters import Parameters
from diagterritoire.sources.folder import load


@pytest.mark.parametrize("wrong", ["99999", "Atlantide", "00001,bv:99999", "codes.csv"])
def test_what_names_nothing_is_refused_first(wrong, demo, tmp_path, monkeypatch):
    def read(*_):
        raise AssertionError("lecture commencée")

    monkeypatch.setattr(load, "read_communes", read)
    monkeypatch.setattr(load, "read_populations", read)
    if wrong.endswith(".csv"):
        (tmp_path / wrong).write_text("code\n00001\n99998\n", encoding="utf-8")
        wrong = str(tmp_path / wrong)
    with pytest.raises(UsageError):
        prepare(wrong, demo.folder, tmp_path, Parameters(), SilentProgress())
    with pytest.raises(AssertionError, match="lecture"):
        prepare("00001", demo.folder, tmp_path, Parameters(), SilentProgress())
