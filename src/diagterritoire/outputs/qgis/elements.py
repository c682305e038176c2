"""Pieces of a QGIS style (QML): renderers, rules, symbols.

Properties of symbols are written twice, as `prop` (read by every QGIS) and as `Option` (the only
form that recent ones write).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

_HEADER = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.22.0"
_OUTLINE = "#ffffff"
# Shapes that QGIS draws with their outline alone.
_UNFILLED = ("cross", "cross2")

Layer = tuple[str, Mapping[str, str]]


def root(categories: str) -> ET.Element:
    """Start a style that says what it holds."""
    return ET.Element("qgis", {"version": _VERSION, "styleCategories": categories})


def renderer(parent: ET.Element, kind: str) -> ET.Element:
    """Add the renderer of a vector layer."""
    attributes = {"type": kind, "symbollevels": "0", "forceraster": "0", "enableorderby": "0"}
    return ET.SubElement(parent, "renderer-v2", attributes)


def rule(parent: ET.Element, number: str, filter_: str, label: str, **more: str) -> ET.Element:
    """Add a rule: which rows, what the legend calls them, and their symbol."""
    attributes = {"filter": filter_, "key": f"{{diagterritoire-{number}}}", "label": label}
    return ET.SubElement(parent, "rule", attributes | more)


def symbol(parent: ET.Element, name: str, kind: str, *layers: Layer) -> None:
    """Add a symbol (`fill`, `line` or `marker`) made of layers, the lowest first."""
    common = {"alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    made = ET.SubElement(parent, "symbol", {"name": name, "type": kind} | common)
    for layer_class, properties in layers:
        attributes = {"class": layer_class, "enabled": "1", "locked": "0", "pass": "0"}
        layer = ET.SubElement(made, "layer", attributes)
        options = ET.SubElement(layer, "Option", type="Map")
        for key, value in sorted(properties.items()):
            ET.SubElement(options, "Option", name=key, value=value, type="QString")
        for key, value in sorted(properties.items()):
            ET.SubElement(layer, "prop", k=key, v=value)


def marker(shape: str, colour: str, size: float) -> Layer:
    """Give a point: its shape, colour and size in millimetres."""
    properties = {"name": shape, "color": rgba(colour), "size": f"{size:g}", "size_unit": "MM"}
    if shape in _UNFILLED:
        stroke = {"outline_color": rgba(colour), "outline_width": "0.6"}
        return "SimpleMarker", properties | outline(0.6) | stroke
    return "SimpleMarker", properties | outline(0.3)


def line(colour: str, width: float, alpha: int = 255) -> Layer:
    """Give a line: its colour, width in millimetres and opacity of 255."""
    return "SimpleLine", {
        "line_color": rgba(colour, alpha),
        "line_width": f"{width:g}",
        "line_width_unit": "MM",
        "capstyle": "round",
    }


def outline(width: float) -> dict[str, str]:
    """Properties of a white outline, in millimetres."""
    return {
        "outline_color": rgba(_OUTLINE),
        "outline_style": "solid",
        "outline_width": f"{width:g}",
        "outline_width_unit": "MM",
    }


def rgba(colour: str, alpha: int = 255) -> str:
    """`#rrggbb` as the red,green,blue,alpha of QML.

    Examples
    --------
    >>> rgba("#0b4f6c")
    '11,79,108,255'
    """
    return ",".join([*(str(int(p, 16)) for p in re.findall("[0-9a-f]{2}", colour)), str(alpha)])


def written(style: ET.Element) -> str:
    """Write a style as QGIS does."""
    ET.indent(style, " ")
    return _HEADER + ET.tostring(style, encoding="unicode") + "\n"
