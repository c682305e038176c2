"""The manifest: what a delivery was made from and what it holds, to check it later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from diagterritoire import __version__
from diagterritoire.catalog_source import CONFIDENTIELLES
from diagterritoire.core.agreement import weighted_mean
from diagterritoire.french import entiere
from diagterritoire.outputs.presentation import PLAIN, Presentation
from diagterritoire.outputs.run_log import write_log
from diagterritoire.progress import Spent
from diagterritoire.store import LOG, MANIFEST, inventory, sha256, write_atomic
from diagterritoire.study.bundles import Diagnosis

FORMAT = 1


def run_id(diagnosis: Diagnosis, presentation: Presentation = PLAIN) -> str:
    """Hash what a run depends on: inputs, parameters, version, territory, who signs the report.

    The same inputs give the same one, whenever and wherever they are run. Of a confidential file,
    only what is published counts: a hash of the file would let its small numbers be tried.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    content: dict[str, Any] = {
        "version": __version__,
        "slug": diagnosis.territory.slug,
        "communes": list(diagnosis.territory.communes),
        "sources": sorted(
            [s.cle, s.sha256, s.usage] for s in diagnosis.sources.itertuples(index=False)
        ),
        "parametres": sorted(
            [p.cle, p.valeur] for p in diagnosis.parametres.itertuples(index=False)
        ),
    }
    if CONFIDENTIELLES & set(diagnosis.sources["cle"]):
        content["publie"] = _published(diagnosis)
    if presentation != PLAIN:
        content["presentation"] = _presentation(presentation)
    text = json.dumps(content, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def write_manifest(
    diagnosis: Diagnosis,
    maps: Path,
    processed: Path,
    *,
    spent: Mapping[str, Spent] | None = None,
    presentation: Presentation = PLAIN,
) -> str:
    """Write `manifest.json` in the folder of data, once every other file is written.

    Parameters
    ----------
    diagnosis : Diagnosis
    maps, processed : Path
        The two folders that hold the files to deliver.
    spent : mapping of str to Spent, optional
        What each step took, in order: written in the run log too. The only content that varies
        from a run to the next; it is kept apart, under `durees`.
    presentation : Presentation
        Who signs the report, its files.

    Returns
    -------
    str
        The run id, to commit the delivery with.

    Raises
    ------
    DiskError
        The manifest cannot be written.
    """
    identifier = run_id(diagnosis, presentation)
    slug = diagnosis.territory.slug
    steps = {name: step.secondes for name, step in (spent or {}).items()}
    counts = _counts(diagnosis)
    write_log(spent or {}, counts, processed)
    outputs = {
        name: {"octets": path.stat().st_size, "sha256": sha256(path)}
        for name, path in inventory(maps, processed, slug).items()
    }
    log = f"data/processed/{slug}/{LOG}"
    document = {
        "format": FORMAT,
        "run_id": identifier,
        "version": __version__,
        "territoire": _territory(diagnosis),
        "entrees": _inputs(diagnosis),
        "parametres": _parameters(diagnosis),
        "presentation": _presentation(presentation),
        "effectifs": counts,
        "indicateurs": figures(diagnosis),
        "controle": _ledger(diagnosis),
        "sorties": {name: entry for name, entry in outputs.items() if name != log},
        "durees": {
            "secondes": steps,
            "total": round(sum(steps.values()), 3),
            "journal": {log: outputs[log]},
        },
    }
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    write_atomic(processed / MANIFEST, f"{text}\n".encode())
    return identifier


def _published(diagnosis: Diagnosis) -> str:
    """Hash the tables delivered, but their geometries."""
    found = hashlib.sha256()
    for part in fields(diagnosis):
        table = getattr(diagnosis, part.name)
        if isinstance(table, pd.DataFrame):
            plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
            text = plain.to_csv(index=False, float_format="%.6g")
            found.update(f"{part.name}\n{text}\n".encode())
    return found.hexdigest()


def _territory(diagnosis: Diagnosis) -> dict[str, Any]:
    territory = diagnosis.territory
    return {
        "slug": territory.slug,
        "nom": territory.nom,
        "niveau": territory.niveau,
        "projection": territory.crs,
        "fictif": territory.fictif,
        "temps_approches": diagnosis.approximate,
        "departements": _departements(diagnosis),
    }


def _departements(diagnosis: Diagnosis) -> list[dict[str, str]]:
    """Name the departements of the territory, the one with most of its inhabitants first."""
    people = diagnosis.interieur.groupby("code_departement", sort=True)["population"].sum()
    zones = diagnosis.comparaisons
    names = zones.loc[zones["niveau"] == "departement"].set_index("code")["nom"]
    ordered = people.sort_values(ascending=False, kind="stable").index
    return [{"code": str(code), "nom": str(names.get(code, code))} for code in ordered]


def _inputs(diagnosis: Diagnosis) -> list[dict[str, Any]]:
    columns = ["cle", "titre", "producteur", "fichier", "millesime", "licence", "sha256"]
    ordered = diagnosis.sources.sort_values(["cle", "fichier"], kind="stable")
    return [dict(zip(columns, map(str, row), strict=True)) for row in ordered[columns].to_numpy()]


def _ledger(diagnosis: Diagnosis) -> list[dict[str, Any]]:
    """Say what happened to the records: for each source, read = used + left out."""
    columns = ["source", "motif", "effet", "nombre"]
    return [
        dict(zip(columns, (*map(str, row[:-1]), int(row[-1])), strict=True))
        for row in diagnosis.controle[columns].to_numpy()
    ]


def _parameters(diagnosis: Diagnosis) -> dict[str, Any]:
    frame = diagnosis.parametres
    changed = frame.loc[frame["modifie"].astype(bool)]
    return {
        "modifies": dict(zip(changed["cle"], changed["valeur"], strict=True)),
        "tous": dict(zip(frame["cle"], frame["valeur"], strict=True)),
    }


def _presentation(presentation: Presentation) -> dict[str, str]:
    """Name of the firm, sha256 of its files."""
    return {"cabinet": presentation.cabinet, **dict(presentation.empreintes)}


def _count(valeur: float) -> float:
    """Give a whole number where shares add up to one."""
    return round(valeur) if entiere(valeur) else round(valeur, 3)


def _counts(diagnosis: Diagnosis) -> dict[str, float]:
    communes = diagnosis.communes
    inside = communes.loc[communes["dans_territoire"].astype(bool)]
    return {
        "communes_territoire": len(inside),
        "communes_pourtour": len(communes) - len(inside),
        "habitants_territoire": int(inside["population"].sum()),
        "medecins_generalistes_territoire": _count(float(inside["mg_nb"].sum())),
        "sites": len(diagnosis.sites),
        "flux": len(diagnosis.flux),
    }


def figures(diagnosis: Diagnosis) -> dict[str, float | None]:
    """Give the main figures of the territory, which the index page shows; null when unknown."""
    inside = diagnosis.interieur
    people, standard = inside["population"], inside["population_standardisee"]
    under = inside["deficit"].fillna(False).astype(bool)
    means = {
        "temps_mg_min": weighted_mean(inside["temps_mg_min"], people),
        "apl": weighted_mean(inside["apl"], standard),
        "apl_publiee": weighted_mean(inside["apl_publiee"], standard),
    }
    return {
        # Finer than any page writes: a rounding of a rounding would differ from the report.
        **{name: None if mean is None else round(mean, 6) for name, mean in means.items()},
        "communes_deficit": int(under.sum()),
        "habitants_deficit": int(people[under].sum()),
        "communes_non_atteignables": int((~inside["atteignable"]).sum()),
    }
