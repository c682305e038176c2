"""Every hostile name, typed and in a list file: `make campagnes`."""

from __future__ import annotations

from hostile_names import NAMES
from test_hostile_names import assert_refused, country  # noqa: F401


def test_every_name_is_refused(country, tmp_path, capsys, monkeypatch) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    assert_refused(NAMES, country, tmp_path, capsys, monkeypatch)
    with capsys.disabled():
        print(f"\n{len(NAMES)} noms hostiles, tapés puis dans une liste : tous refusés, code 2")  # noqa: T201
