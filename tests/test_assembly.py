import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from bench.donnees import REAL
from python_calamine import CalamineWorkbook
from shapely.geometry import box

from diagterritoire import schema, tables
from diagterritoire.core.communes.assembly import base_table
from diagterritoire.core.verdict.comparisons import comparaisons
from diagterritoire.errors import DataError
from diagterritoire.parameters import Parameters
from diagterritoire.territory import Territory

# Communes of 2024: 18001 and 18002 merged in 2025, 75056 is given by two arrondissements, 97601 is
# nowhere but in the polygons.
CODES = ["18001", "18002", "75056", "97601"]


def raw(**replaced):
    appartenance = pd.DataFrame(
        {
            "code_commune": CODES,
            "nom": ["Belair", "Vaumont", "Paris", "Acoua"],
            "code_departement": ["18", "18", "75", "976"],
            "code_region": ["24", "24", "11", "06"],
            "code_epci": ["200000001", None, "200054781", "200059871"],
            "bassin_vie": ["18001", "18001", "75056", None],
            "zone_emploi": None,
        }
    )
    geo = gpd.GeoDataFrame(
        appartenance[["code_commune", "nom", "code_departement", "code_region", "code_epci"]]
        .assign(population_polygone=[300, 100, 2000, 50])
        .copy(),
        geometry=[box(i, 46, i + 1, 47) for i in range(4)],
        crs="EPSG:4326",
    )
    apl = pd.DataFrame(
        [
            ("18001", 2022, 9.0, 9.0, 300.0, 300.0),
            ("18001", 2023, 2.0, 1.0, 310.0, 300.0),
            ("18002", 2023, None, None, 99.0, 100.0),
            ("75101", 2023, 4.0, 3.0, 500.0, 600.0),
            ("75102", 2023, 1.0, 1.0, 1000.0, 1000.0),
        ],
        columns=tables.APL_PUBLIEE.noms,
    )
    given = {
        "communes_geo": geo,
        "appartenance": appartenance,
        "populations": pd.DataFrame(
            {"code_commune": ["18001", "75101", "75102"], "population": [402, 900, 1200]}
        ),
        "medecins": pd.DataFrame(
            {"code_commune": ["18001", "18002", "75056"], "mg_nb": [2, 0, 9], "annee": 2020}
        ),
        "apl_publiee": apl,
        "zonage": pd.DataFrame(
            {"code_commune": ["18001", "18002", "99999"], "zonage_mg": ["ZIP", None, "ZAC"]}
        ),
        "mouvements": pd.DataFrame(
            [
                ("32", "2025-01-01", "COM", "18001", "COM", "18001"),
                ("32", "2025-01-01", "COM", "18002", "COM", "18001"),
            ],
            columns=tables.MOUVEMENTS.noms,
        ),
        "cog": {"appartenance": 2024, "populations": 2025, "zonage": 2024},
        "parameters": Parameters(),
    }
    return given | replaced


def test_base_table_by_hand():
    base, _ = base_table(**raw())
    by = base.set_index("code_commune")
    assert base["code_commune"].tolist() == CODES
    # 402 shared 3 to 1 by the polygons: 301.5 and 100.5, the tie going to the first.
    assert by["population"].tolist() == [302, 100, 2100, 50]
    assert by["population_annee"].tolist() == [2023, 2023, 2023, 2021]
    assert by["apl_publiee"].fillna(-1).tolist() == [2.0, -1.0, 2.0, -1.0]
    assert by.loc["75056", "apl_publiee_65"] == pytest.approx((3 * 500 + 1000) / 1500)
    assert by["apl_publiee_annee"].astype("float64").fillna(0).tolist() == [2023, 0, 2023, 0]
    factor = (310 + 99 + 500 + 1000) / (300 + 100 + 600 + 1000)
    assert by["population_standardisee"].tolist() == pytest.approx([310, 99, 1500, 50 * factor])
    assert by["population_totale"].fillna(-1).tolist() == [300.0, 100.0, 1600.0, -1.0]
    assert by["mg_nb"].fillna(-1).tolist() == [2, 0, 9, -1]
    assert by["zonage_mg"].fillna("?").tolist() == ["ZIP", "?", "?", "?"]
    assert pd.isna(by.loc["18002", "code_epci"])


def test_every_source_is_accounted_for():
    given = raw()
    _, controle = base_table(**given)
    fates = controle.loc[~controle["motif"].str.contains("imputé|inconnu|vide|lus")]
    for table in (tables.POPULATIONS, tables.MEDECINS, tables.APL_PUBLIEE, tables.ZONAGE):
        of_source = controle.loc[controle["source"] == table.titre]
        lus = of_source.loc[of_source["motif"] == "enregistrements lus", "nombre"].sum()
        shared = of_source["motif"].str.startswith("commune partagée")
        kept = fates.loc[fates["source"] == table.titre, "nombre"].sum()
        assert lus == len(given[table.nom])
        assert kept + of_source.loc[shared, "nombre"].sum() == lus
    by = controle.set_index(["source", "motif"])["exemples"]
    unknown = "nombre de médecins généralistes inconnu (commune absente du fichier) : laissé vide"
    assert by[tables.MEDECINS.titre, unknown] == "97601 Acoua"
    drawn = by[tables.POPULATIONS.titre].filter(like="contour, 2021")
    assert drawn.iloc[0] == "97601 Acoua"
    assert "année déclarée par le producteur des contours" in drawn.index[0]
    orphan = "enregistrements écartés : code sans commune correspondante"
    assert by[tables.ZONAGE.titre, orphan] == "99999"
    blank = "zone non disponible dans le fichier : laissée vide"
    assert by[tables.ZONAGE.titre, blank] == "18002 Vaumont"
    schema.check(controle, tables.CONTROLE)


def test_zones_that_differ_in_merged_communes_are_left_blank():
    zones = pd.DataFrame({"code_commune": ["18001", "18002"], "zonage_mg": ["ZIP", "ZAC"]})
    base, controle = base_table(
        **raw(
            appartenance=raw()["appartenance"].iloc[[0, 2, 3]],
            zonage=zones,
            cog={"appartenance": 2025, "zonage": 2024},
        )
    )
    assert base["zonage_mg"].isna().all()
    assert controle["motif"].str.contains("zones différentes").any()
    assert controle["motif"].str.contains("contours écartés").any()


def test_each_vintage_of_the_apl_has_its_own_codes():
    apl = raw()["apl_publiee"].query("code_commune != '18002'")
    base, _ = base_table(
        **raw(apl_publiee=apl, cog={"appartenance": 2024, "apl_publiee_2023": 2025})
    )
    by = base.set_index("code_commune")
    assert by.loc[["18001", "18002"], "apl_publiee"].tolist() == [2.0, 2.0]
    assert by.loc[["18001", "18002"], "population_standardisee"].tolist() == [232.5, 77.5]


def test_sources_that_are_not_there():
    absent = {
        t.nom: schema.empty(t)
        for t in (tables.POPULATIONS, tables.MEDECINS, tables.APL_PUBLIEE, tables.ZONAGE)
    }
    base, _ = base_table(**raw(**absent, mouvements=schema.empty(tables.MOUVEMENTS)))
    assert base["population"].tolist() == [300, 100, 2000, 50]
    assert base["population_standardisee"].tolist() == [300.0, 100.0, 2000.0, 50.0]
    assert base["apl_publiee"].isna().all()
    assert base["apl_publiee_annee"].isna().all()
    assert base["mg_nb"].isna().all()


def test_commune_without_population_nor_polygon_is_left_out_and_said():
    base, controle = base_table(**raw(communes_geo=raw()["communes_geo"].iloc[:3]))
    assert base["code_commune"].tolist() == CODES[:3]
    row = controle.loc[controle["motif"].str.contains("sans population ni contour")]
    assert row["exemples"].tolist() == ["97601 Acoua"]


def test_no_population_at_all_is_an_error():
    with pytest.raises(DataError, match="population"):
        base_table(
            **raw(
                communes_geo=raw()["communes_geo"].iloc[:0],
                populations=schema.empty(tables.POPULATIONS),
            )
        )


def test_order_of_rows_is_nothing():
    given = raw()
    mixed = {
        k: v.sample(frac=1, random_state=3) if isinstance(v, pd.DataFrame) else v
        for k, v in given.items()
    }
    for one, other in zip(base_table(**given), base_table(**mixed), strict=True):
        pd.testing.assert_frame_equal(one, other)


def sheet(name, sheet_name, header):
    path = REAL / name
    if not path.exists():
        pytest.skip("données réelles absentes")
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet_name).to_python()
    return pd.DataFrame(rows[header:], columns=[str(c) for c in rows[header - 1]])


def real_tables():
    codes = sheet("table-appartenance-geo-communes-2024.xlsx", "COM", 6)
    names = {
        "CODGEO": "code_commune",
        "LIBGEO": "nom",
        "DEP": "code_departement",
        "REG": "code_region",
        "EPCI": "code_epci",
        "BV2022": "bassin_vie",
    }
    geo = pyogrio.read_dataframe(
        REAL / "communes_2024_france.gpkg", columns=["INSEE_COM", "POPULATION"]
    )
    text = {"dtype": str, "keep_default_na": False}
    people = pd.read_csv(REAL / "donnees_communes.csv", sep=";", **text)
    gps = sheet("offre_sante_obs_territoires_2020.xlsx", "Data", 5)
    years = []
    for year in (2022, 2023):
        published = sheet("drees_apl_generalistes_2022_2023.xlsx", f"APL {year}", 9).iloc[1:]
        columns = ["code_commune", "nom", *tables.APL_PUBLIEE.noms[2:]]
        years.append(published.set_axis(columns, axis=1).assign(annee=year))
    apl = pd.concat(years)
    apl[columns[2:]] = apl[columns[2:]].apply(pd.to_numeric, errors="coerce")
    zones = pd.read_csv(REAL / "zonage_mg_communes_2025.csv", sep=";", encoding="utf-8-sig", **text)
    moves = pd.read_csv(REAL / "mouvements-communes.csv", **text)
    raw_names = ["MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "TYPECOM_AP", "COM_AP"]
    return {
        "communes_geo": geo.set_axis(["code_commune", "population_polygone", "geometry"], axis=1),
        "appartenance": codes[list(names)].rename(columns=names),
        "populations": pd.DataFrame(
            {"code_commune": people["COM"], "population": people["PMUN"].astype("int64")}
        ),
        "medecins": pd.DataFrame(
            {"code_commune": gps["codgeo"], "mg_nb": gps["nb_medg"].astype("int64")}
        ),
        "apl_publiee": apl,
        "zonage": pd.DataFrame(
            {
                "code_commune": zones["Code"],
                "zonage_mg": zones["Zonage_MG"].str.extract(r"^\d_(\w+)$")[0],
            }
        ),
        "mouvements": moves[raw_names].set_axis(tables.MOUVEMENTS.noms, axis=1),
        "cog": {"appartenance": 2024, "populations": 2025, "medecins": 2021, "zonage": 2025},
        "parameters": Parameters(),
    }


@pytest.mark.real
def test_real_country_keeps_its_totals():
    base, controle = base_table(**real_tables())
    assert len(base) == 34_935
    mayotte = base["code_departement"] == "976"
    assert base.loc[~mayotte, "population"].sum() == 68_094_280
    assert (base["population_annee"] == 2021).sum() == mayotte.sum() == 17
    assert base["mg_nb"].sum() == 60_305
    assert base["mg_nb"].notna().all()
    apl = (base["apl_publiee"] * base["population_standardisee"])[base["apl_publiee"].notna()]
    known = base["apl_publiee"].notna()
    mean = apl.sum() / base.loc[known, "population_standardisee"].sum()
    assert mean == pytest.approx(3.745, abs=5e-4)
    # Ten communes are missing from the file (the three cities among them), 24 say N/A.
    assert base["zonage_mg"].isna().sum() == 10 + 24
    assert not controle["motif"].str.contains("code sans commune").any()
    corsica = base.set_index("code_departement")["population"]
    assert (corsica["2A"].sum(), corsica["2B"].sum()) == (168_306, 187_180)
    codes = tuple(base.loc[base["code_departement"] == "2A", "code_commune"])
    here = Territory("dep-2A", "Corse-du-Sud", "departement", codes, "EPSG:2154")
    table = comparaisons(base, here, 2.5, schema.empty(tables.LIBELLES))
    assert table["niveau"].tolist() == ["territoire", "departement", "region", "france"]
    figures = table.drop(columns=["niveau", "code", "nom"])
    pd.testing.assert_series_equal(figures.iloc[0], figures.iloc[1], check_names=False)
    assert table["apl_publiee"].iloc[-1] == pytest.approx(3.745, abs=5e-4)
    assert table["apl_publiee_65"].iloc[-1] == pytest.approx(3.295, abs=5e-4)
