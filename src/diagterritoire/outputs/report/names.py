"""Names of communes on the small maps: where there is room, over no other name nor disc."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from diagterritoire.arrays import FloatArray
from diagterritoire.outputs.report import canvas
from diagterritoire.outputs.report.canvas import PAPER
from diagterritoire.outputs.report.ground import Ground

_GAP_PT = 2.0
_CORNER = 0.71
_LETTERS = 24


def write_names(
    axes: Axes, ground: Ground, count: int, radius_pt: Mapping[str, float] | None = None
) -> set[str]:
    """Name the largest discs, else the most populated communes; one without room is left.

    A name is above its disc, else under it, beside it or at a corner, where it lies on no other
    disc and on no name before it. The largest disc is named whatever it covers.

    Parameters
    ----------
    axes : Axes
    ground : Ground
    count : int
        Names written at most.
    radius_pt : mapping of str to float, optional
        Radius of the disc of each commune, by code.

    Returns
    -------
    set of str
        Codes of the communes that are named.
    """
    radius = radius_pt or {}
    axes.apply_aspect()
    scale = axes.figure.dpi / 72
    discs = _discs(axes, ground, radius, scale)
    inside = ground.centres.loc[ground.centres["interieur"]]
    sizes = inside.assign(rayon=[radius.get(str(code), 0.0) for code in inside.index])
    ranked = sizes.sort_values(["rayon", "population"], ascending=False, kind="stable")
    named, boxes = set[str](), list[Bbox]()
    for code, row in ranked.head(3 * count).iterrows():
        if len(named) == count:
            break
        own, at = str(code), (float(row["x"]), float(row["y"]))
        others = [disc for c, disc in discs.items() if c != own]
        text = _written(axes, canvas.drawable(str(row["nom"]), _LETTERS), at)
        box = _room(text, float(row["rayon"]), others, boxes, scale)
        if box is None and radius and not named:
            # The sentence under the map names it.
            box = _moved(text, *next(_places(float(row["rayon"]))))
        if box is None:
            text.remove()
            continue
        boxes.append(box)
        named.add(own)
    return named


def _written(axes: Axes, name: str, at: tuple[float, float]) -> Annotation:
    text = axes.annotate(
        name, at, xytext=(0, 0), textcoords="offset points", ha="center", fontsize=7, zorder=7
    )
    text.set_path_effects([withStroke(linewidth=2.2, foreground=PAPER)])
    return text


def _discs(
    axes: Axes, ground: Ground, radius: Mapping[str, float], scale: float
) -> dict[str, FloatArray]:
    """Centre and radius of each disc, in pixels."""
    known = ground.centres.loc[ground.centres.index.isin(list(radius))]
    centres = axes.transData.transform(known[["x", "y"]].to_numpy())
    return {
        str(code): np.array([*centre, radius[str(code)] * scale])
        for code, centre in zip(known.index, centres, strict=True)
    }


def _places(radius: float) -> Iterator[tuple[float, float, str, str]]:
    """Offsets in points and alignment of a name, the best one first."""
    if not radius:
        yield 0, -_GAP_PT, "center", "baseline"
        return
    away = radius + _GAP_PT
    yield 0, away, "center", "baseline"
    yield 0, -away, "center", "top"
    yield away, 0, "left", "center"
    yield -away, 0, "right", "center"
    for along, sign in (("bottom", 1), ("top", -1)):
        for across, side in (("left", 1), ("right", -1)):
            yield side * away * _CORNER, sign * away * _CORNER, across, along


def _moved(text: Annotation, x: float, y: float, across: str, along: str) -> Bbox:
    """Put a name somewhere; give its box, in pixels."""
    text.set_position((x, y))
    text.set(ha=across, va=along)
    return text.get_window_extent()


def _room(
    text: Annotation, radius: float, discs: list[FloatArray], boxes: list[Bbox], scale: float
) -> Bbox | None:
    """Find the first place where a name touches nothing, its white edge included."""
    for place in _places(radius):
        box = _moved(text, *place)
        wide = box.padded(scale)
        if not any(wide.overlaps(other) for other in boxes) and not any(
            _touches(wide, disc) for disc in discs
        ):
            return box
    return None


def _touches(box: Bbox, disc: FloatArray) -> bool:
    """Tell whether a disc reaches into a box."""
    x, y, radius = disc
    nearest = np.clip([x, y], [box.x0, box.y0], [box.x1, box.y1])
    return bool(np.hypot(*(nearest - [x, y])) < radius)
