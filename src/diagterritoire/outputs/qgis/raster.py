"""QGIS style of the raster of times: the file beside it that QGIS opens it with."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from diagterritoire.french import majuscule
from diagterritoire.outputs.classes import INDICATEURS, legend
from diagterritoire.outputs.qgis.elements import root, written

# Times are whole deciseconds, and QGIS puts a value on a break in the lower class.
_UNDER_MIN = 0.001
_LAST = "inf"


def raster_style() -> str:
    """Give the times the classes and colours that they have on the map; no time is transparent.

    Examples
    --------
    >>> raster_style().count("<item ")
    6
    """
    shown = next(i for i in INDICATEURS if i.cle == "temps_moyen")
    classes = [c for c in legend(shown) if c.chiffree]
    style = root("Symbology|Rendering")
    pipe = ET.SubElement(style, "pipe")
    bounds = {"classificationMin": "0", "classificationMax": f"{shown.bornes[-1]:g}"}
    plain = {"type": "singlebandpseudocolor", "band": "1", "opacity": "1", "alphaBand": "-1"}
    renderer = ET.SubElement(pipe, "rasterrenderer", plain | bounds)
    ET.SubElement(renderer, "rasterTransparency")
    shader = ET.SubElement(ET.SubElement(renderer, "rastershader"), "colorrampshader")
    shader.attrib.update({"colorRampType": "DISCRETE", "classificationMode": "1", "clip": "0"})
    stops = [*(f"{b - _UNDER_MIN:g}" for b in shown.bornes), _LAST]
    for classe, stop in zip(classes, stops, strict=True):
        label = f"{majuscule(classe.libelle)} {shown.notion.unite}"
        item = {"value": stop, "color": classe.couleur, "alpha": "255", "label": label}
        ET.SubElement(shader, "item", item)
    ET.SubElement(pipe, "brightnesscontrast", brightness="0", contrast="0", gamma="1")
    ET.SubElement(pipe, "huesaturation", saturation="0", grayscaleMode="0", colorizeOn="0")
    ET.SubElement(pipe, "rasterresampler", maxOversampling="2")
    ET.SubElement(style, "blendMode").text = "0"
    return written(style)
