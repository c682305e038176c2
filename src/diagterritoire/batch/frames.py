"""Tables kept in Arrow files, that several processes map: numbers are never copied."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from pyarrow import ipc

_GEOMETRY, _CRS = b"diagterritoire.geometrie", b"diagterritoire.crs"


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a table, its types, its index, and its shapes as WKB.

    Examples
    --------
    >>> import tempfile
    >>> frame = pd.DataFrame({"code": ["2A004"], "mg_nb": pd.array([None], dtype="Int64")})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_frame(frame, Path(folder) / "a.arrow")
    ...     again = read_frame(Path(folder) / "a.arrow")
    >>> pd.testing.assert_frame_equal(again, frame)
    """
    meta: dict[bytes, bytes] = {}
    plain = pd.DataFrame(frame)
    if isinstance(frame, gpd.GeoDataFrame):
        name = str(frame.geometry.name)
        meta = {_GEOMETRY: name.encode(), _CRS: frame.crs.to_wkt().encode() if frame.crs else b""}
        plain = plain.assign(**{name: frame.geometry.to_wkb().to_numpy(object)})
    table = pa.Table.from_pandas(plain)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **meta})
    with pa.OSFile(str(path), "wb") as sink, ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def read_frame(path: Path) -> pd.DataFrame:
    """Map what `write_frame` wrote: numbers stay in the file, shapes are made.

    So do texts, unless pandas was told to keep them as Python's.
    """
    with pa.memory_map(str(path)) as source:
        table = ipc.open_file(source).read_all()
    meta = table.schema.metadata or {}
    frame: pd.DataFrame = table.to_pandas(split_blocks=True)
    if _GEOMETRY not in meta:
        return frame
    name = meta[_GEOMETRY].decode()
    shapes = gpd.GeoSeries.from_wkb(frame[name], index=frame.index, crs=meta[_CRS].decode() or None)
    layer: pd.DataFrame = gpd.GeoDataFrame(frame.assign(**{name: shapes}), geometry=name)
    return layer
