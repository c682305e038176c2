import dataclasses
import math

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

import diagterritoire.study.measures as module
from diagterritoire import ledger, parameters, schema, tables
from diagterritoire.core.times.travel import Travel
from diagterritoire.errors import DataError
from diagterritoire.study.bundles import Inputs
from diagterritoire.study.diagnosis import diagnose
from diagterritoire.territory import Territory

CRS = "EPSG:2154"
A, B, C, D, E, F = "00001", "00002", "00003", "00004", "00005", "00006"
# code, nom, dans_territoire, population, population_standardisee, apl_publiee, mg_nb
COMMUNES = [
    (A, "Belair", True, 900, 1000.0, 5.0, 2),
    (B, "Vaumont", True, 900, 600.0, 4.0, 0),
    (C, "Hautecombe", True, 300, 300.0, 3.0, 0),
    (D, "L'Isle-Perdue", True, 60, 50.0, 0.5, 0),
    (E, "Morne-Plaine", False, 1700, 1000.0, 2.0, 1),
    (F, "Beaumont-en-Verdunois", True, 0, 0.0, None, 0),
]
# Every trip up to 60 min; D is cut off, F empty.
TRIPS = [
    (A, "s1", 0.0),
    (A, "s2", 25.0),
    (B, "s1", 10.0),
    (B, "s2", 20.0),
    (C, "s1", 15.0),
    (C, "s2", 5.0),
    (E, "s1", 25.0),
    (E, "s2", 0.0),
    (F, "s1", 20.0),
]
SNAPPED = [
    ("commune", A, "rattache", 50.0),
    ("commune", B, "rattache", 1500.0),
    ("commune", C, "rattache", 1000.0),
    ("commune", D, "hors_reseau", None),
    ("commune", E, "rattache", 20.0),
    ("commune", F, "rattache", 2600.0),
    ("site", "s1", "rattache", 5.0),
    ("site", "s2", "rattache", 7.0),
]
PARAMETERS = parameters.override(
    parameters.Parameters(),
    {
        "offre": {"consultations_par_mg": 3000, "consultations_par_etp": 6000},
        "flux": {
            "decroissance_par_min": math.log(2) / 5,
            "decroissance_puissance": 0.0,
            "part_conservee": 0.98,
        },
    },
)


def times_by_hand():
    trajets = pd.DataFrame(TRIPS, columns=["code_commune", "site_id", "temps_min"]).assign(
        origine_temps="route"
    )
    nearest = trajets.sort_values("temps_min").drop_duplicates("code_commune")
    nearest = pd.DataFrame({"code_commune": [row[0] for row in COMMUNES]}).merge(
        nearest, on="code_commune", how="left", validate="one_to_one"
    )
    nearest["atteignable"] = nearest["site_id"].notna()
    nearest["origine_temps"] = "route"
    return Travel(
        trajets=schema.conform(trajets, tables.TRAJETS),
        plus_proches=schema.conform(nearest, tables.PLUS_PROCHES),
        rattachements=schema.conform(
            pd.DataFrame(SNAPPED, columns=tables.RATTACHEMENTS.noms), tables.RATTACHEMENTS
        ),
    )


def small_inputs(communes=COMMUNES):
    n = len(communes)
    x = [700_000.0 + 10_000.0 * i for i in range(n)]
    y = [6_600_000.0] * n
    frame = gpd.GeoDataFrame(
        {
            "code_commune": [row[0] for row in communes],
            "nom": [row[1] for row in communes],
            "code_epci": pd.Series([None] * n, dtype="str"),
            "code_departement": "00",
            "code_region": "00",
            "bassin_vie": pd.Series([None] * n, dtype="str"),
            "dans_territoire": [row[2] for row in communes],
            "population": [row[3] for row in communes],
            "population_annee": 2023,
            "population_totale": [float(row[3]) for row in communes],
            "population_standardisee": [row[4] for row in communes],
            "apl_publiee": pd.Series([row[5] for row in communes], dtype="float64"),
            "apl_publiee_65": math.nan,
            "apl_publiee_annee": pd.Series([2023] * n, dtype="Int64"),
            "zonage_mg": pd.Series(["ZIP"] * n, dtype="str"),
            "mg_nb": [row[6] for row in communes],
            "x": x,
            "y": y,
            "landmass": 0,
        },
        geometry=[box(e - 5e3, n - 5e3, e + 5e3, n + 5e3) for e, n in zip(x, y, strict=True)],
        crs=CRS,
    )
    practice = [(f"s{i + 1}", code) for i, code in enumerate(c[0] for c in communes if c[6])]
    by_code = frame.set_index("code_commune")
    sites = gpd.GeoDataFrame(
        {
            "site_id": [site for site, _ in practice],
            "code_commune": [code for _, code in practice],
            "mg_nb": [int(by_code.loc[code, "mg_nb"]) for _, code in practice],
            "origine_position": "point de la commune",
        },
        geometry=[Point(by_code.loc[code, ["x", "y"]]) for _, code in practice],
        crs=CRS,
    )
    inside = tuple(sorted(row[0] for row in communes if row[2]))
    return Inputs(
        territory=Territory("liste-00000000", "Essai", "liste", inside, CRS, fictif=True),
        communes=frame,
        sites=sites,
        ailleurs=frame.iloc[:0],
        road=None,
        controle=schema.conform(
            pd.DataFrame(
                {
                    "source": ["lecture"],
                    "motif": ["lignes vides"],
                    "nombre": [2],
                    "part": [0.5],
                    "exemples": [""],
                    "effet": ["signale"],
                }
            ),
            tables.CONTROLE,
        ),
        sources=schema.empty(tables.SOURCES),
        comparaisons=schema.empty(tables.COMPARAISONS),
        contexte=schema.empty(tables.CONTEXTE),
    )


@pytest.fixture
def by_hand(monkeypatch):
    """Diagnosis of the six communes with the trips above."""
    monkeypatch.setattr(module, "travel", lambda *_: times_by_hand())
    return diagnose(small_inputs(), PARAMETERS)


def column(diagnosis, name):
    return diagnosis.communes.set_index("code_commune")[name].to_dict()


def test_every_table_is_delivered_in_its_schema(by_hand):
    for table in tables.DELIVERED:
        frame = getattr(by_hand, table.nom)
        expected = [*table.noms, "geometry"] if table.geometrie else table.noms
        assert list(frame.columns) == expected, table.nom
        schema.check(frame, table)
        if table.geometrie:
            assert frame.crs == CRS, table.nom
    assert list(by_hand.contexte.columns) == tables.CONTEXTE.noms


def test_times(by_hand):
    assert column(by_hand, "temps_mg_min") == pytest.approx(
        {A: 0.0, B: 10.0, C: 5.0, D: math.nan, E: 0.0, F: 20.0}, nan_ok=True
    )
    assert column(by_hand, "atteignable") == {c: c != D for c in (A, B, C, D, E, F)}
    nearest = by_hand.communes.set_index("code_commune")["mg_proche_code"]
    assert nearest.dropna().to_dict() == {A: A, B: A, C: E, E: E, F: A}
    assert column(by_hand, "rattachement_m")[B] == 1500.0
    assert column(by_hand, "apl_partielle") == {c: c == E for c in (A, B, C, D, E, F)}


def test_choice(by_hand):
    """Two GPs at s1, one at s2."""
    second, third = column(by_hand, "temps_mg2_min"), column(by_hand, "temps_mg3_min")
    assert [second[c] for c in (A, B, C, E, F)] == [0, 10, 15, 25, 20]
    assert [third[c] for c in (A, B, C, E)] == [25, 20, 15, 25]
    assert math.isnan(second[D])
    assert math.isnan(third[F])
    assert column(by_hand, "mg_15min") == {A: 2, B: 2, C: 3, D: 0, E: 1, F: 0}


def test_inhabitants_at_the_points_of_the_communes(by_hand):
    """Without points of population nor roads: 2.02 min and 1.32 min/km to s1 (A) or s2 (E).

    A is at its site; B and D are 10 km away, C 20 km from both; nobody lives in F; E is around.
    """
    mean = column(by_hand, "temps_mg_moyen_min")
    assert [mean[c] for c in (A, B, C, D)] == [2.02, 15.22, 28.42, 15.22]
    assert math.isnan(mean[E])
    assert math.isnan(mean[F])
    bands = by_hand.bandes
    assert bands["population"].tolist() == [900, 0, 900 + 60, 300, 0, 0]
    inside = by_hand.interieur
    assert (inside["origine_points"] == "point").all()
    counted = inside[["population_30min", "population_plus_30min", "population_sans_trajet"]]
    assert (counted.sum(axis=1) == inside["population"]).all()
    assert by_hand.isochrones["population"].tolist() == [900, 900, 1860, 2160]


def test_supply(by_hand):
    sites = by_hand.sites.set_index("site_id")
    assert sites["consultations"].to_dict() == {"s1": 6000.0, "s2": 3000.0}
    assert sites["mg_etp"].to_dict() == {"s1": 1.0, "s2": 0.5}
    assert column(by_hand, "mg_etp") == {A: 1.0, B: 0.0, C: 0.0, D: 0.0, E: 0.5, F: 0.0}


def test_apl(by_hand):
    # s1: 6000 / (1000 + 600 x 2/3 + 300 / 3) = 4; s2: 3000 / (1000 + 600 / 3 + 300) = 2.
    expected = {A: 4.0, B: 8 / 3 + 2 / 3, C: 4 / 3 + 2.0, D: 0.0, E: 2.0, F: 4 / 3}
    assert column(by_hand, "apl") == pytest.approx(expected)
    assert by_hand.bilan.consultations_offertes == 9000.0
    assert by_hand.bilan.consultations_recues == pytest.approx(9000.0)
    assert by_hand.bilan.ecart_relatif < 1e-12


def test_deficits(by_hand):
    assert column(by_hand, "deficit") == {A: False, B: False, C: False, D: True, E: True, F: True}
    missing = {A: 0.0, B: 0.0, C: 0.0, D: 125.0, E: 500.0, F: 0.0}
    assert column(by_hand, "deficit_consultations") == pytest.approx(missing)
    assert column(by_hand, "deficit_etp") == pytest.approx(
        {c: v / 6000 for c, v in missing.items()}
    )


def test_flows(by_hand):
    # A: 6000 and 3000 / 32, a share of 1/65 that goes to the other; B: 1500 and 187.5; C: 750 and
    # 1500; E: 187.5 and 3000, in the surroundings: only what comes to A is delivered.
    flux = by_hand.flux
    pairs = zip(flux["code_residence"], flux["code_exercice"], strict=True)
    assert dict(zip(pairs, flux["patients"], strict=True)) == pytest.approx(
        {(A, A): 900, (B, A): 800, (B, E): 100, (C, A): 100, (C, E): 200, (E, A): 100}
    )
    assert flux["temps_min"].tolist() == [0.0, 10.0, 20.0, 15.0, 5.0, 25.0]
    assert set(flux["nature"]) == {"modelise"}
    assert column(by_hand, "taux_fuite") == pytest.approx(
        {A: 1 / 65, B: 1.0, C: 1.0, D: math.nan, E: 1 / 17, F: math.nan}, nan_ok=True
    )
    assert column(by_hand, "taux_autosuffisance")[E] == pytest.approx(16 / 17)


def test_flow_lines_are_valid_and_start_at_the_residence(by_hand):
    points = small_inputs().communes.set_index("code_commune")
    assert by_hand.flux.geometry.is_valid.all()
    assert (by_hand.flux.geom_type == "LineString").all()
    for flow in by_hand.flux.itertuples():
        ends = [Point(flow.geometry.coords[0]), Point(flow.geometry.coords[-1])]
        expected = [points.loc[c, ["x", "y"]] for c in (flow.code_residence, flow.code_exercice)]
        assert [e.coords[0] for e in ends] == [tuple(p) for p in expected]
    loop = by_hand.flux.geometry.iloc[0]
    assert loop.is_closed
    assert 0 < loop.length < 5


def test_flows_written_and_read_again(by_hand, tmp_path):
    by_hand.flux.to_file(tmp_path / "flux.gpkg", layer="flux", engine="pyogrio")
    back = gpd.read_file(tmp_path / "flux.gpkg", layer="flux")
    assert back.geometry.is_valid.all()
    assert back.geometry.length.tolist() == pytest.approx(by_hand.flux.geometry.length.tolist())


def test_totals_of_the_territory(by_hand):
    # Before the smallest flows are shared: 900 / 65 of A leave too.
    bilan, leaving = by_hand.bilan, 300 + 900 / 65
    assert bilan.taux_fuite == pytest.approx(leaving / 2100)
    assert bilan.taux_autosuffisance == pytest.approx(1 - leaving / 2100)
    assert bilan.taux_attraction == pytest.approx(100 / (2200 - leaving))
    assert (bilan.communes_mg_inconnu, bilan.population_mg_inconnu) == (0, 0)
    assert bilan.apl_moyenne == pytest.approx(7000 / 1950)
    assert bilan.apl_publiee_moyenne == pytest.approx(8325 / 1950)
    # Gaps of A, B, C, D: -1, -2/3, 1/3, -1/2.
    assert bilan.ecart_median_apl == pytest.approx(-7 / 12)
    computed = pd.Series([4.0, 10 / 3, 10 / 3, 0.0])
    assert bilan.correlation_apl == pytest.approx(computed.corr(pd.Series([5.0, 4.0, 3.0, 0.5])))
    assert 0 < bilan.correlation_apl_ponderee < 1


def test_control_rows(by_hand):
    control = by_hand.controle
    assert control.iloc[0]["motif"] == "lignes vides"

    def found(text):
        rows = control.loc[control["motif"].str.contains(text, regex=False)]
        assert len(rows) == 1, text
        return rows.iloc[0]

    snapped = found("points de commune rattachés")
    assert (snapped["nombre"], snapped["part"]) == (5, pytest.approx(5 / 6))
    assert "maximale 2\u202f600\u00a0m" in snapped["motif"]
    far = found("points de commune à plus de 1\u202f000\u00a0m")
    assert far["nombre"] == 2
    assert far["exemples"] == (
        "00006 Beaumont-en-Verdunois à 2\u202f600\u00a0m et 00002 Vaumont à 1\u202f500\u00a0m"
    )
    assert found("aucune route à portée")["exemples"] == "00004 L'Isle-Perdue"
    assert found("aucun médecin n'est atteignable")["exemples"] == "00004 L'Isle-Perdue"
    assert found("sans habitant")["exemples"] == "00006 Beaumont-en-Verdunois"
    assert found("sans APL publiée")["exemples"] == "00006 Beaumont-en-Verdunois"
    outside = found("entre communes du pourtour")
    assert (outside["nombre"], outside["exemples"]) == (1, "00005 vers 00005")
    small = found("plus faibles destinations")
    assert (small["nombre"], small["part"]) == (1, pytest.approx(1 / 8))
    assert small["exemples"] == "00001 vers 00005"
    assert len(control) == 10


def test_parameters_are_delivered_with_their_changes(by_hand):
    changed = by_hand.parametres.loc[by_hand.parametres["modifie"], "cle"]
    assert set(changed) == {
        "offre.consultations_par_mg",
        "offre.consultations_par_etp",
        "flux.decroissance_par_min",
        "flux.decroissance_puissance",
        "flux.part_conservee",
    }


def test_order_of_the_inputs_does_not_matter(by_hand, monkeypatch):
    monkeypatch.setattr(module, "travel", lambda *_: times_by_hand())
    inputs = small_inputs()
    mixed = dataclasses.replace(
        inputs, communes=inputs.communes.iloc[[3, 5, 0, 4, 2, 1]], sites=inputs.sites.iloc[::-1]
    )
    again = diagnose(mixed, PARAMETERS)
    for name in ("communes", "sites", "flux"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(by_hand, name))
    pd.testing.assert_frame_equal(again.controle, by_hand.controle)
    assert again.bilan == by_hand.bilan


def test_inputs_are_left_as_they_were():
    inputs = small_inputs()
    communes, sites = inputs.communes.copy(), inputs.sites.copy()
    diagnose(inputs, PARAMETERS)
    pd.testing.assert_frame_equal(inputs.communes, communes)
    pd.testing.assert_frame_equal(inputs.sites, sites)


def test_straight_line_from_one_end_to_the_other():
    # Communes every 10 km: 2.02 + 13.2 = 15.22 min to the next, 28.42 to the second.
    diagnosis = diagnose(small_inputs(), parameters.Parameters())
    assert diagnosis.approximate
    assert column(diagnosis, "temps_mg_min") == pytest.approx(
        {A: 0.0, B: 15.22, C: 28.42, D: 15.22, E: 0.0, F: 15.22}, abs=0.01
    )
    ratio_a, ratio_e = 2 * 4220 / (1000 + 600 / 3), 4220 / (1000 + 50 / 3)
    assert column(diagnosis, "apl") == pytest.approx(
        {A: ratio_a, B: ratio_a / 3, C: 0.0, D: ratio_e / 3, E: ratio_e, F: ratio_e / 3}
    )
    assert diagnosis.bilan.ecart_relatif < 1e-12
    assert diagnosis.communes["rattachement_m"].isna().all()


def test_no_gp_anywhere():
    inputs = small_inputs([(*row[:6], 0) for row in COMMUNES])
    diagnosis = diagnose(inputs, PARAMETERS)
    assert not diagnosis.communes["atteignable"].any()
    assert diagnosis.communes["apl"].tolist() == [0.0] * 6
    assert diagnosis.communes["deficit"].all()
    assert diagnosis.flux.empty
    assert diagnosis.flux.crs == CRS
    assert diagnosis.bilan.consultations_offertes == diagnosis.bilan.consultations_recues == 0.0
    assert diagnosis.bilan.taux_fuite is None


def with_beyond(row):
    """The six communes, the last one of the rows being outside the closed area."""
    whole = small_inputs([*COMMUNES, row])
    code = row[0]
    return dataclasses.replace(
        whole,
        communes=whole.communes.loc[whole.communes["code_commune"] != code],
        sites=whole.sites.loc[whole.sites["code_commune"] != code],
        ailleurs=whole.communes.loc[whole.communes["code_commune"] == code],
    )


def test_the_nearest_gp_may_be_just_outside_the_closed_area():
    # G is 10 km from F (15.22 min), E 10 km from F too: one kilometre less makes G the nearest.
    inputs = with_beyond(("00007", "Gué-le-Loup", False, 500, 500.0, 2.0, 3))
    nearer = inputs.ailleurs.assign(x=inputs.ailleurs["x"] - 1000.0)
    diagnosis = diagnose(dataclasses.replace(inputs, ailleurs=nearer), parameters.Parameters())
    assert column(diagnosis, "temps_mg_min")[F] == pytest.approx(2.02 + 1.32 * 9, abs=0.01)
    assert column(diagnosis, "mg_proche_code")[F] == "00007"
    assert diagnosis.noms["00007"] == "Gué-le-Loup"
    assert "00007" not in set(diagnosis.communes["code_commune"])
    assert set(diagnosis.sites["code_commune"]) == {A, E}
    # The APL is that of the closed area: what G offers is shared with people who are not there.
    alone = diagnose(small_inputs(), parameters.Parameters())
    assert column(diagnosis, "apl") == column(alone, "apl")
    assert not diagnosis.controle["motif"].str.contains("2 points de sites").any()


def test_beyond_the_longest_trip_the_flow_goes_to_the_true_nearest():
    # Only G, 60 km from A and 30 from D, has GPs: from D 41.62 min, from A 81.22, over the hour.
    emptied = [(*row[:6], 0) for row in COMMUNES]
    inputs = dataclasses.replace(
        with_beyond(("00007", "Gué-le-Loup", False, 500, 500.0, 2.0, 3)),
        communes=small_inputs(emptied).communes,
        sites=small_inputs(emptied).sites,
    )
    diagnosis = diagnose(inputs, parameters.Parameters())
    assert column(diagnosis, "temps_mg_min")[A] == pytest.approx(2.02 + 1.32 * 60, abs=0.01)
    assert diagnosis.communes["atteignable"].all()
    flux = diagnosis.flux.set_index("code_residence")
    assert set(flux["code_exercice"]) == {"00007"}
    assert flux["patients"].to_dict() == {A: 900, B: 900, C: 300, D: 60}
    far = inputs.ailleurs.iloc[0]
    assert flux.geometry[A].coords[-1] == (far["x"], far["y"])
    assert column(diagnosis, "taux_fuite")[A] == 1.0
    assert (diagnosis.bilan.taux_fuite, diagnosis.bilan.taux_attraction) == (1.0, None)


def test_an_unknown_number_of_gps_stays_null():
    inputs = small_inputs()
    unknown = inputs.communes["mg_nb"].astype("Int64").mask(inputs.communes["code_commune"] == B)
    diagnosis = diagnose(
        dataclasses.replace(inputs, communes=inputs.communes.assign(mg_nb=unknown)),
        parameters.Parameters(),
    )
    row = diagnosis.communes.set_index("code_commune").loc[B]
    assert row.isna()["mg_nb"]
    assert row.isna()["mg_etp"]
    assert (diagnosis.bilan.communes_mg_inconnu, diagnosis.bilan.population_mg_inconnu) == (1, 900)
    said = diagnosis.controle.loc[diagnosis.controle["motif"].str.contains("médecins inconnu")]
    assert said["exemples"].tolist() == ["00002 Vaumont"]


def test_a_site_without_gp_serves_nobody_and_is_said():
    inputs = small_inputs()
    vacated = inputs.sites.assign(mg_nb=[2, 0])
    diagnosis = diagnose(dataclasses.replace(inputs, sites=vacated), PARAMETERS)
    assert diagnosis.sites["site_id"].tolist() == ["s1", "s2"]
    assert column(diagnosis, "mg_proche_code")[E] == A
    assert set(diagnosis.flux["code_exercice"]) == {A}
    motifs = " ".join(diagnosis.controle["motif"])
    assert "sites sans médecin" in motifs
    assert "diffère de celui de leurs sites" in motifs


def test_a_site_that_nobody_reaches_is_said():
    # Only Belair is inhabited, 54.82 min away from s2.
    people = [(*row[:3], 0, 0.0, *row[5:]) if row[0] != A else row for row in COMMUNES]
    diagnosis = diagnose(small_inputs(people), PARAMETERS)
    lonely = diagnosis.controle.loc[diagnosis.controle["motif"].str.contains("portée de l'APL")]
    assert lonely["exemples"].tolist() == ["s2 (Morne-Plaine)"]
    assert diagnosis.bilan.consultations_offertes == 6000.0
    assert diagnosis.bilan.consultations_recues == pytest.approx(6000.0)


def test_a_territory_of_one_commune_has_no_correlation():
    inputs = small_inputs([(*row[:2], row[0] == A, *row[3:]) for row in COMMUNES])
    bilan = diagnose(inputs, PARAMETERS).bilan
    assert bilan.correlation_apl is bilan.correlation_apl_ponderee is bilan.ecart_median_apl is None
    assert bilan.apl_publiee_moyenne == 5.0


def test_a_site_outside_the_closed_area_is_refused():
    inputs = small_inputs()
    lost = inputs.sites.assign(code_commune=["00001", "99999"])
    with pytest.raises(DataError):
        diagnose(dataclasses.replace(inputs, sites=lost), PARAMETERS)


def test_an_account_that_does_not_add_up_is_told():
    inputs = small_inputs()
    rows = [
        ledger.entry("Essai", "lus", (), 5, nombre=5, effet="lu"),
        ledger.entry("Essai", "utilisés", (), 5, nombre=3, effet="utilise"),
    ]
    told = dataclasses.replace(inputs, controle=ledger.stack([inputs.controle, *rows]))
    controle = diagnose(told, PARAMETERS).controle
    wrong = controle.loc[controle["motif"].str.contains("défaut du logiciel")]
    assert wrong[["source", "nombre"]].to_numpy().tolist() == [["Essai", 2]]
