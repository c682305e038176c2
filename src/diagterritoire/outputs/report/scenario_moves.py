"""The moves of a scenario in plain sentences, from table `scenario_mouvements`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pandas as pd

from diagterritoire import tables
from diagterritoire.french import a, accord, entier, enumeration, exact, majuscule, mot
from diagterritoire.outputs.report.totals import records

_MANY = 5
_CARRIED = ("deplacer", "antenne")


class Names(Protocol):
    """What names communes."""

    def nom(self, code: str) -> str:
        """Name a commune by its code."""


def sentences(d: Names, mouvements: pd.DataFrame) -> tuple[str, ...]:
    """Say what a scenario does, one sentence a move."""
    return tuple(_told(d, list(records(mouvements.sort_values("rang")))))


def paired(rows: list[Any]) -> Iterator[tuple[Any, Any | None]]:
    """Give each move, with what arrives beside what leaves when something is carried.

    Parameters
    ----------
    rows : list
        Rows of `tables.SCENARIO_MOUVEMENTS` of one scenario, in their order.
    """
    waiting = iter(rows)
    for row in waiting:
        yield row, next(waiting) if row.geste in _CARRIED and row.etp < 0 else None


def _told(d: Names, rows: list[Any]) -> Iterator[str]:
    retired = [r for r in rows if r.geste == "retirer"]
    if len(retired) > _MANY:
        yield _together(d, retired)
        rows = [r for r in rows if r.geste != "retirer"]
    for row, come in paired(rows):
        yield sentence(d, row) if come is None else carried(d, row, come)


def _etp(value: float) -> str:
    number = round(abs(value), 2)
    what = mot(number, "médecin généraliste", "médecins généralistes", decimales=2)
    return f"{exact(number)} {what} à temps plein"


def _offer(row: Any) -> str:
    return f"({entier(abs(row.consultations))} consultations par an)"


def sentence(d: Names, row: Any) -> str:
    """Say what one move does at one place, or what road it makes faster."""
    where = a(d.nom(row.code_commune))
    if row.geste == "accelerer":
        end = d.nom(row.code_arrivee)
        return (
            f"Une route, dans les deux sens, entre {d.nom(row.code_commune)} et {end}, parcourue "
            f"en {exact(row.duree_min)} minutes."
        )
    if row.profession != tables.GENERALISTE:
        what = tables.NOMS_PROFESSIONS[row.profession]
        return (
            f"{majuscule(what)} {where} : {exact(row.etp)} de plus, comptés sans effet sur "
            "l'accès au médecin généraliste."
        )
    match row.geste:
        case "ouvrir":
            project = f"« {row.projet} » : ouvrir" if isinstance(row.projet, str) else "Ouvrir"
            return f"{project} {_etp(row.etp)} {where} {_offer(row)}."
        case "antenne":
            return f"Ouvrir {where} une antenne de {_etp(row.etp)}, en plus {_offer(row)}."
        case "fermer":
            return f"Fermer le site {row.site_id} {where} : {_etp(row.etp)} {_offer(row)}."
        case _:
            return f"Retirer {_etp(row.etp)} {where}, du site {row.site_id} {_offer(row)}."


def carried(d: Names, out: Any, come: Any) -> str:
    """Say what leaves a site for another place."""
    start, end = a(d.nom(out.code_commune)), a(d.nom(come.code_commune))
    if out.geste == "antenne":
        return (
            f"Ouvrir {end} une antenne de {_etp(come.etp)}, tenue par le site {out.site_id} "
            f"{start}, qui les perd {_offer(come)}."
        )
    return f"Déplacer {_etp(come.etp)} du site {out.site_id} {start}, {end} {_offer(come)}."


def _together(d: Names, rows: list[Any]) -> str:
    lost: dict[str, float] = {}
    for row in rows:
        lost[row.code_commune] = lost.get(row.code_commune, 0.0) - row.etp
    first = sorted(lost, key=lambda code: (-lost[code], code))[:3]
    where = enumeration([d.nom(code) for code in first])
    return (
        f"Retirer {_etp(sum(lost.values()))} de {accord(len(lost), 'commune', feminin=True)}, dont "
        f"{where} perdent le plus."
    )
