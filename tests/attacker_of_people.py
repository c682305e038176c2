"""What the files delivered narrow of professionals: their answers, their ages, their activity."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from attacker import Attacker
from diagterritoire import decay
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.survey.results import GROSSES
from diagterritoire.parameters import Parameters
from diagterritoire.study.bundles import Inputs
from diagterritoire.study.measures import measure
from diagterritoire.tables import ATTENTES, ENSEMBLE, QUESTIONS, REGROUPEES, SANS_REPONSE
from secret_twins import look_of_ages
from secret_worlds import AGE_MAX, OUT, PERSONNES

Layers = Mapping[str, pd.DataFrame]
NEARLY = 1e-6
OFFRE = Parameters().offre
CAP = OFFRE.activite_plafond


def attack_survey(told: Layers, answers: pd.DataFrame, codes: Collection[str]) -> float:
    """Shortest interval of a number of answers from 1 to 4, by profession; infinite without any.

    Parameters
    ----------
    told : mapping
        Layers of a delivery.
    answers : DataFrame
        The file: which professions and answers it holds is known, how many of each is not.
    codes : collection of str
        Communes of the territory.
    """
    given = answers.loc[answers["code_commune"].isin(list(codes))]
    margins = told["enquete_participation"].set_index("profession")["reponses"]
    results = told["enquete_resultats"]
    shortest = np.inf
    for question in sorted(set(results["question"])):
        said = _said(given, question)
        counts = pd.crosstab(given["profession"], said)
        attacker = Attacker()
        for profession in counts.index:
            for answer in counts.columns:
                attacker.hides((profession, answer))
        _read_margins(attacker, margins, counts)
        _read_answers(attacker, results.loc[results["question"] == question], counts, question)
        small = [c for c in attacker.unknown if 0 < counts.loc[c] < PERSONNES]
        shortest = min(shortest, attacker.narrowest(small))
    return shortest


def _said(given: pd.DataFrame, question: str) -> pd.Series[str]:
    """Answer of each respondent, as the tables name it."""
    if question in QUESTIONS:
        return given[question].replace(["", OUT], SANS_REPONSE)
    (one,) = (a for a in ATTENTES if question == f"attente_{a}")
    cited = given["attentes"].map(lambda text: one in text.split(","))
    return cited.map({True: "oui", False: "non"})


def _read_margins(attacker: Attacker, margins: pd.Series[float], counts: pd.DataFrame) -> None:
    """Read the respondents of each profession, of those told together, of all."""
    known = margins.dropna()
    alone = [p for p in counts.index if p in known.index]
    groups = {p: [p] for p in alone} | {ENSEMBLE: list(counts.index)}
    groups[REGROUPEES] = [p for p in counts.index if p not in alone]
    for name, among in groups.items():
        if name in known.index and among:
            attacker.reads([(p, a) for p in among for a in counts.columns], known[name])


def _read_answers(
    attacker: Attacker, rows: pd.DataFrame, counts: pd.DataFrame, question: str
) -> None:
    """Read the answers of all, then by group: a profession, or those that have no row of theirs."""
    alone = set(rows["profession"]) & set(counts.index)
    parts = GROSSES.get(question, {})
    for row in rows.itertuples():
        among = list(counts.index) if row.profession == ENSEMBLE else [row.profession]
        if row.profession == REGROUPEES:
            among = [p for p in counts.index if p not in alone]
        answers = [a for a in counts.columns if row.modalite in (a, parts.get(a))]
        cells = [(p, a) for p in among for a in answers]
        if cells and not np.isnan(row.reponses):
            attacker.reads(cells, row.reponses)
        attacker.reads([(p, a) for p in among for a in counts.columns], row.repondants)


def weights_of_places(inputs: Inputs, parameters: Parameters) -> pd.DataFrame:
    """What the GPs of each commune add to the APL of each: anyone can compute it from open data.

    A row for each commune, a column for each commune of practice.
    """
    made = measure(inputs, parameters)
    steps = decay.steps(parameters.apl.bornes_min, parameters.apl.poids)
    found = {}
    for code in sorted(set(made.sites["code_commune"])):
        mine = made.sites["consultations"].where(made.sites["code_commune"] == code, 0.0)
        alone, _ = floating_catchment(
            made.proches, inputs.communes, made.sites.assign(consultations=mine), decay=steps
        )
        found[code] = alone.set_index("code_commune")["apl"]
    return pd.DataFrame(found)


def attack_ages(
    told: Layers, weights: pd.DataFrame, ages: pd.DataFrame, zones: pd.DataFrame
) -> float:
    """Least margin on the threshold, of the GPs over 65 of a commune that has few of them.

    The equations are those of the APL of the GPs of 65 or less, a sum of the shares of the
    communes. The attacker is given, of the communes of one share, how many of their GPs are older;
    and the groups of the rule, for a commune whose GPs of unknown age have the mean of all.
    """
    communes = told["communes"].set_index("code_commune")
    # His weights are right: with every GP, they give the APL delivered.
    assert np.allclose(weights.sum(axis=1).reindex(communes.index), communes["apl"], atol=NEARLY)
    shares = _shares(communes["apl_65"].dropna(), weights)
    age = pd.to_numeric(ages["age"], errors="coerce")
    mixed = set(ages.loc[age.isna(), "code_commune"])
    known = ages.assign(age=age, groupe=look_of_ages(ages, zones)["groupe"]).dropna(subset=["age"])
    known = known.loc[known["code_commune"].isin(list(shares))]
    by = known.groupby("code_commune")
    sizes, older, groups = by.size(), by["age"].agg(lambda a: (a > AGE_MAX).sum()), by["groupe"]
    attacker = Attacker()
    for code, number in sizes.items():
        attacker.hides(code, 0, number)
    for group, codes in groups.first().groupby(groups.first()).groups.items():
        if group == "reste":
            # Classes of both sides of the age: their means say not how many are past it.
            continue
        plain = {c: shares[c] for c in codes if c not in mixed and not np.isnan(shares[c])}
        for value in set(plain.values()):
            same = [c for c in codes if plain.get(c, value) == value]
            attacker.reads(same, older[same].sum())
    few = [c for c in sizes.index if older[c] < PERSONNES or sizes[c] - older[c] < PERSONNES]
    ends = {c: attacker.interval(c) for c in few}
    lengths = [high - low - min(sizes[c], PERSONNES) for c, (low, high) in ends.items()]
    return min(lengths, default=0.0)


def _shares(apl: pd.Series[float], weights: pd.DataFrame) -> dict[str, float]:
    """Share of each commune of practice, null where the equations leave it open."""
    solver = Attacker()
    for code in weights.columns:
        solver.hides(code, 0, 1)
    for code, value in apl.items():
        solver.reads({c: w for c, w in weights.loc[code].items() if w > 0}, value)
    ends = {code: solver.interval(code) for code in weights.columns}
    return {c: round(a, 5) if b - a < NEARLY else np.nan for c, (a, b) in ends.items()}


def attack_activity(deliveries: Sequence[Layers], acts: pd.DataFrame) -> tuple[int, float]:
    """Attack the activity of the GPs of the communes delivered, each one a commune alone.

    Returns
    -------
    int
        Least number of GPs that a difference of means stands on.
    float
        Shortest interval of the activity of one, over `CAP`, for who knows that none counts more.
    """
    known = acts.assign(actes=pd.to_numeric(acts["actes"], errors="coerce"))
    known = known.loc[(known["actes"] > 0) | (known["nouveau"] == "oui")]
    pools: set[frozenset[int]] = set()
    attacker = Attacker()
    for told in deliveries:
        communes = told["communes"].loc[told["communes"]["mg_nb"] > 0].set_index("code_commune")
        means = (communes["mg_etp"] / communes["mg_nb"]).round(7)
        # The mean declared is that of nobody.
        means = means.loc[
            means != round(OFFRE.consultations_par_mg / OFFRE.consultations_par_etp, 7)
        ]
        for codes in means.groupby(means).groups.values():
            rows = known.index[known["code_commune"].isin(list(codes))]
            if len(rows) and (pool := frozenset(map(int, rows))) not in pools:
                pools.add(pool)
                # Right as far as his bounds are: he is given the sum of the activities counted.
                done = known.loc[rows, "actes"].where(
                    known["nouveau"] == "non", OFFRE.activite_nouveau
                )
                counted = done.clip(OFFRE.activite_valeur_plancher, CAP)
                counted = counted.where(done > OFFRE.activite_plancher, 0.0).sum()
                attacker.reads(list(pool), float(counted))
    lots = list(pools)
    gaps = [len(a ^ b) for k, a in enumerate(lots) for b in lots[:k] if a & b]
    for row in sorted(set().union(*lots)):
        attacker.hides(row, 0, CAP)
    shortest = attacker.narrowest(attacker.unknown) / CAP
    return min([len(p) for p in lots] + gaps), shortest
