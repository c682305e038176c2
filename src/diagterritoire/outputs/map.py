"""The interactive map: one page, folium's shell, the project's own front end, no network."""

from __future__ import annotations

from html import escape
from pathlib import Path

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from diagterritoire.outputs import page
from diagterritoire.outputs.delivered import write_page
from diagterritoire.outputs.map_data import map_data
from diagterritoire.outputs.map_topology import packed
from diagterritoire.study.bundles import Diagnosis

_DONNEES = "donnees"
# Tiles of the plan (web/src/couches/plan.ts): asked for only once the reader has ticked them.
_PLAN = "https://data.geopf.fr"

_FIGURE = Template(
    """<!DOCTYPE html>
<html lang="fr">
<head>
{{ this.header.render(**kwargs) }}</head>
<body>
{{ this.html.render(**kwargs) }}<script>{{ this.script.render(**kwargs) }}</script>
</body>
</html>
"""
)

# folium's own header forbids zooming with two fingers, and sizes the map for a notebook.
_MAP = Template(
    """
{% macro html(this, kwargs) %}<div class="folium-map" id="{{ this.get_name() }}"></div>
{% endmacro %}
{% macro script(this, kwargs) %}
var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {
  center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }}
});
{% endmacro %}
"""
)


class _FrontEnd(MacroElement):
    """Start of the front end on folium's map object."""

    _template = Template(
        """
{% macro script(this, kwargs) %}
diagterritoire.demarrer({{ this._parent.get_name() }}, "{{ this.donnees }}");
{% endmacro %}
"""
    )

    def __init__(self, donnees: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "FrontEnd"
        self.donnees = donnees


def write_map(diagnosis: Diagnosis, path: Path) -> None:
    """Write `carte.html`: the same diagnosis gives the same bytes.

    Parameters
    ----------
    diagnosis : Diagnosis
        What is shown.
    path : Path
        File to write, replaced when it exists.

    Raises
    ------
    DiskError
        The front end was not bundled, or the file cannot be written.
    """
    write_page(_render(diagnosis), path)


def _render(diagnosis: Diagnosis) -> str:
    data = map_data(diagnosis, licences=page.read_asset("LICENCES-web.txt"))
    west, south, east, north = data["emprise"]
    data["communes"] = {name: packed(column) for name, column in data["communes"].items()}
    data["indicateurs"] = [i | {"classes": packed(i["classes"])} for i in data["indicateurs"]]
    carte = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
    )
    # Nothing of folium's list of addresses: Leaflet is in the page, the rest is not used.
    carte.default_js, carte.default_css = [], []
    carte._template = _MAP
    carte.add_child(_FrontEnd(_DONNEES))
    figure = Figure()
    figure.add_child(carte)
    figure._template = _FIGURE
    title = escape(f"{data['titre']} : accès aux médecins généralistes")
    figure.header.add_child(page.policy())
    figure.header.add_child(
        page.Raw(
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n"
        )
    )
    figure.header.add_child(page.inline_style(page.read_asset("carte.css")))
    figure.html.add_child(
        page.Raw("<noscript><p>Cette carte a besoin de JavaScript pour s'afficher.</p></noscript>")
    )
    figure.html.add_child(page.inline_data(_DONNEES, data))
    figure.html.add_child(page.inline_script(page.read_asset("carte.js")))
    _fix_identifiers(figure)
    return page.seal(figure.render(), images=_PLAN)


def _fix_identifiers(figure: Figure) -> None:
    """Replace the random identifiers of folium, which would change the bytes at each run."""

    def visit(element: Element, identifier: str) -> None:
        element._id = identifier
        for rank, child in enumerate(element._children.values()):
            visit(child, f"{identifier}_{rank}")

    visit(figure, "0")
    for name in ("header", "html", "script"):
        visit(getattr(figure, name), name)
