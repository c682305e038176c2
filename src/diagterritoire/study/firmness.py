"""The times and the APL of a territory, computed again over draws of the chosen numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire import decay, schema, tables
from diagterritoire.arrays import FloatArray, among
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.draws import drawing
from diagterritoire.core.draws.firmness import firmness
from diagterritoire.network import trips
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.parameters import Parameters
from diagterritoire.progress import Told, counted, untold
from diagterritoire.study.redrawn import Area, Driven, Stage, driven_draws, stage_draws


def draws(area: Area, parameters: Parameters, told: Told = untold) -> pd.DataFrame:
    """Compute the times and the APL of the communes of the territory again, draw after draw.

    Parameters
    ----------
    area : Area
    parameters : Parameters
        `fermete.tirages` draws; none, and the table is empty.
    told : callable
        Told of each draw done: what `Progress.advance` takes.

    Returns
    -------
    DataFrame
        `code_commune`, `tirage`, `apl`, `temps_mg_min`. A draw of another area with the same
        communes is the same: two situations are compared draw by draw.

    Notes
    -----
    A draw is the diagnosis with other parameters (`drawing.drawn`), other points where they are
    not known (`drawing.moved`) and another activity of each site: nothing is approximated.
    """
    if not parameters.fermete.tirages or not area.communes["dans_territoire"].any():
        numbers = {name: pd.Series(dtype="float64") for name in ("apl", "temps_mg_min", "tirage")}
        return pd.DataFrame({"code_commune": pd.Series(dtype="str"), **numbers})
    stage = stage_draws(area, parameters)
    found = [
        _measured(area, stage, parameters, driven).assign(tirage=driven.tirage)
        for driven in counted(
            driven_draws(stage, parameters), parameters.fermete.tirages, "tirages", told
        )
    ]
    return pd.concat(found, ignore_index=True)


def fermete(area: Area, parameters: Parameters) -> pd.DataFrame:
    """Lay out table `fermete` from the draws of an area: see `draws` and `intervals`."""
    return intervals(draws(area, parameters), parameters)


def intervals(drawn: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Lay out table `fermete`: intervals of the communes of the territory over the draws.

    Parameters
    ----------
    drawn : DataFrame
        What `draws` gave; empty, and so is the table.
    parameters : Parameters
    """
    declared = parameters.fermete
    if drawn.empty:
        return schema.empty(tables.FERMETE)
    found = firmness(
        drawn,
        seuil=parameters.deficit.seuil_apl,
        intervalle=declared.intervalle,
        part_ferme=declared.part_ferme,
    )
    return schema.conform(found, tables.FERMETE)


def offered(sites: pd.DataFrame, parameters: Parameters, tirage: int) -> pd.Series[float]:
    """Draw the consultations of each site, from those of the declared activity.

    Parameters
    ----------
    sites : DataFrame
        `site_id`, `mg_nb`, `consultations`.
    parameters : Parameters
        The declared ones.
    tirage : int

    Examples
    --------
    >>> from dataclasses import replace
    >>> sites = pd.DataFrame({"site_id": ["s"], "mg_nb": [4.0], "consultations": [16_880.0]})
    >>> still = replace(Parameters().fermete, activite=0.0, activite_site=0.0)
    >>> offered(sites, replace(Parameters(), fermete=still), 0).tolist()
    [16880.0]
    """
    common = (
        drawing.drawn(parameters, tirage).offre.consultations_par_mg
        / parameters.offre.consultations_par_mg
    )
    spread = parameters.fermete.activite_site / np.sqrt(
        np.maximum(1.0, sites["mg_nb"].astype("float64"))
    )
    own = 1.0 + spread * drawing.noise(sites["site_id"], parameters, tirage, "activite")
    return sites["consultations"].astype("float64") * common * own


def _measured(area: Area, stage: Stage, parameters: Parameters, driven: Driven) -> pd.DataFrame:
    """Time and APL of each commune of the territory in one draw."""
    chosen = driven.chosen
    trajets, minutes = _times(stage, driven)
    communes, sites = _buffered(area, stage, chosen)
    known = among(trajets["code_commune"], communes["code_commune"])
    supply = sites.assign(consultations=offered(sites, parameters, driven.tirage))
    apl, _ = floating_catchment(
        trajets.loc[known & among(trajets["site_id"], sites["site_id"])],
        communes,
        supply,
        decay=decay.steps(chosen.apl.bornes_min, chosen.apl.poids),
    )
    times = pd.DataFrame({"code_commune": stage.communes["code_commune"], "temps_mg_min": minutes})
    table = communes
    for part in (apl, times):
        table = table.merge(part, on="code_commune", how="left", validate="one_to_one")
    whole = arrondissements.folded(table)
    inside = whole.loc[whole["dans_territoire"].astype(bool)]
    return inside[["code_commune", "apl", "temps_mg_min"]]


def _times(stage: Stage, driven: Driven) -> tuple[pd.DataFrame, FloatArray]:
    """Trips of one draw within the reach of the APL, and minutes to the nearest site."""
    rows, chosen = stage.rows(driven.tirage), driven.chosen
    ends = trips.Ends(stage.number[rows], stage.landmass[rows], stage.xy[rows], driven.joined)
    count = len(stage.communes)
    limit_ds = int(np.ceil(chosen.apl.bornes_min[-1] * DECISECONDS_PER_MINUTE))
    found, nearest = trips.compute(
        driven.road,
        ends.take(slice(count)),
        ends.take(slice(count, None)),
        limit_ds,
        chosen.reseau,
    )
    ids = pd.concat([stage.sites["site_id"], stage.lointains["site_id"]]).to_numpy(object)
    trajets = pd.DataFrame(
        {
            "code_commune": stage.communes["code_commune"].to_numpy(object)[found.origin],
            "site_id": ids[found.site],
            "temps_min": found.time_ds / DECISECONDS_PER_MINUTE,
        }
    )
    reached = nearest.time_ds >= 0
    return trajets, np.where(reached, nearest.time_ds / DECISECONDS_PER_MINUTE, np.nan)


def _buffered(area: Area, stage: Stage, chosen: Parameters) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Communes and sites of the closed area, its buffer drawn."""
    communes, sites = stage.communes, stage.sites
    if area.eloignement_min.empty:
        return communes, sites
    near = communes["code_commune"].map(area.eloignement_min) <= chosen.territoire.tampon_min
    communes = communes.loc[communes["dans_territoire"].astype(bool) | near]
    return communes, sites.loc[among(sites["code_commune"], communes["code_commune"])]
