"""Moves of a scenario that contradict each other: said by name, never made in silence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from diagterritoire.core.scenarios import moves as m
from diagterritoire.errors import UsageError
from diagterritoire.french import enumeration, nombre


def labelled(moves: Sequence[m.Move]) -> tuple[str, ...]:
    """Name each move as its author finds it in the file: its table, and its rank there.

    Parameters
    ----------
    moves : sequence of Move
        Each kind in the order of the file.

    Examples
    --------
    >>> labelled([m.Fermer("a"), m.Fermer("b"), m.Ouvrir(m.Lieu("2A004"), 1.0, projet="P")])
    ('[[fermer]] n° 1', '[[fermer]] n° 2', '[[psla]] « P »')
    """
    seen: dict[str, int] = {}
    found = []
    for move in moves:
        if isinstance(move, m.Ouvrir) and move.projet:
            found.append(f"[[psla]] « {move.projet} »")
            continue
        seen[move.geste] = seen.get(move.geste, 0) + 1
        found.append(f"[[{move.geste}]] n° {seen[move.geste]}")
    return tuple(found)


def refuse_same_road(moves: Sequence[m.Move], labels: Sequence[str]) -> None:
    """Refuse two roads between the same places: the slower one would be there for nothing.

    Raises
    ------
    UsageError
    """
    roads = [
        (label, frozenset((move.depart, move.arrivee)))
        for move, label in zip(moves, labels, strict=True)
        if isinstance(move, m.Accelerer)
    ]
    for (first, ends), (second, others) in combinations(roads, 2):
        if ends == others:
            raise UsageError(
                f"Scénario : {first} et {second} joignent les deux mêmes lieux.",
                "Gardez l'une des deux routes, ou faites-en deux scénarios à comparer.",
            )


def emptied(label: str, site_id: str, earlier: Sequence[str]) -> UsageError:
    """Say that a move finds nobody at a site, and which moves emptied it."""
    return UsageError(
        f"Scénario : {_both(label, earlier)} se contredisent : plus personne n'est au site "
        f"« {site_id} » quand vient {label}.",
        "Les mouvements se font dans l'ordre de docs/scenarios.md : retirer, fermer, déplacer, "
        "antenne, ouvrir. Gardez l'un de ceux-là, ou faites-en deux scénarios à comparer.",
    )


def short(
    label: str, site_id: str, wanted: float, left: float, earlier: Sequence[str]
) -> UsageError:
    """Say that a move takes more full-time GPs from a site than there are, and what was taken.

    Examples
    --------
    >>> print(short("[[retirer]] n° 2", "mg-2A001", 2, 0.5, ["[[retirer]] n° 1"]).message)
    Scénario : [[retirer]] n° 2 prend 2 temps plein au site « mg-2A001 », qui n'en a que 0,50 \
une fois fait [[retirer]] n° 1.
    """
    after = f" une fois fait {enumeration(list(dict.fromkeys(earlier)), 5)}" if earlier else ""
    return UsageError(
        f"Scénario : {label} prend {_full(wanted)} temps plein au site « {site_id} », qui n'en a "
        f"que {_full(left)}{after}.",
        "Pour prendre tout ce que le site offre, employez [[fermer]], ou [[deplacer]] sans etp.",
    )


def still(label: str, site_id: str) -> UsageError:
    """Say that a move leads where it starts."""
    return UsageError(
        f"Scénario : {label} mène du site « {site_id} » à lui-même.",
        "Donnez un autre lieu d'arrivée, ou enlevez ce mouvement.",
    )


def _both(label: str, earlier: Sequence[str]) -> str:
    return enumeration([*dict.fromkeys(earlier), label], 6)


def _full(value: float) -> str:
    return nombre(value, 0 if float(value).is_integer() else 2)
