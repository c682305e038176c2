"""What checks the computed APL: the published APL, and the law of conservation."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french, tables
from diagterritoire.french import entier, environ, nombre, portion, pourcent
from diagterritoire.outputs.report import figures, maps, sentences
from diagterritoire.outputs.report.blocks import Bloc, Encadre, Figure, Paragraphe, Tableau
from diagterritoire.outputs.report.dossier import CALCUL, DREES, Dossier
from diagterritoire.outputs.report.reliability import reliability
from diagterritoire.outputs.report.totals import records

COMMUNES_MIN = 3
ECART_PROCHE = 0.5


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
    ]
    blocs.append(_map(d, known))
    if len(d.diagnosis.verite):
        blocs.append(_measures(d))
    blocs += _moved(d)
    phrase = reliability(d)
    return [*blocs, Paragraphe(phrase)] if phrase else blocs


def _map(d: Dossier, known: pd.DataFrame) -> Figure:
    """Draw the gaps, and the fitted APL where there is one."""
    cles = ["apl_ecart", *(["apl_calibree"] if known["apl_calibree"].notna().any() else [])]
    gap = (known["apl"] - known["apl_publiee"]).abs()
    near = known.loc[gap < ECART_PROCHE]
    people = float(known["population"].sum())
    where = (
        ", où "
        + portion(
            float(near["population"].sum()) / people,
            "des habitants comparés vivent",
            "vivent tous les habitants comparés",
            "ne vit aucun des habitants comparés",
        )
        if people > 0
        else ""
    )
    return Figure(
        "Où l'APL calculée s'écarte de la publiée",
        maps.classed_maps(
            d.fond,
            [maps.indicateur(c) for c in cles],
            mention=d.mentions.text(temps=True),
        ),
        "Carte des communes par écart entre l'APL calculée et l'APL publiée"
        + (", à côté de la carte de l'APL calée" if len(cles) > 1 else "")
        + ". Les valeurs sont dans l'annexe F et dans le classeur.",
        f"L'écart est inférieur à {nombre(ECART_PROCHE)} consultation par an et par habitant dans "
        f"{sentences.communes(len(near))}{where}.",
        f"{CALCUL} ; {d.source('apl_publiee', DREES)}",
    )


_SERIES = {
    tables.SERIE_APL: "APL calculée",
    tables.SERIE_CALIBREE: "APL calée",
    tables.SERIE_PRECEDENTE: "publiée l'année d'avant",
}
# In the order of the table, from the finest.
_NIVEAUX = {"commune": "commune", "epci": "intercommunalité", "bassin_vie": "bassin de vie"}


def _measures(d: Dossier) -> Tableau:
    table = d.diagnosis.verite
    shown = table.loc[table["zones_nb"] >= COMMUNES_MIN].sort_values(
        ["annee", "niveau"],
        key=lambda c: c.map(list(_NIVEAUX).index) if c.name == "niveau" else c,
        kind="stable",
    )
    known = d.diagnosis.bilan.mg_activite_connue is not None
    taken = "l'activité d'un fichier, sinon une moyenne," if known else "une activité moyenne"
    return Tableau(
        "Accord de l'APL calculée avec l'APL publiée, par année et par niveau",
        (
            "Année",
            "Niveau",
            "Comparée à la publiée",
            "Zones",
            "Corrélation pondérée",
            "Corrélation simple",
            "Écart médian (consultations)",
        ),
        tuple(
            (
                str(r.annee),
                _NIVEAUX[r.niveau],
                _SERIES[r.serie] + (" (sur cette année)" if r.ajustee else ""),
                entier(r.zones_nb),
                nombre(r.correlation_ponderee, 2),
                nombre(r.correlation, 2),
                nombre(r.ecart_median, 2),
            )
            for r in records(shown)
        ),
        f"{CALCUL} ; {d.source('apl_publiee', DREES)}",
        note="Corrélation de 1 : les deux valeurs varient exactement ensemble ; de 0 : aucun "
        "lien. Un niveau de moins de trois zones n'est pas montré, et à peu de zones une "
        "corrélation est fragile. Communes du territoire seules, moyennes pondérées par la "
        "population standardisée. L'APL publiée connaît l'activité et l'âge de chaque médecin ; "
        f"l'APL calculée prend {taken} et n'est jamais ajustée commune par commune "
        "sur la valeur publiée. Répéter l'APL publiée l'année d'avant dit ce qu'une mesure sans "
        "calcul obtiendrait.",
        textes=2,
    )


def _moved(d: Dossier) -> list[Bloc]:
    """Write how much supply the fit moved."""
    b = d.diagnosis.bilan
    if b.calage_annee is None or b.calage_consultations_deplacees is None:
        return []
    return [
        Paragraphe(
            f"L'APL calée a une colonne à part : l'activité de chaque médecin compté y est celle "
            f"qui explique le mieux l'APL publiée de {b.calage_annee}, de 0 à "
            f"{entier(d.parameters.offre.activite_plafond)} actes par an, sans rien créer là où "
            "aucun médecin n'est compté. Sur le territoire et son pourtour, elle "
            f"{_changes(b.calage_consultations_deplacees, b.calage_solde)} ; la demi-somme de ces "
            f"changements vaut {pourcent(b.calage_part_deplacee)} de l'offre."
        )
    ]


def _changes(moved: float, balance: float | None) -> str:
    """Write what the fit takes and gives: half of the sum of both was moved, and their balance."""
    solde = balance or 0.0
    return (
        f"retire {environ(moved - solde / 2)} consultations par an à des médecins et en ajoute "
        f"{environ(moved + solde / 2)} à d'autres"
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
