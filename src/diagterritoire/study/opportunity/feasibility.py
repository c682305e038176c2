"""Criteria of feasibility: who is in place, what a project leans on."""

from __future__ import annotations

from diagterritoire import tables
from diagterritoire.french import majuscule, portion
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.study.opportunity.criterion import (
    FAISABILITE,
    FRACTION,
    Critere,
    basins_having,
    known,
    of_structures,
    reading,
    structures_listed,
)


def basins(d: Diagnosis) -> Critere:
    """Basins whose professionals make a maison de santé."""
    table = d.formes_exercice
    rules = table.loc[(table["forme"] == "MSP") & table["regle_d_ici"]]
    # Where two rules hold, the more demanding one decides.
    worst = rules.loc[rules["niveau"] == "bassin"].groupby("code")["verdict"].agg(set)
    allowed = int(sum(v == {tables.PERMISE} for v in worst))
    lacking = int(sum(tables.MANQUE in v for v in worst))
    undecided = len(worst) - allowed - lacking
    uncounted = int(sum(tables.INCONNU in v and tables.MANQUE not in v for v in worst))
    value = None if worst.empty or (allowed == 0 and undecided) else float(allowed)
    fermete = "nombres publics de professionnels"
    if value is None:
        fermete = "professions non comptées" if uncounted or worst.empty else "comptes par parts"
    return Critere(
        FAISABILITE,
        "bassins_msp",
        "Bassins dont les professionnels permettent une maison de santé",
        value,
        "bassins",
        1.0,
        "composition la plus petite : chapitre 9",
        fermete,
        reading(value, 1.0, haut=True),
        _allowed(allowed, lacking, undecided, uncounted),
    )


def _allowed(allowed: int, lacking: int, undecided: int, uncounted: int) -> str:
    """Say how many basins have a team, among those of which it is known."""
    known = allowed + lacking
    team = "les professionnels d'une maison de santé"
    if not undecided and known:
        return f"{basins_having(allowed, known)} {team}."
    if known:
        others = "un autre est" if undecided == 1 else f"{undecided} autres sont"
        among = " dont la réponse est connue"
        return f"{basins_having(allowed, known, among)} {team} ; {others} à vérifier."
    if undecided and not uncounted:
        return (
            "Les professionnels sont comptés par parts entre leurs lieux : quels bassins "
            "permettent une maison de santé est à vérifier."
        )
    return (
        "Le nombre des auxiliaires médicaux est inconnu : rien ne dit quels bassins permettent "
        "une maison de santé."
    )


def supported(d: Diagnosis) -> Critere:
    """Basins with a hospital or an EHPAD within reach of their pole."""
    listed = structures_listed(d)
    near = d.appuis.loc[d.appuis["categorie"].isin(["hopital", "hopital_local", "EHPAD"])]
    number = int(near["bassin"].nunique())
    return Critere(
        axe=FAISABILITE,
        cle="appuis",
        titre="Bassins qui ont un hôpital ou un EHPAD à portée de leur pôle",
        unite="bassins",
        phrase=f"{basins_having(number, len(d.bassins))} un hôpital ou un EHPAD à portée de leur "
        "pôle."
        if listed
        else "Les hôpitaux et les EHPAD d'appui ne sont pas connus.",
        **of_structures(listed, float(number), 1.0, haut=True, source="FINESS et temps de route"),
    )


def intercommunal(d: Diagnosis) -> Critere:
    """Share of the inhabitants of the EPCI concerned that live in the territory."""
    table = d.aire_sante
    own = table.loc[(table["niveau"] == "territoire") & (table["analyse"] == "epci"), "valeur"]
    value = known(own.iloc[0]) if len(own) else None
    return Critere(
        FAISABILITE,
        "intercommunalites",
        "Habitants des intercommunalités concernées qui vivent dans le territoire",
        value,
        FRACTION,
        0.5,
        "table d'appartenance de l'Insee ; seuil : la majorité",
        "publié",
        reading(value, 0.5, haut=True, contre=tables.A_INSTRUIRE),
        "La part des habitants des intercommunalités concernées n'est pas connue."
        if value is None
        else majuscule(
            portion(
                value,
                "des habitants des intercommunalités concernées vivent",
                "tous les habitants des intercommunalités concernées vivent",
            )
        )
        + " dans le territoire.",
    )
