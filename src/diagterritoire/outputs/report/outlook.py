"""Chapter 5: the territory in some years, if nothing is done."""

from __future__ import annotations

from diagterritoire import french
from diagterritoire.french import accord, entier, nombre, pourcent
from diagterritoire.outputs import cautions
from diagterritoire.outputs.report.blocks import Bloc, Paragraphe, Tableau
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records


def later(d: Dossier) -> list[Bloc]:
    """Say what the territory becomes if GPs leave at the declared rate and nothing is done."""
    rows = list(records(d.diagnosis.avenir))
    declared = d.parameters.avenir
    if len(rows) < 2 or french.manque(rows[0].apl):
        return []
    now, last = rows[0], rows[-1]
    known = d.diagnosis.bilan.ages_connus
    part = pourcent(declared.part_departs_an)
    departs = f"{part} des médecins cessaient leur activité chaque année"
    if known:
        departs = (
            "chaque médecin d'âge connu cessait son activité à "
            f"{french.exact(declared.age_cessation)} ans, et {part} des autres chaque année"
        )
    remplaces = (
        f"{pourcent(declared.part_remplacee)} d'entre eux étant remplacés"
        if declared.part_remplacee
        else "sans être remplacés"
    )
    return [
        Paragraphe(
            f"Hypothèse déclarée, et non prévision : si {departs}, {remplaces}, l'APL moyenne "
            f"passerait de {d.apl(now.apl)} à {d.apl(last.apl)} en "
            f"{french.exact(last.horizon_ans)} ans"
            f"{_below(d, now.population_deficit, last.population_deficit)}."
        ),
        Tableau(
            "Le territoire dans quelques années, selon l'hypothèse de départs",
            (
                "Dans",
                "Médecins à temps plein",
                "APL calculée moyenne",
                "Communes sous le seuil",
                "Habitants de ces communes",
                "Temps plein qui manquent",
            ),
            tuple(
                (
                    f"{french.exact(r.horizon_ans)} ans" if r.horizon_ans else "Aujourd'hui",
                    nombre(r.mg_etp),
                    d.apl(r.apl),
                    entier(r.communes_deficit_nb),
                    entier(r.population_deficit),
                    nombre(r.manque_seuil_etp),
                )
                for r in rows
            ),
            CALCUL,
            note=("Départs selon l'âge des médecins" if known else "Mêmes départs partout")
            + f", {_growth(declared.facteur_population_an)} : valeurs de "
            "l'annexe B, à faire varier. " + cautions.POSTES.texte,
        ),
    ]


def _below(d: Dossier, now: float, last: float) -> str:
    """Write what becomes of the population under the threshold."""
    if now == last:
        stay = f"resterait de {entier(now)}" if now else "resterait nulle"
        return f" ; la population des communes sous le seuil de {d.seuil} {stay}"
    return (
        f", et la population des communes sous le seuil de {d.seuil}, de {entier(now)} à "
        f"{accord(round(last), 'habitant')}"
    )


def _growth(factor: float) -> str:
    if factor == 1:
        return "population inchangée"
    return f"population multipliée chaque année par {french.exact(factor)}"
