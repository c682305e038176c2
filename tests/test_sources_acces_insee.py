"""Access times of INSEE, from an invented Parquet."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from diagterritoire.errors import DataError
from diagterritoire.sources.communes.acces_insee import read_acces
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.library import SourceFile

COLUMNS = {
    "idSrc": ["a", "a", "b", "a"],
    "X": [3_778_100, 3_778_100, 3_778_300, 3_778_100],
    "Y": [2_882_100, 2_882_100, 2_882_100, 2_882_100],
    "depcom": ["18001", "18001", "18002", "18001"],
    "iris": ["1", "2", "1", "1"],
    "typeeq_id": ["D265", "D265", "D265", "B101"],
    "distance": [1.0, 2.0, 3.0, 4.0],
    "duree": [5.5, 6.0, 12.0, 1.0],
    "pop": [10, 2, 7, 10],
}


def write(folder: Path, **changed: object) -> SourceFile:
    path = folder / "donnees-2024-reg24.parquet"
    columns = {k: v for k, v in (COLUMNS | changed).items() if v is not None}
    pq.write_table(pa.table(columns), path)
    file = recognise(path)
    assert file is not None
    return file


def test_cells(tmp_path: Path) -> None:
    table = read_acces(write(tmp_path)).table
    assert table[["carreau", "code_commune", "temps_min", "population"]].to_numpy().tolist() == [
        ["a", "18001", 5.5, 12.0],
        ["b", "18002", 12.0, 7.0],
    ]
    assert table["lat"].between(41, 52).all()


def test_defects(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="colonnes absentes : duree"):
        read_acces(write(tmp_path, duree=None))
    with pytest.raises(DataError, match="aucun carreau"):
        read_acces(write(tmp_path, typeeq_id=["B101"] * 4))
    file = write(tmp_path)
    file.path.write_bytes(file.path.read_bytes()[:-40])
    with pytest.raises(DataError, match="coupé"):
        read_acces(file)


def test_a_parquet_of_an_unknown_name_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "autre.parquet"
    path.write_bytes(b"PAR1")
    assert recognise(path) is None


BENT = {
    "text for a number": {"X": ["x"] * 4},
    "list for a number": {"pop": [[1]] * 4},
    "truth for a number": {"duree": [True] * 4},
    "bytes for a text": {"depcom": [b"\xff"] * 4},
    "number for a text": {"typeeq_id": [265] * 4},
}


@pytest.mark.parametrize("case", BENT)
def test_a_column_of_another_type_is_refused(tmp_path: Path, case: str) -> None:
    with pytest.raises(DataError, match=f"mal formées : {next(iter(BENT[case]))}"):
        read_acces(write(tmp_path, **BENT[case]))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("pop", [10.0, None, 7.0, 10.0]),
        ("idSrc", ["a", None, "b", "a"]),
        ("duree", [5.5, float("inf"), 12.0, 1.0]),
        ("Y", [2e6, float("nan"), 2e6, 2e6]),
    ],
)
def test_a_cell_that_says_nothing_is_refused(
    tmp_path: Path, column: str, values: list[object]
) -> None:
    with pytest.raises(DataError, match=r"1 carreaux sans identifiant.*la ligne 2"):
        read_acces(write(tmp_path, **{column: values}))


def test_texts_that_repeat_are_texts(tmp_path: Path) -> None:
    repeated = pa.array(COLUMNS["typeeq_id"]).dictionary_encode()
    assert len(read_acces(write(tmp_path, typeeq_id=repeated)).table) == 2
