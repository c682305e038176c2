"""The page of a batch: a map of its territories by indicator, then a table that says all of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from diagterritoire.french import (
    MANQUANT,
    accord,
    decompte,
    entier,
    enumeration,
    manque,
    nombre,
    pourcent,
)
from diagterritoire.outputs.classes import (
    INDICATEURS,
    Classe,
    Indicateur,
    class_numbers,
    legend,
)
from diagterritoire.outputs.definitions import Notion
from diagterritoire.outputs.lots.content import Lot, Member
from diagterritoire.outputs.lots.drawing import Drawing, drawn
from diagterritoire.outputs.rendering import environment, style_sheet
from diagterritoire.territory import CRS_METROPOLE

_PLACES = {
    CRS_METROPOLE: "France métropolitaine",
    "EPSG:5490": "Guadeloupe et Martinique",
    "EPSG:2972": "Guyane",
    "EPSG:2975": "La Réunion",
    "EPSG:4471": "Mayotte",
}
_BY_KEY = {i.cle: i for i in INDICATEURS}
# What is mapped of communes, with the words of a territory: a mean, or a share of its inhabitants.
MONTRES: tuple[Indicateur, ...] = (
    replace(
        _BY_KEY["apl"],
        mots=Notion("APL calculée", "moyenne des habitants", "consultations/an/hab."),
    ),
    replace(
        _BY_KEY["temps"],
        aucun=None,
        non_atteignable=False,
        mots=Notion("Temps au médecin le plus proche", "moyenne des habitants", "min"),
    ),
    replace(
        _BY_KEY["deficit"],
        colonne="part_deficit_pct",
        decimales=1,
        bornes=(10.0, 25.0, 50.0, 75.0),
        aucun=Classe("aucun habitant", "#cfe0dc"),
        mots=Notion("Population en déficit", "part des habitants", "%"),
    ),
    replace(
        _BY_KEY["apl_ecart"],
        mots=Notion("Écart à l'APL publiée", "APL calculée moins publiée", "consultations/an/hab."),
    ),
)


@dataclass(frozen=True)
class _Shape:
    trace: str
    classes: str
    titre: str
    href: str


@dataclass(frozen=True)
class _Map:
    nom: str
    dessin: Drawing
    formes: tuple[_Shape, ...]


def render(lot: Lot) -> str:
    """Return the page of a batch, without script nor date.

    `lot.territoires` has the shapes of each territory in its projection, in the column `forme`, and
    that projection in the column `crs`.
    """
    rows = lot.territoires
    numbers = {i.cle: class_numbers(i, rows) for i in MONTRES}
    classes = [
        " ".join(f"{i.cle[:4]}{numbers[i.cle].iloc[k]}" for i in MONTRES) for k in range(len(rows))
    ]
    known = {m.dossier: m for m in lot.membres if m.dossier}
    told = [_told(r) for r in rows.to_dict("records")]
    template = environment(__package__ or "").get_template("lot.html.j2")
    page = template.render(
        titre=lot.titre,
        indicateurs=[(i, f"{i.cle[:4]}", legend(i)) for i in MONTRES],
        cartes=_maps(rows, classes, told, known),
        lignes=[
            (known[r["dossier"]], shown)
            for r, shown in zip(rows.to_dict("records"), told, strict=True)
        ],
        absents=[m for m in lot.membres if not m.dossier],
        somme=_sums(lot),
        hors=_outside(lot.hors),
        css=style_sheet("outputs/lots/templates/lot.css"),
    )
    return page + "\n"


def _maps(
    rows: pd.DataFrame, classes: Sequence[str], told: Sequence[Any], known: dict[str, Member]
) -> list[_Map]:
    maps = []
    for crs in dict.fromkeys(sorted(rows["crs"], key=lambda c: c != CRS_METROPOLE)):
        places = [k for k, c in enumerate(rows["crs"]) if c == crs]
        drawing = drawn(rows["forme"].to_numpy()[places])
        shapes = []
        for trace, k in zip(drawing.traces, places, strict=True):
            member = known[rows["dossier"].iloc[k]]
            shown = told[k]
            title = (
                f"{member.nom} : APL {shown['apl']}, temps moyen {shown['temps']}, "
                f"{shown['part']} des habitants en déficit, écart à l'APL publiée {shown['ecart']}"
            )
            href = member.liens[0][1] if member.liens else ""
            shapes.append(_Shape(trace, classes[k], title, href))
        maps.append(_Map(_PLACES.get(crs, crs), drawing, tuple(shapes)))
    return maps


def _told(row: dict[Any, Any]) -> dict[str, str]:
    """Figures of a territory as they are read, on the side of the breaks where they are."""
    apl, temps, part, ecart = (i.bornes for i in MONTRES)
    return {
        "habitants": entier(row["population"]),
        "communes": entier(row["communes_nb"]),
        "mg": decompte(row["mg_nb"]),
        "temps": _with_unit(nombre(row["temps_mg_min"], 1, bornes=temps), "min"),
        "apl": nombre(row["apl"], 2, bornes=apl),
        "publiee": nombre(row["apl_publiee"], 2, bornes=apl),
        "ecart": nombre(row["apl_ecart"], 2, bornes=ecart),
        "part": _share(row["part_deficit_pct"], part),
        "taille": row["taille"],
        "rang_apl": _rank(row["rang_apl"], row["rang_apl_sur"]),
        "rang_temps": _rank(row["rang_temps"], row["rang_temps_sur"]),
    }


def _share(share: Any, bornes: Sequence[float]) -> str:
    """Write a share without decimals, unless that would take it to the other side of a break."""
    if manque(share):
        return MANQUANT
    crosses = bisect_right(bornes, round(share)) != bisect_right(bornes, share)
    if crosses:
        return _with_unit(nombre(share, 1, bornes=bornes), "%")
    return pourcent(share / 100, 0)


def _with_unit(text: str, unit: str) -> str:
    return text if text == MANQUANT else f"{text}\u00a0{unit}"


def _rank(rank: Any, of: int) -> str:
    return MANQUANT if manque(rank) else f"{entier(rank)} sur {entier(of)}"


def _sums(lot: Lot) -> str:
    """Say whether the territories add up to their communes, each counted once."""
    rows = lot.territoires
    communes, people = int(rows["communes_nb"].sum()), int(rows["population"].sum())
    whole = (
        f"{accord(lot.communes_nb, 'commune', feminin=True)} et "
        f"{accord(lot.population, 'habitant')}"
    )
    if (communes, people) == (lot.communes_nb, lot.population):
        return f"Les territoires livrés s'additionnent : {whole}, chaque commune dans un seul."
    return (
        f"Des territoires se recouvrent : leur somme fait {entier(communes)} communes et "
        f"{entier(people)} habitants, pour {whole}, chaque commune comptée une fois."
    )


def _outside(hors: pd.DataFrame) -> str:
    """Say which communes asked are in no territory delivered."""
    if hors.empty:
        return "Aucune commune demandée n'est hors des territoires livrés."
    names = [f"{r.nom} ({r.code_commune})" for r in hors.itertuples()]
    people = hors["population"].sum()
    return (
        f"{accord(len(hors), 'commune demandée', 'communes demandées', feminin=True)} "
        f"({accord(people, 'habitant')}) hors de tout territoire livré : {enumeration(names, 10)}."
    )
