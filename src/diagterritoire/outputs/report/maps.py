"""Small maps of the report: communes by class, names, discs, flows.

The classes and colours are those of the interactive map (`outputs.classes`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from diagterritoire import french
from diagterritoire.arrays import FloatArray
from diagterritoire.outputs.classes import INDICATEURS, Classe, Indicateur, class_numbers, legend
from diagterritoire.outputs.report import canvas, lines
from diagterritoire.outputs.report.blocks import Image
from diagterritoire.outputs.report.canvas import ACCENT, INK, MUTED, PAPER, WARM
from diagterritoire.outputs.report.ground import Ground
from diagterritoire.outputs.report.lines import Trait
from diagterritoire.outputs.report.mosaic import Mosaic
from diagterritoire.outputs.report.names import write_names

AROUND, LAND, PALE = "#eceff2", "#cfd9e3", "#f5f1e8"
_AREA, _ARRIVAL = 700, 20
_HATCHES = {"plein": None, "hachures": "////", "croise": "xxxx", "points": "...."}
_STEPS_KM = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True)
class Panneau:
    """One map of a figure: its classes, what is laid over them, which communes are named.

    Attributes
    ----------
    indicateur : Indicateur
    titre : str
        Over the map, where it is not alone.
    traits : tuple of Trait
        Lines, the last over the others.
    nommees : tuple of str
        Codes of communes; a class of that code has no key where its name has found room.
    legende : bool
        Whether the classes have their key.
    communes : DataFrame or None
        Values of the communes of the ground, in their order; None: those of the ground.
    """

    indicateur: Indicateur
    titre: str = ""
    traits: tuple[Trait, ...] = ()
    nommees: tuple[str, ...] = ()
    legende: bool = True
    communes: pd.DataFrame | None = None


def indicateur(cle: str) -> Indicateur:
    """Return the mapped indicator of that key."""
    return next(i for i in INDICATEURS if i.cle == cle)


def classed_maps(ground_: Ground, indicateurs: Sequence[Indicateur], *, mention: str = "") -> Image:
    """Draw maps by class side by side, each with its legend of the classes met."""
    return panels(ground_, [Panneau(i, i.notion.titre) for i in indicateurs], mention=mention)


def panels(ground_: Ground, panneaux: Sequence[Panneau], *, mention: str = "") -> Image:
    """Draw maps side by side."""
    with canvas.drawing():
        mosaic = Mosaic(ground_.ratio, [p.titre for p in panneaux])
        for axes, panneau in zip(mosaic.maps, panneaux, strict=True):
            mosaic.keys(axes, _classed(axes, ground_, panneau))
        return mosaic.picture(mention)


def _classed(axes: Axes, ground_: Ground, panneau: Panneau) -> list[Artist]:
    """Draw one map by class; give its keys."""
    indicateur = panneau.indicateur
    communes = ground_.communes if panneau.communes is None else panneau.communes
    numbers = class_numbers(indicateur, communes).to_numpy()
    _background(axes, ground_)
    handles: list[Artist] = []
    codes, named = [code for code, _ in indicateur.categories], set[str]()
    if panneau.nommees:
        shown = ground_.centres.loc[[c in panneau.nommees for c in ground_.centres.index]]
        named = write_names(axes, replace(ground_, centres=shown), len(shown))
    for k, classe in enumerate(legend(indicateur)):
        members = [p for p, n in zip(ground_.interieur, numbers, strict=True) if n == k]
        if members:
            _fill(axes, members, classe.couleur, _HATCHES[classe.motif])
            told = k < len(codes) and codes[k] in named
            handles += [_key(classe)] if panneau.legende and not told else []
    return [*handles, *lines.draw(axes, panneau.traits)]


def _key(classe: Classe) -> Patch:
    return Patch(
        facecolor=classe.couleur,
        edgecolor=MUTED,
        hatch=_HATCHES[classe.motif],
        linewidth=0.4,
        label=classe.libelle,
    )


def perimeter(ground_: Ground, *, mention: str = "") -> Image:
    """Draw the territory's communes in their surroundings, the most populated ones named."""
    with canvas.drawing():
        mosaic, axes = _single(ground_)
        _fill(axes, ground_.interieur, LAND)
        write_names(axes, ground_, 8)
        return mosaic.picture(mention)


def discs(
    ground_: Ground,
    values: pd.Series,
    *,
    write: Callable[[int], str],
    colour: str = ACCENT,
    mention: str = "",
) -> Image:
    """Draw discs whose area follows a count by commune; zero and unknown draw nothing."""
    known = values.reindex(list(ground_.communes["code_commune"])).dropna().astype(float)
    known = known.loc[known > 0].sort_values(ascending=False, kind="stable")
    top = float(known.max()) if len(known) else 1.0
    look: dict[str, Any] = {"color": colour, "alpha": 0.75}
    with canvas.drawing():
        mosaic, axes = _single(ground_)
        _fill(axes, ground_.interieur, PALE)
        where = ground_.centres.loc[known.index]
        area = _AREA * known.to_numpy() / top
        axes.scatter(where["x"], where["y"], s=area, edgecolor=PAPER, linewidth=0.6, **look)
        mosaic.keys(
            axes,
            [
                axes.scatter([], [], s=_AREA * level / top, label=write(level), **look)
                for level in (_levels(top) if len(known) else [])
            ],
            size=7.5,
            handle=4.2,
            pad=1.7,
        )
        radius = {str(c): _radius(a) for c, a in zip(known.index, area, strict=True)}
        write_names(axes, ground_, 5, radius)
        return mosaic.picture(mention)


def _levels(top: float) -> list[int]:
    """Return up to three round values of a legend, from a tenth of the largest one to it."""
    levels = []
    for share in (0.1, 0.4, 1.0):
        step = 10 ** max(0, math.floor(math.log10(max(share * top, 1.0))))
        levels.append(int(share * top // step) * step)
    return sorted({level for level in levels if level > 0})


def ranked_places(
    ground_: Ground,
    panels: Sequence[tuple[str, Sequence[tuple[float, float, int]]]],
    *,
    mention: str = "",
) -> Image:
    """Draw maps side by side of places with their rank, the first one stronger.

    Parameters
    ----------
    panels : sequence
        Title of each map, and `x`, `y` (km) and rank of its places.
    """
    with canvas.drawing():
        mosaic = Mosaic(ground_.ratio, [title for title, _ in panels])
        for axes, (_, places) in zip(mosaic.maps, panels, strict=True):
            _background(axes, ground_)
            _fill(axes, ground_.interieur, LAND)
            # The best one is drawn last, over its neighbours.
            for x, y, rank in sorted(places, key=lambda place: -place[2]):
                colour = WARM if rank == 1 else ACCENT
                axes.scatter([x], [y], s=95, color=colour, edgecolor=PAPER, linewidth=0.6, zorder=5)
                axes.annotate(
                    str(rank), (x, y), ha="center", va="center", color=PAPER, fontsize=6.5, zorder=5
                )
        return mosaic.picture(mention)


def flows(ground_: Ground, table: pd.DataFrame, *, limit: int, mention: str = "") -> Image:
    """Draw the heaviest moves between communes, the width of a line following its patients.

    Parameters
    ----------
    table : DataFrame
        `code_residence`, `code_exercice`, `patients`: moves between two communes.
    limit : int
        Number of moves drawn.
    """
    known = table.loc[
        table["code_residence"].isin(ground_.centres.index)
        & table["code_exercice"].isin(ground_.centres.index)
    ].head(limit)
    start = ground_.centres.loc[known["code_residence"], ["x", "y"]].to_numpy()
    end = ground_.centres.loc[known["code_exercice"], ["x", "y"]].to_numpy()
    weight = known["patients"].to_numpy(dtype=np.float64)
    top = float(weight.max(initial=0.0)) or 1.0
    look: dict[str, Any] = {"color": ACCENT, "alpha": 0.6}
    with canvas.drawing():
        mosaic, axes = _single(ground_)
        _fill(axes, ground_.interieur, PALE)
        curves = [_curve(a, b) for a, b in zip(start, end, strict=True)]
        widths = 0.4 + 4.6 * weight / top
        axes.add_collection(
            LineCollection(curves, linewidths=widths, capstyle="round", zorder=3, **look),
            autolim=False,
        )
        arrivals = ground_.centres.loc[sorted(set(known["code_exercice"]))]
        axes.scatter(
            arrivals["x"], arrivals["y"], s=_ARRIVAL, color=WARM, edgecolor=PAPER, zorder=4
        )
        keys: list[Artist] = [
            Line2D([], [], linewidth=0.4 + 4.6 * level / top, label=_patients(level), **look)
            for level in _levels(top)
        ]
        keys.append(axes.scatter([], [], s=_ARRIVAL, color=WARM, label="commune d'exercice"))
        mosaic.keys(axes, keys, size=7.5, handle=2.0)
        write_names(axes, ground_, 5, {str(c): _radius(_ARRIVAL) for c in arrivals.index})
        return mosaic.picture(mention)


def _radius(area: float) -> float:
    """Radius of a disc in points, from its area in points squared."""
    return math.sqrt(area / math.pi)


def _patients(level: int) -> str:
    return french.accord(level, "habitant")


def _curve(start: FloatArray, end: FloatArray) -> FloatArray:
    """Points of an arc that bends to the left of the patient's way."""
    middle = (start + end) / 2 + 0.14 * np.array([start[1] - end[1], end[0] - start[0]])
    t = np.linspace(0, 1, 24)[:, None]
    curve: FloatArray = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end
    return curve


def _single(ground_: Ground) -> tuple[Mosaic, Axes]:
    mosaic = Mosaic(ground_.ratio)
    _background(mosaic.maps[0], ground_)
    return mosaic, mosaic.maps[0]


def _background(axes: Axes, ground_: Ground) -> None:
    canvas.bare(axes)
    x0, y0, x1, y1 = ground_.cadre
    axes.set(xlim=(x0, x1), ylim=(y0, y1))
    _fill(axes, ground_.pourtour, AROUND)
    _scale_bar(axes, ground_)


def _fill(axes: Axes, outlines: Sequence[Outline], colour: str, hatch: str | None = None) -> None:
    axes.add_collection(
        PathCollection(
            list(outlines),
            facecolor=colour,
            edgecolor=PAPER if hatch is None else MUTED,
            linewidth=0.4,
            hatch=hatch,
        ),
        autolim=False,
    )


def _scale_bar(axes: Axes, ground_: Ground) -> None:
    x0, y0, x1, y1 = ground_.cadre
    length = max((s for s in _STEPS_KM if s <= 0.3 * (x1 - x0)), default=_STEPS_KM[0])
    x, y = x0 + 0.02 * (x1 - x0), y0 + 0.015 * (y1 - y0)
    axes.plot([x, x + length], [y, y], color=INK, linewidth=1.2, solid_capstyle="butt", zorder=6)
    text = axes.text(x + length / 2, y + 0.012 * (y1 - y0), f"{length} km", ha="center", fontsize=7)
    text.set_path_effects([withStroke(linewidth=2, foreground=PAPER)])
    text.set_zorder(6)
