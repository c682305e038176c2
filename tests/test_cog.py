import numpy as np
import pandas as pd
import pytest
from bench.donnees import REAL
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from diagterritoire.core.communes.carry import carry_label, carry_mean, carry_sum, largest_remainder
from diagterritoire.core.communes.cog import account, correspondence
from diagterritoire.errors import DataError
from diagterritoire.tables import MOUVEMENTS


def moves(*rows):
    """Each row: mod, date, before, after (communes)."""
    table = [(mod, date, "COM", old, "COM", new) for mod, date, old, new in rows]
    return pd.DataFrame(table, columns=MOUVEMENTS.noms)


# 01002 merges into 01001 (2022); 01003 becomes 02003 (2023); 01004 is re-established from 01005
# (2024); 01009 is a change of name.
MOVES = moves(
    ("32", "2022-01-01", "01001", "01001"),
    ("32", "2022-01-01", "01002", "01001"),
    ("41", "2023-01-01", "01003", "02003"),
    ("21", "2024-01-01", "01005", "01005"),
    ("21", "2024-01-01", "01005", "01004"),
    ("10", "2023-01-01", "01009", "01009"),
)
OLD = ["01001", "01002", "01003", "01005", "01009"]
NEW = ["01001", "02003", "01004", "01005", "01009"]


def triples(table):
    return [tuple(None if pd.isna(v) else v for v in row) for row in table.to_numpy().tolist()]


def test_forward_by_hand():
    assert triples(correspondence(MOVES, OLD, NEW, 2021, 2024)) == [
        ("01001", "01001", "fusion"),
        ("01002", "01001", "fusion"),
        ("01003", "02003", "changement_de_code"),
        ("01005", "01004", "division"),
        ("01005", "01005", "division"),
        ("01009", "01009", "identique"),
    ]


def test_backward_by_hand():
    assert triples(correspondence(MOVES, NEW, OLD, 2024, 2021)) == [
        ("01001", "01001", "division"),
        ("01001", "01002", "division"),
        ("01004", "01005", "fusion"),
        ("01005", "01005", "fusion"),
        ("01009", "01009", "identique"),
        ("02003", "01003", "changement_de_code"),
    ]


def test_a_movement_of_1_january_belongs_to_that_year():
    before = correspondence(MOVES, ["01002"], ["01001", "01002"], 2021, 2021)
    after = correspondence(MOVES, ["01002"], ["01001"], 2021, 2022)
    assert triples(before) == [("01002", "01002", "identique")]
    assert triples(after)[0][:2] == ("01002", "01001")


def test_code_changed_then_merged_on_the_same_date():
    m = moves(
        ("32", "2018-01-01", "50649", "50592"),
        ("32", "2018-01-01", "50592", "50592"),
        ("41", "2018-01-01", "14513", "50649"),
    )
    assert triples(correspondence(m, ["14513"], ["50592"], 2017, 2018))[0][1] == "50592"
    back = correspondence(m, ["50592"], ["14513", "50592"], 2018, 2017)
    assert [r[1] for r in triples(back)] == ["14513", "50592"]


def test_code_taken_back_two_years_later():
    m = moves(("50", "2021-01-01", "27676", "27058"), ("50", "2023-01-01", "27058", "27676"))
    assert triples(correspondence(m, ["27058"], ["27676"], 2021, 2024))[0][1] == "27676"
    assert triples(correspondence(m, ["27676"], ["27676"], 2020, 2024))[0][2] == "identique"


def test_commune_deleguee_and_misdeclared_year_are_found_in_the_whole_history():
    assert triples(correspondence(MOVES, ["01002"], ["01001"], 2024, 2024))[0][1] == "01001"
    assert triples(correspondence(MOVES, ["02003"], ["01003"], 2021, 2021))[0][1] == "01003"


def test_rows_of_communes_deleguees_are_ignored():
    m = pd.DataFrame(
        [("32", "2022-01-01", "COM", "01002", "COMD", "01002")], columns=MOUVEMENTS.noms
    )
    assert triples(correspondence(m, ["01002"], ["01002"], 2021, 2024))[0][2] == "identique"


def test_part_already_apart_in_the_source_receives_nothing_more():
    table = correspondence(MOVES, ["01004", "01005"], ["01004", "01005"], 2023, 2024)
    assert [r[:2] for r in triples(table)] == [("01004", "01004"), ("01005", "01005")]


def test_orphan_is_listed():
    assert triples(correspondence(MOVES, ["99999"], NEW, 2021, 2024)) == [
        ("99999", None, "orpheline")
    ]


def test_arrondissements_go_to_their_commune_once():
    only = correspondence(MOVES, ["75101", "75120"], ["75056"], 2024, 2024)
    assert {r[1:] for r in triples(only)} == {("75056", "arrondissement")}
    both = correspondence(MOVES, ["75056", "75101"], ["75056"], 2024, 2024)
    assert triples(both) == [
        ("75056", "75056", "identique"),
        ("75101", None, "arrondissement"),
    ]


def test_commune_is_shared_between_arrondissements_when_they_are_the_target():
    table = correspondence(MOVES, ["69123"], ["69381", "69382"], 2024, 2024)
    assert {r[2] for r in triples(table)} == {"repartition"}
    both = correspondence(MOVES, ["69123", "69381"], ["69381", "69382"], 2024, 2024)
    assert ("69123", None, "arrondissement") in triples(both)


def test_people_of_a_city_and_of_its_arrondissements_add_up():
    # A register places some people of Lyon by arrondissement, and the others in Lyon only.
    people = pd.DataFrame(
        {"code_commune": ["69123", "69381", "69382", "69124"], "mg_nb": [10, 20, 30, 4]}
    )
    codes = people["code_commune"]
    parts = correspondence(MOVES, codes, ["69124", "69381", "69382"], 2024, 2024, cumul=True)
    weights = pd.Series({"69381": 3.0, "69382": 2.0})
    split = carry_sum(people, parts, "mg_nb", weights)
    assert split[["code_commune", "mg_nb"]].to_numpy().tolist() == [
        ["69124", 4], ["69381", 26], ["69382", 34],
    ]  # fmt: skip
    told = dict(zip(parts["code_source"], parts["nature"], strict=True))
    assert told == {
        "69123": "repartition", "69124": "identique", "69381": "identique", "69382": "identique",
    }  # fmt: skip
    city = correspondence(MOVES, codes, ["69123", "69124"], 2024, 2024, cumul=True)
    assert carry_sum(people, city, "mg_nb")["mg_nb"].tolist() == [60, 4]
    counted = account(city, "RPPS").set_index("motif")["nombre"]
    assert counted.to_dict() == {
        "enregistrements lus": 4,
        "enregistrements repris tels quels": 2,
        "arrondissements municipaux ramenés à leur commune": 2,
    }


def test_empty_source():
    assert correspondence(MOVES, [], NEW, 2021, 2024).empty


def test_account_sums_to_what_was_read():
    table = correspondence(MOVES, [*OLD, "99999"], NEW, 2021, 2024)
    rows = account(table, "essai", {"01001": "Belair"}, {"années antérieures": 4})
    assert rows["nombre"].tolist() == [10, 4, 1, 1, 2, 1, 1]
    assert rows["nombre"].iloc[1:].sum() == rows["nombre"].iloc[0]
    merged = rows.loc[rows["motif"].str.startswith("communes réunies"), "exemples"].iloc[0]
    assert merged == "01001 Belair et 01002 Belair (01001)"


# --- values ---


def test_sum_by_hand_forward_then_back():
    counts = pd.DataFrame({"code_commune": OLD, "mg_nb": [4, 3, 1, 5, 0]})
    forward = correspondence(MOVES, OLD, NEW, 2021, 2024)
    out = carry_sum(counts, forward, "mg_nb", pd.Series({"01004": 100, "01005": 300}))
    assert out.to_numpy().tolist() == [
        ["01001", 7, False],
        ["01004", 1, True],
        ["01005", 4, True],
        ["01009", 0, False],
        ["02003", 1, False],
    ]


def test_null_is_not_zero():
    c = correspondence(MOVES, OLD, NEW, 2021, 2024)
    t = pd.DataFrame({"code_commune": OLD, "v": pd.array([4, None, None, None, 0], "Int64")})
    out = carry_sum(t, c, "v").set_index("code_commune")
    assert out.loc["01001", "v"] == 4
    assert out.loc["01001", "impute"]
    assert out.loc[["02003", "01004", "01005"], "v"].isna().all()


def test_mean_is_weighted_and_repeated_when_divided():
    t = pd.DataFrame(
        {
            "code_commune": OLD,
            "apl": [4.0, 1.0, 2.1, 3.3, None],
            "poids": [1.0, 2.0, 1.0, 1.0, 1.0],
        }
    )
    c = correspondence(MOVES, OLD, NEW, 2021, 2024)
    out = carry_mean(t, c, "apl", "poids").set_index("code_commune")["apl"]
    assert out["01001"] == 2.0
    assert out["01004"] == out["01005"] == 3.3
    assert np.isnan(out["01009"])
    partly = carry_mean(t.assign(apl=[4.0, None, 2.1, 3.3, 1.0]), c, "apl", "poids")
    assert partly["apl"].iloc[0] == 4.0
    weightless = carry_mean(t.assign(poids=0.0), c, "apl", "poids")
    assert weightless["apl"].iloc[0] == 2.5


def test_labels_that_differ_are_left_blank():
    c = correspondence(MOVES, OLD, NEW, 2021, 2024)

    def zone_of(first, second):
        t = pd.DataFrame({"code_commune": OLD, "z": [first, second, "HZ", "ZIP", None]})
        return carry_label(t, c, "z").set_index("code_commune")

    same, other, unknown = zone_of("ZIP", "ZIP"), zone_of("ZIP", "ZAC"), zone_of("ZIP", None)
    assert same.loc["01001", "z"] == "ZIP"
    assert pd.isna(other.loc["01001", "z"])
    assert other.loc["01001", "desaccord"]
    assert pd.isna(unknown.loc["01001", "z"])
    assert same.loc["01004", "z"] == same.loc["01005", "z"] == "ZIP"
    assert pd.isna(same.loc["01009", "z"])
    assert not same.loc["01009", "desaccord"]


def test_commune_twice_is_refused():
    c = correspondence(MOVES, OLD, NEW, 2021, 2024)
    with pytest.raises(DataError, match="double"):
        carry_sum(pd.DataFrame({"code_commune": ["01001"] * 2, "v": [1, 2]}), c, "v")


def test_largest_remainder_by_hand():
    assert largest_remainder(7, np.array([2.0, 1.0, 0.0])).tolist() == [5, 2, 0]
    assert largest_remainder(3, np.array([np.nan, 0.0])).tolist() == [2, 1]


# --- laws ---

CODES = [f"010{i:02d}" for i in range(8)]


@st.composite
def histories(draw):
    """Random mergers, divisions and recodings between communes, and the communes at both ends."""
    present, rows = set(draw(st.sets(st.sampled_from(CODES), min_size=1))), []
    start = set(present)
    for year in range(2020, 2020 + draw(st.integers(0, 4))):
        date, old = f"{year}-01-01", draw(st.sampled_from(sorted(present)))
        free, others = sorted(set(CODES) - present), sorted(present - {old})
        if draw(st.booleans()) and others:
            new = draw(st.sampled_from(others))
            rows += [("32", date, old, new), ("32", date, new, new)]
            present.remove(old)
        elif free:
            new = draw(st.sampled_from(free))
            if draw(st.booleans()):
                rows.append(("50", date, old, new))
                present.remove(old)
            else:
                rows += [("21", date, old, old), ("21", date, old, new)]
            present.add(new)
    return moves(*rows), sorted(start), sorted(present)


@settings(max_examples=60, deadline=None)
@given(histories(), st.booleans(), st.randoms(use_true_random=False), st.data())
def test_sums_are_kept_and_order_is_nothing(history, backward, random, data):
    m, start, end = history
    source, target, years = (end, start, (2025, 2019)) if backward else (start, end, (2019, 2025))
    c = correspondence(m, source, target, *years)
    assert set(c["code_source"]) == set(source)
    assert c["code_cible"].notna().all()
    whole = data.draw(st.lists(st.integers(0, 9999), min_size=len(source), max_size=len(source)))
    table = pd.DataFrame({"code_commune": source, "v": whole})
    weights = pd.Series(range(len(target)), index=target, dtype=float)
    out = carry_sum(table, c, "v", weights)
    assert out["v"].sum() == sum(whole)
    real = carry_sum(table.assign(v=table["v"] / 7), c, "v", weights)
    assert real["v"].sum() == pytest.approx(sum(whole) / 7)
    shuffled_moves, codes = m.sample(frac=1, random_state=1), random.sample(source, len(source))
    again = correspondence(shuffled_moves, codes, target[::-1], *years)
    pd.testing.assert_frame_equal(c, again)
    pd.testing.assert_frame_equal(
        out, carry_sum(table.sample(frac=1, random_state=2), again, "v", weights[::-1])
    )


@settings(deadline=None)
@given(st.integers(0, 10**9), st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_shares_are_within_one_of_exact(total, weights):
    shares = largest_remainder(total, np.array(weights))
    assert shares.sum() == total
    assert (shares >= 0).all()
    if sum(weights) > 1e-3:
        exact = total * np.array(weights) / np.sum(weights)
        assert (abs(shares - exact) < 1 + 1e-6).all()


# --- real data ---


@pytest.fixture(scope="module")
def real_moves():
    path = REAL / "mouvements-communes.csv"
    if not path.exists():
        pytest.skip("données réelles absentes")
    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    names = ["MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "TYPECOM_AP", "COM_AP"]
    return raw[names].set_axis(MOUVEMENTS.noms, axis=1)


@pytest.fixture(scope="module")
def cog_2024():
    path = REAL / "table-appartenance-geo-communes-2024.xlsx"
    if not path.exists():
        pytest.skip("données réelles absentes")
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("COM").to_python()
    return [str(row[0]) for row in rows[6:]]


@pytest.mark.real
def test_populations_of_2025_carried_to_2024(real_moves, cog_2024):
    raw = pd.read_csv(REAL / "donnees_communes.csv", sep=";", dtype=str, keep_default_na=False)
    table = pd.DataFrame({"code_commune": raw["COM"], "population": raw["PMUN"].astype("int64")})
    c = correspondence(real_moves, table["code_commune"], cog_2024, 2025, 2024)
    out = carry_sum(table, c, "population").set_index("code_commune")["population"]
    assert out.sum() == table["population"].sum() == 68_094_280
    assert not (c["nature"] == "orpheline").any()
    missing = set(cog_2024) - set(out.index)
    assert len(missing) == 17
    assert all(code.startswith("976") for code in missing)
    assert out[out.index.str.startswith("2A")].sum() == 168_306
    assert out[out.index.str.startswith("2B")].sum() == 187_180
    natures = c.drop_duplicates("code_source")["nature"].value_counts().to_dict()
    assert natures == {
        "identique": 34800,
        "division": 46,
        "arrondissement": 45,
        "fusion": 5,
        "changement_de_code": 4,
    }
    assert c.loc[c["code_source"] == "49126", "code_cible"].tolist() == ["49069"]


@pytest.mark.real
def test_gps_of_2021_carried_to_2024(real_moves, cog_2024):
    path = REAL / "offre_sante_obs_territoires_2020.xlsx"
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Data").to_python()[5:]
    table = pd.DataFrame(
        {"code_commune": [str(r[0]) for r in rows], "mg_nb": [int(r[3]) for r in rows]}
    )
    c = correspondence(real_moves, table["code_commune"], cog_2024, 2021, 2024)
    assert carry_sum(table, c, "mg_nb")["mg_nb"].sum() == 60_305
    assert not (c["nature"] == "orpheline").any()
    corsica = c.loc[c["code_source"].str.match("2[AB]")]
    assert len(corsica) == 360
    assert set(corsica["nature"]) == {"identique"}
