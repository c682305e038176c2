"""The GeoPackage: every layer and table, typed, described and styled for QGIS."""

from __future__ import annotations

from diagterritoire.outputs.geopackage.writing import write_geopackage

__all__ = ["write_geopackage"]
