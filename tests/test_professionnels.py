"""From a fictitious RPPS or BPE to a diagnosis: who is counted, where, and what is set aside."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity

from conftest import SilentProgress
from diagterritoire import ledger, tables
from diagterritoire.core.care.professions import practices, professions
from diagterritoire.demo import DemoSummary
from diagterritoire.errors import DataError
from diagterritoire.inputs.country import Country, find_territory, read_country
from diagterritoire.inputs.preparation import gather
from diagterritoire.outputs.map_text import notes
from diagterritoire.outputs.reading_note import lines
from diagterritoire.outputs.report.content import build
from diagterritoire.parameters import Parameters
from diagterritoire.sources.care.adresses import read_adresses
from diagterritoire.sources.care.observatoire import read_medecins
from diagterritoire.sources.care.premier_recours import choose
from diagterritoire.sources.care.rpps import read_rpps
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.study.diagnosis import diagnose
from test_sources_bpe import OLD
from test_sources_rpps import HEADER, row

OBSERVATORY = "offre_sante_obs_territoires_2020.xlsx"
RPPS = "ps_libreacces_personne_activite_202403010000.txt"
BPE = "bpe23_ensemble_xy.csv"
ADDRESSES = "adresses_geocodees.csv"
GP = "medecin_generaliste"
NOWHERE = "99999"


@dataclass(frozen=True)
class Run:
    """One diagnosis of the whole invented territory, and what it was made from."""

    country: Country
    diagnosis: Diagnosis


def run(folder: Path, cache: Path) -> Run:
    parameters, progress = Parameters(), SilentProgress()
    country = read_country(folder, parameters, progress)
    chosen = find_territory("reg:" + country.base["code_region"].iloc[0], country.raw, parameters)
    inputs = gather(country, chosen, cache, parameters, progress)
    return Run(country, diagnose(inputs, parameters))


def points(demo: DemoSummary) -> pd.DataFrame:
    """Points of the communes in the metres of the projection and in degrees."""
    table = pd.read_csv(
        demo.folder / "communes_points_2024.csv", sep=None, engine="python", dtype="str"
    )
    table = table.rename(columns={table.columns[0]: "code_commune"}).set_index("code_commune")
    degrees = table[["lon", "lat"]] if "lon" in table else table[["longitude", "latitude"]]
    degrees = degrees.astype(float).set_axis(["lon", "lat"], axis="columns")
    metres = gpd.GeoSeries.from_xy(degrees["lon"], degrees["lat"], crs="EPSG:4326")
    metres = metres.to_crs("EPSG:2154")
    return degrees.assign(x=metres.x.to_numpy(), y=metres.y.to_numpy())


def copied(demo: DemoSummary, folder: Path, *, observatory: bool = False) -> Path:
    shutil.copytree(demo.folder, folder, dirs_exist_ok=True)
    if not observatory:
        (folder / OBSERVATORY).unlink()
    return folder


def rpps_rows(demo: DemoSummary) -> tuple[str, ...]:
    """Ten GPs: one over three communes, one of the merged commune, one nowhere; four others."""
    a, b, c = demo.poles[:3]
    with_finess = [row(p, "S1", a).split("|") for p in ("01", "02")]
    for cells in with_finess:
        cells[21] = "990000001"
    return (
        *("|".join(cells) for cells in with_finess),
        row("03", "S2", a),
        row("03", "S3", b),
        row("03", "S4", c),
        row("04", "S5", b),
        row("04", "S5", b, savoir_faire="SM26"),
        row("05", "S6", demo.ancienne),
        row("06", "S7", demo.fusion),
        row("07", "S8", NOWHERE),
        row("08", "S9", ""),
        row("09", "S10", c, secteur="SA64"),
        row("10", "S11", c, mode="S", secteur="SA05"),
        row("11", "S1", a, profession="60", savoir_faire=""),
        row("12", "S5", b, profession="60", savoir_faire=""),
        row("13", "S12", b, profession="21", savoir_faire="", mode="S", secteur="SA33",
            label="Pharmacie d'officine"),
        row("14", "S13", b, profession="86", savoir_faire=""),
    )  # fmt: skip


def write_rpps(demo: DemoSummary, folder: Path) -> None:
    text = "\n".join([HEADER, *rpps_rows(demo)]) + "\n"
    (folder / RPPS).write_text(text, encoding="utf-8")


def write_addresses(demo: DemoSummary, folder: Path, *, score: str = "0.9") -> None:
    at, a, b = points(demo), *demo.poles[:2]
    lines = [
        "Numéro FINESS site;longitude;latitude;result_score;result_type;result_citycode",
        f"990000001;{at.loc[a, 'lon'] + 0.005};{at.loc[a, 'lat']};{score};housenumber;{a}",
        f"S4;{at.loc[b, 'lon']};{at.loc[b, 'lat']};0.9;housenumber;{b}",
        f"S11;{at.loc[a, 'lon']};{at.loc[a, 'lat']};0.9;municipality;{demo.poles[2]}",
        "990009999;0;0;0.9;housenumber;",
    ]
    (folder / ADDRESSES).write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_bpe(demo: DemoSummary, folder: Path) -> None:
    """Eight GPs at five places, three nurses, two dispensaries."""
    at, a, b, c = points(demo), *demo.poles[:3]

    def line(code: str, kind: str, at_code: str = "", dx: float = 0.0, quality: str = "Bonne"):
        where = f"{at.loc[at_code, 'x'] + dx:.1f};{at.loc[at_code, 'y']:.1f}" if at_code else ";"
        return f"00;00;{code};{code}_0000;2023;{kind};{where};{quality if at_code else ''}"

    rows = [
        line(a, "D201", a, 300.0),
        line(a, "D201", a, 300.3),
        line(a, "D201"),
        line(b, "D201", a),
        line(b, "D201", b, quality="Mauvaise"),
        line(c, "D201", c, 500.0),
        line(demo.ancienne, "D201"),
        line(NOWHERE, "D201", a),
        *[line(a, "D232", a, 300.0)] * 3,
        *[line(b, "D301")] * 2,
        line(c, "B101", c),
    ]
    (folder / BPE).write_text("\n".join([OLD, *rows]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def observed(demo, cache):
    return run(demo.folder, cache)


@pytest.fixture(scope="module")
def by_rpps(demo, cache, tmp_path_factory):
    folder = copied(demo, tmp_path_factory.mktemp("rpps"), observatory=True)
    write_rpps(demo, folder)
    write_addresses(demo, folder)
    write_bpe(demo, folder)
    return run(folder, cache)


@pytest.fixture(scope="module")
def by_bpe(demo, cache, tmp_path_factory):
    folder = copied(demo, tmp_path_factory.mktemp("bpe"))
    write_bpe(demo, folder)
    return run(folder, cache)


def numbers(found: Run) -> pd.Series:
    return found.diagnosis.communes.set_index("code_commune")["mg_nb"]


def motifs(found: Run, source: str) -> dict[str, int]:
    table = found.diagnosis.controle
    kept = table.loc[table["source"].str.startswith(source)]
    return dict(zip(kept["motif"], kept["nombre"], strict=True))


def test_one_of_three_sources_counts_the_gps(observed, by_rpps, by_bpe):
    assert [r.country.raw.generalistes for r in (observed, by_rpps, by_bpe)] == [
        "medecins", "professionnels", "equipements",
    ]  # fmt: skip
    usage = by_rpps.diagnosis.sources.set_index("cle")["usage"]
    assert usage["professionnels"].startswith("offre de médecins généralistes")
    assert usage["medecins"].startswith("écartée pour médecins généralistes")
    assert usage["equipements"].startswith("densités : pharmacies (officines) ; écartée pour")
    assert observed.diagnosis.sources.set_index("cle")["usage"]["medecins"] == (
        "offre de médecins généralistes"
    )
    told = motifs(by_rpps, "Médecins généralistes libéraux par commune (base")
    assert [m for m in told if "écartés, comptés d'après « Annuaire santé" in m]


def test_people_of_the_rpps_are_shared_and_followed(demo, by_rpps):
    a, b, c = demo.poles[:3]
    found = numbers(by_rpps)
    third = 1 / 3
    assert found[[a, b, c, demo.fusion]].tolist() == pytest.approx(
        [2 + third, 1 + third, 1 + third, 2]
    )
    # Read: 9 people counted (teleconsultation apart), one without commune, one nowhere.
    assert found.sum() == pytest.approx(7)
    assert found.notna().all()
    gps = by_rpps.country.raw.medecins
    assert gps["mg_nb"].sum() == pytest.approx(8)
    assert gps.set_index("code_commune").loc[NOWHERE, "mg_nb"] == 1


@pytest.mark.parametrize(("name", "read"), [("by_rpps", 17), ("by_bpe", 14)])
def test_records_read_are_used_or_left_out(name, read, request):
    table = request.getfixturevalue(name).country.raw.controle
    file = RPPS if name == "by_rpps" else BPE
    rows = table.loc[table["source"] == f"{tables.PROFESSIONNELS.titre} ({file})"]
    told = dict(zip(rows["motif"], rows["nombre"], strict=True))
    assert told.pop("enregistrements lus") == read
    fates = ("enregistrements utilisés", "autre", "équipement d'un autre", "téléconsultation",
             "lieu d'exercice sans commune", "ligne qui répète", "nombre d'équip")  # fmt: skip
    assert sum(n for m, n in told.items() if m.startswith(fates)) == read


def test_sites_are_where_they_are_known_to_be(demo, by_rpps, by_bpe):
    a, b, c = demo.poles[:3]
    for found in (by_rpps, by_bpe):
        sites = found.diagnosis.sites
        placed = sites.groupby("code_commune")["mg_nb"].sum()
        expected = numbers(found)
        np.testing.assert_allclose(placed, expected[expected > 0].sort_index())
        assert sites["site_id"].is_unique
        inside = found.diagnosis.communes
        assert (inside.loc[inside["mg_nb"] > 0, "temps_mg_min"] == 0).all()
        with_pop = inside["population_standardisee"] * inside["apl"]
        np.testing.assert_allclose(with_pop.sum(), found.diagnosis.bilan.consultations_offertes)
    rpps = by_rpps.diagnosis.sites.set_index("code_commune")
    own = rpps.loc[[a]].set_index("origine_position")
    assert own["mg_nb"].to_dict() == pytest.approx({"adresse": 2.0, "centre_commune": 1 / 3})
    assert rpps.loc[[b, c], "origine_position"].tolist() == ["centre_commune"] * 2
    bpe = by_bpe.diagnosis.sites
    kinds = bpe.loc[bpe["code_commune"].isin([a, b, c])]
    assert kinds[["code_commune", "mg_nb", "origine_position"]].to_numpy().tolist() == sorted(
        [[a, 2.0, "source"], [a, 1.0, "centre_commune"], [b, 2.0, "centre_commune"],
         [c, 1.0, "source"]], key=lambda r: (r[2] != "source", r[0]),
    )  # fmt: skip


def test_addresses_are_accounted_for_and_name_nobody(by_rpps):
    told = motifs(by_rpps, tables.PROFESSIONNELS.titre)
    assert told["lieu placé à son adresse géocodée"] == 1
    assert told["adresse géocodée dans une autre commune : point de la commune"] == 1
    assert told["géocodage arrêté à la commune ou au lieu-dit : point de la commune"] == 1
    diagnosis = by_rpps.diagnosis
    shown = "".join(getattr(diagnosis, t.nom).to_csv() for t in tables.DELIVERED)
    for name in ("990000001", "80099999", "ZZNOM", "ZZPRENOM"):
        assert name not in shown


def test_an_uncertain_address_is_not_believed(demo, cache, tmp_path):
    folder = copied(demo, tmp_path)
    write_rpps(demo, folder)
    write_addresses(demo, folder, score="0.4")
    found = run(folder, cache)
    assert set(found.diagnosis.sites["origine_position"]) == {"centre_commune"}
    assert (
        motifs(found, tables.PROFESSIONNELS.titre)[
            "score de géocodage sous 0,5 : point de la commune"
        ]
        == 1
    )


def test_densities_of_every_profession(demo, observed, by_rpps):
    table = by_rpps.diagnosis.densites
    own = table.loc[table["niveau"] == "territoire"].set_index("profession")
    assert own["nombre"].to_dict() == pytest.approx(
        {GP: 7.0, "infirmier": 2.0, "pharmacien": 1.0, "pharmacie": 2.0}
        | dict.fromkeys(set(tables.PROFESSIONS) - {GP, "infirmier", "pharmacien", "pharmacie"},
                        float("nan")),
        nan_ok=True,
    )  # fmt: skip
    people = by_rpps.diagnosis.communes["population"].sum()
    assert own.loc["infirmier", "densite_100000"] == pytest.approx(2e5 / people)
    assert own.loc["pharmacie", "source"] == "equipements"
    assert "aucune source" in own.loc["sage_femme", "motif"]
    assert list(table["niveau"].unique()) == ["territoire", "departement", "region", "france"]
    alone = observed.diagnosis.densites.query("niveau == 'territoire'").set_index("profession")
    assert alone["nombre"].notna().sum() == 1
    assert alone.loc[GP, "nombre"] == numbers(observed).sum()


def test_professionals_by_commune(demo, by_rpps):
    table = by_rpps.diagnosis.professionnels_communes
    sums = table.groupby("profession")["nombre"].sum()
    own = by_rpps.diagnosis.densites.query("niveau == 'territoire'").set_index("profession")
    for profession, number in sums.items():
        assert number == pytest.approx(own.loc[profession, "nombre"])
    assert set(table["code_commune"]) == set(by_rpps.diagnosis.communes["code_commune"])


def test_whole_figures_of_the_observatory_do_not_move(observed, diagnosed):
    """A register beside changes the count; without one, the diagnosis is what it was."""
    assert (observed.diagnosis.sites["mg_nb"] % 1 == 0).all()
    assert observed.diagnosis.sites["site_id"].str.startswith("mg-").all()
    assert numbers(observed).sum() == diagnosed("demo").communes["mg_nb"].sum()


def gps_of_the_observatory(demo: DemoSummary) -> list[str]:
    """Code of each GP of the invented Observatoire, in the codes of its year."""
    table = read_medecins(recognise(demo.folder / OBSERVATORY)).table
    return [
        c for c, n in zip(table["code_commune"], table["mg_nb"], strict=True) for _ in range(int(n))
    ]


def as_rpps(codes: list[str], folder: Path) -> None:
    rows = [row(f"{k:04d}", f"S{k}", code) for k, code in enumerate(codes)]
    name = RPPS.replace("2024", "2021")
    (folder / name).write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")


def as_bpe(codes: list[str], folder: Path) -> None:
    rows = [f"00;00;{code};{code}_0000;2021;D201;;;" for code in codes]
    (folder / "bpe21_ensemble_xy.csv").write_text("\n".join([OLD, *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("write", [as_rpps, as_bpe])
def test_the_same_gps_from_another_source_give_the_same_diagnosis(
    demo, cache, tmp_path, observed, write
):
    folder = copied(demo, tmp_path)
    write(gps_of_the_observatory(demo), folder)
    found = run(folder, cache)
    for name in ("communes", "sites", "flux"):
        ours, theirs = (getattr(r.diagnosis, name) for r in (found, observed))
        pd.testing.assert_frame_equal(pd.DataFrame(ours), pd.DataFrame(theirs), rtol=1e-12)
    pd.testing.assert_frame_equal(
        found.diagnosis.comparaisons, observed.diagnosis.comparaisons, rtol=1e-12
    )


MOVES = pd.DataFrame(
    [
        ("32", "2023-01-01", "COM", "18001", "COM", "18001"),
        ("32", "2023-01-01", "COM", "18002", "COM", "18001"),
        ("21", "2023-01-01", "COM", "18003", "COM", "18003"),
        ("21", "2023-01-01", "COM", "18003", "COM", "18004"),
    ],
    columns=tables.MOUVEMENTS.noms,
)


def national_base() -> pd.DataFrame:
    """Four communes of the Cher, one of another departement that no source covers."""
    return pd.DataFrame(
        {
            "code_commune": ["18001", "18003", "18004", "18005", "42001"],
            "nom": list("ABCDE"),
            "code_departement": ["18"] * 4 + ["42"],
            "population": [100, 300, 100, 50, 10],
            "mg_nb": [3.5, 3.0, 1.0, 0.0, np.nan],
        }
    )


def listed(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["site_id", "code_commune", "profession", "nombre"])
    return frame.assign(lon=2.0, lat=46.5, origine_position="source")


def test_communes_are_followed_divided_or_listed_as_orphans():
    rows = listed(
        ("a", "18001", GP, 1.5), ("b", "18002", GP, 2.0), ("c", "18003", GP, 4.0),
        ("d", NOWHERE, GP, 1.0), ("c", "18003", "infirmier", 5.0),
    )  # fmt: skip
    found = professions(
        {"professionnels": rows}, national_base(), MOVES,
        {"appartenance": 2024, "professionnels": 2022}, "professionnels",
    )  # fmt: skip
    # Five nurses over 300 and 100 inhabitants: 3.75 and 1.25, by largest remainder 4 and 1.
    assert found.nombres["infirmier"].tolist()[:4] == [0.0, 4.0, 1.0, 0.0]
    assert np.isnan(found.nombres.loc["42001", "infirmier"])
    # The sites of a divided commune cannot be told apart: they stay at the communes' points.
    assert found.lieux[["site_id", "code_commune"]].to_numpy().tolist() == [
        ["a", "18001"], ["b", "18001"],
    ]  # fmt: skip
    lost = found.controle.loc[found.controle["motif"].str.startswith("lieux et professions écar")]
    assert (lost["nombre"].item(), lost["exemples"].item()) == (1, NOWHERE)


def test_people_of_a_city_are_not_lost_beside_those_of_its_arrondissements():
    rows = listed(("a", "69123", GP, 1.0), ("b", "69381", GP, 2.5), ("c", "69382", "infirmier", 4))
    base = pd.DataFrame(
        {"code_commune": ["69123", "69124"], "nom": ["Lyon", "M"], "code_departement": "69"}
    ).assign(population=[500, 50], mg_nb=[3.5, 0.0])
    found = professions(
        {"professionnels": rows}, base, MOVES, {"appartenance": 2024}, "professionnels"
    )
    assert found.nombres["infirmier"].tolist() == [4.0, 0.0]
    assert found.lieux[["code_commune", "nombre"]].to_numpy().tolist() == [
        ["69123", 1.0], ["69123", 2.5],
    ]  # fmt: skip


def square_area() -> gpd.GeoDataFrame:
    boxes = [
        shapely.box(0, 0, 1e4, 1e4),
        shapely.box(1e4, 0, 2e4, 1e4),
        shapely.box(2e4, 0, 3e4, 1e4),
    ]
    moved = [shapely.affinity.translate(b, 6e5, 6.6e6) for b in boxes]
    return gpd.GeoDataFrame(
        {
            "code_commune": ["18001", "18002", "18003"],
            "mg_nb": [4.0, 1.0, np.nan],
            "x": [605_000.0, 615_000.0, 625_000.0],
            "y": 6_605_000.0,
        },
        geometry=moved,
        crs="EPSG:2154",
    )


def test_sites_at_one_point_are_one_and_the_rest_is_at_the_commune():
    x = [601_000.0, 601_000.2, 602_000.0, 630_000.0, None]
    y = [6_601_000.0, 6_601_000.3, 6_602_000.0, 6_601_000.0, None]
    degrees = gpd.GeoSeries.from_xy(x[:4], y[:4], crs="EPSG:2154").to_crs("EPSG:4326")
    rows = pd.DataFrame(
        {
            "site_id": list("abcde"),
            "code_commune": ["18001"] * 4 + ["18002"],
            "nombre": [1.0, 0.5, 1.0, 1.0, 1.0],
            "lon": [*degrees.x, None],
            "lat": [*degrees.y, None],
            "origine_position": ["source", "source", "adresse", "source", "centre_commune"],
        }
    )
    sites, reste, controle = practices(rows, square_area(), tolerance_m=1000)
    assert sites[["site_id", "mg_nb", "origine_position"]].to_numpy().tolist() == [
        ["a", 1.5, "source"], ["c", 1.0, "adresse"],
    ]  # fmt: skip
    assert reste.fillna(-1).tolist() == [1.5, 1.0, -1]
    told = dict(zip(controle["motif"].str[:20], controle["nombre"], strict=True))
    assert told == {
        "coordonnées loin de ": 1, "sans coordonnées : p": 1, "lieux au même point ": 1,
        "enregistrements lus": 5, "dans l'aire étudiée": 5,
    }  # fmt: skip
    assert len(sites) + 1 + 1 + 1 == len(rows)


def test_without_any_gp_no_source_will_do(tmp_path):
    nurse = row("01", "S1", "18001", profession="60", savoir_faire="")
    (tmp_path / RPPS).write_text(f"{HEADER}\n{nurse}\n", encoding="utf-8")
    reading = read_rpps(recognise(tmp_path / RPPS))
    with pytest.raises(DataError, match="Aucun médecin généraliste"):
        choose({"professionnels": reading})


def test_a_site_is_not_known_by_who_works_there(tmp_path):
    """The address file may be keyed on a number that names a practice: the key is not kept."""
    (tmp_path / RPPS).write_text(f"{HEADER}\n{row('01', 'R8009999901', '18001')}\n")
    (tmp_path / ADDRESSES).write_text("site_id;lon;lat\nR8009999901;2.4;47.1\n")
    adresses = read_adresses(recognise(tmp_path / ADDRESSES))
    reading = read_rpps(recognise(tmp_path / RPPS), None, adresses.table, 0.5)
    assert reading.table["origine_position"].tolist() == ["adresse"]
    assert reading.table["lon"].tolist() == [2.4]
    assert reading.cog == 2024
    assert "8009999" not in reading.table.to_csv() + reading.controle.to_csv()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("S1;2;47;18001\nS1;3;47;18001", "répètent une clé"),
        ("S1;2;47;1801", "zéro initial"),
        ("S1;abc;47;18001", "ne sont pas des nombres"),
        ("S1;200;47;18001", "contraires au schéma"),
    ],
)
def test_defects_of_addresses(tmp_path, lines, words):
    path = tmp_path / ADDRESSES
    path.write_text("site_id;lon;lat;result_citycode\n" + lines + "\n")
    with pytest.raises(DataError, match=words):
        read_adresses(recognise(path))


def test_addresses_read_are_used_or_left_out(tmp_path):
    path = tmp_path / ADDRESSES
    path.write_text("site_id;lon;lat\nS1;2;47\nS1;2;47\n;2;47\nS2;;\n")
    reading = read_adresses(recognise(path))
    assert reading.table["site_id"].tolist() == ["S1"]
    assert reading.controle["nombre"].tolist() == [4, 1, 1, 1, 1]


def test_a_register_beside_names_itself_in_every_output(by_rpps):
    report = build(by_rpps.diagnosis)
    text = str([vars(b) for c in report.chapitres for b in c.blocs]).replace("\\xa0", " ")
    assert "au format de l'annuaire santé (RPPS)" in text
    assert "sont écartées du compte" in text
    assert "7 médecins généralistes exercent" in text
    assert "libéraux exercent" not in text
    assert "2,3 généralistes sur les 7" in text
    assert any("RPPS" in text for _, text in lines(by_rpps.diagnosis))
    assert any("RPPS" in note["texte"] for note in notes(by_rpps.diagnosis))


@pytest.mark.parametrize("name", ["observed", "by_rpps", "by_bpe"])
def test_what_came_in_is_what_is_used_and_what_is_left_out(request, name):
    controle = request.getfixturevalue(name).diagnosis.controle
    assert ledger.unbalanced(controle).empty, ledger.unbalanced(controle).to_string()
    told = set(controle.loc[controle["effet"] == tables.LU, "source"])
    for table in (tables.POPULATIONS, tables.POINTS, tables.ZONAGE, tables.APL_PUBLIEE):
        assert table.titre in told, sorted(told)
