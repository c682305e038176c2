"""What checks the computed APL: the published APL, and the law of conservation."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french
from diagterritoire.french import entier, nombre
from diagterritoire.outputs.report import figures, sentences
from diagterritoire.outputs.report.blocks import Bloc, Encadre, Figure, Paragraphe, Tableau
from diagterritoire.outputs.report.dossier import CALCUL, DREES, Dossier

COMMUNES_MIN = 3


def agreement(d: Dossier) -> list[Bloc]:
    """Write how far the computed APL follows the published one."""
    inside = d.totaux.interieur
    known = inside.loc[inside["apl_publiee"].notna()]
    if known.empty:
        return [
            Encadre(
                "Donnée à fournir",
                "Aucune APL publiée pour ces communes : la comparaison se remplit avec le classeur "
                "« APL aux médecins généralistes » de la DREES.",
                "attente",
            )
        ]
    if len(known) < COMMUNES_MIN:
        return [
            Paragraphe(
                f"L'APL publiée est connue dans {sentences.communes(len(known))} du territoire : "
                "c'est trop peu pour mesurer un accord. Les deux valeurs sont dans l'annexe F."
            )
        ]
    blocs: list[Bloc] = [
        Figure(
            "APL calculée et APL publiée, une pastille par commune",
            figures.agreement(
                known, d.parameters.deficit.seuil_apl, mention=d.mentions.text(temps=True)
            ),
            "Nuage de points : APL publiée en abscisse, APL calculée en ordonnée, aire selon "
            "la population ; la diagonale marque l'égalité.",
            _agreement_sentence(known),
            f"{CALCUL} ; {d.source('apl_publiee', DREES)}",
        ),
        _measures(d, len(known)),
    ]
    phrase = sentences.reliability(d)
    return [*blocs, Paragraphe(phrase)] if phrase else blocs


def _measures(d: Dossier, comparees: int) -> Tableau:
    b = d.diagnosis.bilan
    return Tableau(
        "Accord de l'APL calculée avec l'APL publiée",
        ("Mesure", "Valeur"),
        (
            ("Communes comparées", entier(comparees)),
            ("Corrélation pondérée par la population", nombre(b.correlation_apl_ponderee, 2)),
            ("Corrélation non pondérée", nombre(b.correlation_apl, 2)),
            ("Écart médian (calculée moins publiée)", nombre(b.ecart_median_apl, 2)),
        ),
        f"{CALCUL} ; {d.source('apl_publiee', DREES)}",
        note="Corrélation de 1 : les deux valeurs varient exactement ensemble ; de 0 : aucun "
        "lien. L'APL publiée connaît l'activité et l'âge de chaque médecin ; l'APL calculée prend "
        "une activité moyenne et n'est jamais ajustée sur la valeur publiée.",
    )


def _agreement_sentence(known: pd.DataFrame) -> str:
    above = int((known["apl"] > known["apl_publiee"]).sum())
    below = int((known["apl"] < known["apl_publiee"]).sum())
    equal = int((known["apl"] == known["apl_publiee"]).sum())
    egales = f" ; égales : {sentences.communes(equal)}" if equal else ""
    top = figures.window(known)
    beyond = int((known["apl"].gt(top) | known["apl_publiee"].gt(top)).sum())
    bord = (
        f" {french.majuscule(sentences.communes(beyond))} hors du cadre "
        f"{french.mot(beyond, 'est ramenée', 'sont ramenées')} au bord, en losange."
        if beyond
        else ""
    )
    return (
        f"Au-dessus de la diagonale, l'APL calculée dépasse la publiée : "
        f"{sentences.communes(above)} ; au-dessous : {sentences.communes(below)}{egales}.{bord}"
    )


def conservation(d: Dossier) -> str:
    """Write the closed system law: what the inhabitants receive is what the GPs offer."""
    b = d.diagnosis.bilan
    if not b.consultations_offertes:
        return (
            "Aucune consultation n'est offerte à portée du territoire : la somme des consultations "
            "reçues est nulle elle aussi."
        )
    return (
        "Population standardisée multipliée par l'APL, additionnée sur le territoire et son "
        f"pourtour : {entier(b.consultations_recues)} consultations par an. Consultations offertes "
        f"par les médecins à portée : {entier(b.consultations_offertes)}. Écart relatif : "
        f"{_scientific(b.ecart_relatif)}. Les deux sommes doivent être égales : le calcul ne crée "
        "ni ne perd aucune consultation."
    )


def _scientific(ecart: float) -> str:
    return "moins d'un milliardième" if abs(ecart) < 1e-9 else f"{abs(ecart):.1e}".replace(".", ",")
