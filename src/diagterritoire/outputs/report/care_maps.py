"""Maps of chapter 7: basins and main roads, zonings compared, the six analyses."""

from __future__ import annotations

from diagterritoire import french
from diagterritoire.core.basins.care_area import ANALYSES
from diagterritoire.outputs import care_words
from diagterritoire.outputs.basin_colours import basin_indicator
from diagterritoire.outputs.map_layers import BASSINS
from diagterritoire.outputs.mapped import PREFIXE_NOTE
from diagterritoire.outputs.report import lines, maps, sentences
from diagterritoire.outputs.report.blocks import Bloc, Figure
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.maps import Panneau

_ROADS = "OpenStreetMap"


def basins(d: Dossier) -> list[Bloc]:
    """Draw the basins with the main roads, then under the borders of each other zoning."""
    layer = d.diagnosis.bassins
    shown = basin_indicator(layer, d.noms)
    borders = lines.zones(d.diagnosis)
    own = [borders[BASSINS]] if BASSINS in borders else []
    roads = lines.roads(d.diagnosis)
    mention = d.mentions.text(modelise=sentences.modelled(d), temps=True)
    alone = Panneau(shown, traits=(*own, *roads), nommees=tuple(layer["bassin"]))
    titre = "Bassins de patientèle" + (" et routes principales" if roads else "")
    blocs: list[Bloc] = [
        Figure(
            titre,
            maps.panels(d.fond, [alone], mention=mention),
            f"Carte des communes par bassin de patientèle : {_named(d)}.",
            "Un bassin porte le nom de sa commune où l'on consulte le plus ; les couleurs ne font "
            "que les distinguer.",
            f"{CALCUL} ; {d.source('routes', _ROADS)}" if roads else CALCUL,
        )
    ]
    others = [cle for cle in borders if cle != BASSINS]
    if not others:
        return blocs
    compared = [
        Panneau(shown, borders[c].libelle, (*own, borders[c]), legende=False) for c in others
    ]
    return [
        *blocs,
        Figure(
            "Bassins de patientèle sous les limites des autres zonages",
            maps.panels(d.fond, compared, mention=mention),
            f"{french.entier(len(compared))} petites cartes des bassins de patientèle, chacune "
            f"avec les limites d'un zonage : {french.enumeration([p.titre for p in compared])}.",
            _closest(d),
            CALCUL,
        ),
    ]


def _named(d: Dossier) -> str:
    """Name the basins, the most populated first."""
    ordered = d.diagnosis.bassins.sort_values(["population", "bassin"], ascending=[False, True])
    return french.enumeration([d.nom(code) for code in ordered["bassin"]], 12)


def _closest(d: Dossier) -> str:
    """Say which zoning the basins agree most with."""
    table = d.diagnosis.comparaison_bassins
    table = table.loc[table["part_population"].notna() & (table["zones_nb"] > 1)]
    if table.empty:
        return "Un trait plein sépare deux bassins, un trait en tirets deux zones du zonage."
    best = table.sort_values(["part_population", "zonage"], ascending=[False, True]).iloc[0]
    nom = care_words.ZONAGES[str(best["zonage"])]
    return (
        f"Le zonage qui coupe le moins les bassins est le suivant : {nom} "
        f"({sentences.population(best['part_population'])} en accord)."
    )


def analyses(d: Dossier) -> list[Bloc]:
    """Draw the scores of the communes on each analysis whose file is there."""
    known = [
        maps.indicateur(f"aire_{a.cle}")
        for a in ANALYSES
        if d.fond.communes[PREFIXE_NOTE + a.cle].notna().any()
    ]
    if not known:
        return []
    panneaux = [Panneau(i, i.notion.titre) for i in known]
    titres = [i.notion.titre for i in known]
    return [
        Figure(
            "Note de chaque commune selon les analyses de l'aire de santé",
            maps.panels(d.fond, panneaux, mention=d.mentions.text(temps=True)),
            f"{french.entier(len(known))} petites cartes des communes par note, de 0 à 1 : "
            f"{french.enumeration(titres)}. Les valeurs sont dans le classeur.",
            "Plus la couleur est foncée, plus l'analyse rattache la commune au territoire.",
            CALCUL,
        )
    ]
