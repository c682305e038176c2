"""The run log: what each step took and found, in a file beside the manifest.

It holds no path, no name of a user or of a machine, and nothing of what a user typed.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pyogrio

from diagterritoire import __version__
from diagterritoire.progress import Spent
from diagterritoire.store import LOG, write_atomic

FORMAT = 1
_LIBRARIES = (
    "geopandas",
    "numba",
    "numpy",
    "pandas",
    "pyarrow",
    "pyogrio",
    "pypandoc_binary",
    "rasterio",
    "scipy",
    "shapely",
    "typst",
    "xlsxwriter",
)


def write_log(spent: Mapping[str, Spent], counts: Mapping[str, float], folder: Path) -> Path:
    """Write `.journal.json`: steps, seconds, memory, versions, counts.

    Parameters
    ----------
    spent : mapping of str to Spent
        What each step took, in order.
    counts : mapping of str to float
        Numbers of communes, sites, flows.
    folder : Path
        That of the manifest.

    Raises
    ------
    DiskError
        It cannot be written.
    """
    document = {
        "format": FORMAT,
        "version": __version__,
        "systeme": system(),
        "bibliotheques": libraries(),
        "effectifs": dict(counts),
        "etapes": [
            {
                "etape": name,
                "secondes": step.secondes,
                "memoire_max_mio": step.memoire_mio,
                "faits": list(step.faits),
            }
            for name, step in spent.items()
        ],
        "secondes": round(sum(step.secondes for step in spent.values()), 3),
        "memoire_max_mio": max(
            (s.memoire_mio for s in spent.values() if s.memoire_mio is not None), default=None
        ),
    }
    path = folder / LOG
    write_atomic(path, f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode())
    return path


def system() -> dict[str, Any]:
    """Kind of machine: system, processor, their number, Python."""
    return {
        "systeme": platform.system(),
        "processeur": platform.machine(),
        "processeurs": os.cpu_count(),
        "python": platform.python_version(),
    }


def libraries() -> dict[str, str]:
    """Version of each library that the figures or the files depend on; those absent left out.

    Examples
    --------
    >>> libraries()["numpy"] == metadata.version("numpy")
    True
    """
    found = {"gdal": ".".join(map(str, pyogrio.__gdal_version__))}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return dict(sorted(found.items()))
