"""Write the invented territory as the raw files that the readers expect.

Same arguments, same bytes. Nothing of it describes a real place: it lies in the Atlantic Ocean,
its names exist nowhere, and every title says that it is fictitious.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from diagterritoire.demo import csv_files, names, workbooks
from diagterritoire.demo.geography import Geography, draw_geography
from diagterritoire.demo.graphml import write_graphml
from diagterritoire.demo.outlines import write_outlines
from diagterritoire.demo.residents import populate
from diagterritoire.demo.roads import Network, draw_network
from diagterritoire.errors import DiskError, UsageError

COMMUNES_MIN, COMMUNES_MAX = 40, 3000
NODES_MIN, NODES_MAX = 30, 300

OUTLINES = "communes_2024_france.gpkg"
POINTS = "communes_points_2024.csv"
MEMBERSHIP = "table-appartenance-geo-communes-2024.xlsx"
POPULATIONS = "donnees_communes.csv"
MOVEMENTS = "mouvements-communes.csv"
OBSERVATORY = "offre_sante_obs_territoires_2020.xlsx"
APL = "drees_apl_generalistes_2022_2023.xlsx"
ZONES = "zonage_mg_communes_2025.csv"
CARTOSANTE = "cartosante_health_bv2022.csv"
STATLOC = "insee_statloc_social_determinants_bv2022.csv"
ROADS = "reseau_routier.graphml"


@dataclass(frozen=True)
class DemoSummary:
    """What was written, and the communes that are there to be a difficulty.

    Attributes
    ----------
    folder : Path
    nom : str
        Name of the territory, which says that it is fictitious.
    communes : tuple of str
        Every code, sorted.
    poles : tuple of str
        Codes of the towns, the largest one first; those of rank 3, 6, ... lack GPs.
    ile : str
        Commune on an island without road, close enough to the coast to be snapped to it by error;
        the only one without EPCI.
    piege : str
        Commune whose point lies beside a road that can be entered, not left.
    vide : str
        Commune without inhabitant.
    inatteignable : str
        Commune of the mainland whose roads are tied to no other.
    sans_point, sans_apl, zone_inconnue : str
        Communes absent from the points, absent from the published APL, without known zone.
    fusion, ancienne : str
        Commune born of a merger, and the code that it absorbed, which the GP file still names.
    fichiers : tuple of Path
        The files, sorted by name.
    """

    folder: Path
    nom: str
    communes: tuple[str, ...]
    poles: tuple[str, ...]
    ile: str
    piege: str
    vide: str
    inatteignable: str
    sans_point: str
    sans_apl: str
    zone_inconnue: str
    fusion: str
    ancienne: str
    fichiers: tuple[Path, ...]


def write_demo(
    folder: Path, *, communes: int = 60, seed: int = 1, noeuds_par_commune: int = 80
) -> DemoSummary:
    """Write an invented territory in the official file layouts.

    Parameters
    ----------
    folder : Path
        Created when missing; files of the same names are replaced.
    communes : int
        Number of communes, from 40 to 3 000; area and number of poles follow.
    seed : int
        Another seed gives another territory.
    noeuds_par_commune : int
        Mean number of road nodes by commune, from 30 to 300 (real rural departements: 50 to 150).
        A little fewer are drawn, since some lanes would fall in the water.

    Returns
    -------
    DemoSummary

    Raises
    ------
    UsageError
        A number out of its range.
    DiskError
        A file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     summary = write_demo(Path(folder), communes=40)
    >>> len(summary.communes), len(summary.fichiers), summary.nom.endswith("(territoire fictif)")
    (40, 11, True)
    """
    _check("communes", communes, COMMUNES_MIN, COMMUNES_MAX)
    _check("noeuds_par_commune", noeuds_par_commune, NODES_MIN, NODES_MAX)
    _check("seed", seed, 0, 2**32 - 1)
    land, roads, people, context = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)
    )
    geography = draw_geography(communes, land)
    network = draw_network(geography, roads, noeuds_par_commune)
    geography = _with_trap(geography, network)
    residents = populate(geography, people)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_outlines(folder / OUTLINES, geography, residents)
        csv_files.write_points(folder / POINTS, geography)
        csv_files.write_populations(folder / POPULATIONS, geography, residents)
        csv_files.write_movements(folder / MOVEMENTS, geography)
        csv_files.write_zones(folder / ZONES, geography, residents)
        csv_files.write_cartosante(folder / CARTOSANTE, geography, residents, context)
        csv_files.write_statloc(folder / STATLOC, geography, context)
        workbooks.write_membership(folder / MEMBERSHIP, geography)
        workbooks.write_observatory(folder / OBSERVATORY, geography, residents)
        workbooks.write_apl(folder / APL, geography, residents)
        write_graphml(network, folder / ROADS)
    except OSError as error:
        raise DiskError(
            f"Le territoire de démonstration n'a pas pu être écrit dans « {folder} » : {error}.",
            "Vérifiez la place libre et les droits d'écriture de ce dossier.",
        ) from error
    return _summary(folder, geography)


def _check(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise UsageError(
            f"Territoire de démonstration : {name} = {value} est hors de l'intervalle "
            f"de {low} à {high}.",
            "Donnez un nombre de cet intervalle.",
        )


def _with_trap(geography: Geography, network: Network) -> Geography:
    """Move the point of the trap's commune beside the dead end."""
    moved = geography.communes.copy()
    moved.loc[moved["role"] == "piege", ["x", "y"]] = network.piege
    return replace(geography, communes=moved)


def _summary(folder: Path, geography: Geography) -> DemoSummary:
    written = (
        OUTLINES,
        POINTS,
        MEMBERSHIP,
        POPULATIONS,
        MOVEMENTS,
        OBSERVATORY,
        APL,
        ZONES,
        CARTOSANTE,
        STATLOC,
        ROADS,
    )
    return DemoSummary(
        folder=folder,
        nom=f"Pays {names.of(geography.code_name(geography.poles[0]))} (territoire fictif)",
        communes=tuple(geography.communes["code_commune"]),
        poles=geography.poles,
        ile=geography.code("nature", "ile"),
        piege=geography.code("role", "piege"),
        vide=geography.code("role", "vide"),
        inatteignable=geography.code("nature", "inatteignable"),
        sans_point=geography.code("role", "sans_point"),
        sans_apl=geography.code("role", "sans_apl"),
        zone_inconnue=geography.code("role", "zone_inconnue"),
        fusion=geography.code("role", "fusion"),
        ancienne=geography.ancienne[0],
        fichiers=tuple(folder / name for name in sorted(written)),
    )
