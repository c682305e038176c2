"""A scenario is an edited `Inputs`: who is where once its moves are made."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.core.scenarios import moves as m
from diagterritoire.core.scenarios.places import point_of
from diagterritoire.core.scenarios.planning import planned
from diagterritoire.core.scenarios.supply import Area, Planned, Rates, supplied
from diagterritoire.errors import UsageError
from diagterritoire.french import entier
from diagterritoire.network.links import Link, nearest_crossroads
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.parameters import Parameters
from diagterritoire.study.bundles import Inputs
from diagterritoire.study.measures import relative_activity
from diagterritoire.territory import arrondissement_parent


@dataclass(frozen=True)
class Applied:
    """The inputs once the moves are made, and table `scenario_mouvements`."""

    inputs: Inputs
    mouvements: pd.DataFrame


def apply(inputs: Inputs, scenario: m.Scenario, parameters: Parameters) -> Applied:
    """Make the moves of a scenario.

    Parameters
    ----------
    inputs : Inputs
        The present situation.
    scenario : Scenario
    parameters : Parameters
        Group `offre`: a full-time GP opened offers `consultations_par_etp`, whatever the activity
        of the GPs that are counted.

    Returns
    -------
    Applied
        Inputs that are diagnosed as the present ones: `sites`, `mg_nb` of `communes`, other
        professions and roads are changed, all else is the same. What was retired and opened again
        at the same place leaves them as they were, to the last bit. The closed area stays that of
        the present situation.

    Raises
    ------
    UsageError
        A place or a site out of the closed area, more taken from a site than it has, a road
        without a road file.
    """
    area = _area(inputs, parameters)
    plan = planned(scenario, area)
    sites, communes = supplied(plan, area)
    edited = replace(
        inputs,
        sites=sites,
        communes=communes,
        professionnels_communes=_staffed(inputs, scenario, area),
        liens=(*inputs.liens, *_links(inputs, scenario, parameters)),
    )
    return Applied(edited, _told(scenario, plan, area, parameters))


def _area(inputs: Inputs, parameters: Parameters) -> Area:
    offre = parameters.offre
    return Area(
        inputs.communes,
        inputs.sites,
        inputs.medecins_ages,
        Rates(
            offre.consultations_par_mg,
            offre.consultations_par_etp,
            offre.demi_journees_par_etp,
            # The activity that the diagnosis counts them with, or a full-time GP is not one.
            relative_activity(inputs, parameters),
        ),
        secret=int(parameters.avenir.secret_medecins),
        tolerance_m=offre.position_tolerance_m,
    )


def _others(scenario: m.Scenario, area: Area) -> list[tuple[str, str, float]]:
    """Other professions opened: commune, profession, number."""
    return [
        (area.place(move.lieu).code_commune, profession, number)
        for move in scenario.moves
        if isinstance(move, m.Ouvrir)
        for profession, number in move.professions.items()
    ]


def _staffed(inputs: Inputs, scenario: m.Scenario, area: Area) -> pd.DataFrame:
    """Count the other professions that come: nothing is modelled from them."""
    present, others = inputs.professionnels_communes, _others(scenario, area)
    codes = set(inputs.territory.communes)
    rows = [(arrondissement_parent(code), what, number) for code, what, number in others]
    new = pd.DataFrame([r for r in rows if r[0] in codes], columns=present.columns)
    if new.empty:
        return present
    keys = ["code_commune", "profession"]
    both = pd.concat([f for f in (present, new) if len(f)])
    summed: pd.DataFrame = both.groupby(keys)["nombre"].sum().reset_index()
    return summed


def _links(inputs: Inputs, scenario: m.Scenario, parameters: Parameters) -> list[Link]:
    return [
        _link(inputs, move, parameters) for move in scenario.moves if isinstance(move, m.Accelerer)
    ]


def _link(inputs: Inputs, move: m.Accelerer, parameters: Parameters) -> Link:
    road = inputs.road
    if road is None or not len(road.x):
        raise UsageError(
            "Scénario, [[accelerer]] : aucun réseau routier ne couvre le territoire, une route "
            "n'y change aucun temps.",
            "Déposez un réseau routier (extrait OpenStreetMap) dans le dossier de données.",
        )
    nodes = []
    for lieu in (move.depart, move.arrivee):
        node, away = nearest_crossroads(road, *point_of(lieu, inputs.communes))
        limit = parameters.reseau.rattachement_max_m
        if away > limit:
            raise UsageError(
                f"Scénario, [[accelerer]] : le carrefour le plus proche de {lieu} est à "
                f"{entier(away)} m, la limite est de {entier(limit)} m.",
                "Donnez un point plus près d'une route.",
            )
        nodes.append(node)
    if nodes[0] == nodes[1]:
        raise UsageError(
            f"Scénario, [[accelerer]] : {move.depart} et {move.arrivee} ont le même carrefour.",
            "Donnez deux lieux plus éloignés l'un de l'autre.",
        )
    time_ds = max(1, round(move.minutes * DECISECONDS_PER_MINUTE))
    return Link(nodes[0], nodes[1], time_ds)


def _told(scenario: m.Scenario, plan: Planned, area: Area, parameters: Parameters) -> pd.DataFrame:
    full = parameters.offre.consultations_par_etp
    rows: list[dict[str, object]] = [
        {
            "geste": edit.geste,
            "projet": edit.projet or None,
            "profession": tables.GENERALISTE,
            "site_id": edit.site_id,
            "code_commune": edit.code_commune,
            "etp": float(edit.consultations) / full,
            "consultations": float(edit.consultations),
        }
        for edit in plan.edits
    ]
    rows += [
        {"geste": m.OUVRIR, "profession": what, "code_commune": code, "etp": number}
        for code, what, number in _others(scenario, area)
    ]
    for move in scenario.moves:
        if isinstance(move, m.Accelerer):
            start, stop = (area.place(end).code_commune for end in (move.depart, move.arrivee))
            ends = {"code_commune": start, "code_arrivee": stop}
            rows.append({"geste": m.ACCELERER, "duree_min": move.minutes} | ends)
    # A post of no consultation stands for another profession alone, told by its own row.
    kept = [r for r in rows if r.get("consultations") != 0 or r["geste"] != m.OUVRIR]
    table = pd.DataFrame(kept, columns=tables.SCENARIO_MOUVEMENTS.noms)
    table = table.assign(
        scenario=scenario.cle, nom_scenario=scenario.nom, rang=range(1, len(table) + 1)
    )
    for name in ("etp", "consultations", "duree_min"):
        table[name] = table[name].astype("float64")
    return schema.conform(table, tables.SCENARIO_MOUVEMENTS)
