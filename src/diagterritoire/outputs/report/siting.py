"""Chapter 13: where one or several new sites would be best placed, and what each would change."""

from __future__ import annotations

from typing import Any

import pandas as pd

from diagterritoire import french, tables
from diagterritoire.french import accord, entier, environ, nombre, pourcent
from diagterritoire.outputs import cautions
from diagterritoire.outputs.definitions import BUTS
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
from diagterritoire.outputs.report.reliability import far_from_published
from diagterritoire.outputs.report.residents import homes
from diagterritoire.outputs.report.siting_sentences import told
from diagterritoire.outputs.report.totals import records


def places(d: Dossier) -> list[Bloc]:
    """Say where new sites would be best placed, beside what each choice would change."""
    table, frontier = d.diagnosis.implantations, d.diagnosis.implantation_frontiere
    if not d.parameters.implantation.sites or frontier.empty:
        return _without(d)
    blocs: list[Bloc] = [
        SousTitre("Où placer un ou plusieurs sites"),
        Paragraphe(_searched(d)),
        Liste(tuple(told(d))),
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
        "mention contraire. Les temps partent du point des communes, comme l'APL"
        + (" : le chapitre 6 compte aussi les habitants d'où ils vivent" if homes(d) else "")
        + f".{_weak(d)}{_ceiling(d)}"
        + (f" {left}." if left else "")
    )


def _weak(d: Dossier) -> str:
    """Say that what is missing rests on an APL that is far from the published one."""
    if "apl" not in d.parameters.implantation.buts or not far_from_published(d):
        return ""
    return (
        " Les consultations manquantes sont celles de l'APL calculée, qui s'écarte ici nettement "
        "de la publiée (chapitre 6) : de tous les buts, c'est le moins sûr."
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


def _map(d: Dossier, single: pd.DataFrame) -> Figure:
    panels = [
        (BUTS[but], _spots(single.loc[single["but"] == but]))
        for but in BUTS
        if (single["but"] == but).any()
    ]
    firsts = single.loc[single["rang"] == 1].drop_duplicates("but")
    firsts_told = [
        f"{BUTS[r.but].lower()} : {r.lieux}{' (ex æquo)' if r.ex_aequo else ''}"
        for r in records(firsts)
    ]
    return Figure(
        "Les meilleurs lieux d'un nouveau site",
        maps.ranked_places(d.fond, panels, mention=d.mentions.text(temps=True)),
        f"{entier(len(panels))} petites cartes : les meilleurs lieux d'un seul site, numérotés du "
        "premier au dernier ; les valeurs sont dans le tableau qui suit.",
        f"Premier lieu selon ce qui est cherché — {' ; '.join(firsts_told)}.",
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
    return f"{r.lieux}{' (ex æquo)' if r.ex_aequo else ''} : {measure(r.but, r.gain)}"


def measure(but: str, value: float) -> str:
    """Write a gain, or what it is taken from.

    Examples
    --------
    >>> measure("temps", 1.254), measure("couverture", 1250.0)
    ('1,25 min', '1\u202f250')
    """
    if but == "temps":
        return f"{nombre(value, 2)} min"
    return environ(value) if but == "apl" else entier(value)


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
                measure(r.but, r.gain) if r.lieux else "–",
                pourcent(r.part_comblee) if r.lieux else "–",
                proof(r),
            )
            for r in records(rows)
        ),
        CALCUL,
        note=f"Seul le but des consultations compte les médecins : {total} temps plein, réunis ou "
        "répartis. Pour le temps, la part est celle du temps moyen d'aujourd'hui.",
        textes=3,
    )  # fmt: skip


def proof(r: Any) -> str:
    """Say how far a choice is proved to be the best."""
    if not r.lieux:
        return "–"
    if r.ecart_optimalite == 0:
        return "prouvé"
    return f"à {pourcent(r.ecart_optimalite)} près"
