"""Tables of what is missing, why, later, and how evenly access is spread, from the measures."""

from __future__ import annotations

import pandas as pd

from diagterritoire import decay, schema, tables
from diagterritoire.core.access.causes import CAUSES, causes, main_cause
from diagterritoire.core.access.deficits import deficits
from diagterritoire.core.access.fairness import fairness
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.access.outlook import outlook
from diagterritoire.core.access.shortfalls import by_zone, shortfalls
from diagterritoire.core.agreement import weighted_mean
from diagterritoire.core.care.departures import future_supply, young_share
from diagterritoire.core.care.listed import known_within, unlisted
from diagterritoire.core.communes import arrondissements
from diagterritoire.parameters import Parameters
from diagterritoire.territory import arrondissement_parent

_GAPS = ["ecart", *(f"ecart_{name}" for name in CAUSES)]


def gap_causes(
    trajets: pd.DataFrame, communes: pd.DataFrame, sites: pd.DataFrame, parameters: Parameters
) -> pd.DataFrame:
    """Share the gap between APL and threshold between its causes, over the whole closed area.

    Paris, Lyon and Marseille get the mean of their arrondissements, weighted as their APL is: the
    causes still sum to the gap.

    Parameters
    ----------
    trajets, sites : DataFrame
        Those that the APL was computed from.
    communes : DataFrame
        `code_commune`, `population`, `population_totale` (of the year of the standardised one, null
        where unknown) and `population_standardisee`.
    parameters : Parameters

    Returns
    -------
    DataFrame
        `code_commune`, `ecart`, `ecart_<cause>`, `cause_principale`, in order of code.
    """
    people = communes["population_totale"].astype("float64")
    found = causes(
        trajets,
        communes.assign(population=people.fillna(communes["population"].astype("float64"))),
        sites,
        decay=decay.steps(parameters.apl.bornes_min, parameters.apl.poids),
        portee_min=parameters.apl.bornes_min[-1],
        reference=parameters.deficit.seuil_apl,
    )
    weights = communes[["code_commune", "population_standardisee"]]
    found = found[["code_commune", *_GAPS]].merge(
        weights, on="code_commune", how="left", validate="one_to_one"
    )
    whole = arrondissements.folded(found)[["code_commune", *_GAPS]]
    return whole.assign(cause_principale=main_cause(whole))


def manques_communes(
    communes: pd.DataFrame,
    ecarts: pd.DataFrame,
    comparaisons: pd.DataFrame,
    parameters: Parameters,
) -> pd.DataFrame:
    """Lay out table `manques_communes`: what each commune of the territory lacks, and why.

    Parameters
    ----------
    communes : DataFrame
        Table `communes`, those of the territory.
    ecarts : DataFrame
        What `gap_causes` gave.
    comparaisons : DataFrame
        Table `comparaisons`: the mean published APL of the departements and of the country.
    parameters : Parameters
    """
    departements, france = (
        comparaisons.loc[comparaisons["niveau"] == niveau].set_index("code")["apl_publiee"]
        for niveau in ("departement", "france")
    )
    references = pd.DataFrame(
        {
            "code_commune": communes["code_commune"],
            "seuil": parameters.deficit.seuil_apl,
            "departement": communes["code_departement"].map(departements).astype("float64"),
            "france": france.get("FR", float("nan")),
        }
    )
    found = shortfalls(communes, references, par_etp=parameters.offre.consultations_par_etp)
    for part in (communes[["code_commune", "zonage_mg"]], ecarts):
        found = found.merge(part, on="code_commune", how="left", validate="one_to_one")
    return schema.conform(found, tables.MANQUES_COMMUNES)


def manques_zones(
    communes: pd.DataFrame, manques: pd.DataFrame, slug: str, parameters: Parameters
) -> pd.DataFrame:
    """Lay out table `manques_zones`: the territory, then its official zones, EPCI, bassins de vie.

    Parameters
    ----------
    communes : DataFrame
        Table `communes`, those of the territory.
    manques : DataFrame
        What `manques_communes` gave.
    slug : str
        Code of the territory.
    parameters : Parameters
    """
    if communes.empty:
        return schema.empty(tables.MANQUES_ZONES)
    lacking = [c for c in manques.columns if c.startswith("manque_")]
    table = communes.merge(
        manques[["code_commune", *lacking]], on="code_commune", how="left", validate="one_to_one"
    )
    levels = {
        "territoire": "territoire",
        "zonage_mg": "zonage_mg",
        "epci": "code_epci",
        "bassin_vie": "bassin_vie",
    }
    zones = by_zone(
        pd.DataFrame(table.drop(columns="geometry", errors="ignore")).assign(territoire=slug),
        levels,
        seuil_apl=parameters.deficit.seuil_apl,
        seuil_temps_min=parameters.apl.bornes_min[-1],
    )
    return schema.conform(zones, tables.MANQUES_ZONES)


def equite(communes: pd.DataFrame) -> pd.DataFrame:
    """Lay out table `equite`: how APL and minutes are spread over inhabitants.

    Parameters
    ----------
    communes : DataFrame
        Table `communes`, those of the territory.

    Examples
    --------
    >>> communes = pd.DataFrame({
    ...     "population": [50, 50], "apl": [0.0, 4.0], "apl_publiee": [None, 3.0],
    ...     "temps_mg_min": [12.0, 0.0],
    ... })
    >>> equite(communes)[["indicateur", "gini", "population_ecartee"]].to_numpy().tolist()
    [['apl', 0.5, 0.0], ['apl_publiee', 0.0, 50.0], ['temps_mg_min', 0.5, 0.0]]
    """
    rows = []
    for name in tables.INDICATEURS_EQUITE:
        spread = fairness(
            communes[name].astype("float64"),
            communes["population"],
            plus_est_mieux=name != "temps_mg_min",
        )
        quantiles = spread.quantiles or (None,) * 5
        rows.append(
            {
                "indicateur": name,
                "population": spread.population,
                "population_ecartee": spread.population_ecartee,
                "moyenne": spread.moyenne,
                "gini": spread.gini,
                "moyenne_dixieme": spread.moyenne_dixieme,
                "part_dixieme": spread.part_dixieme,
            }
            | dict(zip(("q10", "q25", "q50", "q75", "q90"), quantiles, strict=True))
        )
    return schema.conform(pd.DataFrame(rows), tables.EQUITE)


def apl_65(
    trajets: pd.DataFrame,
    communes: pd.DataFrame,
    sites: pd.DataFrame,
    medecins: pd.DataFrame,
    parameters: Parameters,
) -> pd.DataFrame:
    """APL that GPs of `apl.age_max` years or less give, beside the APL of all.

    Parameters
    ----------
    trajets, communes, sites : DataFrame
        Those that the APL was computed from.
    medecins : DataFrame
        As for `avenir`; may be empty.
    parameters : Parameters

    Returns
    -------
    DataFrame
        `code_commune`, `apl_65`: null without ages, and where fewer GPs of known age than
        `avenir.secret_medecins` are within reach.

    Examples
    --------
    >>> table = apl_65(
    ...     pd.DataFrame({"code_commune": ["A", "B"], "site_id": "s", "temps_min": [0.0, 30.0]}),
    ...     pd.DataFrame({"code_commune": ["A", "B"], "population_standardisee": [1e3, 1e3]}),
    ...     pd.DataFrame({
    ...         "site_id": ["s"], "code_commune": ["A"], "mg_nb": [5.0], "consultations": [5000.0],
    ...         "mg_etp": [1.0],
    ...     }),
    ...     pd.DataFrame({"code_commune": "A", "age": [40.0, 50.0, 60.0, 65.0, 70.0]}),
    ...     Parameters(),
    ... )
    >>> table.to_numpy().tolist()
    [['A', 4.0], ['B', nan]]
    """
    weights = decay.steps(parameters.apl.bornes_min, parameters.apl.poids)
    shares = young_share(
        medecins,
        sites["code_commune"].drop_duplicates(),
        age_max=parameters.apl.age_max,
        absents=_unlisted(medecins, sites, parameters),
    )
    if shares["part_restante"].isna().any() or medecins.empty:
        return communes[["code_commune"]].assign(apl_65=float("nan"))
    found, _ = floating_catchment(trajets, communes, future_supply(sites, shares), decay=weights)
    near = trajets.loc[weights(trajets["temps_min"].to_numpy("float64")) > 0]
    places = sites.set_index("site_id")["code_commune"]
    seen = known_within(medecins, near.assign(lieu=near["site_id"].map(places)))
    seen = found["code_commune"].map(seen).fillna(0)
    shown = found["apl"].where(seen >= parameters.avenir.secret_medecins)
    return found[["code_commune"]].assign(apl_65=shown)


def _unlisted(
    medecins: pd.DataFrame, sites: pd.DataFrame, parameters: Parameters
) -> pd.Series[float]:
    """Weigh the GPs counted in each commune that no row lists."""
    counted = sites.groupby(sites["code_commune"].map(arrondissement_parent))["mg_nb"].sum()
    activity = "consultations_comptees" in medecins
    each = parameters.offre.consultations_par_mg if activity else 1.0
    return unlisted(medecins, counted.astype("float64"), consultations=each)


def avenir(
    trajets: pd.DataFrame,
    communes: pd.DataFrame,
    sites: pd.DataFrame,
    inside: pd.DataFrame,
    parameters: Parameters,
    medecins: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Lay out table `avenir`: the territory today and at each horizon, as declared.

    A GP of known age leaves at `avenir.age_cessation`; of those whose age is unknown, or who are
    counted and not listed, as many leave as declared (`avenir.part_departs_an`).

    Parameters
    ----------
    trajets, communes, sites : DataFrame
        Those that the APL was computed from.
    inside : DataFrame
        Table `communes`, those of the territory.
    parameters : Parameters
    medecins : DataFrame, optional
        GPs of the closed area, as `departures.staying` wants them.
    """
    declared, par_etp = parameters.avenir, parameters.offre.consultations_par_etp
    listed = schema.empty(tables.MEDECINS_AGES) if medecins is None else medecins
    years, _ = outlook(
        trajets,
        communes,
        sites,
        listed,
        horizons_ans=declared.horizons_ans,
        age_cessation=declared.age_cessation,
        part_departs_an=declared.part_departs_an,
        part_remplacee=declared.part_remplacee,
        facteur_an=declared.facteur_population_an,
        decay=decay.steps(parameters.apl.bornes_min, parameters.apl.poids),
        seuil=parameters.deficit.seuil_apl,
        par_etp=par_etp,
        absents=_unlisted(listed, sites, parameters),
    )
    people = inside[["code_commune", "population"]]
    measured = ["code_commune", "population_standardisee", "mg_etp", "apl"]
    rows = []
    for horizon, year in years.groupby("horizon_ans", sort=True):
        whole = arrondissements.folded(year[measured].reset_index(drop=True))
        here = whole.merge(people, on="code_commune", how="inner", validate="one_to_one")
        gaps = deficits(here, here, seuil=parameters.deficit.seuil_apl, par_etp=par_etp)
        low = gaps["deficit"].fillna(value=False).to_numpy(dtype=bool)
        growth = declared.facteur_population_an ** float(str(horizon))
        rows.append(
            {
                "horizon_ans": horizon,
                "mg_etp": here["mg_etp"].sum(),
                "population_standardisee": here["population_standardisee"].sum(),
                "apl": weighted_mean(here["apl"], here["population_standardisee"]),
                "communes_deficit_nb": int(low.sum()),
                "population_deficit": growth * float(here["population"].to_numpy()[low].sum()),
                "manque_seuil_consultations": gaps["deficit_consultations"].sum(),
                "manque_seuil_etp": gaps["deficit_etp"].sum(),
            }
        )
    return schema.conform(pd.DataFrame(rows), tables.AVENIR)
