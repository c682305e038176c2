"""What each move of a scenario adds to a site, or takes from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

import pandas as pd

from diagterritoire.core.scenarios import moves as m
from diagterritoire.core.scenarios.conflicts import (
    emptied,
    labelled,
    refuse_same_road,
    short,
    still,
)
from diagterritoire.core.scenarios.departing import departing_share
from diagterritoire.core.scenarios.places import Place, known_commune, known_site
from diagterritoire.core.scenarios.supply import NOBODY, Area, Edit, Planned, present


@dataclass(frozen=True)
class _Now:
    """Where things stand once some moves are made.

    `amounts` are the consultations of each site; `gone` the share of each that left by age, which a
    retirement by age follows; `taken` names the moves that took from each.
    """

    area: Area
    amounts: dict[str, Fraction]
    gone: dict[str, Fraction] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)

    def made(self, edit: Edit, label: str) -> None:
        """Note what a move has done."""
        before = self.amounts.get(edit.site_id, Fraction(0))
        self.amounts[edit.site_id] = before + edit.consultations
        if edit.consultations < 0:
            self.taken.setdefault(edit.site_id, []).append(label)


def planned(scenario: m.Scenario, area: Area) -> Planned:
    """List what each move adds to a site or takes from it.

    Parameters
    ----------
    scenario : Scenario
    area : Area

    Raises
    ------
    UsageError
        A place or a site out of the closed area; more taken from a site than it has; moves that
        contradict each other.
    """
    now, known = _Now(area, present(area)), frozenset(area.sites["site_id"])
    places: dict[str, Place] = {}
    edits: list[Edit] = []
    labels = labelled(scenario.moves)
    refuse_same_road(scenario.moves, labels)
    for move, label in zip(scenario.moves, labels, strict=True):
        for edit, place in _edits(move, label, now):
            if place is not None and edit.site_id not in known:
                places[edit.site_id] = place
            now.made(edit, label)
            edits.append(edit)
    return Planned(tuple(edits), MappingProxyType(places))


def _edits(move: m.Move, label: str, now: _Now) -> Iterator[tuple[Edit, Place | None]]:
    """List what one move does, the amounts being those that the moves before it left."""
    area = now.area
    full = Fraction(area.rates.par_etp)
    match move:
        case m.Ouvrir():
            place = area.place(move.lieu)
            gained = Fraction(move.etp) * full
            yield Edit(move.geste, place.site_id, place.code_commune, gained, move.projet), place
        case m.Fermer():
            yield _taken(move.geste, label, move.site_id, None, now), None
        case m.Retirer():
            for edit in _retired(move, label, now):
                yield edit, None
        case m.Deplacer():
            away = None if move.etp is None else Fraction(move.etp) * full
            yield from _carried(move.geste, label, move.site_id, move.lieu, away, now)
        case m.Antenne():
            week = Fraction(area.rates.demi_journees_par_etp)
            gained = Fraction(move.demi_journees) / week * full
            if move.depuis:
                yield from _carried(move.geste, label, move.depuis, move.lieu, gained, now)
            else:
                place = area.place(move.lieu)
                yield Edit(move.geste, place.site_id, place.code_commune, gained), place


def _carried(
    geste: str,
    label: str,
    site_id: str,
    lieu: m.Lieu,
    consultations: Fraction | None,
    now: _Now,
) -> Iterator[tuple[Edit, Place | None]]:
    """Take from a site what another place receives; None: all of it."""
    place = now.area.place(lieu)
    if place.site_id == site_id:
        raise still(label, site_id)
    out = _taken(geste, label, site_id, consultations, now)
    yield out, None
    yield Edit(geste, place.site_id, place.code_commune, -out.consultations), place


def _taken(geste: str, label: str, site_id: str, consultations: Fraction | None, now: _Now) -> Edit:
    """Take consultations from a site; None: all of them."""
    area = now.area
    name = known_site(site_id, area.sites)
    code = area.sites.loc[area.sites["site_id"] == name, "code_commune"].iloc[0]
    has, nobody = now.amounts[name], NOBODY * float(area.rates.of(code))
    earlier = now.taken.get(name, [])
    # Closing what retirements have emptied says the same again: nobody is there.
    again = geste != m.FERMER or any(m.RETIRER not in one for one in earlier)
    if earlier and again and float(has) <= nobody:
        raise emptied(label, name, earlier)
    if consultations is not None and float(consultations - has) > nobody:
        full = Fraction(area.rates.par_etp)
        raise short(label, name, float(consultations / full), float(has / full), earlier)
    wanted = has if consultations is None else min(consultations, has)
    return Edit(geste, name, str(code), -wanted)


def _retired(move: m.Retirer, label: str, now: _Now) -> Iterator[Edit]:
    area = now.area
    if move.etp is not None:
        whole = Fraction(move.etp) * Fraction(area.rates.par_etp)
        yield _taken(move.geste, label, move.site_id, whole, now)
        return
    sites = _concerned(move, area)
    shares = pd.Series(move.part, index=pd.Index(sites["code_commune"].unique()), dtype="float64")
    if move.age is not None:
        shares = departing_share(
            area.medecins_ages, sites["code_commune"], age=move.age, secret=area.secret
        )
    for name, code in zip(sites["site_id"], sites["code_commune"], strict=True):
        share = Fraction(float(shares[code]))
        if move.age is not None:
            share = _still_there(name, share, now.gone)
        elif move.site_id and not now.amounts[name] and name in now.taken:
            raise emptied(label, name, now.taken[name])
        lost = now.amounts[name] * share
        if lost:
            yield Edit(move.geste, name, code, -lost)


def _still_there(name: str, share: Fraction, gone: dict[str, Fraction]) -> Fraction:
    """Give the share of those who stay that an age retires: the older ones may have left."""
    before = gone.get(name, Fraction(0))
    if share <= before:
        return Fraction(0)
    gone[name] = share
    return (share - before) / (1 - before)


def _concerned(move: m.Retirer, area: Area) -> pd.DataFrame:
    """Sites that a retirement reaches, by identifier."""
    sites = pd.DataFrame(area.sites[["site_id", "code_commune"]])
    if move.site_id:
        sites = sites.loc[sites["site_id"] == known_site(move.site_id, area.sites)]
    elif move.code_commune:
        code = known_commune(move.code_commune, area.communes)
        sites = sites.loc[sites["code_commune"] == code]
    elif not move.pourtour:
        inside = area.communes["dans_territoire"].astype(bool)
        codes = area.communes.loc[inside, "code_commune"]
        sites = sites.loc[sites["code_commune"].isin(codes)]
    return sites.sort_values("site_id")
