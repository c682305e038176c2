"""Chapter 13: where one or several new sites would be best placed, and what each would change."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from diagterritoire import french, tables
from diagterritoire.french import accord, entier, environ, nombre, pourcent
from diagterritoire.outputs import cautions
from diagterritoire.outputs.report import maps
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Encadre,
    Figure,
    Liste,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records

_NOMBRES = ("", "Un site", "Deux sites", "Trois sites", "Quatre sites", "Cinq sites")
# How many choices that are worth the best one a sentence names.
_EGALITES = 2
# What each aim is called, in a table and over a map.
BUTS = MappingProxyType(
    {
        "couverture": "Habitants mis à portée",
        "temps": "Temps moyen de trajet",
        "apl": "Consultations manquantes comblées",
        "maintien": "Habitants retenus dans le territoire",
    }
)


def places(d: Dossier) -> list[Bloc]:
    """Say where new sites would be best placed, beside what each choice would change."""
    table, frontier = d.diagnosis.implantations, d.diagnosis.implantation_frontiere
    if not d.parameters.implantation.sites or frontier.empty:
        return _without(d)
    blocs: list[Bloc] = [
        SousTitre("Où placer un ou plusieurs sites"),
        Paragraphe(_searched(d)),
        Liste(tuple(_told(d))),
        Encadre(cautions.OPTIMUM.titre, cautions.OPTIMUM.texte),
    ]
    single = table.loc[table["sites_nb"] == 1]
    if len(single):
        blocs += [_map(d, single), _best_places(d, single)]
    gains = frontier.loc[frontier["but"] != tables.COUVERTURE_TOTALE, "gain"]
    return [*blocs, _splits(d)] if (gains > 0).any() else blocs


def _without(d: Dossier) -> list[Bloc]:
    """Say why no place was searched, when something was wanted."""
    refused = _account(d)
    if not d.parameters.implantation.sites or not refused:
        return []
    return [SousTitre("Où placer un ou plusieurs sites"), Paragraphe(f"{refused}.")]


def _account(d: Dossier) -> str:
    """Write the places that were left out."""
    rows = d.diagnosis.controle
    rows = rows.loc[rows["source"] == "implantation"]
    return " ; ".join(f"{accord(r.nombre, 'lieu', 'lieux')} : {r.motif}" for r in records(rows))


def _searched(d: Dossier) -> str:
    wanted = d.parameters.implantation
    kinds = {
        "communes": "les communes du territoire (à leur point)",
        "structures": "les structures en place",
        "points": "les points donnés",
    }
    left = _account(d)
    return (
        f"Les lieux possibles sont {kinds[wanted.candidats]} ; les médecins en place y restent. "
        "Chaque but est cherché à part, de façon exacte, et le meilleur choix est prouvé tel sauf "
        "mention contraire. Les temps partent du point des communes, comme l'APL."
        + _ceiling(d)
        + (f" {left}." if left else "")
    )


def _ceiling(d: Dossier) -> str:
    """Say what a commune that reaches no GP counts in the mean time."""
    inside = d.totaux.interieur
    if inside["atteignable"].all() or "temps" not in d.parameters.implantation.buts:
        return ""
    longest = inside["temps_mg_min"].astype("float64").max()
    ceiling = max(d.parameters.reseau.duree_max_min, 0.0 if french.manque(longest) else longest)
    return (
        f" Une commune qui n'atteint aucun médecin en voiture compte {nombre(ceiling, 0)} min dans "
        "le temps moyen, que le chapitre 6 donne sans elle."
    )


def _told(d: Dossier) -> list[str]:
    """Write a sentence for each aim and number of sites."""
    frontier = d.diagnosis.implantation_frontiere
    sentences = []
    for but in d.parameters.implantation.buts:
        rows = frontier.loc[frontier["but"] == but]
        shown = rows.loc[rows["gain"] > 0]
        best = shown.sort_values("gain", ascending=False, kind="stable").drop_duplicates("sites_nb")
        for r in records(best.sort_values("sites_nb")):
            if not isinstance(r.motif, str):
                sentences.append(_sentence(d, but, r))
        if shown.empty and len(rows):
            sentences.append(_nobody(d, but, rows.iloc[0]))
    whole = frontier.loc[frontier["but"] == tables.COUVERTURE_TOTALE]
    return [*sentences, *(_whole(d, r) for r in records(whole) if r.sites_nb)]


def _sentence(d: Dossier, but: str, r: pd.Series) -> str:
    """Write what a choice would change."""
    many = r.sites_nb > 1
    minutes = french.exact(d.parameters.implantation.minutes)
    nombre_ = _NOMBRES[r.sites_nb] if r.sites_nb < len(_NOMBRES) else f"{r.sites_nb} sites"
    where = french.enumeration([french.a(nom) for nom in str(r.lieux).split(", ")])
    head = f"{nombre_} {where}{_tied(d, but, r)}"
    if but == "couverture":
        return (
            f"{head} {'mettraient' if many else 'mettrait'} {accord(r.gain, 'habitant')} de plus "
            f"à {minutes} minutes ou moins d'un généraliste, sur {entier(r.valeur_avant)} qui en "
            "sont plus loin."
        )
    if but == "temps":
        digits = 1 if r.gain >= 0.1 else 2
        return (
            f"{head} {'ramèneraient' if many else 'ramènerait'} le temps moyen jusqu'au "
            f"généraliste le plus proche de {nombre(r.valeur_avant, digits)} à "
            f"{nombre(r.valeur, digits)} min."
        )
    if but == "apl":
        staff = f"{r.etp} médecins à temps plein"
        return (
            f"{head}, avec {staff}, {'combleraient' if many else 'comblerait'} "
            f"{environ(r.gain)} des {environ(r.valeur_avant)} consultations par an qui manquent "
            f"aux communes sous le seuil de {d.seuil} ({pourcent(r.part_comblee)})."
        )
    return (
        f"{head} {'donneraient' if many else 'donnerait'} à {accord(r.gain, 'habitant')} un "
        f"généraliste plus proche dans le territoire que dehors, sur {entier(r.valeur_avant)} dont "
        "le plus proche est ailleurs."
    )


def _tied(d: Dossier, but: str, r: pd.Series) -> str:
    """Name the other choices that are worth the same."""
    table = d.diagnosis.implantations
    same = table.loc[
        (table["but"] == but) & (table["sites_nb"] == r.sites_nb) & (table["rang"] == 1)
    ]
    others = [french.enumeration(n.split(", ")) for n in same["lieux"] if n != r.lieux]
    if len(others) > _EGALITES:
        others = [*others[:_EGALITES], f"{entier(len(others) - _EGALITES)} autres choix"]
    return f" (à égalité avec {' ; '.join(others)})" if others else ""


def _nobody(d: Dossier, but: str, r: pd.Series) -> str:
    minutes = french.exact(d.parameters.implantation.minutes)
    if r.valeur_avant > 0:
        return f"{BUTS[but]} : aucun lieu possible n'améliore la situation présente."
    return {
        "couverture": f"Tous les habitants sont déjà à {minutes} minutes ou moins d'un "
        "généraliste, du point de leur commune.",
        "apl": f"Aucune commune n'est sous le seuil de {d.seuil}.",
        "maintien": "Aucun habitant n'a son généraliste le plus proche hors du territoire.",
    }.get(but, "Le temps moyen est déjà nul.")


def _whole(d: Dossier, r: pd.Series) -> str:
    minutes = french.exact(d.parameters.implantation.minutes)
    beyond = f" {french.majuscule(r.motif)}." if isinstance(r.motif, str) and r.motif else ""
    proved = "au moins" if r.ecart_optimalite == 0 else "au plus"
    return (
        f"Pour que tous ceux qui peuvent l'être soient à {minutes} minutes ou moins, il faudrait "
        f"{proved} {accord(r.sites_nb, 'site')} de plus.{beyond}"
    )


def _map(d: Dossier, single: pd.DataFrame) -> Figure:
    panels = [
        (BUTS[but], _spots(single.loc[single["but"] == but]))
        for but in BUTS
        if (single["but"] == but).any()
    ]
    firsts = single.loc[single["rang"] == 1].drop_duplicates("but")
    told = [f"{BUTS[r.but].lower()} : {r.lieux}" for r in records(firsts)]
    return Figure(
        "Les meilleurs lieux d'un nouveau site",
        maps.ranked_places(d.fond, panels, mention=d.mentions.text(temps=True)),
        f"{entier(len(panels))} petites cartes : les meilleurs lieux d'un seul site, numérotés du "
        "premier au dernier ; les valeurs sont dans le tableau qui suit.",
        f"Premier lieu selon ce qui est cherché — {' ; '.join(told)}.",
        CALCUL,
    )


def _spots(rows: pd.DataFrame) -> list[tuple[float, float, int]]:
    return [
        (float(r.geometry.centroid.x) / 1000, float(r.geometry.centroid.y) / 1000, int(r.rang))
        for r in records(rows)
    ]


def _best_places(d: Dossier, single: pd.DataFrame) -> Tableau:
    """Table of the best single places, an aim beside another."""
    shown = [but for but in BUTS if (single["but"] == but).any()]
    count = int(single["numero"].max())
    lines = []
    for numero in range(1, count + 1):
        cells = [entier(numero)]
        for but in shown:
            rows = single.loc[(single["but"] == but) & (single["numero"] == numero)]
            cells.append(_cell(rows.iloc[0]) if len(rows) else "–")
        lines.append(tuple(cells))
    return Tableau(
        "Les meilleurs lieux d'un seul site, et ce que chacun apporte",
        ("Ordre", *(BUTS[but] for but in shown)),
        tuple(lines),
        CALCUL,
        note="Temps : minutes gagnées en moyenne par habitant du territoire. Les "
        "choix de plusieurs sites sont dans le classeur indicateurs.xlsx, feuille implantations.",
        textes=len(shown),
    )


def _cell(r: pd.Series) -> str:
    return f"{r.lieux}{' (ex æquo)' if r.ex_aequo else ''} : {_gain(r)}"


def _gain(r: pd.Series) -> str:
    if r.but == "temps":
        return f"{nombre(r.gain, 2)} min"
    return environ(r.gain) if r.but == "apl" else entier(r.gain)


def _splits(d: Dossier) -> Tableau:
    """Table of the best choice by number of sites and split of the same staff."""
    rows = d.diagnosis.implantation_frontiere
    # An aim that nothing serves has its sentence.
    rows = rows.loc[rows["but"].isin(rows.loc[rows["gain"] > 0, "but"])]
    rows = rows.loc[rows["but"] != tables.COUVERTURE_TOTALE]
    total = french.exact(d.parameters.implantation.etp_total)
    return Tableau(
        "Un grand site ou plusieurs petits",
        ("Ce qui est cherché", "Sites", "Temps plein", "Lieux", "Gain", "Part de ce qui manque",
         "Preuve"),
        tuple(
            (
                BUTS[r.but],
                entier(r.sites_nb),
                r.etp if isinstance(r.etp, str) else "–",
                str(r.lieux) or str(r.motif),
                _gain(r) if r.lieux else "–",
                pourcent(r.part_comblee) if r.lieux else "–",
                _proof(r),
            )
            for r in records(rows)
        ),
        CALCUL,
        note=f"Seul le but des consultations compte les médecins : {total} temps plein, réunis ou "
        "répartis. Pour le temps, la part est celle du temps moyen d'aujourd'hui.",
        textes=3,
    )  # fmt: skip


def _proof(r: pd.Series) -> str:
    if not r.lieux:
        return "–"
    if r.ecart_optimalite == 0:
        return "prouvé"
    return f"à {pourcent(r.ecart_optimalite)} près"
