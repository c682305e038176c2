"""Every table of a folder, read by the reader of its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger, schema, tables
from diagterritoire.catalog import by_key
from diagterritoire.parameters import Parameters
from diagterritoire.sources.care.adresses import read_adresses
from diagterritoire.sources.care.bpe import read_bpe
from diagterritoire.sources.care.drees import read_apl
from diagterritoire.sources.care.finess import read_finess
from diagterritoire.sources.care.observatoire import read_medecins
from diagterritoire.sources.care.premier_recours import choose
from diagterritoire.sources.care.rpps import read_rpps
from diagterritoire.sources.communes.admin_express import read_communes
from diagterritoire.sources.communes.ages import read_ages
from diagterritoire.sources.communes.communes_api import (
    names_of,
    read_communes_api,
    read_points_api,
)
from diagterritoire.sources.communes.contexte import join_contexte, read_contexte
from diagterritoire.sources.communes.insee import (
    read_appartenance,
    read_libelles,
    read_mouvements,
    read_points,
    read_populations,
)
from diagterritoire.sources.communes.zonage import read_zonage
from diagterritoire.sources.folder.completeness import check_whole
from diagterritoire.sources.folder.raw_tables import RawTables
from diagterritoire.sources.library import (
    Library,
    Reading,
    SourceFile,
    find,
    require,
    source_row,
)
from diagterritoire.sources.local_files import (
    read_activite_mg,
    read_flux_observes,
    read_medecins_ages,
    read_secteurs_garde,
)
from diagterritoire.sources.survey.reading import read_enquete, read_maturite

Check = Callable[[pd.DataFrame, pd.DataFrame], None]

# Sources whose readers are there, and whose step of the diagnosis is not.
_NOT_USED = (
    "offre_sociale",
    "population_raster",
    "acces_insee",
    "tvs",
)

# They can stand for another source, and complete it where it is there.
_COMPLETES = ("ages",)

# Tables whose rows are the records of their files.
_ONE_ROW_EACH = {
    "communes_geo": tables.COMMUNES_GEO,
    "appartenance": tables.APPARTENANCE,
    "points": tables.POINTS,
    "populations": tables.POPULATIONS,
    "mouvements": tables.MOUVEMENTS,
    "medecins": tables.MEDECINS,
    "zonage": tables.ZONAGE,
    "structures": tables.STRUCTURES_LUES,
}
_GEO = {"communes": "communes_geo", "communes_api": "communes_geo"}


def used(cle: str, library: Library) -> bool:
    """Whether the diagnosis uses the files of a source, or only recognises them.

    Examples
    --------
    >>> from pathlib import Path
    >>> used("zonage", Library(Path("."))), used("tvs", Library(Path(".")))
    (True, False)
    """
    replaced = "" if cle in _COMPLETES else by_key(cle).remplace
    return cle not in _NOT_USED and not (replaced and find(library, replaced))


def load(
    library: Library,
    parameters: Parameters | None = None,
    *,
    checked: Check | None = None,
) -> RawTables:
    """Read every table of a folder; roads are read apart, by `routes` and `osm`.

    Parameters
    ----------
    library : Library
        What `scan.scan` gave.
    parameters : Parameters, optional
        Group `offre`: which geocoded address is believed; the values delivered by default.
    checked : callable, optional
        Given `appartenance` and `libelles` before the rest is read; what it raises stops there.

    Returns
    -------
    RawTables

    Raises
    ------
    DataError
        An indispensable source is missing (with where to get it and where to put it), or a file
        cannot be read.
    """
    require(library)
    chosen = parameters or Parameters()
    offre = chosen.offre
    readings = _read(library, chosen, checked)
    recours = choose(readings, readings["appartenance"].cog or 0)
    contexts = [
        (file, read_contexte(file))
        for cle in ("contexte_cartosante", "contexte_insee")
        for file in find(library, cle)
    ]
    _check_whole(library, readings, contexts)
    accounts = [_account(library, name, reading) for name, reading in readings.items()]
    accounts += [_account_contexte(file, reading) for file, reading in contexts]
    usages = dict(recours.usages)
    if not offre.activite_fichier:
        usages["activite_mg"] = "aucun : offre.activite_fichier = false"
    controle = ledger.stack([*_folder_rows(library), *accounts, recours.controle])
    geo = readings["communes_geo"].table
    table = {name: reading.table for name, reading in readings.items()}
    return RawTables(
        communes_geo=gpd.GeoDataFrame(geo),
        appartenance=table["appartenance"],
        libelles=table["libelles"],
        points=table.get("points", schema.empty(tables.POINTS)),
        populations=table["populations"],
        mouvements=table.get("mouvements", schema.empty(tables.MOUVEMENTS)),
        medecins=recours.medecins,
        apl_publiee=table.get("apl_publiee", schema.empty(tables.APL_PUBLIEE)),
        zonage=table.get("zonage", schema.empty(tables.ZONAGE)),
        contexte=join_contexte([r.table for _, r in contexts]),
        sources=_sources(library, readings, {f.path: r for f, r in contexts}, usages),
        controle=controle,
        cog=_cog(readings, recours.generalistes),
        structures=table.get("structures", schema.empty(tables.STRUCTURES_LUES)),
        professionnels=recours.professionnels,
        generalistes=recours.generalistes,
        mairies="points" in readings and not find(library, "points"),
        flux_observes=table.get("flux_observes", schema.empty(tables.FLUX_OBSERVES)),
        secteurs_garde=table.get("secteurs_garde", schema.empty(tables.SECTEURS_GARDE)),
        medecins_ages=table.get("medecins_ages", schema.empty(tables.MEDECINS_AGES)),
        activite_mg=table.get("activite_mg", schema.empty(tables.ACTIVITE_MG)),
        ages=table.get("ages", schema.empty(tables.POPULATIONS_AGES)),
        enquete=table.get("enquete", schema.empty(tables.ENQUETE)),
        maturite=table.get("exercice_coordonne", schema.empty(tables.MATURITE_EXERCICE)),
    )


def _read(library: Library, parameters: Parameters, checked: Check | None) -> dict[str, Reading]:
    """Read each source that is one file; the APL, from all its workbooks."""
    file = find(library, "appartenance")[0]
    appartenance, libelles = read_appartenance(file), read_libelles(file)
    if checked is not None:
        checked(appartenance.table, libelles.table)
    readings = {
        "communes_geo": _polygons(library),
        "appartenance": appartenance,
        "libelles": libelles,
        "populations": read_populations(find(library, "populations")[0]),
    }
    if workbooks := find(library, "apl_publiee"):
        readings["apl_publiee"] = read_apl(workbooks)
    optional: dict[str, Callable[[SourceFile], Reading]] = {
        "points": read_points,
        "mouvements": read_mouvements,
        "zonage": read_zonage,
        "structures": read_finess,
        "medecins": read_medecins,
        "adresses": read_adresses,
        "flux_observes": read_flux_observes,
        "secteurs_garde": read_secteurs_garde,
        "ages": read_ages,
        "medecins_ages": read_medecins_ages,
        "activite_mg": read_activite_mg,
        "enquete": partial(read_enquete, secret=parameters.enquete.secret_reponses),
        "exercice_coordonne": read_maturite,
    }
    for cle, read in optional.items():
        for file in find(library, cle):
            readings[cle] = read(file)
    if "points" not in readings and not find(library, "communes"):
        readings["points"] = read_points_api(find(library, "communes_api"))
    adresses = readings["adresses"].table if "adresses" in readings else None
    score_min = parameters.offre.geocodage_score_min
    for file in find(library, "professionnels"):
        communes = readings["appartenance"].table
        readings[file.cle] = read_rpps(file, communes, adresses, score_min)
    for file in find(library, "equipements"):
        readings[file.cle] = read_bpe(file, adresses, score_min)
    return readings


def _polygons(library: Library) -> Reading:
    """ADMIN EXPRESS where it is; else the files of geo.api.gouv.fr."""
    for file in find(library, "communes"):
        return read_communes(file)
    return read_communes_api(find(library, "communes_api"))


def _check_whole(
    library: Library,
    readings: Mapping[str, Reading],
    contexts: Sequence[tuple[SourceFile, Reading]],
) -> None:
    """Refuse a file that lacks too many communes, rows or bassins de vie of the folder."""
    towns = readings["appartenance"]
    moves = readings.get("mouvements", Reading(schema.empty(tables.MOUVEMENTS))).table
    for file in library.files:
        reading = readings.get(_GEO.get(file.cle, file.cle))
        if reading is not None and reading is not towns:
            check_whole(file, reading, towns, moves)
    for file, reading in contexts:
        check_whole(file, reading, towns, moves)


def _account(library: Library, name: str, reading: Reading) -> pd.DataFrame:
    """Rows of a reader, completed by what it read and kept where one record gives one row."""
    table = _ONE_ROW_EACH.get(name)
    if table is None:
        return reading.controle
    files = [f for f in library.files if _GEO.get(f.cle, f.cle) == name and used(f.cle, library)]
    source = ledger.origin(table, names_of(files or find(library, "communes_api")))
    return ledger.received(source, reading.enregistrements, len(reading.table), reading.controle)


def _account_contexte(file: SourceFile, reading: Reading) -> pd.DataFrame:
    source = ledger.origin(tables.CONTEXTE, file.path.name)
    kept = reading.table["bassin_vie"].nunique()
    return ledger.received(source, reading.enregistrements, kept, reading.controle)


def _cog(readings: Mapping[str, Reading], generalistes: str) -> Mapping[str, int]:
    years = {name: r.cog for name, r in readings.items() if r.cog is not None}
    # Table `medecins` has the codes of the source that it was made from.
    years.pop(tables.MEDECINS.nom, None)
    if readings[generalistes].cog is not None:
        years[tables.MEDECINS.nom] = int(readings[generalistes].cog or 0)
    if "ages" in years:
        years[tables.POPULATIONS_AGES.nom] = years.pop("ages")
    if "apl_publiee" in readings:
        for annee in sorted(set(readings["apl_publiee"].table["annee"])):
            years[f"apl_publiee_{annee}"] = int(annee) + 1
    return MappingProxyType(years)


def _sources(
    library: Library,
    readings: Mapping[str, Reading],
    contexts: Mapping[Any, Reading],
    usages: Mapping[str, str],
) -> pd.DataFrame:
    rows = []
    for file in library.files:
        name = _GEO.get(file.cle, file.cle)
        if file.cle == "communes_api" and not used(file.cle, library):
            continue
        reading = contexts.get(file.path, readings.get(name))
        if reading is not None:
            rows.append(source_row(file, reading.enregistrements, usages.get(file.cle, "")))
    return schema.conform(pd.DataFrame(rows), tables.SOURCES)


def _folder_rows(library: Library) -> list[pd.DataFrame]:
    """Control rows of the files that were not read."""
    groups = (
        ("fichier sans rapport, ignoré", [p.name for p in library.ignored]),
        (
            "fichier identique à un autre, compté une fois",
            [f"{p.name} (= {q.name})" for p, q in library.doublons],
        ),
        (
            "fichier d'un millésime plus ancien, écarté",
            [f"{p.name} (gardé : {q.name})" for p, q in library.ecartes],
        ),
        (
            "source reconnue, que le diagnostic n'utilise pas",
            [f.path.name for f in library.files if not used(f.cle, library)],
        ),
    )
    return [ledger.entry("Dossier de données", motif, shown, 0) for motif, shown in groups]
