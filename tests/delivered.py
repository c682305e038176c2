"""What is delivered of a territory, read by who has nothing else: bytes, tables, texts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

# What a run took, and where: the only content that varies with nothing read.
_SPENT = ("secondes", "memoire_max_mio", "systeme", "bibliotheques")


def published(root: Path) -> dict[str, bytes]:
    """Bytes of every file under the two roots of a run, but what it took; the cache left out."""
    found = {}
    for path in sorted(root.rglob("*")):
        if not path.is_file() or ".cache" in path.parts:
            continue
        data = path.read_bytes()
        if path.name == "manifest.json":
            told = json.loads(data)
            data = json.dumps({k: v for k, v in told.items() if k != "durees"}).encode()
        elif path.name == ".journal.json":
            data = json.dumps(_untimed(json.loads(data))).encode()
        found[str(path.relative_to(root))] = data
    return found


def _untimed(told: object) -> object:
    if isinstance(told, dict):
        return {k: _untimed(v) for k, v in told.items() if k not in _SPENT}
    return [_untimed(v) for v in told] if isinstance(told, list) else told


def layers(root: Path) -> dict[str, pd.DataFrame]:
    """Tables of the GeoPackage, without their outlines."""
    (path,) = root.rglob("*.gpkg")
    with closing(sqlite3.connect(path)) as base:
        names = [n for (n,) in base.execute("SELECT table_name FROM gpkg_contents")]
        tables = {n: pd.read_sql(f'SELECT * FROM "{n}"', base) for n in names}  # noqa: S608
    return {n: t.drop(columns=["fid", "geom"], errors="ignore") for n, t in tables.items()}


def differences(one: Path, other: Path) -> list[str]:
    """Files that differ, then the cells of the GeoPackage that do: nothing when all is the same."""
    ours, theirs = published(one), published(other)
    names = [n for n in sorted({*ours, *theirs}) if ours.get(n) != theirs.get(n)]
    if not names:
        return []
    told = [f"fichier {n}" for n in names]
    both = layers(one), layers(other)
    for name in sorted(both[0]):
        a, b = (t[name] for t in both)
        if a.shape != b.shape:
            told.append(f"{name} : {len(a)} et {len(b)} lignes")
            continue
        for column in a:
            moved = ~((a[column] == b[column]) | (a[column].isna() & b[column].isna()))
            if moved.any():
                first = moved.idxmax()
                pair = f"{a.loc[first, column]!r} et {b.loc[first, column]!r}"
                told.append(f"{name}.{column}, {int(moved.sum())} lignes : {pair}")
    return told
