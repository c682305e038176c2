"""What each move of a scenario adds to a site, or takes from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

import pandas as pd

from diagterritoire.core.scenarios import moves as m
from diagterritoire.core.scenarios.departing import departing_share
from diagterritoire.core.scenarios.places import Place, known_commune, known_site
from diagterritoire.core.scenarios.supply import NOBODY, Area, Edit, Planned, present
from diagterritoire.errors import UsageError
from diagterritoire.french import nombre


def planned(scenario: m.Scenario, area: Area) -> Planned:
    """List what each move adds to a site or takes from it.

    Parameters
    ----------
    scenario : Scenario
    area : Area

    Raises
    ------
    UsageError
        A place or a site out of the closed area; more taken from a site than it has.
    """
    amounts, known = present(area), frozenset(area.sites["site_id"])
    places: dict[str, Place] = {}
    edits: list[Edit] = []
    gone: dict[str, Fraction] = {}
    for move in scenario.moves:
        for edit, place in _edits(move, amounts, gone, area):
            if place is not None and edit.site_id not in known:
                places[edit.site_id] = place
            amounts[edit.site_id] = amounts.get(edit.site_id, Fraction(0)) + edit.consultations
            edits.append(edit)
    return Planned(tuple(edits), MappingProxyType(places))


def _edits(
    move: m.Move, amounts: Mapping[str, Fraction], gone: dict[str, Fraction], area: Area
) -> Iterator[tuple[Edit, Place | None]]:
    """List what one move does, the amounts being those that the moves before it left.

    `gone` is the share of each site that left by age, which a retirement by age follows.
    """
    full = Fraction(area.rates.par_etp)
    match move:
        case m.Ouvrir():
            place = area.place(move.lieu)
            gained = Fraction(move.etp) * full
            yield Edit(move.geste, place.site_id, place.code_commune, gained, move.projet), place
        case m.Fermer():
            yield _taken(move.geste, move.site_id, None, amounts, area), None
        case m.Retirer():
            for edit in _retired(move, amounts, gone, area):
                yield edit, None
        case m.Deplacer():
            away = None if move.etp is None else Fraction(move.etp) * full
            yield from _carried(move.geste, move.site_id, move.lieu, away, amounts, area)
        case m.Antenne():
            week = Fraction(area.rates.demi_journees_par_etp)
            gained = Fraction(move.demi_journees) / week * full
            if move.depuis:
                yield from _carried(move.geste, move.depuis, move.lieu, gained, amounts, area)
            else:
                place = area.place(move.lieu)
                yield Edit(move.geste, place.site_id, place.code_commune, gained), place


def _carried(
    geste: str,
    site_id: str,
    lieu: m.Lieu,
    consultations: Fraction | None,
    amounts: Mapping[str, Fraction],
    area: Area,
) -> Iterator[tuple[Edit, Place | None]]:
    """Take from a site what another place receives; None: all of it."""
    place = area.place(lieu)
    out = _taken(geste, site_id, consultations, amounts, area)
    yield out, None
    yield Edit(geste, place.site_id, place.code_commune, -out.consultations), place


def _taken(
    geste: str,
    site_id: str,
    consultations: Fraction | None,
    amounts: Mapping[str, Fraction],
    area: Area,
) -> Edit:
    name = known_site(site_id, area.sites)
    code = area.sites.loc[area.sites["site_id"] == name, "code_commune"].iloc[0]
    has, rate = amounts[name], area.rates.of(code)
    if consultations is not None and float(consultations - has) > NOBODY * float(rate):
        full = Fraction(area.rates.par_etp)
        raise UsageError(
            f"Scénario : {geste} {nombre(float(consultations / full), 2)} temps plein du site "
            f"« {name} », qui n'en a que {nombre(float(has / full), 2)}.",
            "Pour retirer tout ce que le site offre, employez [[fermer]].",
        )
    wanted = has if consultations is None else min(consultations, has)
    return Edit(geste, name, str(code), -wanted)


def _retired(
    move: m.Retirer, amounts: Mapping[str, Fraction], gone: dict[str, Fraction], area: Area
) -> Iterator[Edit]:
    if move.etp is not None:
        whole = Fraction(move.etp) * Fraction(area.rates.par_etp)
        yield _taken(move.geste, move.site_id, whole, amounts, area)
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
            share = _still_there(name, share, gone)
        lost = amounts[name] * share
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
    return sites.sort_values("site_id", ignore_index=True)
