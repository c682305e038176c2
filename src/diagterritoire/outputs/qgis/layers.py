"""QGIS styles (QML) of the GeoPackage's layers: it opens coloured, with a legend and French names.

Communes have one style for each indicator of the map that is in their layer; the time is the one
they open with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple
from xml.etree import ElementTree as ET

from diagterritoire import schema, tables
from diagterritoire.french import majuscule
from diagterritoire.outputs.classes import INDICATEURS, SANS_DEFICIT, Classe, Indicateur, legend
from diagterritoire.outputs.definitions import BUTS
from diagterritoire.outputs.map_layers import ROUTES
from diagterritoire.outputs.naming import alias
from diagterritoire.outputs.qgis.elements import (
    Layer,
    line,
    marker,
    outline,
    renderer,
    rgba,
    root,
    rule,
    symbol,
    written,
)
from diagterritoire.outputs.scenario_views import APL_DIFFERENCE

_CATEGORIES = "LayerConfiguration|Symbology|Fields"
_HATCH = "#8a8a8a"
_SITE = "#0b4f6c"
_BASIN, _ROAD = "#1a1a1a", "#333a42"
# The best place of an aim and the next ones, as in the report; an aim has its own shape.
_BEST, _NEXT = "#b3541e", "#1f4e79"
_SHAPES = MappingProxyType(
    {"couverture": "circle", "temps": "square", "apl": "triangle", "maintien": "diamond"}
)
_STRUCTURES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "hopital": ("cross_fill", "#a50f15"),
        "hopital_local": ("cross_fill", "#de6a4f"),
        "EHPAD": ("square", "#6a51a3"),
        "MSP": ("pentagon", "#006d2c"),
        "CDS": ("pentagon", "#41ab5d"),
        "pharmacie": ("cross", "#1b7837"),
        "SSIAD": ("diamond", "#b8860b"),
    }
)
# Fewer patients than the first of these are there to tick: drawn, they would hide the others.
_FLOWS = (20, 100, 500)
_FLOW_WIDTHS = (0.15, 0.35, 0.8, 1.6)
_ROAD_WIDTHS = MappingProxyType({"motorway": 1.0, "trunk": 0.7, "primary": 0.45})
# Those that the layer of communes holds; the first is its default.
# The layer does not tell a hidden value from an unknown one.
_INDICATEURS = tuple(i for i in INDICATEURS if i.colonne in tables.COMMUNES.noms and not i.masquee)


class Style(NamedTuple):
    """A style of a layer; the default one is what it opens with."""

    couche: str
    nom: str
    qml: str
    defaut: bool


def styles(described: Iterable[schema.Table], scenarios: Sequence[str] = ()) -> tuple[Style, ...]:
    """Give the styles of every layer: one by default, and others that the communes may take.

    Parameters
    ----------
    described : iterable of Table
        Those that are delivered; the ones without geometry have only names of fields.
    scenarios : sequence of str
        Keys of the scenarios, whose communes lie over each other: the first is shown.

    Examples
    --------
    >>> [s.nom for s in styles([tables.BASSINS, tables.CONTROLE])]
    ['bassins', 'controle']
    >>> [(s.nom, s.defaut) for s in styles([tables.COMMUNES])][:2]
    [('communes', True), ('Temps moyen des habitants', False)]
    """
    return tuple(style for table in described for style in _of(table, scenarios))


def _of(table: schema.Table, scenarios: Sequence[str]) -> Iterator[Style]:
    base = _base(table)
    if table == tables.SCENARIO:
        _compared(base, scenarios)
    elif table.geometrie is not None:
        _DRAWN[table.nom](base)
    yield Style(table.nom, table.nom, written(base), defaut=True)
    if table == tables.COMMUNES:
        for indicateur in _INDICATEURS[1:]:
            base = _base(table)
            _ruled(base, indicateur)
            yield Style(table.nom, indicateur.notion.titre, written(base), defaut=False)


def _base(table: schema.Table) -> ET.Element:
    """Start the style of a table with the French names of its fields and of its rows."""
    base = root(_CATEGORIES)
    aliases = ET.SubElement(base, "aliases")
    # QGIS counts the identifier of rows first.
    for number, column in enumerate(table.colonnes, start=1):
        ET.SubElement(
            aliases, "alias", field=column.nom, index=str(number), name=alias(table, column)
        )
    named = [c for c in ("nom", "lieux", *table.cle) if c in table.noms]
    if named:
        ET.SubElement(base, "previewExpression").text = f'"{named[0]}"'
    return base


def _ruled(base: ET.Element, indicateur: Indicateur) -> None:
    made = renderer(base, "RuleRenderer")
    rules = ET.SubElement(made, "rules", key="{diagterritoire-rules}")
    _classes(rules, ET.SubElement(made, "symbols"), indicateur)


def _compared(base: ET.Element, scenarios: Sequence[str]) -> None:
    """One group of rules a scenario, where there are several: the others are there to tick."""
    if len(scenarios) < 2:
        _ruled(base, APL_DIFFERENCE)
        return
    made = renderer(base, "RuleRenderer")
    rules = ET.SubElement(made, "rules", key="{diagterritoire-rules}")
    symbols = ET.SubElement(made, "symbols")
    for rank, cle in enumerate(scenarios):
        hidden = {"checkstate": "0"} if rank else {}
        group = rule(rules, f"groupe-{rank}", f"\"scenario\" = '{cle}'", cle, **hidden)
        _classes(group, symbols, APL_DIFFERENCE)


def _classes(rules: ET.Element, symbols: ET.Element, indicateur: Indicateur) -> None:
    """One rule a class, so that unknown and unreachable communes have their own symbol."""
    for classe, kept in zip(legend(indicateur), _filters(indicateur), strict=True):
        label = majuscule(classe.libelle)
        label += f" {indicateur.notion.unite}" if classe.chiffree else ""
        number = str(len(symbols))
        rule(rules, number, kept, label, symbol=number)
        symbol(symbols, number, "fill", *_fills(classe))


def _filters(indicateur: Indicateur) -> list[str]:
    """QGIS expression of each class of `legend`, as in `class_numbers`."""
    value = f'"{indicateur.colonne}"'
    if indicateur.categories:
        return [*(f"{value} = '{code}'" for code, _ in indicateur.categories), "ELSE"]
    reached = ' AND "atteignable"' if indicateur.non_atteignable else ""
    # An uninhabited commune under the threshold lacks no consultation, and is still in deficit.
    none = f"{value} = 0" if indicateur.aucun != SANS_DEFICIT else f'NOT "deficit" AND {value} >= 0'
    some = f"{value} <> 0" if indicateur.aucun != SANS_DEFICIT else '"deficit"'
    low: list[float | None] = [None, *indicateur.bornes]
    high: list[float | None] = [*indicateur.bornes, None]
    filters = [f"{none}{reached}"] if indicateur.aucun else []
    for start, stop in zip(low, high, strict=True):
        parts = [f"{value} >= {start:g}"] if start is not None else []
        parts += [f"{value} < {stop:g}"] if stop is not None else []
        parts += [some] if indicateur.aucun else []
        filters.append(" AND ".join(parts) + reached)
    if indicateur.non_atteignable:
        filters.append('NOT "atteignable"')
    return [*filters, "ELSE"]


def _fills(classe: Classe) -> list[tuple[str, dict[str, str]]]:
    plain = ("SimpleFill", {"color": rgba(classe.couleur), "style": "solid"} | outline(0.2))
    styles = {"hachures": ["b_diagonal"], "croise": ["diagonal_x"], "points": ["dense6"]}
    patterns = styles.get(classe.motif, [])
    hatch = {"color": rgba(_HATCH), "outline_style": "no"}
    return [plain, *(("SimpleFill", hatch | {"style": pattern}) for pattern in patterns)]


def _places(base: ET.Element) -> None:
    """Single sites by aim, the best one stronger; choices of several sites are there to tick.

    Those of several sites would hide the others: each is a point of many choices.
    """
    drawn = [
        (f'"but" = \'{but}\' AND "sites_nb" = 1 AND "rang" {sign} 1', f"{title} : {rank}", mark)
        for but, title in BUTS.items()
        for sign, rank, mark in (
            ("=", "premier lieu", marker(_SHAPES[but], _BEST, 4.6)),
            (">", "lieux suivants", marker(_SHAPES[but], _NEXT, 2.8)),
        )
    ]
    several = ('"sites_nb" > 1', "Choix de plusieurs sites", marker("cross2", _ROAD, 2.4))
    _listed(base, "marker", [*drawn, several], hidden=(len(drawn),))


def _structures(base: ET.Element) -> None:
    drawn = [
        (f"\"categorie\" = '{code}'", majuscule(title), marker(*_STRUCTURES[code], 3.2))
        for code, title in tables.CATEGORIES_STRUCTURES.items()
    ]
    _listed(base, "marker", [*drawn, ("ELSE", "Autre structure", marker("circle", _HATCH, 2.4))])


def _flows(base: ET.Element) -> None:
    """Draw more patients wider; those who stay in their commune have no line."""
    low, high = (None, *_FLOWS), (*_FLOWS, None)
    drawn = []
    for start, stop, width in zip(low, high, _FLOW_WIDTHS, strict=True):
        parts = ['"code_residence" <> "code_exercice"']
        parts += [f'"patients" >= {start}'] if start is not None else []
        parts += [f'"patients" < {stop}'] if stop is not None else []
        title = f"de {start} à moins de {stop} patients"
        if start is None:
            title = f"moins de {stop} patients"
        elif stop is None:
            title = f"{start} patients et plus"
        drawn.append((" AND ".join(parts), majuscule(title), line(_SITE, width, 110)))
    _listed(base, "line", drawn, hidden=(0,))


def _roads(base: ET.Element) -> None:
    drawn = [
        (f"\"classe\" = '{classe}'", majuscule(title), line(_ROAD, _ROAD_WIDTHS[classe]))
        for classe, title in ROUTES.items()
    ]
    _listed(base, "line", drawn)


def _listed(
    base: ET.Element,
    kind: str,
    drawn: Sequence[tuple[str, str, Layer]],
    hidden: Sequence[int] = (),
) -> None:
    """One rule and one symbol a line: which rows, label, drawing; those hidden can be ticked."""
    made = renderer(base, "RuleRenderer")
    rules = ET.SubElement(made, "rules", key="{diagterritoire-rules}")
    symbols = ET.SubElement(made, "symbols")
    for number, (kept, label, drawing) in enumerate(drawn):
        state = {"checkstate": "0"} if number in hidden else {}
        rule(rules, str(number), kept, label, symbol=str(number), **state)
        symbol(symbols, str(number), kind, drawing)


def _sites(base: ET.Element) -> None:
    _single(base, "marker", marker("circle", _SITE, 2.6))


def _basins(base: ET.Element) -> None:
    """Borders alone, to be read over any layer."""
    border = outline(0.9) | {"style": "no", "outline_color": rgba(_BASIN)}
    _single(base, "fill", ("SimpleFill", border))


def _isochrones(base: ET.Element) -> None:
    """One over the other: the nearer, the darker, whatever the number of times."""
    _single(
        base, "fill", ("SimpleFill", {"color": rgba(_SITE, 55), "style": "solid"} | outline(0.2))
    )


def _single(base: ET.Element, kind: str, drawing: Layer) -> None:
    symbol(ET.SubElement(renderer(base, "singleSymbol"), "symbols"), "0", kind, drawing)


_DRAWN: Mapping[str, Callable[[ET.Element], None]] = MappingProxyType(
    {
        "communes": lambda base: _ruled(base, _INDICATEURS[0]),
        "sites": _sites,
        "flux": _flows,
        "bassins": _basins,
        "isochrones": _isochrones,
        "structures": _structures,
        "routes_principales": _roads,
        "implantations": _places,
    }
)
