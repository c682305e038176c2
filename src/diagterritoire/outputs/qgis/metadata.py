"""Metadata of a layer, as QGIS shows and edits them (its resource metadata, version 1.0)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pandas as pd

from diagterritoire.outputs.presentation import TOOL

STANDARD = "http://mrcc.com/qgis.dtd"
_NOTE = (
    "Les tables « sources » et « parametres » disent ce qui a été lu et les nombres choisis, la "
    "table « controle » ce qui a été perdu ou imputé."
)


class Place(NamedTuple):
    """Where a layer is: projection (`EPSG:2154`), then west, south, east and north."""

    crs: str
    bounds: Sequence[float]


def metadata(
    name: str, title: str, abstract: str, sources: pd.DataFrame, place: Place | None
) -> str:
    """Write the metadata of a layer or of the whole file, without date.

    Parameters
    ----------
    name, title, abstract : str
    sources : DataFrame
        `tables.SOURCES`: titles, producers, vintages and licences.
    place : Place or None
        None for a table without geometry.

    Examples
    --------
    >>> none = pd.DataFrame(columns=["titre", "producteur", "millesime", "licence"])
    >>> ET.fromstring(metadata("a", "Titre", "", none, None)).findtext("title")
    'Titre'
    """
    top = ET.Element("qgis", version="3.22.0")
    for tag, text in (
        ("identifier", name),
        ("language", "FRE"),
        ("type", "dataset"),
        ("title", title),
        ("abstract", f"{abstract} {_NOTE}".strip()),
    ):
        ET.SubElement(top, tag).text = text
    contact = ET.SubElement(top, "contact")
    for tag, text in (("name", TOOL), ("organization", TOOL), ("role", "processor")):
        ET.SubElement(contact, tag).text = text
    ET.SubElement(top, "links")
    told = sources.drop_duplicates(["titre", "millesime"])
    for row in told.itertuples(index=False):
        ET.SubElement(top, "rights").text = f"{row.titre} : {row.producteur}, {row.millesime}"
    for licence in dict.fromkeys(sources["licence"]):
        ET.SubElement(top, "license").text = licence
    ET.SubElement(top, "encoding").text = "UTF-8"
    if place is not None:
        _locate(top, place)
    ET.indent(top, " ")
    return ET.tostring(top, encoding="unicode") + "\n"


def _locate(top: ET.Element, place: Place) -> None:
    """Say the projection as QGIS reads it, and the extent where there is one."""
    system = ET.SubElement(ET.SubElement(top, "crs"), "spatialrefsys")
    ET.SubElement(system, "srid").text = place.crs.partition(":")[2]
    ET.SubElement(system, "authid").text = place.crs
    if len(place.bounds):
        named = zip(("minx", "miny", "maxx", "maxy"), place.bounds, strict=True)
        corners = {name: f"{value:.1f}" for name, value in named}
        extent = {"crs": place.crs, "dimensions": "2", "minz": "0", "maxz": "0"}
        ET.SubElement(ET.SubElement(top, "extent"), "spatial", extent | corners)
