"""Totals of the territory before and after a scenario: table `scenario_bilan`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagterritoire import tables
from diagterritoire.core.agreement import weighted_mean
from diagterritoire.core.flows.exchanges import Echanges
from diagterritoire.core.scenarios.anchoring import anchored
from diagterritoire.core.scenarios.spread import between
from diagterritoire.parameters import Parameters
from diagterritoire.study.bundles import Bilan


@dataclass(frozen=True)
class Situation:
    """What the totals of one situation are made from.

    Attributes
    ----------
    communes : DataFrame
        Table `communes`.
    bilan : Bilan
    echanges : Echanges
        Of its modelled flows.
    reference : Series
        APL computed in the present situation, by code: the published APL is anchored on it.
    """

    communes: pd.DataFrame
    bilan: Bilan
    echanges: Echanges
    reference: pd.Series[float]

    @property
    def interieur(self) -> pd.DataFrame:
        """Communes of the territory."""
        return self.communes.loc[self.communes["dans_territoire"].astype(bool)]


def balance(
    avant: Situation, apres: Situation, draws: pd.DataFrame, parameters: Parameters
) -> pd.DataFrame:
    """Give each total before, after, the difference, and its interval over the draws.

    Parameters
    ----------
    avant, apres : Situation
    draws : DataFrame
        What `spread.paired` gave; empty, and no interval is known.
    parameters : Parameters
        `deficit.seuil_apl`, `offre.consultations_par_etp`, `fermete.intervalle`.

    Returns
    -------
    DataFrame
        The columns of `tables.SCENARIO_BILAN` but `scenario`, in the order of
        `tables.INDICATEURS_SCENARIO`.
    """
    before, after = _totals(avant), _totals(apres)
    spread = _spread(avant.interieur, draws, parameters)
    rows = []
    for name, (label, unit, _) in tables.INDICATEURS_SCENARIO.items():
        one, other = before[name], after[name]
        low, high = spread.get(name, (np.nan, np.nan))
        rows.append(
            {
                "indicateur": name,
                "libelle": label,
                "unite": unit,
                "avant": one,
                "apres": other,
                "difference": None if one is None or other is None else other - one,
                "difference_bas": low,
                "difference_haut": high,
            }
        )
    return pd.DataFrame(rows)


def _totals(s: Situation) -> dict[str, float | None]:
    inside, people = s.interieur, s.interieur["population"]
    standard = inside["population_standardisee"]
    under = inside["deficit"].astype(bool)
    lost = inside["population_sans_trajet"].astype("float64")
    reached = (people.astype("float64") - lost).fillna(0.0)
    change = inside["apl"] - inside["code_commune"].map(s.reference)
    return {
        "consultations_offertes": s.bilan.consultations_offertes,
        "consultations_recues": s.bilan.consultations_recues,
        "mg_etp": _sum(inside["mg_etp"]),
        "apl": weighted_mean(inside["apl"], standard),
        "apl_ancree": weighted_mean(anchored(inside["apl_publiee"], change), standard),
        "temps_mg_min": weighted_mean(inside["temps_mg_min"], people),
        "temps_habitants_min": weighted_mean(inside["temps_mg_moyen_min"], reached),
        "population_sans_acces": float(people[inside["temps_mg_min"].isna()].sum()),
        "habitants_sans_trajet": _sum(lost),
        "population_deficit": float(people[under].sum()),
        "communes_deficit": float(under.sum()),
        "deficit_consultations": float(inside["deficit_consultations"].sum()),
        "deficit_etp": float(inside["deficit_etp"].sum()),
        "taux_fuite": s.echanges.taux_fuite,
        "taux_autosuffisance": s.echanges.taux_autosuffisance,
        "taux_attraction": s.echanges.taux_attraction,
    }


def _sum(values: pd.Series) -> float | None:
    """Sum what is known; None when nothing is: unknown is not zero."""
    return None if values.isna().all() else float(values.sum())


def _spread(
    inside: pd.DataFrame, draws: pd.DataFrame, parameters: Parameters
) -> dict[str, tuple[float, float]]:
    """Interval of each difference, draw by draw."""
    if draws.empty:
        return {}
    known = inside.set_index("code_commune")
    at = draws["code_commune"]
    rows = draws.assign(
        habitants=at.map(known["population"]).astype("float64"),
        standard=at.map(known["population_standardisee"]),
        publiee=at.map(known["apl_publiee"]),
    )
    grouped = rows.groupby("tirage")
    seuil, full = parameters.deficit.seuil_apl, parameters.offre.consultations_par_etp

    def of(total: Callable[[pd.DataFrame], float]) -> tuple[float, float]:
        found = pd.Series([total(draw) for _, draw in grouped], dtype="float64")
        return between(found, parameters.fermete.intervalle)

    def lacking(draw: pd.DataFrame, side: str) -> float:
        gap = (seuil - draw[f"apl_{side}"]).clip(lower=0.0)
        return float((gap * draw["standard"]).sum())

    def under(draw: pd.DataFrame, side: str) -> pd.Series[bool]:
        return draw[f"apl_{side}"] < seuil

    def mean(draw: pd.DataFrame, name: str, weight: str) -> float:
        # As the totals are: each side over those who have a value there.
        sides = [weighted_mean(draw[f"{name}_{s}"], draw[weight]) for s in ("apres", "avant")]
        return np.nan if sides[0] is None or sides[1] is None else sides[0] - sides[1]

    def anchored_mean(draw: pd.DataFrame) -> float:
        known = draw.loc[draw["publiee"].notna()]
        later = anchored(known["publiee"], known["apl_apres"] - known["apl_avant"])
        sides = [weighted_mean(apl, known["standard"]) for apl in (later, known["publiee"])]
        return np.nan if sides[0] is None or sides[1] is None else sides[0] - sides[1]

    def lost(draw: pd.DataFrame, side: str) -> float:
        return float(draw["habitants"][draw[f"temps_mg_min_{side}"].isna()].sum())

    return {
        "apl": of(lambda d: mean(d, "apl", "standard")),
        "apl_ancree": of(anchored_mean),
        "temps_mg_min": of(lambda d: mean(d, "temps_mg_min", "habitants")),
        "population_sans_acces": of(lambda d: lost(d, "apres") - lost(d, "avant")),
        "population_deficit": of(
            lambda d: float(
                d["habitants"][under(d, "apres")].sum() - d["habitants"][under(d, "avant")].sum()
            )
        ),
        "communes_deficit": of(lambda d: float(under(d, "apres").sum() - under(d, "avant").sum())),
        "deficit_consultations": of(lambda d: lacking(d, "apres") - lacking(d, "avant")),
        "deficit_etp": of(lambda d: (lacking(d, "apres") - lacking(d, "avant")) / full),
    }
