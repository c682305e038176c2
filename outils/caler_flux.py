"""Fit the decay of the modelled flows on the national spread of GP contacts by travel time.

Metropolitan France, straight-line times, plain counts of GPs. Prints the values to be declared in
`parameters/care.py`, and each band beside its reference.

    python outils/caler_flux.py data/raw
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from diagterritoire.core.care.supply import consultations
from diagterritoire.core.communes.perimeter import build_sites
from diagterritoire.core.communes.points import points_table
from diagterritoire.core.flows.bands import bands, fit_bands
from diagterritoire.core.flows.destinations import candidates, shared
from diagterritoire.core.times.travel import travel
from diagterritoire.decay import exponential_power
from diagterritoire.inputs.country import Country, read_country
from diagterritoire.parameters import Parameters

METROPOLE = "EPSG:2154"


class Told:
    """Steps told on the screen."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Print what a step found."""
        start = time.perf_counter()
        yield lambda text: print(f"  {text}")
        self.seconds[name] = time.perf_counter() - start
        print(f"{name} : {self.seconds[name]:.1f} s", flush=True)

    def advance(self, done: float, total: float, what: str) -> None:
        """Tell nobody."""


def national_choices(country: Country, parameters: Parameters) -> pd.DataFrame:
    """List where the inhabitants of each commune of metropolitan France may go, as the crow flies.

    Parameters
    ----------
    country : Country
        Arrondissements in the place of Paris, Lyon and Marseille.
    parameters : Parameters

    Returns
    -------
    DataFrame
        What `choice.candidates` gives.
    """
    points, _ = points_table(country.raw.points, country.communes_geo, METROPOLE, parameters.points)
    columns = ["code_commune", "x", "y", "geometry"]
    communes = points[columns].merge(country.base, on="code_commune", validate="one_to_one")
    communes["landmass"] = 0
    sites = build_sites(communes)
    sites = sites.loc[sites["mg_nb"] > 0]
    offre = consultations(
        sites,
        par_mg=parameters.offre.consultations_par_mg,
        par_etp=parameters.offre.consultations_par_etp,
    )
    sites = sites.merge(offre, on="site_id", validate="one_to_one")
    return candidates(travel(communes, sites, None, parameters).trajets, communes, sites)


def main(donnees: Path) -> None:
    """Read the country, time its trips, fit, print."""
    parameters, told = Parameters(), Told()
    country = read_country(donnees, parameters, told)
    with told.step("Trajets") as note:
        choices = national_choices(country, parameters)
        note(f"{len(choices)} choix, {choices['code_residence'].nunique()} communes")
    flux = parameters.flux
    with told.step("Calage"):
        found = fit_bands(
            choices, flux.bandes_parts, flux.bandes_min, attraction=flux.attraction_exposant
        )
    decay = exponential_power(0.0, round(found.echelle_min, 1), round(found.puissance, 2))
    spread = shared(choices, decay=decay, attraction=flux.attraction_exposant)
    table = bands(spread, flux.bandes_min).assign(
        part_reference=found.bandes["part_reference"].to_numpy()
    )
    print(f"decroissance_echelle_min = {found.echelle_min:.1f}")
    print(f"decroissance_puissance = {found.puissance:.2f}")
    print("\nBande                         modèle   IRDES   écart (points)")
    for name, model, known in table.itertuples(index=False):
        print(f"{name:30}{100 * model:6.1f}{100 * known:8.1f}{100 * (model - known):8.1f}")
    mean = (spread["patients"] * spread["temps_min"]).sum() / spread["patients"].sum()
    print(f"\nTemps moyen {mean:.1f} min (IRDES {flux.temps_moyen_min:g})")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data/raw"))
