"""Criteria of feasibility: what the professionals answered, from what is shown only."""

from __future__ import annotations

import pandas as pd

from diagterritoire import tables
from diagterritoire.french import majuscule, portion
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.study.opportunity.criterion import (
    FAISABILITE,
    FRACTION,
    Critere,
    known,
    reading,
)

_ENQUETE = "enquête auprès des professionnels"
_MANQUE_ENQUETE = "manque : enquête auprès des professionnels (docs/formats.md)"


def answered(d: Diagnosis) -> Critere:
    """Share of the GPs in place that answered the survey."""
    table = d.enquete_participation
    rows = table.loc[table["profession"] == tables.GENERALISTE, "taux_reponse"]
    value = known(rows.iloc[0]) if len(rows) else None
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
        else majuscule(
            portion(
                value,
                "des généralistes en place ont répondu",
                "tous les généralistes en place ont répondu",
                "aucun généraliste en place n'a répondu",
            )
        )
        + " à l'enquête.",
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
    told = known(whole.loc[tables.SANS_REPONSE])
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
    said = portion(silent, "de l'ensemble des répondants n'ont rien dit", "aucun n'a répondu")
    return f" ; {said} à cette question."


def interested(d: Diagnosis) -> Critere:
    """Share of the respondents interested in a coordinated practice, or in one already."""
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
        else majuscule(
            portion(
                value,
                "des répondants sont intéressés par un exercice coordonné, ou y sont déjà",
                "tous les répondants sont intéressés par un exercice coordonné, ou y sont déjà",
                "aucun répondant ne se dit intéressé par un exercice coordonné, ni déjà engagé",
            )
        )
        + _and_silence(d, "interet"),
    )


def leaving(d: Diagnosis) -> Critere:
    """Share of the respondents that would leave within five years."""
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
        else majuscule(
            portion(
                value,
                f"des {who} envisagent",
                f"tous les {who} envisagent",
                f"aucun des {who} ne dit envisager",
            )
        )
        + f" de partir d'ici cinq ans{_and_silence(d, 'depart')}",
    )
