"""What every territory of a batch stands on, read once and kept under its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from diagterritoire import __version__
from diagterritoire.batch.frames import read_frame, write_frame
from diagterritoire.core.care.professions import Professions
from diagterritoire.inputs.country import Country
from diagterritoire.inputs.ground import Ground
from diagterritoire.sources.folder.raw_tables import RawTables
from diagterritoire.sources.library import Library, Part, SourceFile
from diagterritoire.store import sha256, sync_tree

_META, _SEAL = "lot.json", "sceau.json"
_FORMAT = 1
"""Raised when what is written here changes."""


@dataclass(frozen=True)
class Shared:
    """The country and the ground of each projection, by CRS."""

    country: Country
    grounds: Mapping[str, Ground]


def fingerprint(empreintes: Mapping[str, str], parametres: Mapping[str, str]) -> str:
    """Name what is shared by what it is made of: files, parameters, version.

    Examples
    --------
    >>> one = fingerprint({"a.csv": "00"}, {"apl.seuil": "2.5"})
    >>> one == fingerprint({"a.csv": "01"}, {"apl.seuil": "2.5"}), len(one)
    (False, 16)
    """
    content = [_FORMAT, __version__, sorted(empreintes.items()), sorted(parametres.items())]
    return hashlib.sha256(json.dumps(content).encode("ascii")).hexdigest()[:16]


def write_shared(shared: Shared, folder: Path) -> None:
    """Write every table of the country in a folder, which exists and is empty."""
    country, meta = shared.country, dict[str, Any]()
    for name, frame in _frames(shared).items():
        write_frame(frame, folder / f"{name}.arrow")
    meta["library"] = _library_meta(country.found)
    meta["raw"] = {
        f.name: _plain(getattr(country.raw, f.name))
        for f in fields(country.raw)
        if not isinstance(getattr(country.raw, f.name), pd.DataFrame) and f.name != "professionnels"
    }
    meta["professionnels"] = list(country.raw.professionnels)
    meta["soins_sources"] = dict(country.soins.sources)
    meta["hors_ligne"] = country.hors_ligne
    meta["projections"] = list(shared.grounds)
    (folder / _META).write_text(json.dumps(meta), encoding="ascii")
    (folder / _SEAL).write_text(json.dumps(_prints(folder)), encoding="ascii")
    sync_tree(folder)


def still_sealed(folder: Path) -> bool:
    """Say whether a folder holds, byte for byte, what `write_shared` wrote there.

    Examples
    --------
    >>> still_sealed(Path("nulle part"))
    False
    """
    try:
        seal = json.loads((folder / _SEAL).read_text(encoding="ascii"))
        return bool(seal == _prints(folder))
    except (OSError, ValueError):
        return False


def _prints(folder: Path) -> dict[str, str]:
    return {p.name: sha256(p) for p in sorted(folder.iterdir()) if p.name != _SEAL}


def read_shared(folder: Path) -> Shared:
    """Map what `write_shared` wrote."""
    meta = json.loads((folder / _META).read_text(encoding="ascii"))

    def frame(name: str) -> Any:
        return read_frame(folder / f"{name}.arrow")

    tables = {
        f.name: frame(f"raw.{f.name}")
        for f in fields(RawTables)
        if f.name not in meta["raw"] and f.name != "professionnels"
    }
    raw = RawTables(
        **tables,
        **meta["raw"],
        professionnels={key: frame(f"professionnels.{key}") for key in meta["professionnels"]},
    )
    country = Country(
        found=_library(meta["library"]),
        raw=raw,
        communes_geo=frame("country.communes_geo"),
        base=frame("country.base"),
        controle=frame("country.controle"),
        soins=Professions(
            frame("soins.nombres"),
            meta["soins_sources"],
            frame("soins.lieux"),
            frame("soins.controle"),
        ),
        hors_ligne=meta["hors_ligne"],
        publiees=frame("country.publiees"),
    )
    grounds = {
        crs: Ground(frame(f"ground.{k}.points"), frame(f"ground.{k}.controle"))
        for k, crs in enumerate(meta["projections"])
    }
    return Shared(country, grounds)


def _frames(shared: Shared) -> dict[str, pd.DataFrame]:
    country = shared.country
    raw = {f"raw.{f.name}": getattr(country.raw, f.name) for f in fields(country.raw)}
    found = {name: table for name, table in raw.items() if isinstance(table, pd.DataFrame)}
    found |= {f"professionnels.{k}": t for k, t in country.raw.professionnels.items()}
    found |= {
        f"country.{name}": getattr(country, name)
        for name in ("communes_geo", "base", "controle", "publiees")
    }
    found |= {f"soins.{n}": getattr(country.soins, n) for n in ("nombres", "lieux", "controle")}
    for k, ground in enumerate(shared.grounds.values()):
        found |= {f"ground.{k}.points": ground.points, f"ground.{k}.controle": ground.controle}
    return found


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _library_meta(library: Library) -> dict[str, Any]:
    files = [{**asdict(f), "path": str(f.path)} for f in library.files]
    return {"folder": str(library.folder), "files": files}


def _library(meta: Mapping[str, Any]) -> Library:
    """List the files that are used; those left out were told of when they were read."""
    files = [
        SourceFile(
            **{k: v for k, v in f.items() if k not in ("path", "parts")},
            path=Path(f["path"]),
            parts=tuple(_part(p) for p in f["parts"]),
        )
        for f in meta["files"]
    ]
    return Library(Path(meta["folder"]), tuple(files))


def _part(meta: Mapping[str, Any]) -> Part:
    columns = tuple((name, position) for name, position in meta["columns"])
    return Part(**{**meta, "columns": columns, "titles": tuple(meta["titles"])})
