"""What the files of a delivery share: their tables, their fixed date, a refused write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.errors import DiskError
from diagterritoire.store import disk_errors
from diagterritoire.study.bundles import Diagnosis

# The same diagnosis gives the same bytes; the real dates are those of the sources.
DATE = datetime(2000, 1, 1)  # noqa: DTZ001 - a zone would say more than it means


def frames(diagnosis: Diagnosis) -> Iterator[tuple[schema.Table, pd.DataFrame]]:
    """Each table of `delivered_tables` with its frame, in order."""
    for table in delivered_tables(diagnosis):
        holder = diagnosis.scenarios if table in tables.SCENARIOS else diagnosis
        yield table, getattr(holder, table.nom)


def delivered_tables(diagnosis: Diagnosis) -> tuple[schema.Table, ...]:
    """Tables of a delivery: those of `tables.DELIVERED`, then of the scenarios if it has some."""
    return tables.DELIVERED + (tables.SCENARIOS if diagnosis.scenarios is not None else ())


def refused(titre: str, path: Path, error: Exception) -> DiskError:
    """Turn the error of a writing library, which is no OSError, into what a user can act upon."""
    return DiskError(
        f"{titre} « {path} » ne peut pas être écrit : {error}.",
        "Fermez-le s'il est ouvert, vérifiez la place libre et vos droits, puis relancez.",
    )


def write_page(html: str, path: Path) -> None:
    """Write a page, replacing the one that is there.

    Raises
    ------
    DiskError
        The file cannot be written.
    """
    with disk_errors(path):
        path.write_text(html, encoding="utf-8", newline="\n")
