"""The section on the times of the inhabitants, from where they live."""

from __future__ import annotations

import pandas as pd

from diagterritoire.french import (
    accord,
    entier,
    enumeration,
    exact,
    majuscule,
    minutes,
    portion,
    pourcent,
)
from diagterritoire.outputs.report.blocks import Bloc, Paragraphe, SousTitre, Tableau
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records
from diagterritoire.tables import ORIGINE_CARREAUX, ORIGINE_POINT, ORIGINE_RUES

_PLACES = {
    ORIGINE_CARREAUX: "aux carreaux de la population carroyée",
    ORIGINE_RUES: "le long des rues, à parts égales entre leurs extrémités et leurs carrefours "
    "(imputé)",
    ORIGINE_POINT: "au point de la commune (imputé)",
}


def residents(d: Dossier) -> list[Bloc]:
    """Write the section; nothing when no inhabitant is placed."""
    table = d.diagnosis.bandes
    whole = table.loc[table["niveau"] == "territoire"]
    if not whole["population"].sum():
        return []
    return [
        SousTitre(f"Temps des habitants{homes(d)}"),
        d.definition("temps_moyen"),
        Paragraphe(_sentence(d, whole)),
        Tableau(
            f"Habitants par tranche de temps{homes(d)}",
            ("Temps d'accès", "Habitants", "Part de la population"),
            tuple(
                (majuscule(r.tranche), entier(r.population), pourcent(r.part))
                for r in records(whole)
            ),
            CALCUL,
            note=_placed(d),
        ),
        *_by_epci(table.loc[table["niveau"] == "epci"]),
    ]


def homes(d: Dossier) -> str:
    """Say that times start where people live; empty where only the point of a commune is known."""
    places = set(d.totaux.interieur["origine_points"].dropna())
    return "" if places <= {ORIGINE_POINT} else ", de leur lieu d'habitation"


def _sentence(d: Dossier, whole: pd.DataFrame) -> str:
    """Write who is near, who is far, and the mean."""
    bounded = whole.loc[whole["temps_max_min"].notna()]
    total, near = int(whole["population"].sum()), bounded.iloc[0]
    limit, far = float(bounded["temps_max_min"].iloc[-1]), whole.iloc[len(bounded)]
    loin = f"{pourcent(far.part)} à plus de" if far.population else "aucun à plus de"
    sans = whole.iloc[-1]
    sans_trajet = (
        f" ; {pourcent(sans.part)} n'atteint aucun médecin en voiture" if sans.population else ""
    )
    comptes = (
        "Comptés là où ils habitent et non au point de leur commune"
        if homes(d)
        else "Comptés au point de leur commune, faute de rues ou de carreaux qui disent où ils "
        "habitent"
    )
    return (
        f"{comptes}, {_are(near.part, f'{entier(total)} habitants')} à "
        f"{exact(near.temps_max_min)} minutes ou moins d'un médecin généraliste et {loin} "
        f"{exact(limit)}{sans_trajet}.{_means(d, sans.population)}"
    )


def _are(fraction: float, habitants: str) -> str:
    """Say how many inhabitants are somewhere, before the words that say where."""
    return portion(
        fraction, f"des {habitants} sont", f"les {habitants} sont tous", "aucun habitant n'est"
    )


def _means(d: Dossier, sans_trajet: int) -> str:
    """Write the mean time, and why that of the communes is another."""
    t = d.totaux
    if t.temps_habitants is None:
        return ""
    qui = "Le temps moyen de ceux qui en atteignent un" if sans_trajet else "Leur temps moyen"
    points = ""
    if t.temps_moyen is not None and t.avec_mg.communes:
        nul = (
            "du point des communes : celui-ci est nul pour tous dès qu'un médecin exerce dans la "
            "commune"
            if homes(d)
            else "si le trajet est compté nul pour tous dès qu'un médecin exerce dans la commune"
        )
        points = f", contre {minutes(t.temps_moyen)} {nul}"
    return f" {qui} est de {minutes(t.temps_habitants)}{points}."


def near_and_far(d: Dossier) -> str | None:
    """Write the inhabitants near a GP and far from any, from where they live; None without any."""
    table = d.diagnosis.bandes
    whole = table.loc[table["niveau"] == "territoire"]
    total = int(whole["population"].sum())
    if not total:
        return None
    bornes = d.parameters.apl.bornes_min

    def within(bound: float) -> int:
        return int(whole.loc[whole["temps_max_min"] <= bound, "population"].sum())

    # The last band is that of people who reach no GP, neither near nor far.
    far = total - within(bornes[-1]) - int(whole["population"].iloc[-1])
    loin = pourcent(far / total) if far else "aucun"
    base = " (temps estimés à vol d'oiseau)" if d.mentions.approche else ""
    depart = "De l'endroit où ils vivent" if homes(d) else "Du point de leur commune"
    return (
        f"{depart}, {_are(within(bornes[0]) / total, 'habitants')} à {d.proche} minutes ou moins "
        f"en voiture d'un médecin généraliste, et {loin} à plus de {d.portee} minutes{base}."
    )


def _placed(d: Dossier) -> str:
    """Say where the inhabitants are placed, and in how many communes."""
    counts = d.totaux.interieur["origine_points"].value_counts()
    known = [
        f"{where} dans {accord(int(counts[key]), 'commune', feminin=True)}"
        for key, where in _PLACES.items()
        if key in counts
    ]
    placed = f"Habitants placés {enumeration(known)}. " if known else ""
    if not homes(d):
        return (
            f"{placed}Les hameaux et les quartiers éloignés de ce point ne se voient pas : les "
            "temps de leurs habitants sont plus longs."
        )
    return (
        f"{placed}Le trajet à l'intérieur d'une commune y est compté. Un médecin sans position "
        "connue est au point de sa commune : en ville, ces temps sont alors des maximums."
    )


def _by_epci(table: pd.DataFrame) -> list[Bloc]:
    if table.empty:
        return []
    first = table.loc[table["code"] == table["code"].iloc[0]]
    return [
        Tableau(
            "Part des habitants par tranche de temps, par intercommunalité",
            ("Intercommunalité", "Habitants", *map(majuscule, first["tranche"])),
            tuple(_row(part) for _, part in table.groupby("code", sort=False)),
            CALCUL,
            note="Communes du territoire seulement.",
        )
    ]


def _row(part: pd.DataFrame) -> tuple[str, ...]:
    shares = [pourcent(share) for share in part["part"]]
    return (str(part["nom"].iloc[0]), entier(part["population"].sum()), *shares)
