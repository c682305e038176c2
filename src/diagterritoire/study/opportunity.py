"""The grid of a phase 1: each criterion with its value, threshold, source, firmness and reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from diagterritoire import french, schema, tables
from diagterritoire.french import accord, pourcent
from diagterritoire.study.bundles import Diagnosis

OPPORTUNITE, FAISABILITE = "opportunite", "faisabilite"
FRACTION = "fraction"
_DREES = "DREES, APL publiée"
_ENQUETE = "enquête auprès des professionnels"
_MANQUE_ENQUETE = "manque : enquête auprès des professionnels (docs/formats.md)"
_MANQUE_FINESS = "manque : fichier FINESS des établissements"
# Minutes within which Insee says that nearly all inhabitants of the country have a GP.
_FAR_MIN = 10


@dataclass(frozen=True)
class Critere:
    """One line of the grid; `phrase` says the value in words, whatever it is worth."""

    axe: str
    cle: str
    titre: str
    valeur: float | None
    unite: str
    seuil: float | None
    source: str
    fermete: str
    lecture: str
    phrase: str


def grille(diagnosis: Diagnosis) -> pd.DataFrame:
    """Lay out table `grille` from the other tables of a diagnosis.

    A value that is unknown, or for which no threshold is known, is to be looked into: it speaks
    neither for nor against.
    """
    if diagnosis.interieur.empty:
        return schema.empty(tables.GRILLE)
    rows = [
        {
            "axe": c.axe,
            "critere": c.cle,
            "titre": c.titre,
            "valeur": c.valeur,
            "unite": c.unite,
            "seuil": c.seuil,
            "source": c.source,
            "fermete": c.fermete,
            "lecture": c.lecture,
            "phrase": c.phrase,
        }
        for c in (write(diagnosis) for write in _CRITERES)
    ]
    return schema.conform(pd.DataFrame(rows), tables.GRILLE)


def reading(
    valeur: float | None, seuil: float | None, *, haut: bool, contre: str = tables.DEFAVORABLE
) -> str:
    """Read a value against its threshold, which counts on the favourable side.

    Parameters
    ----------
    valeur, seuil : float or None
    haut : bool
        Whether more speaks for the project.
    contre : str
        Reading on the other side.

    Examples
    --------
    >>> reading(0.5, 0.5, haut=True), reading(0.4, 0.5, haut=True), reading(None, 0.5, haut=True)
    ('favorable', 'defavorable', 'a_instruire')
    """
    if valeur is None or seuil is None:
        return tables.A_INSTRUIRE
    good = valeur >= seuil if haut else valeur <= seuil
    return tables.FAVORABLE if good else contre


def _known(value: Any) -> float | None:
    return None if french.manque(value) else float(value)


def _compared(d: Diagnosis, niveau: str, colonne: str) -> float | None:
    table = d.comparaisons
    values = table.loc[table["niveau"] == niveau, colonne]
    return _known(values.iloc[0]) if len(values) == 1 else None


def _under_threshold(d: Diagnosis) -> Critere:
    own = _compared(d, "territoire", "part_population_sous_seuil")
    country = _compared(d, "france", "part_population_sous_seuil")
    if _compared(d, "france", "communes_nb") == _compared(d, "territoire", "communes_nb"):
        # The whole country is not compared to itself.
        country = None
    beside = "" if country is None else f", contre {pourcent(country)} dans l'ensemble du pays"
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
        f"{pourcent(own)} de la population vit sous le seuil d'APL publiée{beside}.",
    )


def _far(d: Diagnosis) -> Critere:
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
        f"{pourcent(value)} de la population vit dans une commune à plus de {_FAR_MIN} minutes "
        f"d'un généraliste, de centre à centre, contre environ {pourcent(limit)} dans le pays.",
    )


def _zoned(d: Diagnosis) -> Critere:
    zip_, zac = (_compared(d, "territoire", f"part_population_{z}") for z in ("zip", "zac"))
    value = None if zip_ is None or zac is None else zip_ + zac
    lecture = tables.A_INSTRUIRE
    if value is not None:
        lecture = tables.FAVORABLE if value > 0 else tables.DEFAVORABLE
    return Critere(
        OPPORTUNITE,
        "zones_aidees",
        "Population en zone officielle aidée (ZIP ou ZAC)",
        value,
        FRACTION,
        0.0,
        "zonage des agences régionales de santé",
        "publié",
        lecture,
        f"{pourcent(value)} de la population vit en ZIP ou en ZAC, qui ouvrent des aides.",
    )


def _leak(d: Diagnosis) -> Critere:
    value, limit = _known(d.bilan.taux_fuite), d.parameters.opportunite.fuite_max
    nature = "observés" if (d.flux["nature"] == tables.OBSERVE).any() else "modélisés"
    return Critere(
        OPPORTUNITE,
        "fuite",
        "Recours au généraliste hors du territoire",
        value,
        FRACTION,
        limit,
        f"flux {nature} ; seuil : opportunite.fuite_max",
        f"flux {nature}",
        reading(value, limit, haut=False, contre=tables.A_INSTRUIRE),
        f"{pourcent(value)} des recours des habitants se font hors du territoire.",
    )


def _in_place(d: Diagnosis) -> Critere:
    known = d.sources["cle"].str.startswith("structures").any() or len(d.structures) > 0
    codes = d.interieur["code_commune"]
    here = d.structures["categorie"].isin(["MSP", "CDS"]) & d.structures["code_commune"].isin(codes)
    number = float(here.sum()) if known else None
    return Critere(
        OPPORTUNITE,
        "structures_coordonnees",
        "Maisons et centres de santé déjà dans le territoire",
        number,
        "structures",
        0.0,
        "FINESS" if known else _MANQUE_FINESS,
        "répertoire" if known else "inconnu",
        reading(number, 0.0, haut=False, contre=tables.A_INSTRUIRE),
        "Les maisons et centres de santé en place ne sont pas connus."
        if number is None
        else f"{_count(number, 'maison ou centre', 'maisons ou centres')} de santé dans le "
        "territoire : un projet doit s'articuler avec l'existant.",
    )


def _count(number: float, single: str, several: str) -> str:
    return accord(int(number), single, several, feminin=single.startswith("maison"))


def _basins_having(number: int, total: int) -> str:
    verb = "ont" if number > 1 else "a"
    return f"{french.majuscule(accord(number, 'bassin'))} sur {total} {verb}"


def _basins(d: Diagnosis) -> Critere:
    table = d.formes_exercice
    rules = table.loc[(table["forme"] == "MSP") & table["regle_d_ici"]]
    # Where two rules hold, the more demanding one decides.
    worst = rules.loc[rules["niveau"] == "bassin"].groupby("code")["verdict"].agg(set)
    allowed = int(sum(v == {tables.PERMISE} for v in worst))
    unsure = any(tables.INCONNU in v and tables.MANQUE not in v for v in worst)
    value = None if worst.empty or (allowed == 0 and unsure) else float(allowed)
    return Critere(
        FAISABILITE,
        "bassins_msp",
        "Bassins dont les professionnels permettent une maison de santé",
        value,
        "bassins",
        1.0,
        "composition la plus petite : chapitre 9",
        "nombres publics de professionnels" if value is not None else "professions non comptées",
        reading(value, 1.0, haut=True),
        "Le nombre des auxiliaires médicaux est inconnu : rien ne dit quels bassins permettent une "
        "maison de santé."
        if value is None
        else f"{_basins_having(allowed, len(worst))} les professionnels d'une maison de santé.",
    )


def _lean(d: Diagnosis) -> Critere:
    known = d.sources["cle"].str.startswith("structures").any() or len(d.structures) > 0
    near = d.appuis.loc[d.appuis["categorie"].isin(["hopital", "hopital_local", "EHPAD"])]
    number = float(near["bassin"].nunique()) if known else None
    return Critere(
        FAISABILITE,
        "appuis",
        "Bassins qui ont un hôpital ou un EHPAD à portée de leur pôle",
        number,
        "bassins",
        1.0,
        "FINESS et temps de route" if known else _MANQUE_FINESS,
        "répertoire" if known else "inconnu",
        reading(number, 1.0, haut=True, contre=tables.A_INSTRUIRE),
        "Les hôpitaux et les EHPAD d'appui ne sont pas connus."
        if number is None
        else f"{_basins_having(int(number), len(d.bassins))} un "
        "hôpital ou un EHPAD à portée de leur pôle.",
    )


def _epci(d: Diagnosis) -> Critere:
    table = d.aire_sante
    own = table.loc[(table["niveau"] == "territoire") & (table["analyse"] == "epci"), "valeur"]
    value = _known(own.iloc[0]) if len(own) else None
    return Critere(
        FAISABILITE,
        "intercommunalites",
        "Habitants des intercommunalités concernées qui vivent dans le territoire",
        value,
        FRACTION,
        0.5,
        "table d'appartenance de l'Insee ; seuil : la majorité",
        "publié",
        reading(value, 0.5, haut=True, contre=tables.A_INSTRUIRE),
        f"{pourcent(value)} des habitants des intercommunalités concernées vivent dans le "
        "territoire.",
    )


def _answers(d: Diagnosis) -> Critere:
    table = d.enquete_participation
    rows = table.loc[table["profession"] == tables.GENERALISTE, "taux_reponse"]
    value = _known(rows.iloc[0]) if len(rows) else None
    limit = d.parameters.opportunite.part_reponses_min
    return Critere(
        FAISABILITE,
        "reponses_mg",
        "Généralistes en place qui ont répondu à l'enquête",
        value,
        FRACTION,
        limit,
        f"{_ENQUETE} ; seuil : opportunite.part_reponses_min" if len(rows) else _MANQUE_ENQUETE,
        _surveyed(value, table),
        reading(value, limit, haut=True, contre=tables.A_INSTRUIRE),
        "La part des généralistes qui ont répondu à l'enquête n'est pas connue."
        if value is None
        else f"{pourcent(value)} des généralistes en place ont répondu à l'enquête.",
    )


def _surveyed(value: float | None, table: pd.DataFrame) -> str:
    if value is not None:
        return "déclaré par les répondants"
    return "masqué ou non compté" if len(table) else "inconnu"


def _share(d: Diagnosis, question: str, group: str, modalites: tuple[str, ...]) -> float | None:
    """Share of a group that gave one of these answers; None when one of them is hidden."""
    table = d.enquete_resultats
    rows = table.loc[(table["question"] == question) & (table["profession"] == group)]
    cells = rows.set_index("modalite")["part"].reindex(list(modalites))
    return None if cells.isna().any() else float(cells.sum())


def _silent(d: Diagnosis, question: str, group: str) -> float:
    """Largest share of a group that may have said nothing to a question, from what is shown."""
    table = d.enquete_resultats
    rows = table.loc[table["question"] == question]
    whole = rows.loc[rows["profession"] == tables.ENSEMBLE].set_index("modalite")["part"]
    if tables.SANS_REPONSE not in whole.index:
        return 1.0
    told = _known(whole.loc[tables.SANS_REPONSE])
    most = 1.0 - float(whole.drop(tables.SANS_REPONSE).sum()) if told is None else told
    # Those of a group are among those of all.
    numbers = rows.drop_duplicates("profession").set_index("profession")["repondants"]
    among = numbers[[tables.ENSEMBLE, group]].astype("float64").to_list()
    return min(1.0, most * among[0] / among[1])


def _read_with_silence(valeur: float | None, silence: float, seuil: float, *, haut: bool) -> str:
    """Read a share of respondents, whatever those who said nothing would have said."""
    if valeur is None:
        return tables.A_INSTRUIRE
    readings = {reading(v, seuil, haut=haut) for v in (valeur, min(1.0, valeur + silence))}
    return readings.pop() if len(readings) == 1 else tables.A_INSTRUIRE


def _and_silence(d: Diagnosis, question: str) -> str:
    """End of a sentence: the share of all the respondents that did not answer a question."""
    silent = _share(d, question, tables.ENSEMBLE, (tables.SANS_REPONSE,))
    if not silent:
        return "."
    return f" ; {pourcent(silent)} de l'ensemble des répondants n'ont rien dit à cette question."


def _interest(d: Diagnosis) -> Critere:
    value = _share(d, "interet", tables.ENSEMBLE, ("engage", "oui"))
    limit = d.parameters.opportunite.part_interet_min
    table = d.enquete_participation
    return Critere(
        FAISABILITE,
        "interet",
        "Répondants intéressés ou déjà engagés",
        value,
        FRACTION,
        limit,
        f"{_ENQUETE} ; seuil : opportunite.part_interet_min" if len(table) else _MANQUE_ENQUETE,
        _surveyed(value, table),
        _read_with_silence(value, _silent(d, "interet", tables.ENSEMBLE), limit, haut=True),
        "L'intérêt des professionnels n'est pas connu, ou ne peut être montré."
        if value is None
        else f"{pourcent(value)} des répondants sont intéressés par un exercice coordonné, ou y "
        f"sont déjà{_and_silence(d, 'interet')}",
    )


def _leaving(d: Diagnosis) -> Critere:
    group, who = tables.GENERALISTE, "généralistes qui ont répondu"
    value = _share(d, "depart", group, ("dans_5_ans",))
    if value is None:
        value = _share(d, "depart", group, ("3_ans", "5_ans"))
    if value is None:
        group, who = tables.ENSEMBLE, "professionnels qui ont répondu"
        value = _share(d, "depart", group, ("3_ans", "5_ans"))
    limit = d.parameters.opportunite.part_departs_max
    table = d.enquete_participation
    return Critere(
        FAISABILITE,
        "departs",
        "Répondants qui envisagent de partir d'ici cinq ans",
        value,
        FRACTION,
        limit,
        f"{_ENQUETE} ; seuil : opportunite.part_departs_max" if len(table) else _MANQUE_ENQUETE,
        _surveyed(value, table),
        _read_with_silence(value, _silent(d, "depart", group), limit, haut=False),
        "Les départs envisagés ne sont pas connus, ou ne peuvent être montrés."
        if value is None
        else f"{pourcent(value)} des {who} envisagent de partir d'ici cinq "
        f"ans{_and_silence(d, 'depart')}",
    )


_CRITERES: tuple[Callable[[Diagnosis], Critere], ...] = (
    _under_threshold,
    _far,
    _zoned,
    _leak,
    _in_place,
    _basins,
    _lean,
    _epci,
    _answers,
    _interest,
    _leaving,
)

LECTURES: Mapping[str, str] = {
    tables.FAVORABLE: "favorable",
    tables.DEFAVORABLE: "défavorable",
    tables.A_INSTRUIRE: "à instruire",
}
