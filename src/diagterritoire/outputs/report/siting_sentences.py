"""What the best places of new sites would change, a sentence for each aim and number of sites."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french, tables
from diagterritoire.french import accord, entier, environ, nombre, pourcent
from diagterritoire.outputs.definitions import BUTS
from diagterritoire.outputs.report.dossier import Dossier
from diagterritoire.outputs.report.totals import records

_NOMBRES = ("", "Un site", "Deux sites", "Trois sites", "Quatre sites", "Cinq sites")
# How many choices that are worth the best one a sentence names.
_EGALITES = 2


def told(d: Dossier) -> list[str]:
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
    where = french.enumeration([_at(d, nom) for nom in _names(r)])
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
        return (
            f"{head}, avec {_staff(r.etp)}, {'combleraient' if many else 'comblerait'} "
            f"{environ(r.gain)} des {environ(r.valeur_avant)} consultations par an qui manquent "
            f"aux communes sous le seuil de {d.seuil} ({pourcent(r.part_comblee)})."
        )
    return (
        f"{head} {'donneraient' if many else 'donnerait'} à {accord(r.gain, 'habitant')} un "
        f"généraliste plus proche dans le territoire que dehors, sur {entier(r.valeur_avant)} dont "
        "le plus proche est ailleurs."
    )


def _names(r: pd.Series) -> list[str]:
    """Names of the places of a choice, together when one of them has a comma of its own."""
    names = str(r.lieux).split(", ")
    return names if len(names) == r.sites_nb else [str(r.lieux)]


def _at(d: Dossier, nom: str) -> str:
    """Write where a site would be: in a commune, or at a place, whose name is quoted."""
    communes = d.parameters.implantation.candidats == "communes"
    return french.a(nom) if communes else f"à « {nom} »"


def _staff(etp: str) -> str:
    """Write the full-time GPs of the sites, « 3 » or « 2 + 1 »."""
    alone = " + " not in etp
    word = french.mot(float(etp.replace(",", ".")), "médecin", decimales=2) if alone else "médecins"
    return f"{etp} {word} à temps plein"


def _tied(d: Dossier, but: str, r: pd.Series) -> str:
    """Name the other choices that are worth the same."""
    table = d.diagnosis.implantations
    same = table.loc[
        (table["but"] == but) & (table["sites_nb"] == r.sites_nb) & (table["rang"] == 1)
    ]
    others = [french.enumeration(_names(one)) for one in records(same) if one.lieux != r.lieux]
    if len(others) > _EGALITES:
        more = accord(len(others) - _EGALITES, "autre choix", "autres choix")
        others = [*others[:_EGALITES], more]
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
