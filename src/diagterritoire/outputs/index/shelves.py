"""The short form of the index: past some dozens of territories, a line each, by departement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from diagterritoire.french import accord, enumeration
from diagterritoire.outputs.index.cards import MILLESIMES, Card, Group, Link

# A batch of a region fits; the country has 1 255, whose cards weighed 3 MB.
FICHES_MAX = 40
_SHOWN = ("Habitants", "Temps moyen au plus proche", "APL calculée", "Communes en déficit")
_REGIONS, _UNKNOWN = "Régions", "Département inconnu"


@dataclass(frozen=True)
class Line:
    """A delivery on one line; `retrait` when it is of scenarios, under its territory.

    `mentions` is what is not as in most deliveries.
    """

    nom: str
    code: str
    mentions: tuple[str, ...]
    chiffres: tuple[str, ...]
    liens: tuple[Link, ...]
    retrait: bool = False


@dataclass(frozen=True)
class Shelf:
    """The territories that have most of their inhabitants in one departement."""

    titre: str
    compte: str
    lignes: tuple[Line, ...]


@dataclass(frozen=True)
class Shelves:
    """All of them, and what is so of most deliveries, said once."""

    compte: str
    communs: tuple[str, ...]
    rayons: tuple[Shelf, ...]


def shelved(groups: Sequence[Group]) -> Shelves | None:
    """Lay out the territories by departement; None where cards suit them better.

    Regions come first, those whose manifest names no departement last.

    Examples
    --------
    >>> shelved([]) is None
    True
    """
    if len(groups) <= FICHES_MAX:
        return None
    traits = [_traits(card) for group in groups for card in _cards(group)]
    usual = {name: Counter(t[name] for t in traits).most_common(1)[0][0] for name in _names(traits)}
    held: dict[tuple[int, str, str], list[Group]] = {}
    for group in groups:
        held.setdefault(_place(group), []).append(group)
    shelves = []
    for (_, _, title), own in sorted(held.items(), key=lambda item: item[0]):
        lines = tuple(line for group in own for line in _lines(group, usual))
        shelves.append(Shelf(title, accord(len(own), "territoire"), lines))
    return Shelves(accord(len(groups), "territoire"), tuple(usual.values()), tuple(shelves))


def _cards(group: Group) -> tuple[Card, ...]:
    return (*((group.livraison,) if group.livraison else ()), *group.scenarios)


def _place(group: Group) -> tuple[int, str, str]:
    """Rank, code and title of a shelf, in this order on the page."""
    if group.slug.startswith("reg-"):
        return 0, "", _REGIONS
    departements = _cards(group)[0].departements
    if not departements:
        return 2, "", _UNKNOWN
    code, nom = departements[0]
    return 1, code, f"Département {code}" if nom == code else f"{code} {nom}"


def _lines(group: Group, usual: dict[str, str]) -> list[Line]:
    lines = [_line(card, usual) for card in _cards(group)]
    if group.livraison:
        return lines
    absent = ("la situation présente n'est pas livrée, seulement des scénarios",)
    return [Line(group.nom, group.slug, absent, ("",) * len(_SHOWN), ()), *lines]


def _line(card: Card, usual: dict[str, str]) -> Line:
    figures = dict(card.chiffres)
    others = [nom for _, nom in card.departements[1:]]
    told = [text for name, text in _traits(card).items() if text != usual[name]]
    if others and not card.slug.startswith("reg-"):
        told.append(f"aussi dans {enumeration(others, 3)}")
    return Line(
        card.titre if card.scenarios else card.nom,
        card.slug if card.scenarios else card.slug.partition("-")[2] or card.slug,
        tuple(told),
        tuple(figures[name] for name in _SHOWN),
        tuple(Link(link.titre.rpartition(" ")[2], link.href) for link in card.liens),
        bool(card.scenarios),
    )


def _names(traits: Sequence[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for held in traits for name in held))


def _traits(card: Card) -> dict[str, str]:
    """Say what most deliveries of a folder share, by the name of each trait."""
    dated = dict(card.millesimes)
    return {
        "genre": card.genre,
        "temps": "temps estimés à vol d'oiseau" if card.approche else "temps par la route",
        "reglages": card.reglages,
        "fictif": "données inventées" if card.fictif else "données réelles",
        **{name: f"{name} : {dated.get(name) or 'non dit'}" for name in MILLESIMES},
    }
