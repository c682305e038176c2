"""What QGIS reads beside the data: styles of layers and of the raster, metadata of layers."""

from __future__ import annotations

from diagterritoire.outputs.qgis.layers import Style, styles
from diagterritoire.outputs.qgis.metadata import Place, metadata
from diagterritoire.outputs.qgis.raster import raster_style

__all__ = ["Place", "Style", "metadata", "raster_style", "styles"]
