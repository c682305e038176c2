"""Small fictitious files in the official layouts, which the other reader tests damage."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely
import xlsxwriter

from diagterritoire.sources.folder.load import load
from diagterritoire.sources.folder.scan import scan

CODES = ("01001", "01002", "2A004")
EPCI = ("200000001/200054781", "200000002", "NR")


def write_workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def write_communes(
    folder: Path, name: str = "communes_2024_france.gpkg", **columns: object
) -> Path:
    frame = gpd.GeoDataFrame(
        {
            "NOM": ["Alpha", "Bêta", "Gamma"],
            "INSEE_COM": list(CODES),
            "INSEE_REG": ["84", "84", "94"],
            "POPULATION": [100, 0, 300],
            "INSEE_DEP": ["01", "01", "2A"],
            "SIREN_EPCI": list(EPCI),
        },
        geometry=[shapely.box(i, 45, i + 1, 46) for i in range(3)],
        crs="EPSG:4326",
    ).assign(**columns)
    frame.to_file(folder / name, layer="communes", driver="GPKG")
    return folder / name


def write_points(folder: Path, name: str = "communes_points_2024.csv") -> Path:
    rows = [
        "code_commune,nom,lat,lon",
        "01001,Alpha,45.5,0.5",
        '01002,"Bêta, la",45.5,1.5',
        "2A004,Gamma,,",
    ]
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def appartenance_sheets() -> dict[str, list[list[object]]]:
    titles: list[list[object]] = [
        ["Liste des communes au 1er janvier 2024"],
        ["France - Communes"],
        ["Mise en ligne le 18/03/2024       Géographie au 01/01/2024"],
        ["Source(s) : Insee, Code officiel géographique"],
    ]
    labels: list[object] = ["Code", "Libellé", "Dép.", "Région", "EPCI long", "ZE", "BV"]
    names: list[object] = ["CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "ZE2020", "BV2022"]
    communes: list[list[object]] = [
        ["01001", "Alpha", "01", "84", "200000001", "8405", "01002"],
        ["01002", "Bêta", "01", "84", "200000002", "8405", "01002"],
        ["2A004", "Gamma", "2A", "94", "ZZZZZZZZZ", "9401", "2A004"],
    ]
    zones: list[list[object]] = [
        ["BV2022", "01002", "Bêta", 2],
        ["BV2022", "2A004", "Gamma", 1],
        ["DEP", "01", "Ain", 2],
        ["EPCI", "200000001", "CC Alpha", 1],
        ["EPCI", "ZZZZZZZZZ", "Sans objet", 1],
        ["REG", "84", "Auvergne-Rhône-Alpes", 2],
        ["UU2020", "01000", "Hors unité", 3],
    ]
    return {
        "COM": [*titles, labels, names, *communes],
        "ARM": [*titles, [*labels, "Commune"], [*names, "COM"], [*communes[0], "75056"]],
        "Zones_supra_communales": [
            *titles,
            ["Niveau", "Code", "Libellé", "Nombre"],
            ["NIVGEO", "CODGEO", "LIBGEO", "NB_COM"],
            *zones,
        ],
    }


def write_appartenance(
    folder: Path, name: str = "table-appartenance-geo-communes-2024.xlsx"
) -> Path:
    return write_workbook(folder / name, appartenance_sheets())


POPULATIONS = (
    "REG;Région;DEP;CODARR;CODCAN;CODCOM;COM;Commune;PMUN;PCAP;PTOT\r\n"
    "84;Auvergne-Rhône-Alpes;01;2;08;001;01001;Alpha;1\u202f860;16;1876\r\n"
    "84;Auvergne-Rhône-Alpes;01;1;01;002;01002;Bêta;0;0;0\r\n"
    "94;Corse;2A;1;01;004;2A004;Gamma;300;1;301\r\n"
)


def write_populations(folder: Path, name: str = "donnees_communes.csv", text: str = "") -> Path:
    path = folder / name
    path.write_bytes((text or POPULATIONS).encode())
    return path


def write_mouvements(folder: Path, name: str = "mouvements-communes.csv") -> Path:
    rows = [
        "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,"
        "TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP",
        "32,2025-01-01,COM,01009,0,I,Iota,Iota,COM,01001,0,A,Alpha,Alpha",
        "20,1950-01-01,,,,,,,COM,01002,0,B,Bêta,Bêta",
    ]
    path = folder / name
    path.write_text("\r\n".join(rows) + "\r\n", encoding="utf-8")
    return path


def medecins_rows(*values: object, annee: str = "2020") -> list[list[object]]:
    return [
        ["Observatoire des territoires - ANCT"],
        ["Offre de services de santé (Commune (2021))"],
        [],
        ["", "", "", "Nombre de médecins généralistes libéraux"],
        ["codgeo", "libgeo", "an", "nb_medg"],
        *([c, "Nom", annee, v] for c, v in zip(CODES, values, strict=False)),
    ]


def write_medecins(
    folder: Path, *values: object, name: str = "offre_sante_obs_territoires_2020.xlsx"
) -> Path:
    return write_workbook(folder / name, {"Data": medecins_rows(*(values or (2, 0, 5)))})


APL_TITLE = "Indicateur d'accessibilité potentielle localisée (APL) {} aux médecins généralistes"


def apl_sheet(annee: int, apl: float = 2.5) -> list[list[object]]:
    return [
        [APL_TITLE.format(annee)],
        [],
        [f"Millésime : {annee}"],
        ["Sources"],
        ["Champ"],
        ["Lecture"],
        ["Note"],
        [],
        [
            "Code commune INSEE",
            "Commune",
            "APL aux médecins généralistes",
            "APL aux médecins généralistes de moins de 65 ans",
            f"Population standardisée {annee - 2} pour la médecine générale",
            f"Population totale {annee - 2}",
        ],
        ["", "", "En nombre de consultations", "En nombre", "En nombre", "En nombre"],
        *([c, "Nom", apl, 2.0, 100.5, 100] for c in CODES),
    ]


def write_apl(
    folder: Path,
    *annees: int,
    name: str = "drees_apl_generalistes_2022_2023.xlsx",
    apl: float = 2.5,
) -> Path:
    sheets = {f"APL {a}": apl_sheet(a, apl) for a in (annees or (2022, 2023))}
    parameters: list[list[object]] = [["Paramètres de l'indicateur"], ["Moins de 250", 0]]
    return write_workbook(folder / name, {"Paramètres": parameters, **sheets})


def write_zonage(folder: Path, *zones: str, name: str = "zonage_mg_communes_2025.csv") -> Path:
    values = zones or ("1_ZIP", "4_ZAR", "N/A - résultat non disponible")
    lines = [f"{c};Nom;{z}" for c, z in zip(CODES, values, strict=True)]
    path = folder / name
    path.write_text("\n".join(["Code;Libellé;Zonage_MG", *lines]) + "\n", encoding="utf-8-sig")
    return path


def write_contextes(folder: Path) -> tuple[Path, Path]:
    first = folder / "cartosante_health_bv2022.csv"
    first.write_text(
        "CartoSanté; ; ; \nRéférentiel géographique : France par bassin de vie; ; ; \n"
        "Code;Libellé;APL Médecins généralistes 2023;Part des bénéf. en ALD 2024\n"
        "01002;Bêta;3;N/A - secret statistique\n977ZZ;St-Barth;N/A - résultat non disponible;1,9",
        encoding="utf-8-sig",
    )
    second = folder / "insee_statloc_social_determinants_bv2022.csv"
    second.write_text(
        "Insee - Statistiques locales; ; \n"
        "Référentiel géographique : France par bassin de vie; ; \n"
        "Code;Libellé;Taux de pauvreté 2021\n01002;Bêta;11.1\n2A004;Gamma;s",
        encoding="utf-8-sig",
    )
    return first, second


GRAPHML = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d5" for="edge" attr.name="highway" attr.type="string" />
  <key id="d4" for="edge" attr.name="length" attr.type="string" />
  <key id="d2" for="node" attr.name="y" attr.type="string" />
  <key id="d1" for="node" attr.name="x" attr.type="string" />
  <key id="d0" for="graph" attr.name="crs" attr.type="string" />
  <graph edgedefault="directed">
    <node id="90"><data key="d1">9.5</data><data key="d2">42.5</data></node>
    <node id="10"><data key="d1">9.6</data><data key="d2">42.6</data></node>
    <edge source="90" target="10" id="0"><data key="d4">18.3</data>
      <data key="d5">['residential', 'tertiary']</data></edge>
    <edge source="10" target="90" id="0"><data key="d4">20</data></edge>
    <data key="d0">epsg:4326</data>
  </graph>
</graphml>
"""


def write_graphml(folder: Path, name: str = "reseau_routier.graphml", text: str = GRAPHML) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def write_all(folder: Path) -> Path:
    write_communes(folder)
    write_points(folder)
    write_appartenance(folder)
    write_populations(folder)
    write_mouvements(folder)
    write_medecins(folder)
    write_apl(folder)
    write_zonage(folder)
    write_contextes(folder)
    write_graphml(folder)
    return folder


def test_the_files_written_here_are_all_recognised_and_read(tmp_path: Path) -> None:
    library = scan(write_all(tmp_path))
    assert library.ignored == ()
    assert [f.cle for f in library.files] == [
        "communes",
        "points",
        "appartenance",
        "populations",
        "mouvements",
        "medecins",
        "apl_publiee",
        "zonage",
        "contexte_cartosante",
        "contexte_insee",
        "routes",
    ]
    assert len(load(library).sources) == 10
