"""Criteria of opportunity: what the territory lacks, and what is there already."""

from __future__ import annotations

from diagterritoire import tables
from diagterritoire.core.flows.exchanges import leak_between, unseen
from diagterritoire.french import accord, majuscule, portion, pourcent
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.study.opportunity.criterion import (
    FRACTION,
    OPPORTUNITE,
    Critere,
    compared,
    count,
    known,
    of_structures,
    reading,
    structures_listed,
)

_DREES = "DREES, APL publiée"
# Minutes within which Insee says that nearly all inhabitants of the country have a GP.
_FAR_MIN = 10
_LIVES = ("de la population vit", "toute la population vit", "aucun habitant ne vit")


def under_threshold(d: Diagnosis) -> Critere:
    """Share of the population under the threshold of the published APL, beside the country."""
    own = compared(d, "territoire", "part_population_sous_seuil")
    country = compared(d, "france", "part_population_sous_seuil")
    if compared(d, "france", "communes_nb") == compared(d, "territoire", "communes_nb"):
        # The whole country is not compared to itself.
        country = None
    beside = "" if country is None else f" (ensemble du pays : {pourcent(country)})"
    return Critere(
        OPPORTUNITE,
        "apl_sous_seuil",
        "Population sous le seuil d'APL publiée, à côté du pays",
        own,
        FRACTION,
        country,
        _DREES,
        "publiée",
        reading(own, country, haut=True),
        "La part de la population sous le seuil d'APL publiée n'est pas connue."
        if own is None
        else f"{majuscule(portion(own, *_LIVES))} sous le seuil d'APL publiée{beside}.",
    )


def far_away(d: Diagnosis) -> Critere:
    """Share of the population whose commune is far from any GP, beside the country."""
    inside = d.interieur
    people = float(inside["population"].sum())
    # From the point of each commune, as Insee does: times from where people live are longer.
    far = ~(inside["temps_mg_min"] <= _FAR_MIN)
    value = float(inside.loc[far, "population"].sum()) / people if people > 0 else None
    limit = d.parameters.opportunite.part_loin_france
    return Critere(
        OPPORTUNITE,
        "au_dela_10_min",
        f"Population des communes à plus de {_FAR_MIN} minutes d'un généraliste",
        value,
        FRACTION,
        limit,
        "calcul du diagnostic ; pays : Insee (METRIC-OSRM)",
        "temps à vol d'oiseau" if d.approximate else "temps de route, calculé",
        reading(value, limit, haut=True),
        "Le territoire n'a aucun habitant recensé."
        if value is None
        else f"{majuscule(portion(value, *_LIVES))} dans une commune à plus de {_FAR_MIN} minutes "
        f"d'un généraliste, de centre à centre (dans le pays : environ {pourcent(limit)}).",
    )


def zoned(d: Diagnosis) -> Critere:
    """Share of the population in an official zone that opens aid, of those whose zone is known.

    None in such a zone speaks against only where every inhabited commune has a known one.
    """
    zip_, zac = (compared(d, "territoire", f"part_population_{z}") for z in ("zip", "zac"))
    value = None if zip_ is None or zac is None else zip_ + zac
    inside = d.interieur
    unknown = int(inside.loc[inside["zonage_mg"].isna(), "population"].sum())
    if value is None or (value == 0 and unknown):
        lecture = tables.A_INSTRUIRE
    else:
        lecture = tables.FAVORABLE if value > 0 else tables.DEFAVORABLE
    return Critere(
        OPPORTUNITE,
        "zones_aidees",
        "Population en zone officielle aidée (ZIP ou ZAC)",
        value,
        FRACTION,
        0.0,
        "zonage des agences régionales de santé",
        "publié pour une partie des communes" if value is not None and unknown else "publié",
        lecture,
        _in_zones(value, unknown),
    )


def _in_zones(value: float | None, unknown: int) -> str:
    """Say how many live in zones that open aid, and of how many nobody knows."""
    if value is None:
        return "Aucune zone officielle n'est connue : rien ne dit quelles aides s'ouvrent."
    among = "la population dont la zone est connue" if unknown else "la population"
    rest = f" ; la zone de {accord(unknown, 'habitant')} est inconnue." if unknown else "."
    if value == 0:
        return f"Personne, de {among}, ne vit en ZIP ou en ZAC{rest}"
    lives = majuscule(portion(value, f"de {among} vit", f"toute {among} vit"))
    return f"{lives} en ZIP ou en ZAC, qui ouvrent des aides{rest}"


def leak(d: Diagnosis) -> Critere:
    """Share of the visits of the inhabitants that are made out of the territory."""
    value, limit = known(d.bilan.taux_fuite), d.parameters.opportunite.fuite_max
    nature = "observés" if (d.flux["nature"] == tables.OBSERVE).any() else "modélisés"
    caches, most = unseen(d.marges_observees), value
    said = "La part des recours des habitants hors du territoire n'est pas connue."
    if value is not None and caches:
        least, most = leak_between(value, float(d.echanges["patients"].sum()), caches)
        said = (
            f"Entre {pourcent(least)} et {pourcent(most)} des recours des habitants se font hors "
            f"du territoire : {pourcent(value)} de ceux dont le flux est montré."
        )
    elif value is not None and caches is None:
        # Nothing bounds it: it is not read.
        rate, most = majuscule(pourcent(value)), None
        said = f"{rate} des recours dont le flux est montré se font hors du territoire."
    elif value is not None:
        ways = (
            "des recours des habitants se font",
            "tous les recours des habitants se font",
            "aucun recours des habitants ne se fait",
        )
        said = f"{majuscule(portion(value, *ways))} hors du territoire."
    return Critere(
        OPPORTUNITE,
        "fuite",
        "Recours au généraliste hors du territoire",
        value,
        FRACTION,
        limit,
        f"flux {nature} ; seuil : opportunite.fuite_max",
        f"flux {nature}",
        reading(most, limit, haut=False, contre=tables.A_INSTRUIRE),
        said,
    )


def in_place(d: Diagnosis) -> Critere:
    """Coordinated structures that are in the territory already."""
    listed = structures_listed(d)
    codes = d.interieur["code_commune"]
    here = d.structures["categorie"].isin(["MSP", "CDS"]) & d.structures["code_commune"].isin(codes)
    number = float(here.sum())
    return Critere(
        axe=OPPORTUNITE,
        cle="structures_coordonnees",
        titre="Maisons et centres de santé déjà dans le territoire",
        unite="structures",
        phrase=f"{count(number, 'maison ou centre', 'maisons ou centres')} de santé dans le "
        "territoire : un projet doit s'articuler avec l'existant."
        if listed
        else "Les maisons et centres de santé en place ne sont pas connus.",
        **of_structures(listed, number, 0.0, haut=False, source="FINESS"),
    )
