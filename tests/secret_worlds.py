"""Confidential files of an invented territory, drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

PATIENTS, PERSONNES = 11, 5
AGE_MAX = 65
# An answer of no list.
OUT = "chocolat"
PAIR = ["code_residence", "code_exercice"]
FILES = {
    "flux": "flux_observes.csv",
    "ages": "medecins_ages.csv",
    "activite": "activite_mg.csv",
    "enquete": "enquete_professionnels.csv",
}
PROFESSIONS = {
    "medecin_generaliste": 0.3,
    "infirmier": 0.3,
    "masseur_kinesitherapeute": 0.2,
    "sage_femme": 0.1,
    "pharmacien": 0.1,
}


@dataclass(frozen=True)
class World:
    """The four confidential files, as tables of texts and numbers."""

    flux: pd.DataFrame
    ages: pd.DataFrame
    activite: pd.DataFrame
    enquete: pd.DataFrame

    def write(self, folder: Path) -> None:
        """Write them beside the other raw files."""
        for name, file in FILES.items():
            getattr(self, name).to_csv(folder / file, sep=";", index=False, encoding="utf-8")


def draw(seed: int, points: pd.DataFrame, medecins: pd.Series[float]) -> World:
    """Draw the files of a territory.

    Parameters
    ----------
    seed : int
    points : DataFrame
        `code_commune`, `x`, `y` of its communes.
    medecins : Series
        GPs counted in each commune that has some.
    """
    rng = np.random.default_rng(seed)
    places = np.repeat(medecins.index.to_numpy(), medecins.to_numpy().astype(int))
    size = len(places)
    ages = {
        "code_commune": places,
        "age": rng.integers(30, 76, size),
        "consultations": rng.integers(20, 70, size) * 100,
    }
    acts = {
        "code_commune": places,
        "actes": rng.integers(3700, 5900, size),
        "nouveau": np.where(rng.random(size) < 0.1, "oui", "non"),
        "centre_de_sante": "non",
        "part": 1,
    }
    return World(
        flux=_flows(rng, points, medecins),
        ages=pd.DataFrame(ages),
        activite=pd.DataFrame(acts),
        enquete=_survey(rng, points["code_commune"].to_numpy(), int(rng.integers(30, 60))),
    )


def _flows(
    rng: np.random.Generator, points: pd.DataFrame, medecins: pd.Series[float]
) -> pd.DataFrame:
    """Patients of each commune in the six nearest communes with a GP, many of them few."""
    at = points.set_index("code_commune")[["x", "y"]]
    rows = []
    for home in at.index:
        gaps = np.hypot(*(at.reindex(medecins.index) - at.loc[home]).to_numpy().T)
        near = medecins.index[np.argsort(gaps, kind="stable")[:6]]
        counts = rng.choice([0, 1, 2, 4, 6, 9, 10, 12, 15, 31, 80, 240], len(near))
        counts[0] = rng.choice([3, 40, 300])
        # A residence of a single flow has no total shown.
        counts[1:] *= rng.random() > 0.1
        rows += [(home, place, n) for place, n in zip(near, counts, strict=True) if n]
    table = pd.DataFrame(rows, columns=[*PAIR, "patients"])
    return table.sort_values(PAIR, ignore_index=True)


def _survey(rng: np.random.Generator, communes: np.ndarray, size: int) -> pd.DataFrame:
    given = {
        "profession": rng.choice(list(PROFESSIONS), size, p=list(PROFESSIONS.values())),
        "code_commune": rng.choice(communes, size),
        "interet": rng.choice(["engage", "oui", "a_etudier", "non"], size, p=[0.3, 0.3, 0.3, 0.1]),
        "attentes": rng.choice(["locaux", "secretariat", "locaux,etudiants", ""], size),
        "age": rng.choice(["moins_40", "40_49", "50_59", "60_64", "65_plus", ""], size),
        "depart": rng.choice(["3_ans", "5_ans", "10_ans", "plus_tard", ""], size),
    }
    return pd.DataFrame(given)


def moves(one: World, other: World) -> dict[str, int]:
    """Count the rows of each file that the other does not have."""
    found = {}
    for name in FILES:
        frames = [getattr(w, name).astype("str").fillna("") for w in (one, other)]
        counts = [f.value_counts() for f in frames]
        found[name] = int(counts[0].sub(counts[1], fill_value=0).clip(lower=0).sum())
    return found


def spoiled(given: World, seed: int) -> World:
    """Write in the files what real ones hold: unknown, hidden, out of the lists, from elsewhere."""
    rng = np.random.default_rng(seed)

    def some(table: pd.DataFrame, number: int) -> Iterator[int]:
        yield from rng.choice(table.index, min(number, len(table)), replace=False)

    flux, ages, acts, answers = (t.astype("object").copy() for t in vars(given).values())
    small = given.flux.loc[given.flux["patients"] < PATIENTS]
    for row in some(small, 6):
        flux.loc[row, "patients"] = ("s", "<11")[row % 2]
    for row in some(ages, 3):
        ages.loc[row, ("age", "consultations")[row % 2]] = ""
    for row in some(acts, 8):
        acts.loc[row, "actes"] = ("", 100, 3000, 9000)[row % 4]
    for row in some(answers, 2):
        answers.loc[row, "interet"] = OUT
    return replace(given, flux=flux, ages=ages, activite=acts, enquete=answers)
