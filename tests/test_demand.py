"""Population by age, and the standardised population: by hand, then as a law."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from diagterritoire.core.communes import demand
from diagterritoire.errors import DataError, UsageError
from diagterritoire.parameters import Parameters, override
from diagterritoire.sources.communes.ages import read_ages
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.library import Reading
from diagterritoire.tables import AGES
from test_sources_writers import write_workbook

POIDS = Parameters().demande.poids_ages_2023


def read(path: Path) -> Reading:
    file = recognise(path)
    assert file is not None
    assert file.cle == "ages"
    return read_ages(file)


def detail(folder: Path, rows: tuple[str, ...]) -> Path:
    path = folder / "TD_POP1B_2022.csv"
    path.write_text("\n".join(["NIVEAU;CODGEO;LIBGEO;SEXE;AGED100;NB", *rows]) + "\n", "utf-8")
    return path


ROWS = (
    "COM;18001;Essai;1;000;10.5",
    "COM;18001;Essai;2;004;9,5",
    "COM;18001;Essai;1;005;7",
    "COM;18001;Essai;1;094;3",
    "COM;18001;Essai;2;100;1",
    "COM;2A004;Autre;1;040;20",
)


def test_years_of_age_go_to_classes_of_five_years(tmp_path: Path) -> None:
    table = read(detail(tmp_path, ROWS)).table
    inhabited = table.loc[table["population"] > 0].to_numpy().tolist()
    assert inhabited == [["18001", 0, 20.0], ["18001", 5, 7.0], ["18001", 90, 4.0],
                         ["2A004", 40, 20.0]]  # fmt: skip
    assert len(table) == 2 * len(AGES)


def test_columns_of_classes_keep_the_most_recent_year(tmp_path: Path) -> None:
    def sheet(year: int) -> list[list[object]]:
        labels = [f"ageq_rec{k:02d}s{s}rpop{year}" for k in range(1, 21) for s in (1, 2)]
        values = [k if s == 1 else 0.5 for k in range(1, 21) for s in (1, 2)]
        return [
            ["Recensements"],
            ["RR", "DR", "CR", "STABLE", "LIBELLE", *labels],
            ["24", "18", "001", "1", "Essai", *[v * (year == 2022) for v in values]],
        ]

    path = write_workbook(
        tmp_path / "pop-sexe-age-quinquennal6822.xlsx",
        {"COM_2011": sheet(2011), "COM_2022": sheet(2022)},
    )
    table = read(path).table.set_index("age")["population"]
    assert table[0] == 1.5
    assert table[85] == 18.5
    assert table[90] == 19 + 20 + 1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("COM;1801;Essai;1;000;1", "zéro initial"),
        ("COM;18001;Essai;1;ENS;1", "âges illisibles"),
        ("COM;18001;Essai;1;000;beaucoup", "ne sont pas des nombres"),
        ("COM;18001;Essai;1;000;s", "effectifs manquants"),
        ("COM;18001;Ess", "est coupé"),
    ],
)
def test_defects(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read(detail(tmp_path, (*ROWS, row)))


def ages(populations: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(c, a, p) for c, values in populations.items() for a, p in zip(AGES, values, strict=True)],
        columns=["code_commune", "age", "population"],
    )


def test_one_unknown_age_among_others_is_refused() -> None:
    table = ages({"01001": [1.0] * len(AGES)})
    table.loc[3, "age"] = 17
    with pytest.raises(DataError, match="Classe d'âge inconnue : 17 "):
        demand.national_factor(table, POIDS)


def test_by_hand() -> None:
    young, old = [0.0] * len(AGES), [0.0] * len(AGES)
    young[0], old[14] = 100.0, 100.0  # 1.12 and 1.46 in 2023
    table = ages({"01001": young, "01002": old})
    # k = 200 / (112 + 146) = 0.7751937984...
    factor = demand.national_factor(table, POIDS)
    assert factor == pytest.approx(200 / 258)
    out = demand.standardised(table, POIDS, factor).set_index("code_commune")
    assert out["population_standardisee"].tolist() == pytest.approx(
        [112 * 200 / 258, 146 * 200 / 258]
    )
    assert out["population_totale"].tolist() == [100.0, 100.0]


@given(st.lists(st.lists(st.floats(0, 1e5), min_size=19, max_size=19), min_size=1, max_size=5))
def test_the_national_sum_of_standardised_is_the_national_total(rows: list[list[float]]) -> None:
    table = ages({f"{i:05d}": values for i, values in enumerate(rows, 1)})
    total = math.fsum(table["population"])
    if total < 1:
        return
    out = demand.standardised(table, POIDS, demand.national_factor(table, POIDS))
    assert math.fsum(out["population_standardisee"]) == pytest.approx(total)


def test_a_territory_alone_has_no_national_factor() -> None:
    table = ages({"01001": [1.0] * 19})
    with pytest.raises(DataError, match="pays entier"):
        demand.standardised(table, POIDS)
    with pytest.raises(DataError, match="18 poids"):
        demand.standardised(table, POIDS[1:], 1.0)
    with pytest.raises(DataError, match="inconnue : 3"):
        demand.standardised(table.assign(age=3), POIDS, 1.0)
    with pytest.raises(DataError, match="aucun habitant"):
        demand.national_factor(table.assign(population=0.0), POIDS)


def test_parameters_ask_for_a_weight_per_class() -> None:
    with pytest.raises(UsageError, match="19 poids"):
        override(Parameters(), {"demande": {"poids_ages_2023": [1.0, 2.0]}})


@pytest.mark.real
def test_weights_are_those_of_the_workbook(real_data: Path) -> None:
    book = CalamineWorkbook.from_path(real_data / "drees_apl_generalistes_2022_2023.xlsx")
    rows = book.get_sheet_by_name("Paramètres").to_python()
    cells = [[c for c in row if c != ""] for row in rows]
    weights = [c[1:] for c in cells if len(c) == 3 and isinstance(c[1], float)]
    assert tuple(w[0] for w in weights) == Parameters().demande.poids_ages_2022
    assert tuple(w[1] for w in weights) == Parameters().demande.poids_ages_2023
