"""What is known of every commune, source after source, at the edge."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from diagterritoire import schema, tables
from diagterritoire.core.communes import assembly
from diagterritoire.core.communes.assembly import _Target, base_table
from diagterritoire.parameters import Parameters
from test_assembly import CODES, raw

POLYGONES = pd.Series([300, 100, 2000, 50], index=CODES, dtype="int64")
NAMES = dict(zip(CODES, ["Belair", "Vaumont", "Paris", "Acoua"], strict=True))


def communes(**columns: object) -> pd.DataFrame:
    base = pd.DataFrame({"nom": NAMES, "code_departement": ["18", "18", "75", "976"]}, index=CODES)
    return base.rename_axis("code_commune").assign(**columns)


def target(cog: Mapping[str, int] | None = None, moves: pd.DataFrame | None = None) -> _Target:
    """The four communes of 2024; 18001 takes 18002 in 2025."""
    return _Target(
        codes=communes().index,
        noms=NAMES,
        poids=POLYGONES.astype("float64"),
        annee=2024,
        mouvements=raw()["mouvements"] if moves is None else moves,
        cog={} if cog is None else cog,
        controle=[],
    )


def numbers(column: pd.Series) -> list[float]:
    return column.astype("float64").fillna(-1.0).tolist()


def told(at: _Target) -> list[list[object]]:
    rows = pd.concat(at.controle)
    return rows[["nombre", "effet", "exemples"]].to_numpy().tolist()


def gps(**counts: float) -> pd.DataFrame:
    codes = [code.removeprefix("c") for code in counts]
    return pd.DataFrame({"code_commune": codes, "mg_nb": list(counts.values()), "annee": 2020})


def test_every_row_of_the_account_by_hand() -> None:
    _, controle = base_table(**raw())
    both = "75101 Paris (75056) et 75102 Paris (75056)"
    assert controle[["nombre", "effet", "exemples"]].to_numpy().tolist() == [
        # Outlines.
        [4, "lu", ""], [4, "utilise", ""],
        # Populations: a merged commune is divided again, two arrondissements make Paris.
        [3, "lu", ""], [1, "utilise", "18001 Belair"], [2, "utilise", both],
        [2, "impute", "18001 Belair et 18002 Vaumont"], [1, "impute", "97601 Acoua"],
        # Published APL: a row of an older year, and none for 18002 and 97601.
        [5, "lu", ""], [1, "ecarte", ""], [2, "utilise", ""], [2, "utilise", both],
        [2, "signale", "18002 Vaumont et 97601 Acoua"], [1, "impute", "97601 Acoua"],
        # Zones.
        [3, "lu", ""], [2, "utilise", ""], [1, "ecarte", "99999"],
        [2, "signale", "75056 Paris et 97601 Acoua"], [1, "signale", "18002 Vaumont"],
        # GPs, then communes.
        [3, "lu", ""], [3, "utilise", ""], [1, "signale", "97601 Acoua"],
        [4, "lu", ""], [4, "utilise", ""],
    ]  # fmt: skip
    shares = controle.loc[controle["nombre"] == 1, "part"].tolist()
    assert shares == pytest.approx([1 / 3, 0.25, 0.2, 0.25, 1 / 3, 0.25, 0.25])


def test_a_list_is_no_directory_nor_a_list_of_people_unless_it_is_said() -> None:
    # 18002 is unknown though 18001 is counted, and 75101 is a part of Paris.
    base, _ = base_table(**raw(medecins=gps(c18001=2, c75056=9, c75101=4)))
    assert numbers(base["mg_nb"]) == [2.0, -1.0, 9.0, -1.0]


def test_people_of_a_city_and_of_its_parts_add_up() -> None:
    at = target()
    found = assembly._with_medecins(communes(), gps(c75056=9, c75101=4), at, True, True)
    assert numbers(found["mg_nb"]) == [-1.0, -1.0, 13.0, -1.0]
    assert told(at) == [
        [2, "lu", ""], [1, "utilise", ""], [1, "utilise", "75101 Paris (75056)"],
        [3, "signale", "18001 Belair, 18002 Vaumont et 97601 Acoua"],
    ]  # fmt: skip
    at = target()
    found = assembly._with_medecins(communes(), gps(c75056=9, c75101=4), at, True, False)
    assert numbers(found["mg_nb"]) == [-1.0, -1.0, 9.0, -1.0]
    assert told(at)[:3] == [[2, "lu", ""], [1, "utilise", ""], [1, "ecarte", "75101"]]


def test_a_part_of_a_gp_is_divided_as_it_is_and_a_whole_one_is_not() -> None:
    # By the outlines, 300 and 100 people.
    later = {"medecins": 2025}
    parts = assembly._with_medecins(communes(), gps(c18001=2.5, c75056=9), target(later), *FALSE)
    assert numbers(parts["mg_nb"]) == [1.875, 0.625, 9.0, -1.0]
    whole = assembly._with_medecins(communes(), gps(c18001=2.0, c75056=9.0), target(later), *FALSE)
    assert numbers(whole["mg_nb"]) == [2.0, 0.0, 9.0, -1.0]


FALSE = (False, False)


def test_the_codes_of_a_source_are_of_its_vintage_when_it_has_one_alone() -> None:
    one = pd.DataFrame({"code_commune": ["18001", "18002"], "annee": 2020})
    two = one.assign(annee=[2020, 2021])
    for frame, cog, expected in (
        (one, {"medecins_2020": 2025, "medecins": 2023}, 2025),
        (one, {"medecins_2021": 2025, "medecins": 2023}, 2023),
        (one, {"medecins_2021": 2025}, 2024),
        # Of two vintages, the table decides.
        (two, {"medecins_2020": 2025, "medecins_2021": 2025, "medecins": 2023}, 2023),
        (one.drop(columns="annee"), {"medecins_2020": 2025}, 2024),
    ):
        assert target(cog).year(frame, tables.MEDECINS) == expected


def test_a_population_of_nobody_is_not_an_unknown_one() -> None:
    # A part of Paris counts nobody who is not already there.
    people = pd.DataFrame({"code_commune": ["18001", "75056", "75101"], "population": [0, 1, 7]})
    drawn = POLYGONES.astype("Int64").drop("97601")
    at = target()
    found = assembly._with_population(communes(), people, drawn, at, Parameters())
    assert numbers(found["population"]) == [0, 100, 1, -1]
    assert found["population_annee"].tolist() == [2023, 2021, 2023, 2021]
    assert told(at) == [
        [3, "lu", ""], [2, "utilise", ""], [1, "ecarte", "75101"], [1, "impute", "18002 Vaumont"],
    ]  # fmt: skip


def apl_of(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=tables.APL_PUBLIEE.noms)


def test_an_apl_of_one_kind_has_a_year() -> None:
    rows = apl_of(
        ("18001", 2023, None, 1.0, 80.0, 50.0), ("18002", 2023, None, None, 80.0, 50.0),
        ("75056", 2023, 3.0, 2.0, None, None), ("97601", 2022, 9.0, 9.0, 9.0, 9.0),
    )  # fmt: skip
    at = target()
    found = assembly._with_apl(communes(), rows, at)
    assert numbers(found["apl_publiee_annee"]) == [2023.0, -1.0, 2023.0, -1.0]
    assert numbers(found["apl_publiee"]) == [-1.0, -1.0, 3.0, -1.0]
    assert numbers(found["population_standardisee"]) == [80.0, 80.0, -1.0, -1.0]
    assert told(at) == [
        [4, "lu", ""], [1, "ecarte", ""], [3, "utilise", ""],
        # Paris is told as incomplete for each of its two populations.
        [1, "impute", "75056 Paris"], [1, "impute", "75056 Paris"],
        [3, "signale", "18001 Belair, 18002 Vaumont et 97601 Acoua"],
    ]  # fmt: skip


AGES = pd.DataFrame(
    [("18001", 0, 100.0), ("18002", 0, 100.0), ("18002", 70, 50.0), ("75056", 0, 50.0)],
    columns=tables.POPULATIONS_AGES.noms,
)


def test_ages_fill_what_is_not_published_and_nothing_else() -> None:
    known = communes(
        population_standardisee=[9.0, None, None, None],
        population_totale=[8.0, 7.0, None, None],
        apl_publiee_annee=pd.array([None, 2022, 2022, None], dtype="Int64"),
    )
    at = target()
    found = assembly._with_ages(known, AGES, at, Parameters())
    # Weights of 2022: 0.93 at 0 to 4 years, 1.52 at 70 to 74; 300 people weigh 308.5.
    factor = 300 / (0.93 * 250 + 1.52 * 50)
    assert numbers(found["population_standardisee"]) == pytest.approx(
        [9.0, factor * (93 + 76), factor * 46.5, -1.0]
    )
    assert numbers(found["population_totale"]) == [8.0, 150.0, 50.0, -1.0]
    assert told(at) == [
        [3, "lu", ""],
        [3, "utilise", ""],
        [2, "impute", "18002 Vaumont et 75056 Paris"],
    ]
    motif = str(at.controle[-1]["motif"].iloc[0])
    assert "poids de l'APL 2022, facteur national 0,9724 (imputé)" in motif
    for nothing in (None, AGES.head(0)):
        assert assembly._with_ages(known, nothing, at, Parameters()) is known
    # Of no year, the latest weights.
    undated = known.assign(apl_publiee_annee=pd.array([None] * 4, dtype="Int64"))
    assembly._with_ages(undated, AGES, at, Parameters())
    assert "poids de l'APL 2023" in str(at.controle[-1]["motif"].iloc[0])


def test_one_published_inhabitant_gives_a_national_ratio() -> None:
    people = pd.array([100, None, 10, 50], dtype="Int64")
    base = communes(population_standardisee=[80.0, None, None, None], population=people)
    at = target()
    rows = apl_of(
        ("18001", 2023, 2.0, 1.0, 0.8, 0.5), ("18002", 2023, 2.0, 1.0, None, 90.0),
        ("75056", 2023, 2.0, 1.0, 7.0, None), ("97601", 2022, 2.0, 1.0, 9.0, 9.0),
    )  # fmt: skip
    found = assembly._with_standardised(base, rows, at)
    # 0.8 for 0.5: the only row of the latest year that has both.
    assert numbers(found["population_standardisee"]) == [80.0, -1.0, 16.0, 80.0]
    assert told(at) == [[2, "impute", "75056 Paris et 97601 Acoua"]]
    assert "multipliée par 1,6000, rapport national" in str(at.controle[0]["motif"].iloc[0])
    alone = assembly._with_standardised(base, rows.head(0), at)
    assert numbers(alone["population_standardisee"]) == [80.0, -1.0, 10.0, 50.0]


def test_zones_that_differ_are_told_once() -> None:
    # Three communes of 2023 made 18001, which differ; 18002 says nothing, 97601 is absent.
    rows = [("32", "2024-01-01", "COM", c, "COM", "18001") for c in ("18001", "18003", "18004")]
    moves = pd.DataFrame(rows, columns=tables.MOUVEMENTS.noms)
    zones = pd.DataFrame(
        {"code_commune": ["18001", "18003", "18004", "18002", "75056"],
         "zonage_mg": ["ZIP", "ZIP", None, None, "ZAC"]}
    )  # fmt: skip
    at = target({"zonage": 2023}, moves)
    found = assembly._with_zonage(communes(), zones, at)
    assert found["zonage_mg"].fillna("?").tolist() == ["?", "?", "ZAC", "?"]
    assert told(at)[-3:] == [
        [1, "signale", "18001 Belair"], [1, "signale", "97601 Acoua"],
        [1, "signale", "18002 Vaumont"],
    ]  # fmt: skip


def test_outlines_and_communes_count_a_city_once() -> None:
    cities = pd.Index(["75101", "75102", "18001", "18009"])
    found = assembly._outlines(cities, pd.Index(["75101", "75102", "18001", "18002"]))
    assert found[["nombre", "effet", "exemples"]].to_numpy().tolist() == [
        [3, "lu", ""], [2, "utilise", ""], [1, "ecarte", "18009"],
    ]  # fmt: skip
    parts = arrondissements()
    at = target()
    kept, controle = assembly._without_population(parts, at)
    assert kept["code_commune"].tolist() == ["69381", "75101", "75102"]
    assert kept.index.tolist() == [0, 1, 2]
    assert kept["population"].tolist() == [9, 5, 0]
    assert controle[["nombre", "effet", "exemples"]].to_numpy().tolist() == [
        [3, "lu", ""], [2, "utilise", ""], [1, "ecarte", "18001 Belair"],
    ]  # fmt: skip


def arrondissements() -> pd.DataFrame:
    codes = pd.Index(["18001", "69381", "75101", "75102"], name="code_commune")
    people = pd.array([None, 9, 5, 0], dtype="Int64")
    names = [name for name in assembly.BASE if name != "code_commune"]
    return pd.DataFrame(index=codes, columns=names).assign(population=people, population_annee=2023)


def test_a_part_of_a_city_weighs_its_standardised_population() -> None:
    drawn = pd.Series({"75101": 9, "75102": 9, "18001": 300}, dtype="Int64")
    apl = apl_of(("75101", 2023, 1.0, 1.0, 4.0, 4.0), ("18001", 2023, 1.0, 1.0, 4.0, 4.0))
    found = assembly._weights(drawn, apl)
    assert found.to_dict() == {"75102": 9.0, "18001": 300.0, "75101": 4.0}


def test_what_no_source_says_adds_nothing_to_the_account() -> None:
    at = target()
    assert at.follow(schema.empty(tables.ZONAGE), tables.ZONAGE).empty
    assert at.controle == []
