"""`make verite`: the APL of the whole country with straight-line times, beside the published one.

Prints, for metropolitan France, the agreement of each way of building supply, by commune, bassin
de vie and EPCI: fitted on half of the departements and judged on the other half where a number is
fitted, calibrated on a year and judged on the next. Run as `python -m bench.verite [FOLDER]`.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from bench.donnees import ABSENT, REAL
from diagterritoire import decay, tables
from diagterritoire.core.access.calibration import Calibration, calibrate
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.care.rebasing import basin_factors
from diagterritoire.core.care.supply import consultations
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.communes.perimeter import build_sites
from diagterritoire.core.communes.points import points_table
from diagterritoire.core.times.travel import travel
from diagterritoire.core.verdict.truth import truth
from diagterritoire.inputs.country import Country, read_country
from diagterritoire.parameters import Parameters
from diagterritoire.study.fitted import fitting_decay

CRS = "EPSG:2154"
TIRAGES = 5
DIPLOMES = "Part des non ou peu diplômés"


class Silence:
    """Progress that tells nobody."""

    seconds: dict[str, float] = {}  # noqa: RUF012 - the protocol asks for an attribute

    @contextmanager
    def step(self, name: str) -> Iterator[object]:
        yield lambda text: None

    def advance(self, done: float, total: float, what: str) -> None:
        """Tell nobody."""


class France:
    """Times and tables of the metropolis, computed once."""

    def __init__(self, country: Country, parameters: Parameters) -> None:
        points, _ = points_table(country.raw.points, country.communes_geo, CRS, parameters.points)
        self.communes = gpd.GeoDataFrame(
            points.merge(country.base, on="code_commune", validate="1:1"), crs=CRS
        ).assign(landmass=0)
        self.sites = build_sites(self.communes)
        self.publiees = country.publiees
        self.country, self.parameters = country, parameters
        self.poids = decay.steps(parameters.apl.bornes_min, parameters.apl.poids)
        bounded = _bounded(parameters)
        self.trajets = travel(self.communes, self.sites, None, bounded).trajets
        self.flous = fitting_decay(self.trajets, parameters)

    def demand(self, annee: int) -> pd.DataFrame:
        """Standardised population of a year, that of the run where it is not published."""
        rows = self.publiees.loc[self.publiees["annee"] == annee].set_index("code_commune")
        people = self.communes["code_commune"].map(rows["population_standardisee"])
        people = people.fillna(self.communes["population_standardisee"])
        return self.communes[["code_commune"]].assign(population_standardisee=people)

    def supply(self, facteurs: pd.Series | None = None) -> pd.DataFrame:
        """Sites and their consultations."""
        offre = self.parameters.offre
        given = consultations(
            self.sites,
            par_mg=offre.consultations_par_mg,
            par_etp=offre.consultations_par_etp,
            facteurs=facteurs,
        )
        return self.sites.drop(columns="geometry").merge(given, on="site_id", validate="1:1")

    def apl(self, supply: pd.DataFrame, annee: int) -> pd.Series:
        """APL by commune."""
        return self._apl(supply, annee, self.poids)

    def blurred(self, supply: pd.DataFrame, annee: int) -> pd.Series:
        """APL whose weights are the mean of those of the bands over the error of the times."""
        return self._apl(supply, annee, self.flous)

    def _apl(self, supply: pd.DataFrame, annee: int, poids: decay.Decay) -> pd.Series:
        found, _ = floating_catchment(self.trajets, self.demand(annee), supply, decay=poids)
        return found.set_index("code_commune")["apl"]

    def calibrated(self, supply: pd.DataFrame, annee: int, *, net: bool = False) -> Calibration:
        """Supply fitted on a published year, on sharp bands or blurred by the error of times."""
        calage = self.parameters.calage
        return calibrate(
            self.trajets,
            self.demand(annee),
            supply,
            self.publiees.loc[self.publiees["annee"] == annee],
            decay=self.poids if net else self.flous,
            par_mg_max=self.parameters.offre.activite_plafond,
            poids_a_priori=calage.poids_a_priori,
        )

    def verite(self, apl: pd.Series, annee: int, codes: pd.Series | None = None) -> pd.DataFrame:
        """Agreement with a published year, over all the communes or some, cities whole."""
        zones = ["code_commune", "code_epci", "bassin_vie"]
        rows = self.communes[zones].assign(
            apl=self.communes["code_commune"].map(apl),
            population_standardisee=self.demand(annee)["population_standardisee"].to_numpy(),
        )
        years = [
            arrondissements.folded(part.drop(columns="annee")).assign(annee=a)
            for a, part in self.publiees.groupby("annee")
        ]
        rows = arrondissements.folded(rows if codes is None else rows.loc[codes.to_numpy()])
        found = truth(rows, pd.concat(years), {})
        return found.loc[found["annee"] == annee]


def _bounded(parameters: Parameters) -> Parameters:
    """Times within the reach of the APL, and a little more to blur it."""
    reach = parameters.apl.bornes_min[-1] + 4 * parameters.calage.erreur_approche_min
    return replace(parameters, reseau=replace(parameters.reseau, duree_max_min=reach))


def main(folder: Path) -> None:
    """Measure and print."""
    start, parameters = time.perf_counter(), Parameters()
    france = France(read_country(folder, parameters, Silence()), parameters)
    plain = france.supply()
    apl = france.apl(plain, 2022)
    spent, cpu = time.perf_counter() - start, time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"France métropolitaine : {len(apl)} communes, {len(france.trajets)} trajets")
    print(f"Lecture, temps et APL : {spent:.1f} s ({cpu:.1f} de calcul), {peak:.0f} Mio\n")
    base, contexte = france.country.base, france.country.raw.contexte
    facteurs, _ = basin_factors(base, contexte, facteur_max=parameters.calage.bassins_facteur_max)
    rebased = france.supply(facteurs)
    print("| offre | année | commune | bassin de vie | EPCI | simple, commune |")
    print("|---|---|---|---|---|---|")
    for annee in (2022, 2023):
        show("comptes, activité moyenne", france.verite(france.apl(plain, annee), annee))
        show("comptes recalés par bassin de vie", france.verite(france.apl(rebased, annee), annee))
        blurred = france.blurred(rebased, annee)
        show("les mêmes, paliers lissés par l'erreur", france.verite(blurred, annee))
    for label, supply, net in (
        ("comptes", plain, False),
        ("comptes, paliers nets", plain, True),
        ("comptes recalés", rebased, False),
    ):
        found = france.calibrated(supply, 2022, net=net)
        fitted = found.sites.drop(columns="consultations").rename(
            columns={"consultations_calibrees": "consultations"}
        )
        for annee in (2022, 2023):
            show(
                f"calée sur 2022, depuis les {label}",
                france.verite((france.apl if net else france.blurred)(fitted, annee), annee),
            )
        print(
            f"  déplacées : {found.deplacees:.0f} ({found.part_deplacee:.3f}), solde "
            f"{found.solde:.0f}, {found.tours} tours, résidu {found.residu:.1e}"
        )
    published = france.verite(france.apl(plain, 2023), 2023)
    show("APL publiée 2022, répétée", published, tables.SERIE_PRECEDENTE)
    halves(france, plain, rebased, contexte)


def show(label: str, verite: pd.DataFrame, serie: str = tables.SERIE_APL) -> None:
    """Print a row."""
    rows = verite.loc[verite["serie"] == serie].set_index("niveau")
    values = [rows["correlation_ponderee"][n] for n in ("commune", "bassin_vie", "epci")]
    shown = " | ".join(f"{v:.3f}" for v in [*values, rows["correlation"]["commune"]])
    print(f"| {label} | {rows['annee'].iloc[0]} | {shown} |", flush=True)


def halves(
    france: France, plain: pd.DataFrame, rebased: pd.DataFrame, contexte: pd.DataFrame
) -> None:
    """Judge on departements that fitted nothing, ten seeded draws, both ways."""
    departements = france.communes["code_departement"]
    names = np.array(sorted(departements.unique()))
    taught = contexte.loc[contexte["indicateur"].str.startswith(DIPLOMES)]
    by_basin = france.communes["bassin_vie"].map(taught.set_index("bassin_vie")["valeur"])
    share = (by_basin - by_basin.median()).fillna(0.0).set_axis(france.communes["code_commune"])
    slopes = np.linspace(0.0, 0.024, 7)
    tried = []
    for slope in slopes:
        factor = np.exp(slope * rebased["code_commune"].map(share).astype(float))
        supply = rebased.assign(consultations=rebased["consultations"] * factor.to_numpy())
        tried.append(france.apl(supply, 2022))
    apl = {"comptes": france.apl(plain, 2022), "recalés": tried[0]}
    kept: dict[str, list[list[float]]] = {name: [] for name in (*apl, "recalés et diplômes")}
    chosen = []
    for seed in range(TIRAGES):
        drawn = np.random.default_rng(seed).permutation(names)[: len(names) // 2]
        for half in (departements.isin(drawn), ~departements.isin(drawn)):
            best = int(np.argmax([_score(france, one, ~half) for one in tried]))
            chosen.append(slopes[best])
            for name, one in (*apl.items(), ("recalés et diplômes", tried[best])):
                kept[name].append(_correlations(france, one, half))
    print(f"\nMoitié des départements jugée, l'autre ajustée, {2 * TIRAGES} fois (2022) :")
    for name, values in kept.items():
        mean, spread = np.mean(values, axis=0), np.std(values, axis=0)
        both = [f"{m:.3f} ± {s:.3f}" for m, s in zip(mean, spread, strict=True)]
        print(f"  {name} : commune {both[0]}, EPCI {both[1]}")
    print(f"  pente par point de non-diplômés : {np.mean(chosen):.4f} ± {np.std(chosen):.4f}")


def _correlations(france: France, apl: pd.Series, codes: pd.Series) -> list[float]:
    rows = france.verite(apl, 2022, codes)
    rows = rows.loc[rows["serie"] == tables.SERIE_APL].set_index("niveau")
    return [float(rows["correlation_ponderee"][n]) for n in ("commune", "epci")]


def _score(france: France, apl: pd.Series, codes: pd.Series) -> float:
    return sum(_correlations(france, apl, codes))


if __name__ == "__main__":
    chosen_folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REAL
    if not chosen_folder.is_dir():
        sys.exit(ABSENT)
    main(chosen_folder)
