"""The report as a frozen structure: chapters 0 to 13 of a territory study, then the annexes."""

from __future__ import annotations

from collections.abc import Callable

from diagterritoire import french
from diagterritoire.diagnosis import Diagnosis
from diagterritoire.french import accord, entier, enumeration, minutes, nombre, pourcent
from diagterritoire.outputs.report import (
    chapters_access,
    chapters_deficits,
    chapters_flows,
    chapters_needs,
    chapters_supply,
    maps,
    sentences,
)
from diagterritoire.outputs.report.annexes import annexes
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    ChiffresCles,
    Encadre,
    Figure,
    Liste,
    Paragraphe,
    Rapport,
    SousTitre,
    numbered,
)
from diagterritoire.outputs.report.dossier import Dossier, open_dossier
from diagterritoire.outputs.report.totals import records
from diagterritoire.territory import NIVEAUX

FICTIF = "Territoire fictif"
VOL_D_OISEAU = "Temps estimés à vol d'oiseau"


def build(diagnosis: Diagnosis) -> Rapport:
    """Write the whole report from a diagnosis.

    Returns
    -------
    Rapport
        Every chapter is present; one without data says which file or step would fill it.
    """
    d = open_dossier(diagnosis)
    chapitres = [
        _summary(d),
        _method(d),
        *chapters_needs.chapters(d),
        *chapters_supply.chapters(d),
        chapters_access.chapter(d),
        chapters_flows.chapter(d),
        *chapters_deficits.chapters(d),
        *chapters_supply.later_chapters(d),
    ]
    chapitres.sort(key=lambda c: int(c.numero))
    territory = diagnosis.territory
    return Rapport(
        titre="Diagnostic de territoire en santé",
        sous_titre="Accès au médecin généraliste : temps de trajet, accessibilité, flux, déficits",
        nom=territory.nom,
        bandeaux=_banners(d),
        reperes=_landmarks(d),
        chapitres=numbered([*chapitres, *annexes(d)], FICTIF if territory.fictif else ""),
    )


def _banners(d: Dossier) -> tuple[tuple[str, str], ...]:
    banners = []
    if d.mentions.fictif:
        banners.append(
            (
                FICTIF,
                "Les communes, les habitants, les médecins et les routes de ce rapport sont "
                "inventés : il montre ce que donne l'outil et ne décrit aucun lieu réel.",
            )
        )
    if d.mentions.approche:
        approche, total = d.totaux.approche.communes, d.totaux.communes
        combien = (
            "Aucun réseau routier ne couvre le territoire : tous les temps"
            if approche == total
            else f"Le réseau routier fourni ne couvre pas {accord(approche, 'commune')} sur "
            f"{entier(total)} : leurs temps"
        )
        banners.append(
            (
                VOL_D_OISEAU,
                f"{combien} de trajet viennent d'un modèle en ligne droite. Ils ignorent le "
                "relief, les détours et l'eau : lisez-les comme des ordres de grandeur.",
            )
        )
    return tuple(banners)


def _landmarks(d: Dossier) -> tuple[tuple[str, str], ...]:
    territory, t = d.diagnosis.territory, d.totaux
    rows = [
        ("Périmètre", french.majuscule(NIVEAUX.get(territory.niveau, territory.niveau))),
        ("Communes", entier(t.communes)),
        ("Population municipale", f"{entier(t.population)} ({_years(t.annees)})"),
        ("Médecins généralistes libéraux", entier(t.mg_nb)),
    ]
    if t.apl_annees:
        rows.append(("APL publiée, millésime", _years(t.apl_annees)))
    return tuple(rows)


def _years(annees: tuple[int, ...]) -> str:
    return enumeration([str(a) for a in annees]) or french.MANQUANT


def _summary(d: Dossier) -> Chapitre:
    blocs: list[Bloc] = [
        ChiffresCles(_key_figures(d)),
        SousTitre("Points saillants"),
        Liste(sentences.salient_points(d), ordonnee=True),
    ]
    if d.totaux.deficit.communes:
        blocs.append(Encadre("Comment lire les écarts", sentences.POSTES))
    return Chapitre("chapitre-0", "0", "Synthèse et points saillants", tuple(blocs))


def _key_figures(d: Dossier) -> tuple[tuple[str, str, str], ...]:
    t, b = d.totaux, d.diagnosis.bilan
    publiee = b.apl_publiee_moyenne is not None
    france = {
        c: d.repere("france", c)
        for c in ("mg_pour_10000", "part_population_sans_mg", "apl_publiee")
    }
    nom = d.nom_de("france")

    def beside(colonne: str, write: Callable[[float], str]) -> str:
        value = france[colonne]
        return "" if value is None else f"{nom} : {write(value)}"

    return (
        (
            nombre(t.densite),
            f"généralistes libéraux pour 10{french.FINE}000 habitants",
            beside("mg_pour_10000", nombre),
        ),
        (
            pourcent(t.sans_mg.part),
            "de la population dans une commune sans généraliste",
            beside("part_population_sans_mg", pourcent),
        ),
        (
            minutes(t.temps_moyen),
            "de trajet en moyenne jusqu'au généraliste le plus proche",
            f"au plus : {minutes(t.temps_max)}" if t.temps_max is not None else "",
        ),
        (
            nombre(b.apl_publiee_moyenne if publiee else b.apl_moyenne),
            "consultations accessibles par an et par habitant (APL "
            + ("publiée)" if publiee else "calculée)"),
            beside("apl_publiee", nombre) if publiee else "",
        ),
        (
            pourcent(t.deficit.part),
            f"de la population sous le seuil d'APL de {nombre(t.seuil_apl)}",
            "APL calculée",
        ),
        (
            pourcent(b.taux_fuite).replace("moins de", "<").replace("plus de", ">"),
            "des recours au généraliste hors du territoire",
            "flux modélisés" if sentences.modelled(d) else "flux observés",
        ),
    )


def _method(d: Dossier) -> Chapitre:
    t, territory = d.totaux, d.diagnosis.territory
    autour = len(d.diagnosis.communes) - t.communes
    pourtour = (
        f" {french.majuscule(accord(autour, 'commune voisine', 'communes voisines'))} "
        f"{'entrent' if autour > 1 else 'entre'} dans les calculs, car un patient ne s'arrête "
        "pas à la limite du territoire, mais dans aucun total."
        if autour
        else ""
    )
    niveau = NIVEAUX.get(territory.niveau, territory.niveau)
    noms = enumeration(t.interieur["nom"].head(3).tolist())
    image = maps.perimeter(d.fond, mention=d.mentions.text())
    sources = [
        f"{r.titre} : {r.producteur}, {r.millesime}"
        for r in records(d.diagnosis.sources.drop_duplicates(["titre", "millesime"]))
    ]
    blocs: list[Bloc] = [
        SousTitre("Périmètre"),
        Paragraphe(
            f"Le territoire étudié ({niveau} : {territory.nom}) réunit "
            f"{accord(t.communes, 'commune')} et {entier(t.population)} habitants.{pourtour}"
        ),
        Figure(
            "Le territoire étudié et ses communes",
            image,
            f"Carte des communes du territoire {territory.nom}, les plus peuplées nommées.",
            f"Les communes étudiées sont en bleu, le pourtour en gris ; la plus peuplée est {noms}."
            if t.communes == 1
            else "Les communes étudiées sont en bleu, le pourtour en gris ; les plus peuplées "
            f"sont {noms}.",
            d.source("communes", "contours communaux"),
        ),
        SousTitre("Méthode en bref"),
        Liste(
            (
                "Le temps d'accès est mesuré en voiture, du point de chaque commune au médecin "
                "généraliste le plus proche ; il est nul si la commune en a un.",
                "L'accessibilité potentielle localisée (APL) rapporte les consultations offertes "
                "aux habitants qui peuvent y prétendre, selon la méthode du ministère de la santé.",
                "Les flux de patients répartissent les habitants entre les communes où l'on "
                "exerce, selon l'offre et le temps de trajet.",
                "Le déficit compare l'APL à un seuil et le traduit en consultations.",
            ),
            ordonnee=True,
        ),
        Paragraphe(
            "Les parts de population sont calculées avec la population municipale, l'APL moyenne "
            "avec la population standardisée (qui compte chaque âge selon son recours au médecin). "
            "Seules les communes du territoire entrent dans ses totaux. « n. d. » signifie non "
            "disponible, jamais zéro."
        ),
        SousTitre("Millésimes"),
        Liste(tuple(sources))
        if sources
        else Paragraphe("Aucune source n'a été enregistrée pour ce diagnostic."),
        SousTitre("Limites"),
        Paragraphe(
            "Les limites principales sont données en annexe C ; les plus importantes : les "
            "médecins sont comptés sans connaître leur activité, les flux sont un modèle, et le "
            "point d'une commune n'est pas toujours son bourg."
        ),
    ]
    if not t.communes:
        blocs = [b for b in blocs if not isinstance(b, Figure)]
    return Chapitre("chapitre-1", "1", "Périmètre, méthode, millésimes et limites", tuple(blocs))
