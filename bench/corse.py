"""`make verite`: Corsica by road, communes of published APL 0 against communes found out of reach.

Run as `python -m bench.corse [FOLDER]`.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from bench.donnees import ABSENT, REAL
from bench.verite import Silence
from diagterritoire.core.verdict.disagreements import CAUSES, disagreements
from diagterritoire.inputs.preparation import prepare
from diagterritoire.parameters import Parameters
from diagterritoire.study.diagnosis import diagnose

MARGE = 0.2


def main(folder: Path, cache: Path) -> None:
    """Measure and print."""
    parameters = Parameters()
    other = replace(parameters, points=replace(parameters.points, bourg=False))
    used, publiees = _communes(folder, cache, parameters)
    beside, _ = _communes(folder, cache, other)
    years = sorted(publiees["annee"].unique())
    for annee in years:
        wanted = _published(publiees, annee)
        rest = _published(publiees, next((a for a in years if a != annee), annee))
        table = pd.DataFrame(
            {
                "code_commune": used.index,
                "temps_min": used["temps_mg_min"].fillna(np.inf),
                "temps_autre_min": beside["temps_mg_min"].fillna(np.inf),
                "rattachement_m": used["rattachement_m"],
                "apl_publiee": wanted,
                "apl_autre_annee": rest,
            }
        ).reset_index(drop=True)
        found = disagreements(
            table,
            portee_min=parameters.apl.bornes_min[-1],
            marge=MARGE,
            rattachement_m=parameters.reseau.rattachement_signale_m,
        )
        total = int(table["apl_publiee"].notna().sum())
        agree = 1 - len(found) / total
        print(f"{annee} : {total} communes, {int((wanted == 0).sum())} à 0, accord {agree:.3f}")
        counts = pd.crosstab(found["cause"], found["publiee_nulle"]).reindex(CAUSES, fill_value=0)
        for cause in CAUSES:
            row = counts.loc[cause]
            print(f"  {cause} : {row.sum()} (dont publiée nulle : {row.get(True, 0)})")


def _communes(
    folder: Path, cache: Path, parameters: Parameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    inputs = prepare("2A,2B", folder, cache, parameters, Silence())
    inside = diagnose(inputs, parameters).interieur.set_index("code_commune")
    return inside, inputs.publiees


def _published(publiees: pd.DataFrame, annee: int) -> pd.Series:
    return publiees.loc[publiees["annee"] == annee].set_index("code_commune")["apl_publiee"]


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else REAL
    if not chosen.is_dir():
        sys.exit(ABSENT)
    with tempfile.TemporaryDirectory() as name:
        main(chosen, Path(name))
