"""Tables of the best places of new sites, and of what is had with one, two or more of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
import shapely

from diagterritoire import schema, tables
from diagterritoire.core.siting.cover import least_cover
from diagterritoire.core.siting.program import Choice, Outcome, Program
from diagterritoire.core.siting.ranking import Ranked, best, ranked, splits
from diagterritoire.parameters import Parameters
from diagterritoire.siting.search import Area, Search, counted, open_search, program

Row = dict[str, object]
Split = tuple[float, ...]


@dataclass(frozen=True)
class Siting:
    """Tables `implantations` and `implantation_frontiere`, and the account of the places."""

    implantations: gpd.GeoDataFrame
    frontiere: pd.DataFrame
    controle: pd.DataFrame


@dataclass(frozen=True)
class _Found:
    """The best choice of so many sites, and the program and the split that it comes from."""

    program: Program
    split: Split | None
    outcome: Outcome


def implantations(area: Area, parameters: Parameters) -> Siting:
    """Search the best places of 1 to `implantation.sites` sites, for each aim.

    Places are timed as any site of the diagnosis: from the point of each commune, 0 within it. The
    sites in place stay.

    Parameters
    ----------
    area : Area
    parameters : Parameters
        No site or no aim wanted: empty tables.

    Raises
    ------
    UsageError
        A given point that is none, or out of the territory.
    """
    wanted, crs = parameters.implantation, area.communes.crs
    search, told = None, schema.empty(tables.CONTROLE)
    if wanted.sites and wanted.buts:
        search, told = open_search(area, parameters)
    if search is None:
        empty = schema.empty(tables.IMPLANTATION_FRONTIERE)
        return Siting(schema.empty(tables.IMPLANTATIONS, crs), empty, told)
    ranks: list[Row] = []
    frontier: list[Row] = []
    for but in wanted.buts:
        best_of_fewer: _Found | None = None
        for size in range(1, wanted.sites + 1):
            found = _best(search, but, size)
            first = min(found, key=lambda one: one.outcome.loss, default=None)
            fewer = best_of_fewer
            if first is not None and _gains(first, fewer):
                ranking = _ranking(search, size, first)
                ranks += _ranks(search, but, size, first, ranking)
                # Of choices that are worth the same, the one that is ranked first.
                best_of_fewer = replace(first, outcome=ranking[0].outcome)
                found = [best_of_fewer if one is first else one for one in found]
            frontier += [_front(search, but, size, one, fewer) for one in found]
    frontier += _whole_cover(search)
    return Siting(_layer(ranks, search), _frame(frontier), told)


def _best(search: Search, but: str, size: int) -> list[_Found]:
    """Find the best choice of so many sites, for each way to split the staff where it counts."""
    wanted = search.parameters.implantation
    ways: list[Split | None] = [None]
    if but == "apl":
        ways = list(splits(wanted.etp_total, size, wanted.etp_pas))
    found = []
    for split in ways:
        stated = program(search, but, tuple(sorted(set(split or ()))))
        outcome = best(stated, size, split=split, limit_s=wanted.duree_max_s)
        found.append(_Found(stated, split, outcome))
    return found


def _gains(found: _Found, fewer: _Found | None) -> bool:
    """Tell whether a choice is worth showing: better than fewer sites, or another split."""
    stated, loss = found.program, found.outcome.loss
    if not found.outcome.found or loss >= stated.base - stated.step:
        return False
    return fewer is None or found.split is not None or loss < fewer.outcome.loss - stated.step


def _ranking(search: Search, size: int, first: _Found) -> tuple[Ranked, ...]:
    """Give the best choices of so many sites, the only one known when there is no order."""
    wanted = search.parameters.implantation
    ranking = ranked(
        first.program, size, wanted.choix_nb, split=first.split, limit_s=wanted.duree_max_s
    )
    return ranking.choices or (Ranked(first.outcome, 1, ex_aequo=False),)


def _ranks(
    search: Search, but: str, size: int, first: _Found, ranking: tuple[Ranked, ...]
) -> list[Row]:
    """Lay out the best choices of so many sites."""
    stated = first.program
    rows: list[Row] = []
    for numero, one in enumerate(ranking, start=1):
        row = _choice(search, but, stated, one.outcome)
        cost = float(stated.added[list(one.outcome.choice)].sum())
        gain, top = row["gain"], rows[0]["gain"] if rows else row["gain"]
        rows.append(
            row
            | {
                "sites_nb": size,
                "numero": numero,
                "rang": one.rang,
                "ex_aequo": one.ex_aequo,
                "cout": cost * _unit(search, but),
                "ecart_au_premier": 1 - float(str(gain)) / float(str(top)),
                "geometry": _points(search, stated, one.outcome.choice),
            }
        )
    return rows


def _front(search: Search, but: str, size: int, found: _Found, fewer: _Found | None) -> Row:
    """Lay out the best choice of so many sites, even when it gains nothing more."""
    stated, outcome = found.program, found.outcome
    etp = None if found.split is None else _written(found.split)
    if not outcome.found:
        return _nothing(but, size, stated.base * _unit(search, but), outcome.motif) | {"etp": etp}
    if outcome.loss >= stated.base - stated.step:
        motif = "aucun lieu n'améliore la situation présente"
        return _nothing(but, size, stated.base * _unit(search, but), motif) | {"etp": etp}
    told = None if _gains(found, fewer) else "un site de plus n'apporte rien"
    row = _choice(search, but, stated, outcome)
    part = float(str(row["gain"])) / float(str(row["valeur_avant"])) if stated.base > 0 else None
    return row | {"sites_nb": size, "part_comblee": part, "motif": told}


def _choice(search: Search, but: str, stated: Program, outcome: Outcome) -> Row:
    """Lay out what a choice is and what it does; its handicap is no part of the gain."""
    options, unit = list(outcome.choice), _unit(search, but)
    order = sorted(options, key=lambda o: (-stated.etp[o], int(stated.candidat[o])))
    at = stated.candidat[order]
    after = max(outcome.loss - float(stated.added[options].sum()), 0.0)
    return {
        "but": but,
        "etp": _written(tuple(stated.etp[order])) if but == "apl" else None,
        "codes_communes": " ".join(search.lieux["code_commune"].to_numpy(object)[at]),
        "lieux": ", ".join(search.lieux["nom"].to_numpy(object)[at]),
        "unite": tables.UNITES_BUT[but],
        "valeur_avant": stated.base * unit,
        "valeur": after * unit,
        "gain": max(stated.base - after, 0.0) * unit,
        "ecart_optimalite": outcome.gap,
    }


def _unit(search: Search, but: str) -> float:
    """Give what a loss is multiplied by: a mean where minutes are summed over inhabitants."""
    if but != "temps":
        return 1.0
    people = float(counted(search.problem).column("population").sum())
    return 1.0 / people if people else 0.0


def _written(etp: Split) -> str:
    return " + ".join(f"{one:g}".replace(".", ",") for one in etp)


def _points(search: Search, stated: Program, choice: Choice) -> shapely.MultiPoint:
    points = search.lieux.geometry.to_numpy()
    return shapely.MultiPoint(points[stated.candidat[list(choice)]].tolist())


def _nothing(but: str, size: int, today: float, motif: str) -> Row:
    return {
        "but": but,
        "sites_nb": size,
        "etp": None,
        "codes_communes": "",
        "lieux": "",
        "unite": tables.UNITES_BUT.get(but, "habitants"),
        "valeur_avant": today,
        "valeur": today,
        "gain": 0.0,
        "part_comblee": None,
        "ecart_optimalite": 0.0,
        "motif": motif,
    }


def _whole_cover(search: Search) -> list[Row]:
    """Lay out the least number of sites that cover everyone that the places may cover."""
    wanted = search.parameters.implantation
    if "couverture" not in wanted.buts:
        return []
    people = counted(search.problem)
    cover = least_cover(people, wanted.minutes, limit_s=wanted.duree_max_s)
    today = cover.covered + cover.beyond
    if not cover.choice:
        motif = cover.motif or (
            "aucun lieu ne peut les mettre à portée"
            if today
            else "tous les habitants sont à portée"
        )
        return [_nothing(tables.COUVERTURE_TOTALE, 0, today, motif)]
    lieux = search.lieux.iloc[list(cover.choice)]
    beyond = f"{cover.beyond:.0f} habitants ne sont à portée d'aucun lieu possible"
    count = len(cover.choice)
    row = _nothing(tables.COUVERTURE_TOTALE, count, today, beyond if cover.beyond else "")
    return [
        row
        | {
            "codes_communes": " ".join(lieux["code_commune"]),
            "lieux": ", ".join(lieux["nom"]),
            "valeur": cover.beyond,
            "gain": cover.covered,
            "part_comblee": cover.covered / today,
            "ecart_optimalite": (count - cover.bound) / count,
            "motif": row["motif"] or None,
        }
    ]


def _layer(rows: list[Row], search: Search) -> gpd.GeoDataFrame:
    if not rows:
        return schema.empty(tables.IMPLANTATIONS, search.lieux.crs)
    table = gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=search.lieux.crs)
    return schema.conform(table, tables.IMPLANTATIONS)


def _frame(rows: list[Row]) -> pd.DataFrame:
    if not rows:
        return schema.empty(tables.IMPLANTATION_FRONTIERE)
    return schema.conform(pd.DataFrame(rows), tables.IMPLANTATION_FRONTIERE)
