"""Chapter 12: aid and funders, and what the zones of the territory open."""

from __future__ import annotations

import re

import pandas as pd

from diagterritoire import french
from diagterritoire.french import accord, enumeration
from diagterritoire.outputs.report.blocks import Bloc, Encadre, Paragraphe, SousTitre, Tableau
from diagterritoire.outputs.report.dossier import Dossier
from diagterritoire.outputs.report.practices import FERMETES
from diagterritoire.outputs.report.totals import records

_OUVERTURES = {
    "zone_absente": "aucune commune dans ces zones",
    "zone_inconnue": "zones du territoire inconnues",
    "sans_condition_de_zone": "sans condition de zone",
    "zonage_non_lu": "autre zonage, qui n'est pas lu ici : à vérifier",
}


def aid(d: Dossier) -> list[Bloc]:
    """Write which aid the zones of the territory open, each with its source and date."""
    table = d.diagnosis.aides
    if table.empty:
        return []
    closed = table.loc[table["ouverture"] == "fermee"]
    live = table.loc[table["ouverture"] != "fermee"]
    blocs: list[Bloc] = [
        SousTitre("Aides et financeurs"),
        Encadre(
            "Montré, jamais promis",
            "Ces aides sont relevées dans les textes cités, à la date qu'ils portent. Leurs "
            "conditions changent, et chaque financeur décide : vérifiez-les auprès de lui avant "
            "de compter dessus.",
        ),
        Tableau(
            "Aides et financeurs, et ce que les zones du territoire ouvrent",
            ("Aide", "Financeur", "Dans ce territoire", "Montant ou taux que dit la source"),
            tuple(
                (_titled(r), str(r.financeur), _here(r), _or_unknown(r.montant))
                for r in records(live)
            ),
            "registre des aides du programme ; sources dans le tableau qui suit",
            note="Communes et habitants du territoire qui sont dans les zones demandées. Les aides "
            "propres à une autre région ne sont pas montrées.",
            textes=3,
        ),
        Tableau(
            "Conditions et sources de ces aides",
            ("Aide", "Conditions, et ce qu'il faut vérifier", "Source et date", "Fermeté"),
            tuple(
                (
                    str(r.titre),
                    french.majuscule(_or_unknown(r.conditions)),
                    _cited(r),
                    FERMETES[str(r.fermete)],
                )
                for r in records(live)
            ),
            "textes cités",
            note="« Non dit » : la source n'en dit rien.",
            textes=3,
        ),
    ]
    if len(closed):
        told = [f"{r.titre} ({_ended(r)})" for r in records(closed)]
        blocs.append(Paragraphe(f"Ne peuvent plus être demandés : {enumeration(told)}."))
    return blocs


def _titled(row: pd.Series) -> str:
    since = f", depuis le {_day(row.depuis)}" if isinstance(row.depuis, str) else ""
    return f"{row.titre}{since}"


def _here(row: pd.Series) -> str:
    if row.ouverture in ("zone_absente", "zone_inconnue"):
        return f"{row.zones} : {_OUVERTURES[str(row.ouverture)]}"
    if row.ouverture != "zone_presente":
        return french.majuscule(_OUVERTURES[str(row.ouverture)])
    communes = accord(int(row.communes_nb), "commune", feminin=True)
    return f"{row.zones} : {communes}, {accord(int(row.population), 'habitant')}"


def _or_unknown(value: object) -> str:
    if not isinstance(value, str):
        return "non dit"
    # A number stays on one line with its thousands and its unit.
    return re.sub(r"(?<=[0-9]) (?=[0-9]{3}|€|%)", french.INSECABLE, value)


def _cited(row: pd.Series) -> str:
    date = _day(row.source_date) if isinstance(row.source_date, str) else "sans date"
    return f"{row.source} ({date})"


def _ended(row: pd.Series) -> str:
    amount = f"{row.montant} ; " if isinstance(row.montant, str) else ""
    return f"{amount}{row.source}"


def _day(iso: str) -> str:
    """Write a day, or a month, the French way.

    Examples
    --------
    >>> _day("2026-01-05"), _day("2026-02")
    ('05/01/2026', '02/2026')
    """
    return "/".join(reversed(iso.split("-")))
