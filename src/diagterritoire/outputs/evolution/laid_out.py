"""The tables of a comparison, laid out for the page and the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from diagterritoire.core.verdict import evolution
from diagterritoire.french import MANQUANT, accord, entier, enumeration
from diagterritoire.outputs.evolution.reading import Livraison
from diagterritoire.outputs.evolution.words import (
    INDICATEURS,
    TOTAUX,
    Mesure,
    difference,
    written,
)

_ROWS, _NAMES = 8, 6
_SENS = {
    evolution.HAUSSE: "En hausse",
    evolution.BAISSE: "En baisse",
    evolution.STABLE: "Stable",
    evolution.CONNU: "Devenu connu",
    evolution.PERDU: "Devenu inconnu",
    evolution.INCONNU: "Inconnu",
}
_ALWAYS = {evolution.HAUSSE, evolution.BAISSE, evolution.STABLE}

Row = tuple[str, ...]


@dataclass(frozen=True)
class Tableau:
    """A table to show; the first `textes` columns after the first are texts, the others numbers."""

    titre: str
    entetes: Row
    lignes: tuple[Row, ...]
    note: str = ""
    textes: int = 0


def deliveries(avant: Livraison, apres: Livraison) -> Tableau:
    """Tell the two deliveries apart."""
    rows = (
        ("Dossier", *(one.dossier for one in (avant, apres))),
        ("Exécution", *(one.run_id for one in (avant, apres))),
        ("Version du logiciel", *(one.version or MANQUANT for one in (avant, apres))),
        ("Année de la population", *(_years(one, "population_annee") for one in (avant, apres))),
        ("Année de l'APL publiée", *(_years(one, "apl_publiee_annee") for one in (avant, apres))),
    )
    return Tableau("Les deux livraisons", ("", "Avant", "Après"), rows, textes=2)


def _years(livraison: Livraison, column: str) -> str:
    years = sorted(set(livraison.communes[column].dropna().astype(int)))
    return enumeration([str(year) for year in years]) if years else MANQUANT


def totals(avant: Livraison, apres: Livraison) -> Tableau:
    """Set the totals of the territory side by side."""
    before, after = (evolution.totals(one.communes) for one in (avant, apres))
    rows = []
    for name, mesure in TOTAUX.items():
        one, other = before[name], after[name]
        gap = None if one is None or other is None else other - one
        shown = (written(one, mesure), written(other, mesure), difference(gap, mesure))
        rows.append((mesure.libelle, *shown))
    return Tableau(
        "Le territoire avant et après",
        ("Total", "Avant", "Après", "Différence"),
        tuple(rows),
        "Temps moyen pondéré par la population, APL par la population standardisée. Un déficit "
        "additionné n'est pas un nombre de postes à ouvrir. « n. d. » : inconnu.",
    )


def counts(moves: pd.DataFrame) -> Tableau:
    """Count the communes that moved, by indicator and way; what is unknown only where some is."""
    found = pd.crosstab(moves["indicateur"], moves["sens"])
    found = found.reindex(index=list(INDICATEURS), columns=list(_SENS), fill_value=0)
    shown = [s for s in _SENS if s in _ALWAYS or found[s].any()]
    return Tableau(
        "Communes par indicateur",
        ("Indicateur", *(_SENS[sens] for sens in shown)),
        tuple(
            (mesure.titre, *(entier(int(found[sens][name])) for sens in shown))
            for name, mesure in INDICATEURS.items()
        ),
        "Communes des deux livraisons. Stable : la différence est inférieure à 0,05 minute, 0,005 "
        "pour une APL, 0,05 médecin, une demi-consultation.",
    )


def largest(moves: pd.DataFrame) -> Iterable[Tableau]:
    """Give the largest moves of each indicator, both ways, by decreasing size then code."""
    for name, mesure in INDICATEURS.items():
        known = moves.loc[
            (moves["indicateur"] == name) & moves["sens"].isin([evolution.HAUSSE, evolution.BAISSE])
        ]
        if known.empty:
            continue
        ordered = known.assign(size=known["difference"].abs()).sort_values(
            ["size", "code_commune"], ascending=[False, True]
        )
        more = len(ordered) - _ROWS
        yield Tableau(
            mesure.libelle,
            ("Commune", "Avant", "Après", "Différence"),
            tuple(
                (
                    f"{r.nom} ({r.code_commune})",
                    written(r.avant, mesure),
                    written(r.apres, mesure),
                    difference(r.difference, mesure),
                )
                for r in _rows(ordered.head(_ROWS))
            ),
            f"{accord(more, 'autre commune', 'autres communes', feminin=True)} plus bas."
            if more > 0
            else "",
        )


def zones(joined: pd.DataFrame) -> Tableau:
    """List the changes of zone."""
    return Tableau(
        "Communes dont le zonage a changé",
        ("Zone avant", "Zone après", "Communes", "Population"),
        tuple(
            (
                r.avant,
                f"{r.apres} : {enumeration(r.noms, _NAMES)}",
                entier(r.communes),
                entier(r.population),
            )
            for r in _rows(evolution.zone_changes(joined))
        ),
        textes=1,
    )


def only(titre: str, communes: pd.DataFrame) -> Tableau:
    """List the communes of one delivery only."""
    return Tableau(
        titre,
        ("Commune", "Code", "Population"),
        tuple((r.nom, r.code_commune, entier(r.population)) for r in _rows(communes)),
        textes=1,
    )


def parameters(changed: pd.DataFrame) -> Tableau:
    """List the parameters of both deliveries whose value changed."""
    return Tableau(
        "Paramètres changés",
        ("Paramètre", "Ce qu'il règle", "Avant", "Après"),
        tuple(
            (r.cle, r.signification_apres, r.valeur_avant, r.valeur_apres) for r in _rows(changed)
        ),
        textes=3,
    )


def sources(changed: pd.DataFrame) -> Tableau:
    """List the sources that changed: vintages, or content."""
    return Tableau(
        "Sources changées",
        ("Source", "Avant", "Après", "Fichier"),
        tuple(
            (
                _known(r.titre_apres, r.titre_avant),
                _known(r.millesime_avant, "absente"),
                _known(r.millesime_apres, "absente")
                + (", autre fichier" if r.millesime_avant == r.millesime_apres else ""),
                _known(r.fichier_apres, r.fichier_avant),
            )
            for r in _rows(changed)
        ),
        textes=3,
    )


def _known(*values: Any) -> str:
    return next(str(value) for value in values if isinstance(value, str))


def communes(joined: pd.DataFrame, moves: pd.DataFrame) -> Tableau:
    """Lay out every indicator of every commune: the new value, and what it moved by."""
    columns = [
        [_cell(move, mesure) for move in _rows(moves.loc[moves["indicateur"] == name])]
        for name, mesure in INDICATEURS.items()
    ]
    # The moves of an indicator are in the order of the communes.
    named = [(f"{r.nom} ({r.code_commune})", _zone(r)) for r in _rows(joined)]
    return Tableau(
        "Toutes les communes des deux livraisons",
        ("Commune", "Zonage", *(mesure.titre for mesure in INDICATEURS.values())),
        tuple((*own, *cells) for own, cells in zip(named, zip(*columns, strict=True), strict=True)),
        "Valeur d'après, et entre parenthèses la différence ; « = » : inchangée.",
        textes=1,
    )


def _cell(move: Any, mesure: Mesure) -> str:
    if move.sens == evolution.INCONNU:
        return MANQUANT
    known = move.sens not in {evolution.CONNU, evolution.PERDU}
    told = difference(move.difference, mesure) if known else move.sens
    return f"{written(move.apres, mesure)} ({told})"


def _zone(row: Any) -> str:
    zones = (row.zonage_mg_avant, row.zonage_mg_apres)
    before, after = (zone if isinstance(zone, str) else MANQUANT for zone in zones)
    return after if before == after else f"{before} → {after}"


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Rows of a table, whose values have the types of its schema."""
    return iter(frame.itertuples(index=False))
