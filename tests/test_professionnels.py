"""From a fictitious RPPS or BPE to a diagnosis: who is counted, where, and what is set aside."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import SilentProgress
from diagterritoire import tables
from diagterritoire.demo import DemoSummary
from diagterritoire.diagnosis import Diagnosis, diagnose
from diagterritoire.parameters import Parameters
from diagterritoire.preparation import Country, find_territory, gather, read_country
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
    import geopandas as gpd

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
