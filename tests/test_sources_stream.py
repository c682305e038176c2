"""Large texts: a file without line breaks is refused without being held in memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from diagterritoire.errors import DataError
from diagterritoire.sources import stream
from diagterritoire.sources.library import Part, SourceFile
from diagterritoire.sources.stream import read_selected

HEADER = "code;profession;nom\n"


def read(path: Path, separator: str = ";"):
    columns = (("code", 0), ("profession", 1))
    part = Part("rpps", columns=columns, separator=separator)
    return read_selected(SourceFile("professionnels", path, "texte", (part,)), part, "code", bool)


@pytest.mark.parametrize("separator", [";", "|"])
@pytest.mark.parametrize("piece", ["x", "x;", "x|", '"x'])
def test_a_line_without_end_is_refused_and_never_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: str, separator: str
) -> None:
    monkeypatch.setattr(stream, "_LINE_CHARS", 1 << 14)
    path = tmp_path / "a.csv"
    path.write_text(HEADER.replace(";", separator) + piece * 4_000_000, encoding="utf-8")
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"abîmé|n'a pas 3 champs"):
            read(path, separator)
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


def test_records_over_several_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(HEADER.encode() + b'"a\r\nb";c;d\r\ne;f;g\r\n')
    table, number = read(path)
    assert number == 2
    assert table["code"].tolist() == ["a\r\nb", "e"]
    assert table.index.tolist() == [3, 4]
