"""The GeoPackage: layers of the contract, true nulls, projections, styles, same bytes twice."""

import dataclasses
import errno
import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from diagterritoire.errors import DiskError
from diagterritoire.outputs.classes import INDICATEURS, class_numbers, legend
from diagterritoire.outputs.geopackage import alias, write_geopackage
from diagterritoire.outputs.qgis_style import styles
from diagterritoire.tables import DELIVERED, UNITES_BUT
from factory import small_diagnosis

GEOMETRIES = {t.nom: t.geometrie for t in DELIVERED}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "diagnostic.gpkg"
    write_geopackage(small_diagnosis(), path)
    return path


def rows(path, query):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def in_crs(diagnosis, crs):
    frames = {
        f.name: getattr(diagnosis, f.name).set_crs(crs, allow_override=True)
        for f in dataclasses.fields(diagnosis)
        if isinstance(getattr(diagnosis, f.name), gpd.GeoDataFrame)
    }
    return dataclasses.replace(diagnosis, **frames)


def test_layers_in_order_with_their_geometry(written):
    found = [tuple(r) for r in pyogrio.list_layers(written)]
    assert found[: len(DELIVERED)] == list(GEOMETRIES.items())
    assert [n for n, _ in found[len(DELIVERED) :]] == ["layer_styles"]
    assert [t.nom for t in DELIVERED] == [
        "communes", "sites", "flux", "bassins", "isochrones", "structures",
        "routes_principales",
        "implantations",
        "controle", "sources", "parametres", "comparaisons", "contexte", "densites",
        "professionnels_communes", "bandes", "manques_communes", "manques_zones", "equite",
        "avenir",
        "echanges", "destinations", "jugement_flux", "bandes_flux",
        "calage_flux", "marges_observees", "inversion_flux", "patienteles",
        "comparaison_bassins", "aire_sante", "verite", "fermete",
        "zonages", "implantation_frontiere",
        "formes_exercice", "appuis", "maturite_exercice", "enquete_participation",
        "enquete_resultats", "aides", "grille",
    ]  # fmt: skip


@pytest.mark.parametrize("table", DELIVERED, ids=lambda t: t.nom)
def test_every_table_reads_back_the_same(written, table):
    expected = getattr(small_diagnosis(), table.nom)
    found = pyogrio.read_dataframe(written, layer=table.nom)
    assert [c for c in found.columns if c != "geometry"] == table.noms
    for column in table.colonnes:
        pd.testing.assert_series_equal(
            found[column.nom].astype(column.dtype), expected[column.nom], check_index=False
        )
    if table.geometrie:
        assert found.crs == expected.crs
        assert found.geometry.geom_equals(expected.geometry).all()


@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:5490", "EPSG:4471"])
def test_projection_even_of_empty_layers(tmp_path, crs):
    path = tmp_path / "a.gpkg"
    write_geopackage(in_crs(small_diagnosis(), crs), path)
    for table in DELIVERED:
        assert pyogrio.read_info(path, layer=table.nom)["crs"] == (crs if table.geometrie else None)


def test_types_and_nulls_in_sqlite(written):
    types = {r[1]: r[2] for r in rows(written, "PRAGMA table_info(communes)")}
    assert types["geom"] == "MULTIPOLYGON"
    assert types["code_commune"] == types["bassin"] == "TEXT"
    assert types["population"] == types["apl_publiee_annee"] == "INTEGER"
    assert types["temps_mg_min"] == types["apl"] == "REAL"
    assert types["dans_territoire"] == types["deficit"] == "BOOLEAN"
    assert rows(
        written, "SELECT code_commune, temps_mg_min, atteignable FROM communes ORDER BY fid"
    ) == [("00001", 0.0, 1), ("00002", 8.4, 1), ("00003", 17.5, 1), ("00004", None, 0),
          ("00005", 12.0, 1), ("00006", 0.0, 1)]  # fmt: skip
    assert rows(written, "SELECT count(*) FROM communes WHERE bassin IS NULL") == [(6,)]


def test_null_integers_stay_null(tmp_path):
    diagnosis = small_diagnosis()
    communes = diagnosis.communes.copy()
    communes.loc[1:3, "apl_publiee_annee"] = pd.NA
    path = tmp_path / "a.gpkg"
    write_geopackage(dataclasses.replace(diagnosis, communes=communes), path)
    assert [r[0] for r in rows(path, "SELECT apl_publiee_annee FROM communes ORDER BY fid")] == [
        2023, None, None, None, 2023, 2023,
    ]  # fmt: skip


def test_whole_for_sqlite_and_for_the_standard(written):
    assert rows(written, "PRAGMA integrity_check") == [("ok",)]
    assert rows(written, "PRAGMA foreign_key_check") == []
    assert rows(written, "PRAGMA application_id") == [(0x47504B47,)]
    assert [p.name for p in written.parent.iterdir()] == ["diagnostic.gpkg"]
    described = rows(
        written,
        "SELECT c.table_name, d.column_name FROM gpkg_contents c JOIN gpkg_data_columns d "
        "USING (table_name)",
    )
    assert set(described) == {(t.nom, c) for t in DELIVERED for c in t.noms}


def test_french_descriptions(written):
    contents = dict(rows(written, "SELECT table_name, description FROM gpkg_contents"))
    assert contents["communes"] == (
        "Indicateurs par commune — Pays d'essai. Territoire fictif : données inventées."
    )
    assert rows(
        written,
        "SELECT title, description FROM gpkg_data_columns "
        "WHERE table_name = 'communes' AND column_name = 'temps_mg_min'",
    ) == [
        (
            "Temps en voiture du point de la commune au médecin le plus proche, "
            "0 si elle en a un (min)",
            "Temps en voiture du point de la commune au médecin le plus proche, 0 si elle en a un. "
            "Unité : min. Vide : inconnu.",
        )
    ]


@pytest.mark.parametrize("table", DELIVERED, ids=lambda t: t.nom)
def test_aliases_are_whole_and_distinct(table):
    names = [alias(column) for column in table.colonnes]
    assert len(set(names)) == len(names)
    for column, name in zip(table.colonnes, names, strict=True):
        assert name[0].isupper()
        assert name.count("(") == name.count(")")
        assert not name.endswith((",", ":", ";", "..."))
        if column.unite:
            assert name.endswith(f" ({column.unite})")


def test_approximate_is_said(tmp_path):
    write_geopackage(small_diagnosis(approximate=True), tmp_path / "a.gpkg")
    ((text,),) = rows(
        tmp_path / "a.gpkg", "SELECT description FROM gpkg_contents WHERE table_name = 'communes'"
    )
    assert "vol d'oiseau" in text


def test_default_styles(written):
    found = rows(
        written,
        "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles",
    )
    assert {r[0] for r in found} == {
        *("communes", "sites", "flux", "isochrones", "bassins", "routes_principales"),
        "implantations",
    }
    assert {r[1:3] for r in found} == {("geom", 1)}
    for name, _, _, qml in found:
        assert qml == styles()[name]
        renderer = ET.fromstring(qml).find("renderer-v2")  # noqa: S314
        assert renderer is not None
        assert renderer.findall("symbols/symbol/layer/prop")


def test_each_place_of_a_new_site_has_one_symbol():
    """The rules, run by SQLite: by aim, the best single site, the others, then several sites."""
    rules = ET.fromstring(styles()["implantations"]).findall("renderer-v2/rules/rule")  # noqa: S314
    assert [r.get("symbol") for r in rules if r.get("checkstate") == "0"] == ["8"]
    places = [(but, nb, rang) for but in UNITES_BUT for nb, rang in ((1, 1), (1, 3), (2, 1))]
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("CREATE TABLE t (but TEXT, sites_nb INTEGER, rang INTEGER)")
        base.executemany("INSERT INTO t VALUES (?, ?, ?)", places)
        columns = ", ".join(f"({r.get('filter')})" for r in rules)
        found = base.execute(f"SELECT {columns} FROM t ORDER BY rowid").fetchall()  # noqa: S608
    assert [row.index(1) for row in found] == [0, 1, 8, 2, 3, 8, 4, 5, 8, 6, 7, 8]
    assert all(sum(row) == 1 for row in found)


def test_each_commune_falls_in_the_style_class_of_the_map(written):
    """The expressions of the rules, run by SQLite, give the classes of the map."""
    time = next(i for i in INDICATEURS if i.cle == "temps")
    rules = ET.fromstring(styles()["communes"]).findall("renderer-v2/rules/rule")  # noqa: S314
    assert len(rules) == len(legend(time))
    cases = " ".join(
        f"WHEN {r.get('filter')} THEN {n}" for n, r in enumerate(rules) if r.get("filter") != "ELSE"
    )
    query = f"SELECT CASE {cases} ELSE {len(rules) - 1} END FROM communes ORDER BY fid"  # noqa: S608
    expected = class_numbers(time, small_diagnosis().communes)
    assert [r[0] for r in rows(written, query)] == expected.tolist()


def test_same_bytes_twice_and_options_restored(tmp_path, written):
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2020-02-02T00:00:00.000Z"})
    try:
        again = tmp_path / "dossier à espaces" / "é.gpkg"
        again.parent.mkdir()
        again.write_bytes(b"un ancien fichier")
        write_geopackage(small_diagnosis(), again)
        assert again.read_bytes() == written.read_bytes()
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2020-02-02T00:00:00.000Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


@pytest.mark.parametrize(
    "name", ["=1+1", "<script>", "Œuf d'Élan «»", "\u202eabc", "🏥" * 500, "'); DROP TABLE flux;--"]
)
def test_hostile_names_are_only_text(tmp_path, name):
    path = tmp_path / "a.gpkg"
    write_geopackage(small_diagnosis(nom=name), path)
    assert set(pyogrio.read_dataframe(path, layer="communes")["nom"]) == {name}


def test_folder_that_is_not_there_is_a_disk_error(tmp_path):
    with pytest.raises(DiskError, match=r"absent.*a\.gpkg"):
        write_geopackage(small_diagnosis(), tmp_path / "absent" / "a.gpkg")


def test_full_disk_is_a_disk_error(tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pyogrio, "write_dataframe", full)
    with pytest.raises(DiskError, match="le disque est plein"):
        write_geopackage(small_diagnosis(), tmp_path / "a.gpkg")


def test_a_lost_row_is_found_before_delivery(tmp_path, monkeypatch):
    write = pyogrio.write_dataframe
    monkeypatch.setattr(
        pyogrio, "write_dataframe", lambda frame, *a, **k: write(frame.head(2), *a, **k)
    )
    with pytest.raises(DiskError, match="couche communes : 2 lignes au lieu de 6"):
        write_geopackage(small_diagnosis(), tmp_path / "a.gpkg")
