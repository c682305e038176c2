"""What the index says of a delivery, read from its manifest, of which nothing is taken for granted.

A manifest may be older than this program, or edited: what is not as expected reads as unknown.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from diagterritoire.french import (
    MANQUANT,
    accord,
    decompte,
    entier,
    enumeration,
    mot,
    nombre,
)
from diagterritoire.sources.library import GENERALISTES
from diagterritoire.store import Found
from diagterritoire.territory import NIVEAUX, departement_of

_DOCUMENTS = {
    "carte.html": "Carte",
    "rapport.html": "Rapport",
    "rapport.docx": "Rapport Word",
    "rapport.pdf": "Rapport PDF",
}
# Sources whose vintage a reader looks for first.
_FIRST = {
    "populations": "Populations",
    **dict.fromkeys(GENERALISTES, "Médecins généralistes"),
    "apl_publiee": "APL publiée",
    "zonage": "Zonage",
    "routes": "Routes",
}
MILLESIMES = tuple(dict.fromkeys(_FIRST.values()))
_SCENARIO = "scenario"
_TITLED = "Scénario "
_HELD = "departements"
# Folders whose code is that of a departement, or starts with it.
_CODED = ("dep", "com", "bv")
_LARGEST = 1e12
_LONG = 300


class Link(NamedTuple):
    """A page, and what it is called."""

    titre: str
    href: str


@dataclass(frozen=True)
class Card:
    """One delivery as the index shows it."""

    slug: str
    nom: str
    genre: str
    fictif: bool
    approche: bool
    scenarios: tuple[str, ...]
    departements: tuple[tuple[str, str], ...]
    chiffres: tuple[tuple[str, str], ...]
    liens: tuple[Link, ...]
    millesimes: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    run_id: str
    version: str
    modifies: int

    @property
    def titre(self) -> str:
        """What a delivery of scenarios is called: their names, else its folder."""
        if not self.scenarios:
            return self.slug
        names = [title.removeprefix(_TITLED) for title in self.scenarios]
        return f"{mot(len(names), 'Scénario')} {enumeration(names)}"

    @property
    def changement(self) -> str:
        """Where what its scenarios change is told."""
        verb = "change" if len(self.scenarios) < 2 else "changent"
        what = "le scénario" if len(self.scenarios) < 2 else "les scénarios"
        return (
            "Chiffres de la situation présente ; la carte et le rapport disent ce que "
            f"{what} {verb}."
        )

    @property
    def reglages(self) -> str:
        """How many parameters differ from the delivered values."""
        return accord(self.modifies, "paramètre modifié", "paramètres modifiés")


@dataclass(frozen=True)
class Group:
    """A territory: its delivery, if there is one, and those of its scenarios."""

    slug: str
    nom: str
    genre: str
    livraison: Card | None
    scenarios: tuple[Card, ...]


def grouped(found: Sequence[Found]) -> tuple[Group, ...]:
    """Put each scenario under its territory; territories by name, the invented one last."""
    cards = [_card(row) for row in found if not row.probleme]
    bases: dict[str, list[Card]] = {}
    for card in sorted(cards, key=lambda c: c.slug):
        bases.setdefault(card.slug.partition("--")[0], []).append(card)
    groups = [_group(slug, held) for slug, held in bases.items()]
    return tuple(sorted(groups, key=lambda g: (g.slug == "demo", _sorted_as(g.nom), g.slug)))


def set_aside(found: Sequence[Found]) -> tuple[tuple[str, str], ...]:
    """Folders that are not listed, and why."""
    return tuple((row.slug, row.probleme) for row in found if row.probleme)


def _group(slug: str, held: Sequence[Card]) -> Group:
    own = next((card for card in held if card.slug == slug), None)
    first = own or held[0]
    others = tuple(card for card in held if card is not own)
    return Group(slug, first.nom, first.genre, own, others)


def _card(row: Found) -> Card:
    manifest = row.manifeste
    place = _mapping(manifest.get("territoire"))
    inputs = [_mapping(e) for e in _list(manifest.get("entrees"))]
    plain = [e for e in inputs if e.get("cle") != _SCENARIO]
    dated = {_FIRST[k]: _text(e, "millesime") for e in plain if (k := _text(e, "cle")) in _FIRST}
    return Card(
        slug=row.slug,
        nom=_text(place, "nom") or row.slug,
        genre=NIVEAUX.get(_text(place, "niveau"), "territoire"),
        fictif=place.get("fictif") is True,
        approche=place.get("temps_approches") is True,
        scenarios=tuple(_text(e, "titre") for e in inputs if e.get("cle") == _SCENARIO),
        departements=_departements(row.slug, place),
        chiffres=_figures(manifest),
        liens=tuple(
            Link(label, f"{row.slug}/{name}")
            for name, label in _DOCUMENTS.items()
            if name in row.fichiers
        ),
        millesimes=tuple((n, dated[n]) for n in MILLESIMES if n in dated),
        sources=tuple(dict.fromkeys((_text(e, "titre"), _text(e, "millesime")) for e in plain)),
        run_id=_text(manifest, "run_id"),
        version=_text(manifest, "version"),
        modifies=len(_mapping(_mapping(manifest.get("parametres")).get("modifies"))),
    )


def _departements(slug: str, place: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Code and name of each departement, the main one first; of an older manifest, by the slug."""
    named = [(_text(d, "code"), _text(d, "nom")) for d in map(_mapping, _list(place.get(_HELD)))]
    if known := tuple((code, nom or code) for code, nom in named if code):
        return known
    kind, _, code = slug.partition("--")[0].partition("-")
    if kind not in _CODED:
        return ()
    code = code if kind == "dep" else departement_of(code)
    return ((code, code),)


def _figures(manifest: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    counts, figures = (_mapping(manifest.get(name)) for name in ("effectifs", "indicateurs"))
    under, all_of = (
        _number(figures, "communes_deficit"),
        _number(counts, "communes_territoire"),
    )
    shown = MANQUANT if under is None else f"{entier(under)} sur {entier(all_of)}"
    time = _number(figures, "temps_mg_min")
    return (
        ("Communes", entier(all_of)),
        ("Habitants", entier(_number(counts, "habitants_territoire"))),
        ("Médecins généralistes", decompte(_number(counts, "medecins_generalistes_territoire"))),
        ("Temps moyen au plus proche", MANQUANT if time is None else f"{nombre(time)}\u00a0min"),
        ("APL calculée", nombre(_number(figures, "apl"), 2)),
        ("APL publiée", nombre(_number(figures, "apl_publiee"), 2)),
        ("Communes en déficit", shown),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(held: Mapping[str, Any], key: str) -> str:
    value = held.get(key)
    return value[:_LONG] if isinstance(value, str) else ""


def _number(held: Mapping[str, Any], key: str) -> float | None:
    value = held.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < _LARGEST and math.isfinite(value) else None


def _sorted_as(nom: str) -> str:
    plain = unicodedata.normalize("NFD", nom.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
