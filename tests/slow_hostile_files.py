"""Every file written to harm, and what each cost to refuse: `make campagnes`."""

from __future__ import annotations

from pathlib import Path

from hostile_files import FILES, Outcome, outcomes
from test_hostile_files import fault


def test_every_file_is_refused_within_limits(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    found = dict(outcomes(tmp_path, list(FILES)))
    assert list(found) == list(FILES)
    told = [one for one in found.values() if isinstance(one, Outcome)]
    with capsys.disabled():
        refused = sum(bool(one.refus) for one in told)
        print(  # noqa: T201
            f"\n{len(found)} fichiers hostiles : {refused} refusés, {len(told) - refused} lus sans "
            f"effet, {len(found) - len(told)} sans réponse ; au plus "
            f"{max(one.mebioctets for one in told):.0f} Mio et "
            f"{max(one.secondes for one in told):.1f} s de calcul"
        )
    assert [text for name, one in found.items() if (text := fault(name, one))] == []
    assert not list(tmp_path.rglob("pwned"))
