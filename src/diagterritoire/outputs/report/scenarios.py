"""The chapter of the scenarios: what each does, what it changes, for whom, and for whom not."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french
from diagterritoire.french import MOINS, enumeration, nombre
from diagterritoire.outputs import cautions
from diagterritoire.outputs.report import maps
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    Encadre,
    Figure,
    Liste,
    Paragraphe,
    SousTitre,
)
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.scenario_moves import sentences
from diagterritoire.outputs.report.scenario_tables import (
    APL_SHOWN,
    balance,
    beside,
    communes_of,
    ranked,
    received,
    write,
)
from diagterritoire.outputs.report.totals import records
from diagterritoire.outputs.scenario_views import APL_DIFFERENCE, later_communes, shortened
from diagterritoire.study.bundles import Compared


def chapters(d: Dossier) -> list[Chapitre]:
    """Write the chapter, none without scenarios."""
    compared = d.diagnosis.scenarios
    if compared is None:
        return []
    many = len(compared.noms) > 1
    blocs: list[Bloc] = [
        Paragraphe(
            "Un scénario refait le diagnostic après les mouvements que son auteur déclare : les "
            "mêmes habitants, les mêmes routes, le même calcul, une autre offre. Ce chapitre dit "
            "ce qui change ; les autres décrivent la situation présente."
        ),
        *([beside(compared)] if many else []),
    ]
    for cle, nom in compared.noms.items():
        blocs += _scenario(d, compared, cle, nom)
    blocs += [
        Encadre(
            "Ce que ces chiffres supposent",
            "Rien d'autre ne change : ni la population, ni les autres médecins, ni leurs heures. "
            "Les flux suivent un modèle, avant comme après : un habitant peut garder son médecin. "
            "Une antenne compte comme un lieu de consultation dès sa première demi-journée : le "
            "temps au plus proche ne dit pas quand elle est ouverte. Un temps plein ouvert offre "
            f"{french.exact(d.parameters.offre.consultations_par_etp)} consultations par an.",
        ),
        Encadre(cautions.MODELISE.titre, cautions.MODELISE.texte),
    ]
    return [Chapitre("scenario", "S", french.mot(len(compared.noms), "Scénario"), tuple(blocs))]


def _scenario(d: Dossier, compared: Compared, cle: str, nom: str) -> list[Bloc]:
    mouvements, bilan, layer = (
        table.loc[table["scenario"] == cle]
        for table in (
            compared.scenario_mouvements,
            compared.scenario_bilan,
            pd.DataFrame(compared.scenario.drop(columns="geometry")),
        )
    )
    return [
        SousTitre(f"Scénario « {nom} »"),
        Liste(sentences(d, mouvements)),
        balance(bilan),
        Liste(tuple(_told(d, bilan, layer))),
        *_maps(d, cle, nom),
        *ranked(d, layer),
        *received(d, layer),
    ]


def _told(d: Dossier, bilan: pd.DataFrame, layer: pd.DataFrame) -> list[str]:
    """Say who gains, who loses, and that nothing is made up."""
    rows = {r.indicateur: r for r in records(bilan)}
    offered, received = rows["consultations_offertes"], rows["consultations_recues"]
    inside = layer["dans_territoire"].astype(bool)
    gain, loss = (layer["apl_difference"] >= APL_SHOWN), (layer["apl_difference"] <= -APL_SHOWN)
    told = [
        f"Loi de conservation : {write(offered.difference, offered.unite, signed=True)} "
        f"consultations offertes par an, {write(received.difference, received.unite, signed=True)}"
        " reçues par les habitants du territoire et de son pourtour : le calcul n'en crée ni n'en "
        "perd.",
        f"L'APL monte dans {communes_of(layer, gain & inside)} du territoire et "
        f"{communes_of(layer, gain & ~inside)} du pourtour.",
    ]
    if loss.any():
        worst = layer.loc[loss].sort_values(["apl_difference", "code_commune"]).head(3)
        named = [f"{r.nom} ({MOINS}{nombre(-r.apl_difference, 2)})" for r in records(worst)]
        told.append(
            f"Elle baisse dans {communes_of(layer, loss & inside)} du territoire et "
            f"{communes_of(layer, loss & ~inside)} du pourtour, d'abord {enumeration(named)}."
        )
    else:
        told.append(
            "Elle ne baisse nulle part : dans ce calcul, un médecin de plus n'enlève de "
            "consultations à personne. Ce que perdent les communes voisines, ce sont des patients."
            if not (layer["apl_difference"] < 0).any()
            else "Elle ne baisse d'un centième nulle part."
        )
    left = layer.loc[layer["deficit_avant"] & ~layer["deficit_apres"] & inside]
    fallen = layer.loc[~layer["deficit_avant"] & layer["deficit_apres"] & inside]
    for table, what in ((left, "au-dessus du seuil"), (fallen, "sous le seuil")):
        if len(table):
            verb = french.mot(len(table), "passe", "passent")
            told.append(
                f"{french.majuscule(communes_of(table, table['nom'].notna()))} du territoire "
                f"{verb} {what} de {d.seuil} : {enumeration(table['nom'].tolist(), 5)}."
            )
    return told


def _maps(d: Dossier, cle: str, nom: str) -> list[Bloc]:
    """Draw the APL before and after with the same classes, then what changes."""
    apl = maps.indicateur("apl")
    later = later_communes(d.diagnosis, cle, d.fond.communes)
    mention, told = d.mentions.text(temps=True), f"Scénario : {shortened(nom)}."
    sides = [
        maps.Panneau(apl, "Situation présente"),
        maps.Panneau(
            apl, "Une fois le scénario fait", communes=later.assign(apl=later["apl_apres"])
        ),
    ]
    return [
        Figure(
            "L'APL calculée avant et après",
            maps.panels(d.fond, sides, mention=mention),
            "Deux cartes des communes du territoire : APL calculée aujourd'hui, puis une fois le "
            "scénario fait ; les valeurs sont dans la couche scenario.",
            f"Les classes sont les mêmes des deux côtés. {told}",
            CALCUL,
        ),
        Figure(
            "Ce que le scénario change à l'APL calculée",
            maps.panels(d.fond, [maps.Panneau(APL_DIFFERENCE, communes=later)], mention=mention),
            "Carte des communes du territoire : APL calculée une fois le scénario fait, moins "
            "celle d'aujourd'hui ; les valeurs sont dans la couche scenario.",
            f"En brun, l'accès devient plus difficile ; en vert, plus facile. {told}",
            CALCUL,
        ),
    ]
