"""Chapters 2 and 3: population and ageing, precariousness and health."""

from __future__ import annotations

import math
from collections.abc import Sequence

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
from diagterritoire.outputs.report.context import context, context_bars, context_tables
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import Groupe, group, needs

TAILLES = ((0, 200), (200, 500), (500, 2000), (2000, 10000), (10000, math.inf))


def chapters(d: Dossier) -> tuple[Chapitre, Chapitre]:
    """Write chapters 2 and 3."""
    return _population(d), _precariousness(d)


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
        f"{french.majuscule(sentences.population(top.part))} vit dans "
        f"{sentences.communes(top.communes)} de la tranche « {label.lower()} » habitants.",
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
