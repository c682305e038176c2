"""Other confidential files that give the same delivery, if it tells nothing of what it hides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire.core.care.activity import counted_activity
from diagterritoire.core.care.gp_groups import grouped
from diagterritoire.core.care.gp_means import means_by_commune
from diagterritoire.core.flows.secrecy import visits
from diagterritoire.core.survey.results import participation, results
from diagterritoire.parameters import Parameters
from secret_worlds import AGE_MAX, OUT, PAIR, PATIENTS, PERSONNES, World

Values = NDArray[np.float64]
# Activity of a GP that the file of ages does not tell.
MEAN = 4220.0
# Activities that count for what they are.
BOUNDS = (3600, 6000)
ANSWERS = ["interet", "age", "depart", "attentes", "profession"]


@dataclass(frozen=True)
class Seen:
    """What a delivery tells, and open data beside it.

    Attributes
    ----------
    codes : tuple of str
        Communes of the territory: the survey is that of its professionals.
    zones : DataFrame
        `code_commune`, then a column for each zone, the finest first.
    means : Series
        Activity of a GP of each commune that has some: those of one mean are one group.
    montres : MultiIndex
        Flows shown.
    """

    codes: tuple[str, ...]
    zones: pd.DataFrame
    means: pd.Series[float]
    montres: pd.MultiIndex

    @classmethod
    def of(cls, layers: Mapping[str, pd.DataFrame], around: gpd.GeoDataFrame) -> Seen:
        """Read the layers of a delivery, and the communes of its closed area."""
        communes = layers["communes"].set_index("code_commune")
        staffed = communes.loc[communes["mg_nb"] > 0]
        flux = layers["flux"]
        return cls(
            tuple(communes.index[communes["dans_territoire"].astype(bool)]),
            around[["code_commune", "bassin_vie", "code_departement"]],
            staffed["mg_etp"] / staffed["mg_nb"],
            pd.MultiIndex.from_frame(flux.loc[flux["nature"] == "observe", PAIR]),
        )


def twin(given: World, seed: int, seen: Seen) -> World:
    """Draw other files that give the same delivery, if it tells nothing of what it hides."""
    rng = np.random.default_rng(seed)
    moved = World(
        _other_flows(rng, given.flux, seen),
        _other_ages(rng, given.ages, seen.zones),
        _other_activity(rng, given.activite, seen),
        _other_survey(rng, given.enquete, seen.codes),
    )
    # The order of the rows of a file is nobody's business either.
    return World(*(t.sample(frac=1, random_state=seed) for t in vars(moved).values()))


def _other_flows(rng: np.random.Generator, flux: pd.DataFrame, seen: Seen) -> pd.DataFrame:
    """Give the hidden flows of each residence other values, as far as they can be."""
    table = flux.reset_index(drop=True)
    values = pd.to_numeric(table["patients"], errors="coerce").to_numpy(dtype=float, copy=True)
    hidden = ~pd.MultiIndex.from_frame(table[PAIR]).isin(seen.montres)
    # The order of the rule: the last hidden goes where most residences go, or stays.
    went = table["code_exercice"].map(visits(table.assign(patients=values)))
    stays = table["code_residence"] == table["code_exercice"]
    order = pd.DataFrame({"reste": stays, "visites": went, "code": table["code_exercice"]})
    place = order.sort_values(list(order)).index
    rank = np.empty(len(table))
    rank[place] = np.arange(len(table))
    for rows in table.groupby("code_residence").groups.values():
        small = [r for r in rows if values[r] < PATIENTS]
        if len(rows) == 1 or np.isnan(values[rows]).any():
            # Its total is not told.
            values[small] = rng.integers(1, PATIENTS, len(small))
        elif small and set(rows) - set(rows[hidden[rows]]) and len(small) < hidden[rows].sum():
            _pushed(rng, values, small, [r for r in rows if hidden[r]], rank)
        else:
            _exchanged(rng, values, small)
    written = pd.Series(values).astype("Int64").astype("object")
    return table.assign(patients=written.where(written.notna(), table["patients"]))


def _pushed(
    rng: np.random.Generator, values: Values, small: list[int], hidden: list[int], rank: Values
) -> None:
    """Give a small flow any value; the others have their least, but the last hidden: the rest."""
    total, last = values[hidden].sum(), max(hidden, key=lambda r: (r not in small, rank[r]))
    values[hidden] = [1 if r in small else PATIENTS for r in hidden]
    values[rng.choice(small)] = rng.integers(1, PATIENTS)
    values[last] += total - values[hidden].sum()


def _exchanged(rng: np.random.Generator, values: Values, small: list[int]) -> None:
    """Share the small flows otherwise, from 1 to 10 each."""
    for _ in range(30 if len(small) > 1 else 0):
        one, other = rng.choice(small, 2, replace=False)
        if values[one] < PATIENTS - 1 and values[other] > 1:
            values[one] += 1
            values[other] -= 1


def look_of_ages(ages: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """What may be told of ages: group of each commune, classes of each group, never who is who."""
    known = ages.assign(
        rang=range(len(ages)),
        age=pd.to_numeric(ages["age"]),
        # As the reader gives it: an unknown activity is the mean declared.
        consultations_comptees=pd.to_numeric(ages["consultations"]).fillna(MEAN).astype("float64"),
    ).drop(columns="consultations")
    found = grouped(known, zones, secret=PERSONNES, age_max=AGE_MAX)
    return found[["code_commune", "groupe", "age", "consultations_comptees"]]


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether the groups are of the same communes, and have the same classes."""
    pairs = []
    for found in (one, other):
        members = found[["code_commune", "groupe"]].value_counts(dropna=False)
        classes = found.drop(columns="code_commune").value_counts(dropna=False)
        pairs.append((members.sort_index(), classes.sort_index()))
    return all(a.equals(b) for a, b in zip(*pairs, strict=True))


def _other_ages(rng: np.random.Generator, ages: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """Exchange GPs of the communes of a group, then age one and rejuvenate another of a class."""
    table = ages.reset_index(drop=True)
    look = look_of_ages(table, zones)
    who = ["age", "consultations"]
    # As many on each side of the age in each commune: the groups are the same.
    older = pd.to_numeric(table["age"]) > AGE_MAX
    for rows in table.groupby([look["groupe"], older]).groups.values():
        table.loc[rows, who] = table.loc[rng.permutation(rows), who].to_numpy()
    groups = list(look.groupby("groupe").groups.values())
    for step in range(8):
        rows = groups[int(rng.integers(len(groups)))]
        one, other = rng.choice(rows, 2, replace=False)
        tried = table.copy()
        if step % 2:
            tried.loc[one, "age"] += 1
            tried.loc[other, "age"] -= 1
        else:
            tried.loc[[one, other], who] = table.loc[[other, one], who].to_numpy()
        if _same(look_of_ages(tried, zones), look):
            table = tried
    return table


def look_of_activity(activite: pd.DataFrame, zones: pd.DataFrame) -> list[str | None]:
    """Level of the mean that each commune takes: whether one does nearly all decides of it."""
    offre = Parameters().offre
    given = activite.reset_index(drop=True)
    counted, _ = counted_activity(
        pd.DataFrame(
            {
                "code_commune": given["code_commune"],
                "consultations": pd.to_numeric(given["actes"]).astype("float64"),
                "nouveau": given["nouveau"] == "oui",
                "salarie_centre": given["centre_de_sante"] == "oui",
                "part": given["part"].astype("float64"),
            }
        ),
        plancher=offre.activite_plancher,
        valeur_plancher=offre.activite_valeur_plancher,
        plafond=offre.activite_plafond,
        nouveau=offre.activite_nouveau,
        inconnue=offre.consultations_par_mg,
    )
    told = counted["consultations"].notna() | counted["nouveau"]
    known = counted["consultations"].notna() & ~counted["nouveau"]
    _, niveaux = means_by_commune(
        counted.assign(medecin=counted.index, connu=known).loc[told],
        zones,
        secret=offre.activite_secret_medecins,
        reste_min=offre.activite_secret_reste,
    )
    return niveaux.set_index("code_commune")["niveau"].sort_index().tolist()


def _other_activity(rng: np.random.Generator, activite: pd.DataFrame, seen: Seen) -> pd.DataFrame:
    """Exchange GPs of the communes of one mean, then move some acts from one to another."""
    table = activite.reset_index(drop=True)
    pools = table["code_commune"].map(seen.means.round(6))
    look = look_of_activity(table, seen.zones)
    # Who is counted, and whose activity is known, is told by the means themselves.
    counted = pd.to_numeric(table["actes"]) > BOUNDS[0]
    for rows in table.loc[counted].groupby(pools[counted]).groups.values():
        tried = _shared_otherwise(rng, table, rows)
        if look_of_activity(tried, seen.zones) == look:
            table = tried
    return table


def _shared_otherwise(
    rng: np.random.Generator, activite: pd.DataFrame, rows: pd.Index[int]
) -> pd.DataFrame:
    """Exchange some GPs, then move acts from one to another."""
    table, what = activite.copy(), ["actes", "nouveau"]
    table.loc[rows, what] = table.loc[rng.permutation(rows), what].to_numpy()
    plain = [r for r in rows if table.loc[r, "nouveau"] == "non"]
    for _ in range(5 if len(plain) > 1 else 0):
        one, other = rng.choice(plain, 2, replace=False)
        step = int(rng.integers(50))
        more, less = table.loc[one, "actes"] + step, table.loc[other, "actes"] - step
        if more - step > BOUNDS[0] and more < BOUNDS[1] and BOUNDS[0] < less < BOUNDS[1]:
            table.loc[[one, other], "actes"] = [more, less]
    return table


def _look_of_survey(answers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = answers.replace(["", OUT], None).assign(attentes=answers["attentes"])
    return participation(table, {}, PERSONNES), results(table, PERSONNES)


def _other_survey(
    rng: np.random.Generator, answers: pd.DataFrame, codes: Collection[str]
) -> pd.DataFrame:
    """Exchange answers between the respondents of a territory while what is told is the same."""
    table = answers.reset_index(drop=True)
    here = table["code_commune"].isin(list(codes)) | (table["code_commune"] == "")
    mine = table.loc[here].reset_index(drop=True)
    look = _look_of_survey(mine)
    told = look[0].set_index("profession")["reponses"]
    groups = mine["profession"].where(mine["profession"].map(told).notna(), "")
    for column in ("interet", "age", "depart", "attentes"):
        # Within those told together, then among all where nothing is told of a group.
        for rows in mine.groupby(groups).groups.values():
            mine.loc[rows, column] = mine.loc[rng.permutation(rows), column].to_numpy()
    for column in rng.choice(ANSWERS, 4):
        pair = rng.choice(len(mine), 2, replace=False)
        tried = mine.copy()
        tried.loc[pair[0], column] = mine.loc[pair[1], column]
        if rng.random() < 0.7:
            tried.loc[pair[1], column] = mine.loc[pair[0], column]
        if all(a.equals(b) for a, b in zip(_look_of_survey(tried), look, strict=True)):
            mine = tried
    return pd.concat([mine, table.loc[~here]], ignore_index=True)
