"""Every hostile name, typed and in a list file, for one territory and a batch: `make campagnes`."""

from __future__ import annotations

import pytest

from hostile_names import NAMES
from test_hostile_names import COMMANDS, assert_refused, country  # noqa: F401


@pytest.mark.parametrize("command", COMMANDS)
def test_every_name_is_refused(  # type: ignore[no-untyped-def]
    country,  # noqa: F811
    tmp_path,
    capsys,
    monkeypatch,
    command: str,
) -> None:
    assert_refused(NAMES, command, country, tmp_path, capsys, monkeypatch)
    with capsys.disabled():
        told = "tapés puis dans une liste : tous refusés, code 2"
        print(f"\n{command}, {len(NAMES)} noms hostiles, {told}")  # noqa: T201
