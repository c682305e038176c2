"""Secrecy attacked by linear programming over all that is published; the campaign draws more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from attacker import Attacker
from diagterritoire import schema, tables
from diagterritoire.catalog_source import SANS_EMPREINTE
from diagterritoire.core.care.departures import staying, young_share
from diagterritoire.core.care.gp_groups import grouped
from diagterritoire.core.care.gp_means import means_by_commune
from diagterritoire.core.care.gp_places import places_of
from diagterritoire.core.flows.secrecy import shown, visits
from diagterritoire.core.survey.results import GROSSES, participation, results
from diagterritoire.errors import UsageError
from diagterritoire.inputs.surroundings import ages_of_gps
from diagterritoire.outputs.manifest import run_id
from diagterritoire.parameters import Parameters, override
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.library import source_row
from diagterritoire.store import sha256
from factory import small_diagnosis

PATIENTS, PERSONNES, RESTE = 11, 5, 0.15
DRAWS = range(6)
NEARLY = 1e-6


def flows(seed: int) -> pd.DataFrame:
    """Observed flows of a few communes, many of them small."""
    rng = np.random.default_rng(seed)
    codes = [f"{k:05d}" for k in range(5)]
    counts = rng.choice([0, 1, 3, 7, 10, 11, 12, 14, 30, 200], size=(5, 5))
    rows = [(a, b, float(counts[i, j])) for i, a in enumerate(codes) for j, b in enumerate(codes)]
    table = pd.DataFrame(rows, columns=["code_residence", "code_exercice", "patients"])
    return table.loc[table["patients"] > 0].reset_index(drop=True)


def attack_flows(seed: int) -> tuple[float, float]:
    """Narrowest hidden cell: for who reads the tables, and for who knows the rules too."""
    seen = flows(seed)
    done = shown(seen, PATIENTS)
    told = set(zip(done.flux["code_residence"], done.flux["code_exercice"], strict=True))
    motifs = done.masques.set_index(["code_residence", "code_exercice"])["motif"]
    plain, expert = Attacker(), Attacker()
    small = []
    for home, place, patients in seen.itertuples(index=False):
        cell = (home, place)
        if cell in told:
            continue
        plain.hides(cell)
        primary = motifs[cell] == "primaire"
        high = PATIENTS - 1 if primary else None
        expert.hides(cell, 1 if primary else PATIENTS, high)
        if patients < PATIENTS:
            small.append(cell)
    for home, margin, seen_there in done.marges.itertuples(index=False):
        if not np.isnan(margin):
            cells = [c for c in plain.unknown if c[0] == home]
            plain.reads(cells, margin - seen_there)
            expert.reads(cells, margin - seen_there)
    return plain.narrowest(plain.unknown), expert.narrowest(small)


@pytest.mark.parametrize("seed", DRAWS)
def test_no_hidden_flow_is_narrowed(seed: int) -> None:
    plain, expert = attack_flows(seed)
    assert plain >= PATIENTS - NEARLY
    # Who knows that a cell is from 1 to 10 learns nothing more of it.
    assert expert >= PATIENTS - 2 - NEARLY


def test_the_pattern_is_the_same_in_every_delivery() -> None:
    """An EPCI beside its departement: what one hides the other does not show."""
    seen = flows(1)
    visites = visits(seen)
    whole = shown(seen, PATIENTS)
    for part in (["00000"], ["00001", "00003"]):
        alone = shown(seen.loc[seen["code_residence"].isin(part)], PATIENTS, visites)
        for one, both in ((alone.flux, whole.flux), (alone.marges, whole.marges)):
            kept = both.loc[both["code_residence"].isin(part)].reset_index(drop=True)
            pd.testing.assert_frame_equal(one.reset_index(drop=True), kept)


def gps(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GPs of communes of one to forty, in three bassins de vie."""
    rng = np.random.default_rng(seed)
    sizes = rng.choice([1, 2, 3, 4, 6, 9, 40], size=14)
    codes = np.repeat([f"{k:05d}" for k in range(14)], sizes)
    ages = rng.integers(30, 76, len(codes)).astype(float)
    medecins = pd.DataFrame(
        {
            "rang": range(len(codes)),
            "code_commune": codes,
            "age": ages,
            "consultations_comptees": 4000.0,
        }
    )
    zones = pd.DataFrame({"code_commune": [f"{k:05d}" for k in range(14)]})
    return medecins, zones.assign(bassin_vie=[f"b{k % 3}" for k in range(14)])


def attack_ages(seed: int) -> float:
    """Narrowest number of GPs over 65 of a commune, beside what its number of GPs tells."""
    medecins, zones = gps(seed)
    found = grouped(medecins, zones, secret=PERSONNES, age_max=65)
    shares = young_share(found, zones["code_commune"], age_max=65).set_index("code_commune")
    older = (medecins["age"] >= 66).groupby(medecins["code_commune"]).sum()
    sizes = medecins.groupby("code_commune").size()
    attacker = Attacker()
    groups = found.groupby("code_commune")["groupe"].first()
    for code, number in sizes.items():
        attacker.hides(code, 0, number)
    for group, codes in groups.groupby(groups).groups.items():
        whole = sizes[codes].sum()
        share = 1 - shares.loc[codes, "part_restante"]
        assert np.ptp(share) < NEARLY
        if group != "reste":
            two_sided = min(share.iloc[0], 1 - share.iloc[0]) * whole >= PERSONNES - NEARLY
            assert two_sided or len(codes) > 1
            attacker.reads(codes, share.iloc[0] * whole)
    few = [c for c in sizes.index if older[c] < PERSONNES or sizes[c] - older[c] < PERSONNES]
    lengths = [
        attacker.interval(c)[1] - attacker.interval(c)[0] - min(sizes[c], PERSONNES) for c in few
    ]
    return min(lengths, default=0.0)


@pytest.mark.parametrize("seed", DRAWS[:3])
def test_no_age_of_few_gps_is_narrowed(seed: int) -> None:
    assert attack_ages(seed) >= -NEARLY


@pytest.mark.parametrize("seed", DRAWS[:3])
def test_nobody_is_alone_past_an_age_or_between_two(seed: int) -> None:
    medecins, zones = gps(seed)
    found = grouped(medecins, zones, secret=PERSONNES, age_max=65)
    for _, group in found.dropna(subset=["groupe"]).groupby("groupe"):
        assert group["age"].value_counts().min() >= PERSONNES
    # A commune is as its group at every age: its own GPs are told by no difference.
    for years in (0.5, 5.0, 12.0):
        rest, _ = staying(
            found,
            zones["code_commune"],
            horizon_ans=years,
            age_cessation=67,
            part_departs_an=0.0,
            part_remplacee=0.0,
        )
        share = rest.set_index("code_commune")["part_restante"]
        named = found.dropna(subset=["groupe"]).drop_duplicates("code_commune")
        spread = named["code_commune"].map(share).groupby(named["groupe"]).agg(np.ptp)
        assert spread.max() < NEARLY


def attack_activity(seed: int) -> float:
    """Least relative error of who knows one GP, or all those of a place, on what another does.

    It reads every mean published and how many GPs it is of, and knows that nobody does less than
    nothing.
    """
    rng = np.random.default_rng(seed)
    zones = gps(seed)[1].assign(bassin_vie=[f"b{k // 3}" for k in range(14)])
    codes = np.repeat(zones["code_commune"], rng.choice([1, 2, 4, 5, 6], size=14))
    acts = [0.0, 0.0, 40.0, 40.0, 3600.0, 5200.0, 6000.0, 12_000.0]
    medecins = pd.DataFrame(
        {
            "medecin": range(len(codes)),
            "code_commune": codes.to_numpy(),
            "consultations_comptees": rng.choice(acts, len(codes)),
        }
    ).assign(part=1.0, connu=True)
    # Two GPs of the last commune are listed in the first too: a city and one of its parts.
    medecins = pd.concat([medecins, medecins.tail(2).assign(code_commune="00000")])
    means, levels = means_by_commune(medecins, zones, secret=PERSONNES, reste_min=RESTE)
    where = medecins.merge(levels, on="code_commune").merge(zones, on="code_commune")
    done = medecins.drop_duplicates("medecin").set_index("medecin")["consultations_comptees"]
    attacker = Attacker()
    for gp in done.index:
        attacker.hides(gp)
    for group, _ in where.dropna(subset=["niveau"]).groupby(where["code_commune"].map(means)):
        among = where.loc[where["code_commune"].map(means) == group, "medecin"].unique()
        attacker.reads(among, group * len(among))
    gaps = []
    place = medecins["code_commune"].map(places_of(medecins, "medecin"))
    coalitions = [set(among) for _, among in medecins["medecin"].groupby(place)]
    coalitions += [{gp} for gp in rng.choice(done.index, 6)]
    for known in coalitions:
        attacker.unknown |= {gp: (done[gp], done[gp]) for gp in known}
        for gp in rng.choice(done.drop(list(known)).index, 4):
            low, high = attacker.interval(gp)
            assert low <= NEARLY
            gaps.append((high - done[gp]) / done[gp] if done[gp] else np.inf)
        attacker.unknown |= dict.fromkeys(known, (0.0, None))
    return min(gaps)


@pytest.mark.parametrize("seed", DRAWS[:2])
def test_no_activity_is_read(seed: int) -> None:
    assert attack_activity(seed) >= RESTE - NEARLY


def test_ages_are_grouped_alike_for_every_territory() -> None:
    medecins, zones = gps(4)
    moves, cog = schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}
    given = medecins.drop(columns="rang").rename(
        columns={"consultations_comptees": "consultations"}
    )
    ours = []
    for part in (zones["code_commune"], zones["code_commune"].iloc[:5]):
        area = pd.DataFrame({"code_commune": part, "dans_territoire": True})
        found, _ = ages_of_gps(given, area, moves, cog, Parameters(), zones)
        ours.append(found.loc[found["code_commune"].isin(zones["code_commune"].iloc[:5])])
    pd.testing.assert_frame_equal(*(f.reset_index(drop=True) for f in ours))


def answers(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(6, 45))
    draw = {
        "profession": rng.choice(["mg", "infirmier", "kine", "sage_femme"], size, p=PARTS),
        "interet": rng.choice(["oui", "a_etudier", "non"], size, p=[0.6, 0.25, 0.15]),
        "age": rng.choice(["moins_40", "50_59", "65_plus"], size),
        "depart": rng.choice(["3_ans", "10_ans"], size),
    }
    given = pd.DataFrame({k: v.astype(object) for k, v in draw.items()})
    return given.replace({"profession": NAMES}).assign(attentes="")


PARTS = [0.4, 0.4, 0.12, 0.08]
NAMES = {"mg": "medecin_generaliste", "kine": "masseur_kinesitherapeute"}


def attack_survey(seed: int) -> float:
    """Narrowest small number of answers, of all or by profession."""
    given = answers(seed)
    present = sorted(given["profession"].unique())
    margins = participation(given, {}, PERSONNES).set_index("profession")["reponses"]
    told = results(given, PERSONNES)
    narrowest = np.inf
    for question in ("interet", "age", "depart"):
        attacker = Attacker()
        counts = pd.crosstab(given["profession"], given[question])
        for cell in ((p, a) for p in present for a in counts.columns):
            attacker.hides(cell)
        _read_margins(attacker, margins, present, list(counts.columns))
        rows = told.loc[told["question"] == question]
        named = set(rows["profession"]) & set(present)
        groups = {p: [p] for p in named} | {
            "ensemble": present,
            "regroupees": [p for p in present if p not in named],
        }
        for row in rows.loc[rows["reponses"].notna()].itertuples():
            coarse = GROSSES[question]
            meant = [a for a in counts.columns if row.modalite in (a, coarse[a])]
            attacker.reads([(p, a) for p in groups[row.profession] for a in meant], row.reponses)
        small = [c for c in attacker.unknown if 0 < counts.loc[c] < PERSONNES]
        narrowest = min(narrowest, attacker.narrowest(small))
    return narrowest


def _groups(margins: pd.Series, present: list[str]) -> dict[str, list[str]]:
    alone = [p for p in present if not np.isnan(margins.get(p, np.nan))]
    return {p: [p] for p in alone} | {"regroupees": [p for p in present if p not in alone]}


def _read_margins(
    attacker: Attacker, margins: pd.Series, present: list[str], modalites: list[str]
) -> None:
    for name, among in (_groups(margins, present) | {"ensemble": present}).items():
        if not np.isnan(margins.get(name, np.nan)):
            attacker.reads([(p, a) for p in among for a in modalites], margins[name])


@pytest.mark.parametrize("seed", DRAWS)
def test_no_small_answer_is_narrowed(seed: int) -> None:
    assert attack_survey(seed) >= PERSONNES - NEARLY


@pytest.mark.parametrize(
    ("key", "least"),
    [
        ("flux.secret_patients", 11),
        ("avenir.secret_medecins", 5),
        ("offre.activite_secret_medecins", 5),
        ("offre.activite_secret_reste", 0.15),
        ("enquete.secret_reponses", 5),
    ],
)
def test_nobody_lowers_the_thresholds(key: str, least: int) -> None:
    group, name = key.split(".")
    override(Parameters(), {group: {name: least}})
    with pytest.raises(UsageError, match=f"{name} doit être au moins {least}"):
        override(Parameters(), {group: {name: least - 0.05 if least < 1 else least - 1}})


def test_no_fingerprint_of_a_confidential_file_is_published(tmp_path: Path) -> None:
    """Who knows the rows shown would try the others until the fingerprint agrees."""
    path = tmp_path / "flux_observes.csv"
    path.write_text("code_residence;code_exercice;patients\n18001;18002;4\n", encoding="utf-8")
    row = source_row(recognise(path), 1)
    assert row["sha256"] == SANS_EMPREINTE
    assert sha256(path)[:6] not in str(row)
    diagnosis = small_diagnosis()
    told = pd.concat([diagnosis.sources, pd.DataFrame([row])], ignore_index=True)
    one = replace(diagnosis, sources=told)
    flux = one.flux.assign(patients=one.flux["patients"] + 1)
    assert len({run_id(diagnosis), run_id(one), run_id(replace(one, flux=flux))}) == 3
    assert run_id(one) == run_id(replace(one, flux=one.flux.copy()))
