"""Default QGIS styles (QML) of the GeoPackage's layers: it opens coloured, with a legend.

Properties of symbols are written twice, as `prop` (read by every QGIS) and as `Option` (the only
form that recent ones write).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from xml.etree import ElementTree as ET

from diagterritoire.french import majuscule
from diagterritoire.outputs.classes import INDICATEURS, Classe, Indicateur, legend
from diagterritoire.outputs.definitions import BUTS
from diagterritoire.outputs.scenario_views import APL_DIFFERENCE

_HEADER = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.22.0"
_OUTLINE = "#ffffff"
_HATCH = "#8a8a8a"
_SITE = "#0b4f6c"
_BASIN, _ROAD = "#1a1a1a", "#333a42"
# The best place of an aim and the next ones, as in the report; an aim has its own shape.
_BEST, _NEXT = "#b3541e", "#1f4e79"
_SHAPES = MappingProxyType(
    {"couverture": "circle", "temps": "square", "apl": "triangle", "maintien": "diamond"}
)


def styles() -> dict[str, str]:
    """QML of each layer that has a default style.

    Examples
    --------
    >>> sorted(styles())  # doctest: +NORMALIZE_WHITESPACE
    ['bassins', 'communes', 'flux', 'implantations', 'isochrones', 'routes_principales', 'scenario',
     'sites']
    """
    time = next(i for i in INDICATEURS if i.cle == "temps")
    return {
        "communes": _ruled(time),
        "scenario": _ruled(APL_DIFFERENCE),
        "sites": _single(
            "marker",
            _marker("circle", _SITE, 2.6),
        ),
        "flux": _single(
            "line",
            (
                "SimpleLine",
                {
                    "line_color": _rgba(_SITE, 110),
                    "line_width": "0.35",
                    "line_width_unit": "MM",
                    "capstyle": "round",
                },
            ),
        ),
        # Borders alone, to be read over any layer.
        "bassins": _single(
            "fill",
            (
                "SimpleFill",
                _outline(0.9) | {"style": "no", "outline_color": _rgba(_BASIN)},
            ),
        ),
        "routes_principales": _single(
            "line",
            (
                "SimpleLine",
                {
                    "line_color": _rgba(_ROAD),
                    "line_width": "0.45",
                    "line_width_unit": "MM",
                    "capstyle": "round",
                },
            ),
        ),
        "implantations": _places(),
        # One over the other: the nearer, the darker, whatever the number of times.
        "isochrones": _single(
            "fill",
            (
                "SimpleFill",
                {"color": _rgba(_SITE, 55), "style": "solid"} | _outline(0.2),
            ),
        ),
    }


def _ruled(indicateur: Indicateur) -> str:
    """One rule a class, so that unknown and unreachable communes have their own symbol."""
    root = _root()
    renderer = _renderer(root, "RuleRenderer")
    rules = ET.SubElement(renderer, "rules", key=_key("rules"))
    symbols = ET.SubElement(renderer, "symbols")
    classes = legend(indicateur)
    for number, (classe, rule) in enumerate(zip(classes, _filters(indicateur), strict=True)):
        label = majuscule(classe.libelle) + (
            f" {indicateur.notion.unite}" if classe.chiffree else ""
        )
        attributes = {"filter": rule, "key": _key(str(number)), "label": label}
        ET.SubElement(rules, "rule", attributes | {"symbol": str(number)})
        _symbol(symbols, str(number), "fill", *_fills(classe))
    return _text(root)


def _places() -> str:
    """Single sites by aim, the best one stronger; choices of several sites are there to tick.

    Those of several sites would hide the others: each is a point of many choices.
    """
    root = _root()
    renderer = _renderer(root, "RuleRenderer")
    rules = ET.SubElement(renderer, "rules", key=_key("rules"))
    symbols = ET.SubElement(renderer, "symbols")
    drawn = [
        (f'"but" = \'{but}\' AND "sites_nb" = 1 AND "rang" {sign} 1', f"{title} : {rank}", mark)
        for but, title in BUTS.items()
        for sign, rank, mark in (
            ("=", "premier lieu", _marker(_SHAPES[but], _BEST, 4.6)),
            (">", "lieux suivants", _marker(_SHAPES[but], _NEXT, 2.8)),
        )
    ]
    several = _marker("cross2", _ROAD, 2.4)
    drawn.append(('"sites_nb" > 1', "Choix de plusieurs sites", several))
    for number, (rule, label, mark) in enumerate(drawn):
        attributes = {"filter": rule, "key": _key(str(number)), "label": label}
        hidden = {"checkstate": "0"} if mark is several else {}
        ET.SubElement(rules, "rule", attributes | {"symbol": str(number)} | hidden)
        _symbol(symbols, str(number), "marker", mark)
    return _text(root)


def _marker(shape: str, colour: str, size: float) -> tuple[str, dict[str, str]]:
    properties = {"name": shape, "color": _rgba(colour), "size": f"{size:g}"}
    return "SimpleMarker", properties | _outline(0.3)


def _filters(indicateur: Indicateur) -> list[str]:
    """QGIS expression of each class of `legend`, as in `class_numbers`."""
    value = f'"{indicateur.colonne}"'
    reached = ' AND "atteignable"' if indicateur.non_atteignable else ""
    low: list[float | None] = [None, *indicateur.bornes]
    high: list[float | None] = [*indicateur.bornes, None]
    filters = [f"{value} = 0{reached}"] if indicateur.aucun else []
    for number, (start, stop) in enumerate(zip(low, high, strict=True)):
        parts = [f"{value} >= {start:g}"] if start is not None else []
        parts += [f"{value} < {stop:g}"] if stop is not None else []
        parts += [f"{value} <> 0"] if number == 0 and indicateur.aucun else []
        filters.append(" AND ".join(parts) + reached)
    if indicateur.non_atteignable:
        filters.append('NOT "atteignable"')
    return [*filters, "ELSE"]


def _fills(classe: Classe) -> list[tuple[str, dict[str, str]]]:
    plain = ("SimpleFill", {"color": _rgba(classe.couleur), "style": "solid"} | _outline(0.2))
    styles = {"plein": [], "hachures": ["b_diagonal"], "croise": ["diagonal_x"]}[classe.motif]
    hatch = {"color": _rgba(_HATCH), "outline_style": "no"}
    return [plain, *(("SimpleFill", hatch | {"style": style}) for style in styles)]


def _single(kind: str, *layers: tuple[str, dict[str, str]]) -> str:
    root = _root()
    renderer = _renderer(root, "singleSymbol")
    _symbol(ET.SubElement(renderer, "symbols"), "0", kind, *layers)
    return _text(root)


def _symbol(
    parent: ET.Element, name: str, kind: str, *layers: tuple[str, Mapping[str, str]]
) -> None:
    common = {"alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    symbol = ET.SubElement(parent, "symbol", {"name": name, "type": kind} | common)
    for layer_class, properties in layers:
        attributes = {"class": layer_class, "enabled": "1", "locked": "0", "pass": "0"}
        layer = ET.SubElement(symbol, "layer", attributes)
        options = ET.SubElement(layer, "Option", type="Map")
        for key, value in sorted(properties.items()):
            ET.SubElement(options, "Option", name=key, value=value, type="QString")
        for key, value in sorted(properties.items()):
            ET.SubElement(layer, "prop", k=key, v=value)


def _root() -> ET.Element:
    return ET.Element("qgis", {"version": _VERSION, "styleCategories": "Symbology"})


def _renderer(root: ET.Element, kind: str) -> ET.Element:
    attributes = {"type": kind, "symbollevels": "0", "forceraster": "0", "enableorderby": "0"}
    return ET.SubElement(root, "renderer-v2", attributes)


def _outline(width: float) -> dict[str, str]:
    return {
        "outline_color": _rgba(_OUTLINE),
        "outline_style": "solid",
        "outline_width": f"{width:g}",
        "outline_width_unit": "MM",
    }


def _rgba(colour: str, alpha: int = 255) -> str:
    """`#rrggbb` as the red,green,blue,alpha of QML.

    Examples
    --------
    >>> _rgba("#0b4f6c")
    '11,79,108,255'
    """
    return ",".join([*(str(int(p, 16)) for p in re.findall("[0-9a-f]{2}", colour)), str(alpha)])


def _key(name: str) -> str:
    """Name a rule, in the braces QGIS uses."""
    return f"{{diagterritoire-{name}}}"


def _text(root: ET.Element) -> str:
    ET.indent(root, " ")
    return _HEADER + ET.tostring(root, encoding="unicode") + "\n"
