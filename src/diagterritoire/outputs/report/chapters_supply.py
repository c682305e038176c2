"""Chapters 4, 5, 9, 10 and 11: primary care, its demography, structures, second line, survey."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from diagterritoire import french, tables
from diagterritoire.french import entier, nombre, pourcent
from diagterritoire.outputs import generalistes
from diagterritoire.outputs.report import (
    figures,
    maps,
    outlook,
    practices,
    professions,
    sentences,
    survey,
)
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    Encadre,
    Figure,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.context import context, context_tables
from diagterritoire.outputs.report.dossier import DREES, Dossier
from diagterritoire.outputs.report.totals import records

ZONES_MAX = 8
_BESIDE = (
    ("departement", "du département", "des départements"),
    ("region", "de la région", "des régions"),
    ("france", "de la France", "de la France"),
)
_COLUMNS: tuple[tuple[str, str, Callable[[float | None], str]], ...] = (
    ("mg_pour_10000", "Généralistes pour 10\u202f000 hab.", nombre),
    ("part_population_sans_mg", "Population sans généraliste sur place", pourcent),
    ("apl_publiee", "APL publiée", nombre),
    ("part_population_sous_seuil", "Population sous le seuil d'APL publiée", pourcent),
)
_ZONES: tuple[tuple[str, str, Callable[[float | None], str]], ...] = (
    ("part_population_zip", "Population en ZIP", pourcent),
    ("part_population_zac", "Population en ZAC", pourcent),
)


def chapters(d: Dossier) -> tuple[Chapitre, Chapitre]:
    """Write chapters 4 and 5."""
    return _primary_care(d), _demography(d)


def later_chapters(d: Dossier) -> tuple[Chapitre, Chapitre, Chapitre]:
    """Write chapters 9, 10 and 11."""
    return (
        _structures(d),
        _awaited(
            "10",
            "Soins de second recours",
            "Ce diagnostic ne compte pas les médecins spécialistes, l'imagerie ni les "
            "laboratoires : la base permanente des équipements de l'Insee les donne par commune. "
            "Les hôpitaux et les EHPAD du fichier FINESS sont au chapitre 9.",
        ),
        Chapitre("chapitre-11", "11", "Enquête auprès des professionnels", tuple(survey.survey(d))),
    )


def _awaited(numero: str, titre: str, texte: str) -> Chapitre:
    return Chapitre(
        f"chapitre-{numero}", numero, titre, (Encadre("Donnée à fournir", texte, "attente"),)
    )


def _primary_care(d: Dossier) -> Chapitre:
    t = d.totaux
    blocs: list[Bloc] = [
        SousTitre("Médecins généralistes"),
        d.definition("densite"),
        Paragraphe(_gp_sentence(d)),
        Paragraphe(generalistes.counted(d.diagnosis).texte),
    ]
    if t.mg_nb:
        blocs.append(_gp_map(d))
    blocs += [SousTitre(_beside(d))]
    blocs += _comparison(d)
    blocs.append(SousTitre("Autres professions de premier recours"))
    blocs += professions.professions(d)
    soins = context(d).query("chapitre == 4")
    if not soins.empty:
        blocs.append(
            Paragraphe(
                "Des densités sont aussi publiées par bassin de vie, dans l'unité du producteur."
            )
        )
        blocs += context_tables(d, soins, "Densités publiées par bassin de vie")
    return Chapitre("chapitre-4", "4", "Soins de premier recours", tuple(blocs))


def _gp_sentence(d: Dossier) -> str:
    t = d.totaux
    inconnu = t.mg_inconnu.communes
    reste = f" Leur nombre est inconnu dans {sentences.communes(inconnu)}." if inconnu else ""
    if inconnu == t.communes:
        return f"Le nombre de {d.medecins[1]} du territoire est inconnu."
    if not t.mg_nb:
        return f"Aucun {d.medecins[0]} n'est compté dans le territoire.{reste}"
    exercent = "exercent" if french.pluriel(t.mg_nb, 1) else "exerce"
    etp = french.quantite(t.mg_etp, "équivalent temps plein", "équivalents temps plein")
    declared = (
        f"À raison de {french.exact(d.parameters.offre.consultations_par_mg)} consultations par "
        "an chacun (moyenne nationale déclarée)"
    )
    if d.diagnosis.bilan.mg_activite_connue is not None:
        declared = "D'après le fichier d'activité, sinon la moyenne nationale déclarée"
    return (
        f"{french.accord(t.mg_nb, *d.medecins)}"
        f" {exercent} dans {sentences.communes(t.avec_mg.communes)}. {declared}, leur activité "
        f"équivaut à {etp}.{reste}"
    )


def _gp_map(d: Dossier) -> Figure:
    inside = d.totaux.interieur
    values = inside.set_index("code_commune")["mg_nb"]
    first = inside.sort_values(["mg_nb", "code_commune"], ascending=[False, True]).iloc[0]
    nb, total = float(first["mg_nb"]), d.totaux.mg_nb
    return Figure(
        f"{french.majuscule(d.medecins[1])} par commune",
        maps.discs(
            d.fond,
            values,
            write=lambda n: french.accord(n, "généraliste"),
            mention=d.mentions.text(),
        ),
        "Carte : un disque par commune, d'aire proportionnelle au nombre de généralistes ; le plus "
        f"grand est {french.a(str(first['nom']))}.",
        f"{french.majuscule(french.a(str(first['nom'])))}, {french.accord(nb, 'généraliste')} "
        f"sur les {french.decompte(total)} du territoire "
        f"({pourcent(nb / total)})."
        if total > 1
        else f"Le seul généraliste du territoire exerce {french.a(str(first['nom']))}.",
        d.source("medecins", "Insee, base permanente des équipements"),
    )


def _beside(d: Dossier) -> str:
    """Name the zones that the territory is set beside: a departement is not beside itself."""
    counts = d.autres_zones["niveau"].value_counts()
    told = [
        plural if counts[niveau] > 1 else single
        for niveau, single, plural in _BESIDE
        if niveau in counts
    ]
    return f"Le territoire à côté {french.enumeration(told) or 'd’autres zones'}"


def _comparison(d: Dossier) -> list[Bloc]:
    rows = _compared(d)
    if not rows:
        return [Paragraphe("Les valeurs de comparaison ne sont pas disponibles.")]
    sources = " ; ".join(
        (d.source("medecins", "Insee"), d.source("apl_publiee", DREES), d.source("zonage", "ARS"))
    )
    columns = (*_COLUMNS, *_ZONES)
    table = Tableau(
        _beside(d),
        ("Zone", "Habitants", *(label for _, label, _ in columns)),
        tuple(
            (str(r.nom), entier(r.population), *(write(getattr(r, c)) for c, _, write in columns))
            for r in rows
        ),
        sources,
        note="Chaque part est calculée sur la population des communes dont la valeur est connue.",
    )
    return [_comparison_figure(d, rows, sources), table] if len(rows) > 1 else [table]


def _compared(d: Dossier) -> list[Any]:
    """Rows of `comparaisons` that are shown, the territory first."""
    table = d.diagnosis.comparaisons
    own, others = table.loc[table["niveau"] == "territoire"], d.autres_zones
    if len(others) > ZONES_MAX:
        others = others.loc[others["niveau"] != "departement"].head(ZONES_MAX)
    return [*records(own), *records(others)]


def _comparison_figure(d: Dossier, rows: Sequence[Any], sources: str) -> Figure:
    names = [str(r.nom) for r in rows]
    panels = [
        (
            label,
            [float("nan") if french.manque(v := getattr(r, c)) else float(v) for r in rows],
            write,
        )
        for c, label, write in _COLUMNS
    ]
    return Figure(
        "L'offre et l'accès à côté des autres zones",
        figures.comparison_panels(names, panels, mention=d.mentions.text()),
        "Quatre groupes de barres : densité de généralistes, population sans généraliste dans la "
        f"commune, APL publiée, population sous le seuil, pour {french.enumeration(names)}.",
        _comparison_sentence(d),
        sources,
    )


def _comparison_sentence(d: Dossier) -> str:
    densite, france = d.totaux.densite, d.repere("france", "mg_pour_10000")
    if densite is None or not france:
        return "Le territoire est en bleu foncé, les zones de comparaison en clair."
    ecart = densite / france - 1
    nom = d.nom_de("france")
    if abs(ecart) < 0.01:
        return (
            "La densité de généralistes du territoire est, à 1 % près, celle de la référence "
            f"« {nom} » ({nombre(france)})."
        )
    return (
        f"La densité de généralistes du territoire est de {nombre(densite)} pour 10\u202f000 "
        f"habitants, {pourcent(abs(ecart), 0)} {'de moins' if ecart < 0 else 'de plus'} que "
        f"la référence « {nom} » ({nombre(france)})."
    )


def _demography(d: Dossier) -> Chapitre:
    table = d.diagnosis.comparaisons
    own = table.loc[table["niveau"] == "territoire"]
    blocs: list[Bloc] = [
        Encadre(
            "Donnée à fournir",
            "L'âge des médecins n'est dans aucun des fichiers lus ici : les départs à 3, 5 et 10 "
            "ans se calculent avec un fichier local des généralistes par âge (Ordre, URPS ou "
            "agence régionale de santé).",
            "attente",
        )
    ]
    if len(own):
        tous, jusqu_a_65 = own["apl_publiee"].iloc[0], own["apl_publiee_65"].iloc[0]
        if not french.manque(tous) and not french.manque(jusqu_a_65) and tous > 0:
            blocs.append(
                Paragraphe(
                    f"Un indice existe déjà : l'APL publiée moyenne du territoire est de "
                    f"{nombre(tous)} avec tous les médecins et de {nombre(jusqu_a_65)} avec ceux "
                    f"de 65 ans ou moins. {pourcent(max(0.0, 1 - jusqu_a_65 / tous), 0)} de "
                    "l'accessibilité repose donc sur des médecins de plus de 65 ans."
                )
            )
    blocs += outlook.later(d)
    return Chapitre(
        "chapitre-5", "5", "Démographie des généralistes et départs attendus", tuple(blocs)
    )


def _categorie(valeur: str) -> str:
    return tables.CATEGORIES_STRUCTURES.get(valeur, valeur)


def _structures(d: Dossier) -> Chapitre:
    structures = d.diagnosis.structures
    codes = set(d.totaux.interieur["code_commune"])
    inside = structures.loc[structures["code_commune"].isin(codes)]
    if inside.empty:
        attente = Encadre(
            "Donnée à fournir",
            "Maisons et centres de santé, hôpitaux, EHPAD, pharmacies : ce chapitre se remplit "
            "avec l'extraction FINESS (établissements géolocalisés), absente des données fournies "
            "ou sans établissement dans le territoire.",
            "attente",
        )
        return _chapter_9(attente, d)
    noms = d.noms
    lignes = [
        (str(r.nom), _categorie(str(r.categorie)), str(noms.get(r.code_commune, r.code_commune)))
        for r in records(inside.sort_values(["categorie", "nom"], kind="stable"))
    ]
    return _chapter_9(
        Tableau(
            "Structures de santé du territoire",
            ("Structure", "Catégorie", "Commune"),
            tuple(lignes),
            d.source("structures", "FINESS"),
            textes=2,
        ),
        d,
    )


def _chapter_9(structures: Bloc, d: Dossier) -> Chapitre:
    return Chapitre(
        "chapitre-9",
        "9",
        "Structures en place et exercice coordonné",
        (structures, *practices.practices(d)),
    )
