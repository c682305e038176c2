"""One delivery read back from its folder of data, to be set beside another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from diagterritoire import schema, tables, territory
from diagterritoire.errors import DataError, UsageError
from diagterritoire.sources.formats.geopackage import read_table
from diagterritoire.store import MANIFEST, check_slug, disk_errors, sha256
from diagterritoire.store.verification import read_manifest

_GEOPACKAGE = "diagnostic.gpkg"
_AGAIN = "Donnez le nom d'un territoire livré, ou le dossier de données d'une livraison gardée."
_READ = (
    "code_commune",
    "nom",
    "dans_territoire",
    "population",
    "population_annee",
    "population_standardisee",
    "mg_nb",
    "mg_etp",
    "temps_mg_min",
    "origine_temps",
    "atteignable",
    "apl",
    "apl_publiee",
    "apl_publiee_annee",
    "zonage_mg",
    "deficit",
    "deficit_consultations",
    "deficit_etp",
)


@dataclass(frozen=True)
class Livraison:
    """What is compared of one delivery.

    Attributes
    ----------
    dossier : str
        Name of its folder.
    slug, nom, niveau, run_id, version : str
        From its manifest.
    fictif : bool
    intacte : bool
        False when its GeoPackage is no longer the one of its manifest.
    communes, parametres, sources : DataFrame
        Communes of the territory, without geometry; the two other tables as delivered.
    """

    dossier: str
    slug: str
    nom: str
    niveau: str
    run_id: str
    version: str
    fictif: bool
    intacte: bool
    communes: pd.DataFrame
    parametres: pd.DataFrame
    sources: pd.DataFrame

    @property
    def territoire(self) -> str:
        """Slug without that of the scenario."""
        return self.slug.partition("--")[0]

    @property
    def scenario(self) -> bool:
        """True when the delivery is that of a scenario."""
        return "--" in self.slug


def folder_of(text: str, processed: Path) -> Path:
    """Find the folder of data of a delivery: a territory's name or code, else a folder.

    Raises
    ------
    UsageError
        It is neither.
    """
    slug = territory.slug_of(text) or text
    try:
        found = processed / check_slug(slug)
    except UsageError:
        found = Path(text)
    # A folder of that name may lie here and not among the deliveries.
    for folder in (found, Path(text)):
        if folder.is_dir():
            return folder
    raise UsageError(f"« {text} » : aucune livraison de ce nom, ni dossier ({found}).", _AGAIN)


def read_delivery(folder: Path) -> Livraison:
    """Read a delivery back.

    Parameters
    ----------
    folder : Path
        Its folder of data, which holds the manifest and the GeoPackage.

    Raises
    ------
    DataError
        The manifest or the GeoPackage is absent or damaged.
    """
    with disk_errors(folder):
        manifest, problem = read_manifest(folder)
        geopackage = folder / _GEOPACKAGE
        if problem:
            raise DataError(f"« {folder / MANIFEST} » : manifeste {problem}.", _AGAIN)
        if not geopackage.is_file():
            raise DataError(f"« {geopackage} » est introuvable.", _AGAIN)
        digest = sha256(geopackage)
    place = manifest.get("territoire")
    if not isinstance(place, dict):
        raise DataError(f"« {folder / MANIFEST} » ne dit pas de quel territoire il s'agit.", _AGAIN)
    slug = _slug(str(place.get("slug")), folder)
    output = manifest["sorties"].get(f"data/processed/{slug}/{_GEOPACKAGE}")
    communes = _communes(geopackage)
    return Livraison(
        dossier=folder.resolve().name,
        slug=slug,
        nom=str(place.get("nom", slug)),
        niveau=str(place.get("niveau", "")),
        run_id=_run_id(manifest, folder),
        version=str(manifest.get("version", "")),
        fictif=place.get("fictif") is True,
        intacte=isinstance(output, dict) and output.get("sha256") == digest,
        communes=communes.loc[communes["dans_territoire"]].reset_index(drop=True),
        parametres=_table(geopackage, tables.PARAMETRES),
        sources=_table(geopackage, tables.SOURCES),
    )


def _slug(slug: str, folder: Path) -> str:
    try:
        return check_slug(slug)
    except UsageError as error:
        raise DataError(f"« {folder / MANIFEST} » : {error.message}", _AGAIN) from error


def _run_id(manifest: dict[str, Any], folder: Path) -> str:
    run_id = str(manifest.get("run_id"))
    if not re.fullmatch(r"[0-9a-f]{16}", run_id):
        raise DataError(
            f"« {folder / MANIFEST} » : numéro d'exécution absent ou illisible.", _AGAIN
        )
    return run_id


def _communes(path: Path) -> pd.DataFrame:
    known = tables.COMMUNES
    columns = tuple(known.column(name) for name in _READ)
    return _table(path, schema.Table(known.nom, known.titre, known.cle, columns))


def _table(path: Path, table: schema.Table) -> pd.DataFrame:
    """Read a table of a GeoPackage with the types and the limits of its schema."""
    try:
        return schema.conform(read_table(path, table.nom), table)
    except DataError as error:
        raise DataError(f"« {path} » : {error.message}", error.remede or _AGAIN) from error
