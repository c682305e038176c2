"""What is published of the bassins de vie of a territory: tables and bars of chapters 2 to 4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from diagterritoire import french
from diagterritoire.french import entier, nombre
from diagterritoire.outputs.report import figures
from diagterritoire.outputs.report.blocks import Bloc, Figure, Tableau
from diagterritoire.outputs.report.dossier import Dossier
from diagterritoire.outputs.report.labels import spelled
from diagterritoire.outputs.report.totals import records

_POPULATION = ("âgées", "ménages", "Densité de population", "décès")
_SOINS = ("Densité d", "ophtalmo", "APL")
_PREMIERS = ("pauvreté", "niveau de vie", "ALD")
COLONNES_MAX, BARRES_MAX = 5, 12
# Few bassins stand in columns; bars compare more of them than a table does at a glance.
BASSINS_MAX, BARRES_MIN = 4, 3


def context(d: Dossier) -> pd.DataFrame:
    """Context of the territory's bassins de vie, with `chapitre`: 2 (ages), 3 or 4 (care)."""
    table = d.diagnosis.contexte
    bassins = set(d.totaux.interieur["bassin_vie"].dropna())
    table = table.loc[table["bassin_vie"].isin(bassins)].copy()
    chapitre = pd.Series(3, index=table.index)
    chapitre = chapitre.mask(_mentions(table, _SOINS), 4)
    return table.assign(chapitre=chapitre.mask(_mentions(table, _POPULATION), 2))


def _mentions(table: pd.DataFrame, words: Sequence[str]) -> pd.Series:
    found = pd.Series(False, index=table.index)
    for word in words:
        found |= table["indicateur"].str.contains(word, regex=False)
    return found


def published(indicateur: str, valeur: float, motif: object, decimales: int | None = None) -> str:
    """Write a published value in its unit, or why it is missing.

    Those of one indicator are written with the same number of decimals: `decimals` of them all.

    Examples
    --------
    >>> published("Médiane du niveau de vie 2021", 23250.0, None).replace(french.FINE, " ")[:6]
    '23 250'
    >>> published("Taux de pauvreté 2021", float("nan"), "secret statistique")
    'secret statistique'
    """
    if french.manque(valeur):
        return str(motif) if isinstance(motif, str) and motif else french.MANQUANT
    decimales = decimals([valeur]) if decimales is None else decimales
    if indicateur.startswith(("Part", "Taux")):
        return f"{nombre(valeur, max(1, decimales))}{french.INSECABLE}%"
    texte = nombre(valeur, decimales)
    return f"{texte}{french.INSECABLE}€" if "niveau de vie" in indicateur else texte


def decimals(valeurs: Iterable[float]) -> int:
    """Count the decimals of published values, two at most.

    Examples
    --------
    >>> decimals([4.0, 3.5, float("nan")])
    1
    """
    return max(
        (min(2, len(f"{v:.8g}".partition(".")[2])) for v in valeurs if not french.manque(v)),
        default=0,
    )


def context_tables(d: Dossier, table: pd.DataFrame, titre: str) -> list[Bloc]:
    """Tables of a part of the context: indicators down, or a row a bassin de vie where many."""
    indicateurs = sorted(
        dict.fromkeys(table["indicateur"]),
        key=lambda i: next((k for k, w in enumerate(_PREMIERS) if w in i), len(_PREMIERS)),
    )
    precise = {i: decimals(rows) for i, rows in table.groupby("indicateur")["valeur"]}
    cells = {
        (r.bassin_vie, r.indicateur): published(
            r.indicateur, r.valeur, r.motif, precise[r.indicateur]
        )
        for r in records(table)
    }
    bassins = _bassins(d, table)
    note = "Valeurs du bassin de vie entier, y compris ses communes hors du territoire."
    if len(bassins) <= BASSINS_MAX:
        return [_by_indicator(d, table, titre, indicateurs, cells, note)]
    blocs: list[Bloc] = []
    for start in range(0, len(indicateurs), COLONNES_MAX):
        shown = indicateurs[start : start + COLONNES_MAX]
        lignes = [
            (nom, entier(population), *(cells.get((code, i), french.MANQUANT) for i in shown))
            for code, nom, population in bassins
        ]
        blocs.append(
            Tableau(
                titre if start == 0 else f"{titre} (suite)",
                ("Bassin de vie", "Habitants du territoire", *map(spelled, shown)),
                tuple(lignes),
                d.fichiers(table["source"]),
                note=note,
            )
        )
    return blocs


def _by_indicator(
    d: Dossier,
    table: pd.DataFrame,
    titre: str,
    indicateurs: Sequence[str],
    cells: Mapping[tuple[str, str], str],
    note: str,
) -> Tableau:
    """Lay few bassins out in columns: one table, a row an indicator."""
    bassins = _bassins(d, table)
    return Tableau(
        titre,
        ("Indicateur", *(nom for _, nom, _ in bassins)),
        (
            ("Habitants du territoire", *(entier(population) for *_, population in bassins)),
            *(
                (spelled(i), *(cells.get((code, i), french.MANQUANT) for code, *_ in bassins))
                for i in indicateurs
            ),
        ),
        d.fichiers(table["source"]),
        note=note,
    )


def _bassins(d: Dossier, table: pd.DataFrame) -> list[tuple[str, str, int]]:
    inside = d.totaux.interieur
    population = inside.groupby("bassin_vie")["population"].sum()
    known = set(table["bassin_vie"])
    noms = d.noms
    rows = [(str(c), noms.get(str(c), str(c)), int(n)) for c, n in population.items() if c in known]
    return sorted(rows, key=lambda r: (-r[2], r[0]))


def context_bars(d: Dossier, table: pd.DataFrame, word: str, quoi: str) -> list[Bloc]:
    """Bars of one indicator by bassin de vie; nothing with fewer than three known values."""
    rows = table.loc[table["indicateur"].str.contains(word, regex=False) & table["valeur"].notna()]
    if rows.empty:
        return []
    indicateur = rows["indicateur"].iloc[0]
    rows = rows.loc[rows["indicateur"] == indicateur]
    names = {code: nom for code, nom, _ in _bassins(d, table)[:BARRES_MAX]}
    rows = rows.loc[rows["bassin_vie"].isin(names)]
    rows = rows.sort_values(["valeur", "bassin_vie"], ascending=[False, True])
    if len(rows) < BARRES_MIN:
        return []
    labels = [names[c] for c in rows["bassin_vie"]]
    precise = decimals(rows["valeur"])
    texts = [published(indicateur, v, None, precise) for v in rows["valeur"]]
    titre = spelled(indicateur)
    return [
        Figure(
            f"{titre}, par bassin de vie",
            figures.horizontal_bars(
                labels, rows["valeur"].tolist(), texts, mention=d.mentions.text()
            ),
            f"Barres : {titre}, de {texts[0]} ({labels[0]}) à {texts[-1]} ({labels[-1]}).",
            f"{quoi} va de {texts[-1]} dans le bassin de vie {french.de(labels[-1])} à {texts[0]} "
            f"dans celui {french.de(labels[0])}.",
            d.fichiers(rows["source"]),
        )
    ]
