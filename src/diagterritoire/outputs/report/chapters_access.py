"""Chapter 6: access to GPs, in minutes and in consultations (APL)."""

from __future__ import annotations

import math

from diagterritoire import french
from diagterritoire.french import accord, entier, minutes, nombre, pourcent
from diagterritoire.outputs.report import figures, maps, sentences
from diagterritoire.outputs.report.agreement import agreement, conservation
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    Figure,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.dossier import CALCUL, DREES, Dossier
from diagterritoire.outputs.report.residents import homes, residents
from diagterritoire.outputs.report.spread import spread
from diagterritoire.outputs.report.totals import records

LIGNES_MAX = 15
_TIME_COLOURS = (
    "#5ab4ac", "#9fc6c2", "#fec44f", "#ec7014", "#b54804", "#662506", "#5a5560", "#b8bec4",
)  # fmt: skip


def chapter(d: Dossier) -> Chapitre:
    """Write chapter 6."""
    blocs: list[Bloc] = [
        *residents(d),
        SousTitre("Temps d'accès du point de chaque commune"),
        d.definition("temps", _time_source(d)),
        Paragraphe(_time_sentence(d)),
        *_bands(d),
        *_farthest(d),
        SousTitre("Surfaces autour des médecins"),
        *_isochrones(d),
        SousTitre("Accessibilité potentielle localisée (APL)"),
        d.definition("apl"),
        d.definition("apl_publiee"),
        Paragraphe(_apl_sentence(d)),
        *_maps(d),
        *spread(d),
        SousTitre("L'APL calculée à l'épreuve de l'APL publiée"),
        *agreement(d),
        SousTitre("Vérification : aucune consultation perdue"),
        Paragraphe(conservation(d)),
    ]
    return Chapitre("chapitre-6", "6", "Accès aux médecins généralistes", tuple(blocs))


def _time_source(d: Dossier) -> str:
    if d.totaux.communes and d.totaux.approche.communes == d.totaux.communes:
        return "modèle à vol d'oiseau (annexe B)"
    return d.source("routes", d.source("reseau", "réseau routier")) + " ; " + CALCUL


def _time_sentence(d: Dossier) -> str:
    t = d.totaux
    if t.temps_moyen is None:
        return "Aucun temps de trajet n'est connu pour les habitants du territoire."
    if t.temps_max == 0 and not t.inatteignables.communes:
        return (
            "Le temps d'accès est nul partout : la mesure ne dit rien des trajets à l'intérieur "
            "d'une commune qui a un médecin."
        )
    return (
        f"Compté du point de sa commune, un habitant est en moyenne à {minutes(t.temps_moyen)} "
        "d'un médecin généraliste ; la commune la plus éloignée de celles qui peuvent en atteindre "
        f"un est à "
        f"{minutes(t.temps_max)}."
    )


def _bands(d: Dossier) -> list[Bloc]:
    t = d.totaux
    rows = t.bandes
    blocs: list[Bloc] = []
    if t.population:
        colours = [
            _TIME_COLOURS[6] if "Aucun" in n else _TIME_COLOURS[7] if "inconnu" in n
            else _TIME_COLOURS[min(k, 5)] for k, (n, _) in enumerate(rows)
        ]  # fmt: skip
        texts = [f"{pourcent(g.part)}  ({entier(g.population)} hab.)" for _, g in rows]
        blocs.append(
            Figure(
                "Population selon le temps d'accès au médecin généraliste le plus proche",
                figures.horizontal_bars(
                    [n for n, _ in rows],
                    [g.part or 0.0 for _, g in rows],
                    texts,
                    colours=colours,
                    mention=d.mentions.text(temps=True),
                ),
                "Barres : part de la population par tranche de temps ; les valeurs sont dans le "
                "tableau qui suit.",
                _bands_sentence(d),
                CALCUL,
            )
        )
    blocs.append(
        Tableau(
            "Communes et population par tranche de temps",
            ("Temps d'accès", "Communes", "Habitants", "Part de la population"),
            tuple((n, entier(g.communes), entier(g.population), pourcent(g.part)) for n, g in rows),
            CALCUL,
        )
    )
    return blocs


def _bands_sentence(d: Dossier) -> str:
    t = d.totaux
    ici = next(g for _, g in t.bandes)
    loin = (
        f"{pourcent(t.loin.part)} est à plus de {d.portee} minutes"
        if t.loin.population
        else f"personne n'est à plus de {d.portee} minutes"
    )
    sans = (
        f", et {pourcent(t.inatteignables.part)} n'atteint aucun médecin en voiture"
        if t.inatteignables.population
        else ""
    )
    vit = french.portion(
        ici.part, "de la population vit", "toute la population vit", "aucun habitant ne vit"
    )
    return f"{french.majuscule(vit)} dans une commune qui a un médecin généraliste, {loin}{sans}."


def _farthest(d: Dossier) -> list[Bloc]:
    t = d.totaux
    rows = t.interieur.loc[t.interieur["mg_nb"].eq(0).fillna(False).astype(bool)]
    if rows.empty:
        return []
    rows = rows.assign(rang=rows["temps_mg_min"].fillna(math.inf)).sort_values(
        ["rang", "population", "code_commune"], ascending=[False, False, True]
    )
    noms = d.noms
    lignes = [
        (
            str(r.nom),
            str(noms.get(r.mg_proche_code, french.MANQUANT)),
            minutes(r.temps_mg_min) if r.atteignable else "aucun trajet",
            entier(r.population),
            d.apl(r.apl),
            d.apl(r.apl_publiee),
        )
        for r in records(rows.head(LIGNES_MAX))
    ]
    reste = len(rows) - len(lignes)
    note = (
        f"{french.majuscule(accord(reste, 'autre commune', 'autres communes', feminin=True))} sans "
        "médecin : voir le classeur indicateurs.xlsx."
        if reste
        else ""
    )
    return [
        Tableau(
            "Les communes les plus éloignées d'un médecin généraliste",
            ("Commune", "Médecin le plus proche", "Temps", "Habitants", "APL calculée",
             "APL publiée"),
            tuple(lignes),
            CALCUL + " ; " + d.source("apl_publiee", DREES),
            note=note,
            textes=1,
        )
    ]  # fmt: skip


def _isochrones(d: Dossier) -> list[Bloc]:
    table = d.diagnosis.isochrones
    if table.empty:
        bornes = (*d.parameters.apl.bornes_min, *d.parameters.reseau.isochrones_min)
        return [
            Paragraphe(
                f"Aucun lieu du territoire n'est à {french.exact(max(bornes))} minutes ou moins "
                "d'un médecin généraliste : il n'y a pas de surface (isochrone) à tracer."
            )
        ]
    rows = records(table.sort_values("temps_max_min"))
    surfaces = table.set_index("temps_max_min").geometry.area / 1e6
    beyond = d.totaux.population - int(table["population"].max())
    rest = [("Au-delà, ou aucun trajet en voiture", "–", entier(beyond))] if beyond > 0 else []
    return [
        Tableau(
            "Surfaces du territoire autour des médecins (isochrones)",
            ("Temps maximal", "Surface (km²)", "Habitants"),
            (
                *(
                    (
                        minutes(r.temps_max_min),
                        nombre(surfaces[r.temps_max_min], 0),
                        entier(r.population),
                    )
                    for r in rows
                ),
                *rest,
            ),
            CALCUL,
            note=f"Habitants dont le temps{f'{homes(d)},' if homes(d) else ''} ne dépasse pas "
            "cette durée. "
            "Les surfaces sont celles des cellules de 200 m, même dans une commune qui a un "
            "médecin (raster temps_acces.tif).",
        )
    ]


def _apl_sentence(d: Dossier) -> str:
    b = d.diagnosis.bilan
    parts = []
    if b.apl_moyenne is not None:
        parts.append(f"{sentences.consultations(b.apl_moyenne)} (APL calculée)")
    if b.apl_publiee_moyenne is not None:
        annees = french.enumeration([str(a) for a in d.totaux.apl_annees])
        annee = f" {annees}" if annees else ""
        parts.append(f"{sentences.consultations(b.apl_publiee_moyenne)} (APL publiée{annee})")
    if not parts:
        return "L'APL moyenne du territoire n'est pas disponible."
    face = d.face_a("apl_publiee", nombre)
    suite = f" APL publiée d'autres zones{face}." if face else ""
    return (
        f"Un habitant du territoire a accès en moyenne à {french.enumeration(parts)} par an.{suite}"
    )


def _maps(d: Dossier) -> list[Bloc]:
    cles = ["temps", "apl", "apl_publiee", "deficit"]
    if not d.totaux.apl_annees:
        cles.remove("apl_publiee")
    t = d.totaux
    titres = [maps.indicateur(c).notion.titre.lower().replace("apl", "APL") for c in cles]
    phrase = (
        "Le brun marque l'accès difficile (temps et APL), le violet les consultations qui "
        f"manquent : {sentences.communes(t.deficit.communes)} "
        f"{sentences.verbe(t.deficit, 'est sous', 'sont sous')} le seuil de {d.seuil} avec l'APL "
        "calculée."
        if t.deficit.communes
        else "Le brun marque l'accès difficile (temps et APL) ; aucune commune n'est sous le seuil "
        f"de {d.seuil} avec l'APL calculée."
    )
    return [
        Figure(
            "Temps d'accès, APL et déficit par commune",
            maps.classed_maps(
                d.fond, [maps.indicateur(c) for c in cles], mention=d.mentions.text(temps=True)
            ),
            f"{entier(len(cles))} petites cartes des communes par classes : "
            f"{french.enumeration(titres)}. Les valeurs sont dans l'annexe F et dans le classeur.",
            phrase,
            f"{CALCUL} ; {d.source('apl_publiee', DREES)}",
        )
    ]
