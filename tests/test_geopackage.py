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
from diagterritoire.outputs.delivered import frames
from diagterritoire.outputs.geopackage import write_geopackage
from diagterritoire.outputs.geopackage.checking import undeclared
from diagterritoire.outputs.naming import alias
from diagterritoire.tables import DELIVERED
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


SPOILT = {
    "DELETE FROM gpkg_contents WHERE table_name = 'sites'": "description",
    "UPDATE gpkg_contents SET min_x = NULL WHERE table_name = 'sites'": "étendue",
    "UPDATE gpkg_contents SET max_y = 6 WHERE table_name = 'sites'": "étendue",
    "DELETE FROM gpkg_geometry_columns WHERE table_name = 'sites'": "description",
    "DELETE FROM gpkg_extensions WHERE table_name = 'sites'": "index",
    "UPDATE gpkg_ogr_contents SET feature_count = 9 WHERE table_name = 'sites'": "description",
    "DROP TRIGGER rtree_sites_geom_insert": "index",
    "DELETE FROM rtree_sites_geom_rowid": "0 formes dans son index au lieu de 2",
}


def test_a_layer_without_its_description_or_its_index_is_seen(written):
    # GDAL leaves them out in silence where a write fails.
    table, frame = next(one for one in frames(small_diagnosis()) if one[0].nom == "sites")
    for sql, told in {"": "", **SPOILT}.items():
        with closing(sqlite3.connect(written)) as kept, closing(sqlite3.connect(":memory:")) as own:
            kept.backup(own)
            own.execute(sql)
            found = undeclared(own, table, frame)
        assert told in found, sql
        assert bool(found) == bool(sql), sql


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
    names = [alias(table, column) for column in table.colonnes]
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


def test_readable_by_older_programs_and_nothing_is_left_over(written):
    assert rows(written, "PRAGMA user_version") == [(10200,)]
    assert rows(written, "PRAGMA freelist_count") == [(0,)]
    declared = dict(rows(written, "SELECT table_name, extension_name FROM gpkg_extensions"))
    assert {t for t, e in declared.items() if e == "gpkg_rtree_index"} == {
        n for n, g in GEOMETRIES.items() if g
    }
    assert {e for e in declared.values() if e != "gpkg_rtree_index"} == {
        "gpkg_schema",
        "gpkg_metadata",
    }


def test_each_layer_has_one_default_style_and_french_names(written):
    found = rows(
        written,
        "SELECT f_table_name, f_geometry_column, styleQML FROM layer_styles WHERE useAsDefault",
    )
    assert [r[0] for r in found] == list(GEOMETRIES)
    named = rows(written, "SELECT table_name, column_name, name FROM gpkg_data_columns")
    names = {(table, column): name for table, column, name in named}
    for name, column, qml in found:
        assert column == ("geom" if GEOMETRIES[name] else "")
        read = ET.fromstring(qml)  # noqa: S314
        drawn = read.find("renderer-v2")
        assert (drawn is None) == (GEOMETRIES[name] is None)
        assert drawn is None or drawn.findall("symbols/symbol/layer/prop")
        # GDAL gives QGIS `name` as the alias; older ones read that of the style.
        for alias_of in read.findall("aliases/alias"):
            assert alias_of.get("name") == names[name, alias_of.get("field")]


def test_metadata_of_the_file_and_of_each_table(written):
    found = rows(
        written,
        "SELECT r.reference_scope, r.table_name, m.metadata FROM gpkg_metadata m "
        "JOIN gpkg_metadata_reference r ON m.id = r.md_file_id ORDER BY m.id",
    )
    assert [r[:2] for r in found] == [("geopackage", None), *(("table", n) for n in GEOMETRIES)]
    read = [ET.fromstring(r[2]) for r in found]  # noqa: S314
    assert [r.findtext("title") for r in read[1:]] == [t.titre for t in DELIVERED]
    assert {r.findtext("crs/spatialrefsys/authid") for r in read} == {"EPSG:2154", None}
    assert read[0].findtext("license") == "Licence Ouverte 2.0"
    information = pyogrio.read_info(written, layer="communes")["layer_metadata"]
    assert information["IDENTIFIER"] == "Indicateurs par commune"
    assert "<title>Indicateurs par commune</title>" in information["GPKG_METADATA_ITEM_1"]


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


def unequal(frame, name):
    """A frame with one value changed: shapes a metre east, or a column's first value."""
    if name == "geometry":
        return frame.assign(geometry=frame.translate(1.0))
    values = frame[name].to_list()
    return frame.assign(**{name: [values[0] + 1, *values[1:]]})


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("population", "couche communes, colonne population : des valeurs"),
        ("geometry", "couche communes : des formes"),
    ],
)
def test_a_value_that_a_silent_failure_changed_is_found_before_delivery(
    tmp_path, monkeypatch, column, told
):
    write = pyogrio.write_dataframe

    def changed(frame, path, *, layer, **kwargs):
        frame = unequal(frame, column) if layer == "communes" else frame
        write(frame, path, layer=layer, **kwargs)

    monkeypatch.setattr(pyogrio, "write_dataframe", changed)
    with pytest.raises(DiskError, match=told):
        write_geopackage(small_diagnosis(), tmp_path / "a.gpkg")
