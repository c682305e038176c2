"""Lines laid over the small maps: main roads, borders of basins and zones; the map's own styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from diagterritoire.arrays import FloatArray
from diagterritoire.french import majuscule
from diagterritoire.outputs.care_words import ZONAGES
from diagterritoire.outputs.map_geometry import TOLERANCE_M, simplify
from diagterritoire.outputs.map_layers import BASSINS, ROUTES, simple_roads, zone_borders
from diagterritoire.outputs.report.canvas import PAPER
from diagterritoire.study.bundles import Diagnosis

_GREY = "#333a42"
_ROADS = {"motorway": 1.7, "trunk": 1.2, "primary": 0.6}
_ZONES: dict[str, tuple[str, float, tuple[float, ...]]] = {
    BASSINS: ("#1a1a1a", 1.6, ()),
    "epci": ("#0058a3", 1.3, (5.0, 2.5)),
    "bassin_vie": ("#b34700", 1.3, (1.5, 2.0)),
    "zone_emploi": ("#007a5a", 1.3, (6.0, 2.0, 1.5, 2.0)),
    "secteur_garde": ("#a3357d", 1.3, (3.0, 3.0)),
}


@dataclass(frozen=True)
class Trait:
    """Lines of one kind, in kilometres, with their style and their name in a legend."""

    libelle: str
    couleur: str
    largeur: float
    tirets: tuple[float, ...]
    lignes: tuple[FloatArray, ...]

    @property
    def style(self) -> Literal["solid"] | tuple[float, tuple[float, ...]]:
        """Dashes as matplotlib takes them."""
        return (0.0, self.tirets) if self.tirets else "solid"


def roads(diagnosis: Diagnosis) -> tuple[Trait, ...]:
    """Give the main roads, the widest last so that it is drawn over the others."""
    found = simple_roads(diagnosis.routes_principales, TOLERANCE_M)
    return tuple(
        Trait(majuscule(ROUTES[classe]), _GREY, _ROADS[classe], (), _kilometres(lines))
        for classe, lines in reversed(found.items())
    )


def zones(diagnosis: Diagnosis) -> dict[str, Trait]:
    """Give the borders of the basins and of each zoning known, by key."""
    communes = diagnosis.communes
    found = zone_borders(diagnosis, communes, simplify(communes))
    titles = {BASSINS: "bassins de patientèle"} | ZONAGES
    return {
        cle: Trait(majuscule(titles[cle]), *_ZONES[cle], _kilometres(lines))
        for cle, lines in found.items()
    }


def _kilometres(lines: shapely.Geometry) -> tuple[FloatArray, ...]:
    return tuple(shapely.get_coordinates(part) / 1000 for part in shapely.get_parts(lines))


def draw(axes: Axes, traits: Sequence[Trait]) -> list[Line2D]:
    """Draw lines over a pale halo, within the window; give their keys."""
    for trait in traits:
        for colour, width, style in (
            (PAPER, trait.largeur + 1.0, "solid"),
            (trait.couleur, trait.largeur, trait.style),
        ):
            axes.add_collection(
                LineCollection(
                    list(trait.lignes), linewidths=width, colors=colour, linestyles=[style],
                    zorder=3,
                ),
                autolim=False,
            )  # fmt: skip
    return [
        Line2D(
            [], [], color=t.couleur, linewidth=t.largeur, linestyle=t.style, label=t.libelle
        )
        for t in traits
    ]  # fmt: skip
