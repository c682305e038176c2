"""Standardised population from ages, where it is not published: by hand, then in a whole run."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import SilentProgress
from diagterritoire import schema, tables
from diagterritoire.core.communes.assembly import base_table
from diagterritoire.errors import DataError
from diagterritoire.inputs.preparation import prepare, read_country
from diagterritoire.outputs.report import write_report
from diagterritoire.parameters import Parameters
from diagterritoire.sources.folder.load import load, used
from diagterritoire.sources.folder.scan import scan
from diagterritoire.study.diagnosis import diagnose
from test_assembly import raw

# Weights of 2023: 1.12 at 0-4 years, 1.46 at 70-74. Of 2022: 0.93 and 1.52.
AGES = pd.DataFrame(
    [
        ("18001", 0, 100.0),
        ("18001", 70, 200.0),
        ("18002", 0, 100.0),
        ("75056", 0, 1600.0),
        ("75101", 0, 600.0),
        ("97601", 70, 50.0),
    ],
    columns=tables.POPULATIONS_AGES.noms,
)
# Paris is there with one of its arrondissements: counted once.
TOTAL = 100 + 200 + 100 + 1600 + 50
FACTOR_2023 = TOTAL / (1.12 * (100 + 100 + 1600) + 1.46 * (200 + 50))
FACTOR_2022 = TOTAL / (0.93 * (100 + 100 + 1600) + 1.52 * (200 + 50))
MOTIF = "calculée d'après les âges du recensement"


def imputed(controle: pd.DataFrame) -> pd.DataFrame:
    return controle.loc[controle["motif"].str.contains(MOTIF)]


def test_only_what_is_not_published_comes_from_ages() -> None:
    base, controle = base_table(**raw(ages=AGES))
    by = base.set_index("code_commune")["population_standardisee"]
    assert by.tolist() == pytest.approx([310, 99, 1500, 1.46 * 50 * FACTOR_2023])
    assert base["population_totale"].tolist() == [300, 100, 1600, 50]
    (row,) = imputed(controle).to_dict("records")
    assert (row["nombre"], row["part"], row["effet"]) == (1, 0.25, tables.IMPUTE)
    assert row["source"] == tables.POPULATIONS_AGES.titre
    assert "97601" in row["exemples"]
    assert "2023" in row["motif"]
    assert not controle["motif"].str.contains("rapport national").any()
    mine = controle.loc[controle["source"] == tables.POPULATIONS_AGES.titre]
    counts = mine.groupby("effet")["nombre"].sum()
    assert counts[tables.LU] == counts[tables.UTILISE] + counts[tables.ECARTE] == 5


def test_without_any_workbook_the_country_keeps_its_total() -> None:
    base, controle = base_table(**raw(ages=AGES, apl_publiee=schema.empty(tables.APL_PUBLIEE)))
    assert base["population_standardisee"].tolist() == pytest.approx(
        [
            (1.12 * 100 + 1.46 * 200) * FACTOR_2023,
            1.12 * 100 * FACTOR_2023,
            1.12 * 1600 * FACTOR_2023,
            1.46 * 50 * FACTOR_2023,
        ]
    )
    assert base["population_standardisee"].sum() == pytest.approx(TOTAL)
    assert base["apl_publiee"].isna().all()
    assert imputed(controle)["nombre"].tolist() == [4]


def test_weights_are_those_of_the_year_of_the_apl() -> None:
    given = raw(ages=AGES)
    apl = given["apl_publiee"]
    base, _ = base_table(**given | {"apl_publiee": apl.loc[apl["annee"] == 2022]})
    by = base.set_index("code_commune")["population_standardisee"]
    assert by["18001"] == 300
    assert by["97601"] == pytest.approx(1.52 * 50 * FACTOR_2022)


def test_a_commune_without_ages_keeps_the_national_ratio() -> None:
    base, controle = base_table(**raw(ages=AGES.loc[AGES["code_commune"] != "97601"]))
    without, _ = base_table(**raw())
    column = "population_standardisee"
    assert base[column].tolist() == without[column].tolist()
    assert imputed(controle).empty
    assert controle["motif"].str.contains("rapport national").sum() == 1


def write_ages(folder: Path, populations: pd.DataFrame, name: str = "TD_POP1B_2021.csv") -> None:
    """TD_POP1B: a third of each commune at 3 years, a third at 40, a third at 82."""
    lines = ["NIVEAU;CODGEO;LIBGEO;SEXE;AGED100;NB"]
    for code, people in populations[["code_commune", "population"]].itertuples(index=False):
        lines += [f"COM;{code};Essai;1;{age:03d};{people / 3:.6f}" for age in (3, 40, 82)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def folder(demo, tmp_path_factory):
    """The invented files, and the ages of their communes."""
    place = tmp_path_factory.mktemp("ages") / "raw"
    shutil.copytree(demo.folder, place)
    write_ages(place, load(scan(demo.folder)).populations)
    return place


def test_ages_are_used_and_the_published_population_is_kept(folder, demo, whole_of_demo) -> None:
    library = scan(folder)
    assert used("ages", library)
    country = read_country(folder, Parameters(), SilentProgress())
    assert "ages" in set(country.raw.sources["cle"])
    before = whole_of_demo.base.set_index("code_commune")["population_standardisee"]
    after = country.base.set_index("code_commune")["population_standardisee"]
    assert after.drop(demo.sans_apl).equals(before.drop(demo.sans_apl))
    assert after[demo.sans_apl] != before[demo.sans_apl]
    (row,) = imputed(country.controle).to_dict("records")
    assert row["nombre"] == 1
    assert demo.sans_apl in row["exemples"]


@pytest.fixture(scope="module")
def whole_of_demo(demo):
    return read_country(demo.folder, Parameters(), SilentProgress())


def test_a_run_without_the_workbook(folder, demo, tmp_path, progress) -> None:
    bare = tmp_path / "raw"
    shutil.copytree(folder, bare)
    for path in bare.glob("drees_apl*"):
        path.unlink()
    parameters = Parameters()
    diagnosis = diagnose(prepare("000000001", bare, tmp_path, parameters, progress), parameters)
    communes = diagnosis.communes
    assert communes["apl_publiee"].isna().all()
    assert communes["apl_calibree"].isna().all()
    assert "apl_publiee" not in set(diagnosis.sources["cle"])
    # The same ages everywhere: standardised people are people, up to the change of year.
    np.testing.assert_allclose(
        communes["population_standardisee"], communes["population"], rtol=1e-6
    )
    (row,) = imputed(diagnosis.controle).to_dict("records")
    assert row["nombre"] == len(demo.communes)
    report = tmp_path / "rapport.html"
    write_report(diagnosis, report)
    text = report.read_text(encoding="utf-8")
    assert MOTIF.replace("'", "’") in text
    # Ages are known: needs are told, and nothing says that they are not.
    assert "habitant compte en moyenne pour 1,00 habitant standardisé" in text
    assert "besoins selon l’âge" not in text


def test_without_workbook_nor_ages_the_workbook_is_asked(demo, tmp_path) -> None:
    bare = tmp_path / "raw"
    shutil.copytree(demo.folder, bare)
    for path in bare.glob("drees_apl*"):
        path.unlink()
    with pytest.raises(DataError, match="apl_publiee"):
        load(scan(bare))


def test_ages_of_a_part_of_the_country_are_refused(demo, tmp_path) -> None:
    shutil.copytree(demo.folder, tmp_path / "raw")
    write_ages(tmp_path / "raw", load(scan(demo.folder)).populations.head(30))
    with pytest.raises(DataError, match="communes absentes"):
        load(scan(tmp_path / "raw"))
