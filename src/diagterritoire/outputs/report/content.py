"""The report as a frozen structure: chapters 0 to 13 of a territory study, then the annexes."""

from __future__ import annotations

from collections.abc import Callable

from diagterritoire import french
from diagterritoire.core.flows.exchanges import unseen
from diagterritoire.french import accord, decompte, entier, enumeration, minutes, nombre, pourcent
from diagterritoire.outputs import cautions
from diagterritoire.outputs.report import (
    chapters_access,
    chapters_deficits,
    chapters_flows,
    chapters_needs,
    chapters_supply,
    maps,
    scenarios,
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
from diagterritoire.outputs.report.residents import homes
from diagterritoire.outputs.report.totals import Totaux, records
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.territory import NIVEAUX

TEMPS = (
    "Le temps d'accès est mesuré en voiture, du point de chaque commune au médecin "
    "généraliste le plus proche ; il est nul si la commune en a un. "
)
METHODE = (
    "L'accessibilité potentielle localisée (APL) rapporte les consultations offertes "
    "aux habitants qui peuvent y prétendre, selon la méthode du ministère de la santé.",
    "Les flux de patients répartissent les habitants entre les communes où l'on "
    "exerce, selon l'offre et le temps de trajet.",
    "Le déficit compare l'APL à un seuil et le traduit en consultations.",
)


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
    chapitres[1:1] = scenarios.chapters(d)
    territory = diagnosis.territory
    return Rapport(
        titre="Diagnostic de territoire en santé",
        sous_titre="Accès au médecin généraliste : temps de trajet, accessibilité, flux, déficits",
        nom=territory.nom,
        bandeaux=tuple((c.titre, _told(c)) for c in cautions.alerts(diagnosis)),
        reperes=_landmarks(d),
        chapitres=numbered([*chapitres, *annexes(d)], d.mentions.text()),
    )


def _landmarks(d: Dossier) -> tuple[tuple[str, str], ...]:
    territory, t = d.diagnosis.territory, d.totaux
    rows = [
        ("Périmètre", french.majuscule(NIVEAUX.get(territory.niveau, territory.niveau))),
        ("Communes", entier(t.communes)),
        ("Population municipale", f"{entier(t.population)} ({_years(t.annees)})"),
        (french.majuscule(d.medecins[1]), _gps(t)),
    ]
    if d.diagnosis.scenarios is not None:
        noms = list(d.diagnosis.scenarios.noms.values())
        rows.append((french.mot(len(noms), "Scénario"), enumeration(noms)))
    if t.apl_annees:
        rows.append(("APL publiée, millésime", _years(t.apl_annees)))
    return tuple(rows)


def _gps(t: Totaux) -> str:
    """Write the number of GPs, and for how many communes it is unknown."""
    inconnu = t.mg_inconnu.communes
    if not inconnu:
        return decompte(t.mg_nb)
    connus = french.MANQUANT if inconnu == t.communes else decompte(t.mg_nb)
    return f"{connus} (inconnu pour {sentences.communes(inconnu)})"


def _told(caution: cautions.Caution) -> str:
    """Write a caution for the first page: files to fetch are for annex A."""
    lifted = " L'annexe A dit quel fichier y remédierait." if caution.remede else ""
    return caution.texte + lifted


def _years(annees: tuple[int, ...]) -> str:
    return enumeration([str(a) for a in annees]) or french.MANQUANT


def _summary(d: Dossier) -> Chapitre:
    blocs: list[Bloc] = [
        ChiffresCles(_key_figures(d)),
        SousTitre("Points saillants"),
        Liste(sentences.salient_points(d), ordonnee=True),
    ]
    if d.totaux.deficit.communes:
        blocs.append(Encadre(cautions.POSTES.titre, cautions.POSTES.texte))
    return Chapitre("chapitre-0", "0", "Synthèse et points saillants", tuple(blocs))


def _key_figures(d: Dossier) -> tuple[tuple[str, str, str], ...]:
    t, b = d.totaux, d.diagnosis.bilan
    publiee = b.apl_publiee_moyenne is not None
    france = {
        c: d.repere("france", c)
        for c in ("mg_pour_10000", "part_population_sans_mg", "apl_publiee")
    }
    nom = d.nom_de("france")
    between = sentences.leak_bounds(d)
    suite = f" montrés ; {between} avec ceux qui ne le sont pas" if between else ""
    if unseen(d.diagnosis.marges_observees) is None:
        suite = " montrés"

    def beside(colonne: str, write: Callable[[float], str]) -> str:
        value = france[colonne]
        return "" if value is None else f"{nom} : {write(value)}"

    return (
        (
            nombre(t.densite),
            f"{d.medecins[1].removeprefix('médecins ')} pour 10{french.FINE}000 habitants",
            beside("mg_pour_10000", nombre),
        ),
        (
            pourcent(t.sans_mg.part),
            "de la population dans une commune sans généraliste",
            beside("part_population_sans_mg", pourcent),
        ),
        _time_figure(d),
        (
            d.apl(b.apl_publiee_moyenne if publiee else b.apl_moyenne),
            "consultations accessibles par an et par habitant (APL "
            + ("publiée)" if publiee else "calculée)"),
            beside("apl_publiee", nombre) if publiee else "",
        ),
        (
            pourcent(t.deficit.part),
            f"de la population sous le seuil d'APL de {d.seuil}",
            "APL calculée",
        ),
        (
            pourcent(b.taux_fuite, signes=True),
            "des recours au généraliste hors du territoire",
            f"flux {sentences.natures(d)}{suite}",
        ),
    )


def _time_figure(d: Dossier) -> tuple[str, str, str]:
    """Write the mean time from where people live, beside that of the points of the communes."""
    t = d.totaux
    label = "de trajet en moyenne jusqu'au généraliste le plus proche"
    if t.temps_habitants is None:
        return (minutes(t.temps_moyen), f"{label}, du point des communes", "")
    known = bool(homes(d))
    start = "de l'endroit où l'on vit" if known else "du point des communes"
    other = "du point des communes" if known else "nul dans une commune qui a un médecin"
    beside = "" if t.temps_moyen is None else f"{other} : {minutes(t.temps_moyen)}"
    return (minutes(t.temps_habitants), f"{label}, {start}", beside)


def _residents_time(d: Dossier) -> str:
    """Say where the time of the inhabitants starts."""
    if homes(d):
        return (
            "Le temps des habitants part de l'endroit où ils vivent, même dans une commune qui a "
            "un médecin."
        )
    return (
        "Le temps des habitants part du même point, faute de savoir où ils vivent, mais n'est pas "
        "nul dans une commune qui a un médecin."
    )


def _method(d: Dossier) -> Chapitre:
    sources = [
        f"{r.titre} : {r.producteur}, {r.millesime}"
        for r in records(d.diagnosis.sources.drop_duplicates(["titre", "millesime"]))
    ]
    blocs: list[Bloc] = [
        *_perimeter(d),
        SousTitre("Méthode en bref"),
        Liste((TEMPS + _residents_time(d), *METHODE), ordonnee=True),
        Paragraphe(
            "Les parts de population sont calculées avec la population municipale, l'APL moyenne "
            "avec la population standardisée (qui compte chaque âge selon son recours au médecin), "
            "la part sous le seuil de l'APL publiée avec la population publiée avec elle. Une part "
            "porte sur les communes dont la valeur est connue. Seules les communes du territoire "
            "entrent dans ses totaux. « n. d. » signifie non disponible, jamais zéro."
        ),
        SousTitre("Millésimes"),
        Liste(tuple(sources))
        if sources
        else Paragraphe("Aucune source n'a été enregistrée pour ce diagnostic."),
        SousTitre("Limites"),
        Paragraphe(
            "Les limites principales sont données en annexe C ; les plus importantes : les "
            "médecins sont comptés sans connaître leur activité, les flux sont un modèle, et "
            "l'APL comme les flux placent tous les habitants d'une commune en un seul point."
        ),
    ]
    return Chapitre("chapitre-1", "1", "Périmètre, méthode, millésimes et limites", tuple(blocs))


def _perimeter(d: Dossier) -> list[Bloc]:
    t, territory = d.totaux, d.diagnosis.territory
    niveau = NIVEAUX.get(territory.niveau, territory.niveau)
    blocs: list[Bloc] = [
        SousTitre("Périmètre"),
        Paragraphe(
            f"Le territoire étudié ({niveau} : {territory.nom}) réunit "
            f"{sentences.communes(t.communes)} et {accord(t.population, 'habitant')}."
            f"{_surroundings(d)}"
        ),
    ]
    if not t.communes:
        return blocs
    noms = enumeration(t.interieur["nom"].head(3).tolist())
    etudiees = "La commune étudiée est" if t.communes == 1 else "Les communes étudiées sont"
    autour = ", le pourtour en gris" if len(d.diagnosis.communes) > t.communes else ""
    peuplees = f" ; les plus peuplées sont {noms}" if t.communes > 1 else ""
    return [
        *blocs,
        Figure(
            "Le territoire étudié et ses communes",
            maps.perimeter(d.fond, mention=d.mentions.text()),
            f"Carte des communes du territoire {territory.nom}, les plus peuplées nommées.",
            f"{etudiees} en bleu{autour}{peuplees}.",
            d.source("communes", "contours communaux"),
        ),
    ]


def _surroundings(d: Dossier) -> str:
    autour = len(d.diagnosis.communes) - d.totaux.communes
    if not autour:
        return ""
    voisines = accord(autour, "commune voisine", "communes voisines", feminin=True)
    return (
        f" {french.majuscule(voisines)} {'entrent' if autour > 1 else 'entre'} dans les calculs, "
        "car un patient ne s'arrête pas à la limite du territoire, mais dans aucun total."
    )
