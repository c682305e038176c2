"""Recognition of files by content, and every defect that must stop a run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from diagterritoire.errors import DataError, UsageError
from diagterritoire.outputs.geopackage import write_geopackage
from diagterritoire.outputs.raster import write_raster, write_raster_style
from diagterritoire.outputs.workbook import write_workbook as write_workbook_delivered
from diagterritoire.sources.care.observatoire import read_medecins
from diagterritoire.sources.communes.admin_express import read_communes
from diagterritoire.sources.communes.insee import read_populations
from diagterritoire.sources.folder.load import load
from diagterritoire.sources.folder.scan import recognise, scan
from diagterritoire.sources.formats import geopackage
from diagterritoire.sources.library import SourceFile, find, missing, require
from diagterritoire.sources.territory_files import communes_inside
from factory import small_diagnosis
from test_sources_writers import (
    GRAPHML,
    POPULATIONS,
    apl_sheet,
    appartenance_sheets,
    medecins_rows,
    write_all,
    write_apl,
    write_appartenance,
    write_communes,
    write_graphml,
    write_medecins,
    write_points,
    write_populations,
    write_workbook,
    write_zonage,
)


def test_recognition_does_not_depend_on_names(tmp_path: Path) -> None:
    for write, name, cle in (
        (write_populations, "a.bin", "populations"),
        (write_points, "b.dat", "points"),
        (write_zonage, "c.txt", "zonage"),
        (write_medecins, "d.xlsx", "medecins"),
        (write_apl, "e.xlsx", "apl_publiee"),
        (write_appartenance, "f.xlsx", "appartenance"),
        (write_communes, "g.gpkg", "communes"),
        (write_graphml, "h.xml", "routes"),
    ):
        file = recognise(write(tmp_path, name=name))  # type: ignore[operator]
        assert file is not None
        assert file.cle == cle


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    text = "titre;\n\n" + POPULATIONS.replace("\u202f", "")
    (tmp_path / "x.csv").write_bytes(text.replace(";", separator).encode(encoding))
    file = recognise(tmp_path / "x.csv")
    assert file is not None
    assert file.cle == "populations"
    assert (file.parts[0].header, file.parts[0].separator) == (2, separator)


def test_search_is_recursive_ordered_and_skips_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / ".cache").mkdir()
    write_graphml(tmp_path / "b")
    write_graphml(tmp_path / "a", text=GRAPHML.replace("18.3", "18.4"))
    write_graphml(tmp_path / ".cache", text=GRAPHML.replace("18.3", "18.5"))
    (tmp_path / "notes.txt").write_text("rien à voir")
    (tmp_path / "~$x.xlsx").write_text("verrou")
    library = scan(tmp_path)
    assert [f.path.parent.name for f in find(library, "routes")] == ["a", "b"]
    assert [p.name for p in library.ignored] == ["notes.txt"]


def test_symbolic_links_are_followed_and_loops_end(tmp_path: Path) -> None:
    (tmp_path / "loin").mkdir()
    (tmp_path / "ici").mkdir()
    path = write_populations(tmp_path / "loin", "x.csv")
    (tmp_path / "ici" / "donnees_communes.csv").symlink_to(path)
    (tmp_path / "ici" / "boucle").symlink_to(tmp_path / "ici")
    assert [f.cle for f in scan(tmp_path / "ici").files] == ["populations"]


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "donnees_communes.csv")
    assert scan(tmp_path).files == ()


def test_broken_link_under_a_known_name(tmp_path: Path) -> None:
    (tmp_path / "donnees_communes.csv").symlink_to(tmp_path / "absent")
    with pytest.raises(DataError, match="lien brisé"):
        scan(tmp_path)


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="n'existe pas"):
        scan(tmp_path / "absent")


def test_missing_sources_are_listed_with_their_page_and_the_folder(tmp_path: Path) -> None:
    write_populations(tmp_path)
    library = scan(tmp_path)
    assert [s.cle for s in missing(library)] == [
        "communes",
        "appartenance",
        "medecins",
        "apl_publiee",
        "equipements",
        "professionnels",
    ]
    with pytest.raises(DataError) as caught:
        require(library)
    assert str(tmp_path) in caught.value.remede
    assert "https://data.drees" in caught.value.remede
    assert "4\xa0sources" in caught.value.message
    assert "professionnels ou equipements ou medecins" in caught.value.message
    for words in ("RPPS", "Base permanente", "Observatoire des territoires"):
        assert words in caught.value.remede
    assert caught.value.exit_code == 3


# --- A file that bears a known name -------------------------------------------------------


def _bytes(content: bytes, name: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _cut(write: Callable[[Path], Path], share: float) -> Callable[[Path], Path]:
    def cut(folder: Path) -> Path:
        path = write(folder)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        return path

    return cut


HTML = b"<!doctype html>\n<html><body>Connexion</body></html>"
DAMAGED = {
    "html_csv": (_bytes(HTML, "donnees_communes.csv"), "page web"),
    "html_maj": (_bytes(b"\n<HTML>x</HTML>", "donnees_communes.csv"), "page web"),
    "xhtml": (_bytes(b"<?xml version='1.0'?><html/>", "zonage_mg_2025.csv"), "page web"),
    "html_xlsx": (_bytes(HTML, "drees_apl_generalistes.xlsx"), "page web"),
    "html_gpkg": (_bytes(HTML, "communes_france.gpkg"), "page web"),
    "html_graphml": (_bytes(HTML, "reseau.graphml"), "page web"),
    "html_osm": (_bytes(HTML, "corse.osm.pbf"), "page web"),
    "vide": (_bytes(b"", "donnees_communes.csv"), "est vide"),
    "blancs": (_bytes(b"\n \n", "zonage_mg.csv"), "est vide"),
    "binaire": (_bytes(b"\x00\x01\x02", "donnees_communes.csv"), "pas un fichier de données"),
    "colonnes": (_bytes(b"a;b\n1;2\n", "donnees_communes.csv"), "Colonnes attendues : COM, PMUN"),
    "xlsx_coupe": (_cut(write_apl, 0.6), "coupé ou abîmé"),
    "zip_autre": (_bytes(b"PK\x03\x04", "offre_sante_obs_territoires.xlsx"), "coupé ou abîmé"),
    "gpkg_coupe": (_cut(write_communes, 0.6), "est coupé"),
    "gpkg_vrt": (_bytes(b"<OGRVRTDataSource/>", "communes_france.gpkg"), "pas un fichier"),
    "gpkg_entete": (_bytes(b"SQLite format 3\x00", "communes_france.gpkg"), "pas un GeoPackage"),
    "graphml_coupe": (_cut(write_graphml, 0.7), "est coupé"),
}


@pytest.mark.parametrize("defect", sorted(DAMAGED))
def test_a_damaged_file_with_a_known_name_stops_the_scan(tmp_path: Path, defect: str) -> None:
    write, message = DAMAGED[defect]
    path = write(tmp_path)
    with pytest.raises(DataError, match=message) as caught:
        scan(tmp_path)
    assert path.name in caught.value.message
    assert caught.value.remede


def test_it_is_not_skipped_in_favour_of_a_sound_file(tmp_path: Path) -> None:
    write_all(tmp_path)
    (tmp_path / "donnees_communes_2026.csv").write_bytes(HTML)
    with pytest.raises(DataError, match="donnees_communes_2026"):
        scan(tmp_path)


def test_the_content_of_another_source_under_a_known_name(tmp_path: Path) -> None:
    write_zonage(tmp_path, name="donnees_communes.csv")
    with pytest.raises(DataError, match="son contenu est : Zonage"):
        scan(tmp_path)


def test_html_under_an_unknown_name_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(HTML)
    (tmp_path / "vide.txt").write_bytes(b"")
    assert len(scan(tmp_path).ignored) == 2


# --- Most of a known layout ---------------------------------------------------------------


def test_populations_without_pmun(tmp_path: Path) -> None:
    write_populations(tmp_path, "x.csv", POPULATIONS.replace("PMUN", "P"))
    with pytest.raises(DataError, match=r"populations municipales.*colonnes absentes : PMUN"):
        scan(tmp_path)


def test_points_without_longitude(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("code_commune,nom,lat\n01001,A,45\n")
    with pytest.raises(DataError, match="absentes : lon"):
        scan(tmp_path)


def test_lists_of_sites_are_not_points_of_communes(tmp_path: Path) -> None:
    write_points(tmp_path)
    (tmp_path / "a.csv").write_text("code_commune,lat,lon\n01001,45,1\n")
    (tmp_path / "b.csv").write_text("site_id,nom,code_commune,lat,lon\nx,MSP,01001,45,1\n")
    library = scan(tmp_path)
    assert [f.path.name for f in find(library, "points")] == ["communes_points_2024.csv"]
    assert [p.name for p in library.ignored] == ["a.csv", "b.csv"]


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="communes"><SrcDataSource>{}</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)


def _disguised(folder: Path, name: str) -> Path:
    """Write a virtual file of the geographic library with the first bytes of a GeoPackage."""
    target = write_communes(folder, "cible.gpkg")
    head = bytearray(target.read_bytes()[:100])
    head[24:32] = head[92:96] + bytes(4)  # No page announced: the length is not checked.
    (folder / name).write_bytes(bytes(head) + VRT.format(target).encode())
    target.unlink()
    return folder / name


@pytest.mark.parametrize("disguised", [False, True])
def test_a_virtual_file_named_gpkg_is_never_opened(tmp_path: Path, disguised: bool) -> None:
    for name in ("zone.gpkg", "communes_france.gpkg"):
        if disguised:
            path = _disguised(tmp_path, name)
        else:
            path = tmp_path / name
            path.write_text(VRT.format("/etc/passwd"))
        with pytest.raises(DataError, match=r"GeoPackage|illisible"):
            geopackage.read_layer(path, "communes")
        with pytest.raises(UsageError, match=r"GeoPackage|illisible"):
            communes_inside(path, pd.DataFrame({"code_commune": [], "lon": [], "lat": []}))
    with pytest.raises(DataError, match="porte le nom de la source"):
        scan(tmp_path)
    (tmp_path / "communes_france.gpkg").unlink()
    assert [p.name for p in scan(tmp_path).ignored] == ["zone.gpkg"]


def test_a_broken_utf_16_text_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00\xdc;\x00\n\x00")
    assert [p.name for p in scan(tmp_path).ignored] == ["x.csv"]


def _read(file: SourceFile) -> object:
    readers = {
        "populations": read_populations,
        "medecins": read_medecins,
        "communes": read_communes,
    }
    return readers[file.cle](file)


def test_a_file_that_vanishes_after_the_scan(tmp_path: Path) -> None:
    for write in (write_populations, write_medecins, write_communes):
        folder = tmp_path / write.__name__
        folder.mkdir()
        path = write(folder)  # type: ignore[operator]
        (file,) = scan(folder).files
        path.unlink()
        with pytest.raises(DataError, match="ne se lit plus"):
            _read(file)


def test_communes_without_epci(tmp_path: Path) -> None:
    path = write_communes(tmp_path, "x.gpkg")
    import geopandas as gpd

    frame = gpd.read_file(path).drop(columns="SIREN_EPCI")
    path.unlink()
    frame.to_file(path, driver="GPKG")
    with pytest.raises(DataError, match="absentes : SIREN_EPCI"):
        scan(tmp_path)


def test_one_apl_sheet_damaged_among_sound_ones(tmp_path: Path) -> None:
    bad = apl_sheet(2023)
    bad[8][4] = "Autre"
    write_workbook(tmp_path / "x.xlsx", {"APL 2022": apl_sheet(2022), "APL 2023": bad})
    with pytest.raises(DataError, match=r"feuille « APL 2023 ».*Population standardisée"):
        scan(tmp_path)


def test_other_tables_of_the_same_producers_are_ignored(tmp_path: Path) -> None:
    rows = medecins_rows(1, 2, 3)
    rows[4][3] = "nb_dent"
    write_workbook(tmp_path / "dentistes.xlsx", {"Data": rows})
    (tmp_path / "communes.csv").write_text("TYPECOM,COM,REG,DEP,LIBELLE\nCOM,01001,84,01,A\n")
    (tmp_path / "lieux.csv").write_text("nom,lat,lon\nA,45,1\n")
    (tmp_path / "codes.csv").write_text("Code;Libellé;Autre\n01001;A;3\n")
    assert len(scan(tmp_path).ignored) == 4


def test_labels_are_read_without_case_or_accents_and_new_names_are_known(tmp_path: Path) -> None:
    path = write_communes(tmp_path, "x.gpkg")
    import geopandas as gpd

    names = {
        "NOM": "nom_officiel",
        "INSEE_COM": "code_insee",
        "INSEE_REG": "code_insee_de_la_region",
        "INSEE_DEP": "code_insee_du_departement",
        "POPULATION": "population",
        "SIREN_EPCI": "codes_siren_des_epci",
    }
    frame = gpd.read_file(path).rename(columns=names).to_crs("EPSG:2154")
    path.unlink()
    frame.to_file(path, layer="commune", driver="GPKG")
    assert [f.cle for f in scan(tmp_path).files] == ["communes"]


# --- Several files of one source -----------------------------------------------------------


def test_identical_files_count_once(tmp_path: Path) -> None:
    write_populations(tmp_path, "a.csv")
    write_populations(tmp_path, "b.csv")
    library = scan(tmp_path)
    assert [f.path.name for f in library.files] == ["a.csv"]
    assert [(p.name, q.name) for p, q in library.doublons] == [("b.csv", "a.csv")]


def test_two_files_that_nothing_orders(tmp_path: Path) -> None:
    write_populations(tmp_path, "a.csv")
    write_populations(tmp_path, "b.csv", POPULATIONS.replace("300;", "301;"))
    with pytest.raises(DataError, match=r"2 fichiers.*a\.csv.*b\.csv"):
        scan(tmp_path)


def test_the_most_recent_vintage_is_kept_and_said(tmp_path: Path) -> None:
    write_all(tmp_path)
    write_workbook(tmp_path / "a.xlsx", {"Data": medecins_rows(1, 1, 1, annee="2023")})
    library = scan(tmp_path)
    assert [f.path.name for f in find(library, "medecins")] == ["a.xlsx"]
    raw = load(library)
    assert set(raw.medecins["annee"]) == {2023}
    assert raw.controle["motif"].str.contains("plus ancien").any()


def test_a_workbook_without_its_sheet_of_zones(tmp_path: Path) -> None:
    write_all(tmp_path)
    sheets = appartenance_sheets()
    del sheets["Zones_supra_communales"]
    write_workbook(tmp_path / "table-appartenance-geo-communes-2024.xlsx", sheets)
    with pytest.raises(DataError, match="zones"):
        load(scan(tmp_path))


def test_what_was_delivered_is_never_taken_for_a_source(tmp_path: Path) -> None:
    folder = write_all(tmp_path)
    before = [(f.cle, f.path.name) for f in scan(folder).files]
    delivered = folder / "livraison"
    delivered.mkdir()
    write_geopackage(small_diagnosis(), delivered / "diagnostic.gpkg")
    write_workbook_delivered(small_diagnosis(), delivered / "indicateurs.xlsx")
    write_raster(small_diagnosis(), delivered / "temps_acces.tif")
    write_raster_style(small_diagnosis(), delivered / "temps_acces.qml")
    found = scan(folder)
    assert [(f.cle, f.path.name) for f in found.files] == before
    assert {p.name for p in found.ignored} >= {
        "diagnostic.gpkg",
        "indicateurs.xlsx",
        "temps_acces.qml",
        "temps_acces.tif",
    }
