"""Chapters 2 and 3: population and ageing, precariousness and health."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from diagterritoire import french
from diagterritoire.french import accord, entier, nombre, pourcent
from diagterritoire.outputs.report import figures, sentences
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    Encadre,
    Figure,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.canvas import ACCENT, SOFT
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.labels import spelled
from diagterritoire.outputs.report.totals import Groupe, group, needs, records

TAILLES = ((0, 200), (200, 500), (500, 2000), (2000, 10000), (10000, math.inf))
_POPULATION = ("âgées", "ménages", "Densité de population", "décès")
_SOINS = ("Densité d", "ophtalmo", "APL")
_PREMIERS = ("pauvreté", "niveau de vie", "ALD")
COLONNES_MAX, BARRES_MAX = 5, 12


def chapters(d: Dossier) -> tuple[Chapitre, Chapitre]:
    """Write chapters 2 and 3."""
    return _population(d), _precariousness(d)


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
    """Tables of a part of the context: a row a bassin de vie, up to five indicators a table."""
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
                note="Valeurs du bassin de vie entier, y compris ses communes hors du territoire.",
            )
        )
    return blocs


def _bassins(d: Dossier, table: pd.DataFrame) -> list[tuple[str, str, int]]:
    inside = d.totaux.interieur
    population = inside.groupby("bassin_vie")["population"].sum()
    known = set(table["bassin_vie"])
    noms = d.noms
    rows = [(str(c), noms.get(str(c), str(c)), int(n)) for c, n in population.items() if c in known]
    return sorted(rows, key=lambda r: (-r[2], r[0]))


def context_bars(d: Dossier, table: pd.DataFrame, word: str, quoi: str) -> list[Bloc]:
    """Bars of one indicator by bassin de vie; nothing with fewer than two known values."""
    rows = table.loc[table["indicateur"].str.contains(word, regex=False) & table["valeur"].notna()]
    if rows.empty:
        return []
    indicateur = rows["indicateur"].iloc[0]
    rows = rows.loc[rows["indicateur"] == indicateur]
    names = {code: nom for code, nom, _ in _bassins(d, table)[:BARRES_MAX]}
    rows = rows.loc[rows["bassin_vie"].isin(names)]
    rows = rows.sort_values(["valeur", "bassin_vie"], ascending=[False, True])
    if len(rows) < 2:
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


def _population(d: Dossier) -> Chapitre:
    table = context(d)
    ages = table.loc[table["chapitre"] == 2]
    blocs: list[Bloc] = [
        d.definition("population"),
        Paragraphe(_sizes_sentence(d)),
        *_sizes(d),
        SousTitre("Âges"),
    ]
    if ages.empty:
        blocs.append(
            Encadre(
                "Donnée à fournir",
                "Les âges par bassin de vie viennent du fichier « Statistiques locales » de "
                "l'Insee, les âges par commune du recensement ; aucun n'a été trouvé pour ce "
                "territoire.",
                "attente",
            )
        )
    else:
        blocs += context_bars(d, ages, "75 ans", "La part des habitants de 75 ans ou plus")
        blocs += context_tables(d, ages, "Âges et ménages par bassin de vie")
    blocs += [d.definition("population_standardisee"), Paragraphe(_needs_sentence(d))]
    return Chapitre("chapitre-2", "2", "Population et vieillissement", tuple(blocs))


def _needs_sentence(d: Dossier) -> str:
    ratio, publiees = needs(d.totaux.interieur)
    if ratio is None:
        return (
            "La population standardisée des communes du territoire n'est pas publiée : leurs "
            "besoins selon l'âge ne sont pas connus."
        )
    reste = d.totaux.communes - publiees.communes
    sauf = (
        f" (elle n'est pas publiée pour {sentences.communes(reste)}, laissées de côté)"
        if reste
        else ""
    )
    return (
        "Selon le recours au médecin généraliste de chaque âge, un habitant compte en moyenne pour "
        f"{nombre(ratio, 2)} habitant standardisé, les deux populations étant de la même "
        f"publication{sauf} : au-dessus de 1, les besoins dépassent ceux d'une population d'âge "
        "moyen ; au-dessous, ils sont moindres."
    )


def _sizes_sentence(d: Dossier) -> str:
    t = d.totaux
    if not t.population:
        return "Le territoire n'a aucun habitant recensé."
    grande = t.interieur.iloc[0]
    part = pourcent(int(grande["population"]) / t.population)
    moyenne = entier(t.population / t.communes)
    if t.communes == 1:
        return (
            f"La commune {french.de(str(grande['nom']))} compte {accord(t.population, 'habitant')}."
        )
    return (
        f"Le territoire compte {entier(t.population)} habitants dans "
        f"{sentences.communes(t.communes)}, soit {moyenne} en moyenne. La plus peuplée, "
        f"{grande['nom']}, en réunit {part} ({entier(int(grande['population']))})."
    )


def _sizes(d: Dossier) -> list[Bloc]:
    t = d.totaux
    if t.communes == 1:
        return []
    population = t.interieur["population"]
    rows = [
        (_size(low, high), group(t.interieur, (population >= low) & (population < high)))
        for low, high in TAILLES
    ]
    table = Tableau(
        "Communes et habitants selon la taille de la commune",
        ("Habitants de la commune", "Communes", "Habitants", "Part de la population"),
        tuple((n, entier(g.communes), entier(g.population), pourcent(g.part)) for n, g in rows),
        d.source("populations", "Insee"),
    )
    return [_sizes_figure(d, rows), table] if t.population else [table]


def _size(low: float, high: float) -> str:
    if not low:
        return f"Moins de {entier(high)}"
    return f"{entier(low)} et plus" if math.isinf(high) else f"{entier(low)} à {entier(high - 1)}"


def _sizes_figure(d: Dossier, rows: Sequence[tuple[str, Groupe]]) -> Figure:
    parts = [g.part or 0.0 for _, g in rows]
    label, top = rows[parts.index(max(parts))]
    return Figure(
        "Communes et habitants selon la taille de la commune",
        figures.paired_bars(
            [label for label, _ in rows],
            (
                ("part des communes", [g.communes / d.totaux.communes for _, g in rows], SOFT),
                ("part de la population", parts, ACCENT),
            ),
            mention=d.mentions.text(),
        ),
        "Barres : pour chaque taille de commune, part des communes et part de la population ; les "
        "valeurs sont dans le tableau qui suit.",
        f"{pourcent(top.part)} de la population vit dans {sentences.communes(top.communes)} de la "
        f"tranche « {label.lower()} » habitants.",
        CALCUL + " ; " + d.source("populations", "Insee"),
    )


def _precariousness(d: Dossier) -> Chapitre:
    table = context(d)
    table = table.loc[table["chapitre"] == 3]
    blocs: list[Bloc] = []
    if table.empty:
        blocs.append(
            Encadre(
                "Donnée à fournir",
                "Ce chapitre se remplit avec les fichiers par bassin de vie « Statistiques "
                "locales » de l'Insee (pauvreté, niveau de vie) et C@rtoSanté de l'Assurance "
                "maladie (affections de longue durée) ; ils n'ont pas été trouvés.",
                "attente",
            )
        )
        return Chapitre("chapitre-3", "3", "Précarité et santé", tuple(blocs))
    blocs += [
        d.definition("pauvrete"),
        d.definition("ald"),
    ]
    secrets = table["motif"].fillna("").str.contains("secret", regex=False)
    if secrets.any():
        n = int(secrets.sum())
        blocs.append(
            Paragraphe(
                f"{entier(n)} {french.mot(n, 'valeur est couverte', 'valeurs sont couvertes')} "
                "par le secret statistique (trop peu de personnes concernées pour publier) : "
                f"{french.mot(n, 'inconnue, et non nulle', 'inconnues, et non nulles')}."
            )
        )
    blocs += context_bars(d, table, "pauvreté", "Le taux de pauvreté")
    blocs += context_bars(d, table, "ALD", "La part des patients en affection de longue durée")
    blocs += context_tables(d, table, "Précarité et santé par bassin de vie")
    return Chapitre("chapitre-3", "3", "Précarité et santé", tuple(blocs))
