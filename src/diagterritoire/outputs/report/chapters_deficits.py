"""Chapters 8, 12 and 13: deficits, zoning, scenarios."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french
from diagterritoire.french import accord, entier, nombre, pourcent
from diagterritoire.outputs import cautions
from diagterritoire.outputs.definitions import zone
from diagterritoire.outputs.report import (
    aid,
    firmness,
    maps,
    missing,
    opportunity,
    sentences,
    siting,
)
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    Encadre,
    Figure,
    Paragraphe,
    Tableau,
)
from diagterritoire.outputs.report.canvas import WARM
from diagterritoire.outputs.report.dossier import CALCUL, DREES, Dossier
from diagterritoire.outputs.report.totals import INCONNU, group, records, under_published

LIGNES_MAX = 15


def chapters(d: Dossier) -> tuple[Chapitre, Chapitre, Chapitre]:
    """Write chapters 8, 12 and 13."""
    return _deficits(d), _zoning(d), _scenarios(d)


def _deficits(d: Dossier) -> Chapitre:
    t = d.totaux
    blocs: list[Bloc] = [
        d.definition("deficit", f"{CALCUL} ; seuil et activité : annexe B"),
        Paragraphe(sentences.deficits(d)),
        _views(d),
        *missing.by_zone(d),
    ]
    phrase = _disagreement(d)
    if phrase:
        blocs.append(Paragraphe(phrase))
    if t.deficit_consultations >= 0.5:
        blocs += _ranking(d)
    blocs += missing.reasons(d)
    blocs += firmness.firm(d)
    blocs.append(Encadre(cautions.POSTES.titre, cautions.POSTES.texte))
    return Chapitre("chapitre-8", "8", "Déficits", tuple(blocs))


def _views(d: Dossier) -> Tableau:
    t, inside = d.totaux, d.totaux.interieur
    zones, seuil = inside["zonage_mg"], d.parameters.deficit.seuil_apl
    rows = [("APL calculée sous le seuil", t.deficit)]
    if inside["apl_publiee"].notna().any():
        rows.append(("APL publiée sous le seuil", under_published(inside, seuil)))
    if t.zones:
        aided = group(inside, zones.isin(["ZIP", "ZAC"]), connu=zones.notna())
        rows.append(("Zone officielle ZIP ou ZAC", aided))
    rows += [
        (f"À plus de {d.portee} minutes d'un généraliste", t.loin),
        ("Aucun médecin atteignable en voiture", t.inatteignables),
    ]
    return Tableau(
        "Les difficultés d'accès vues de plusieurs façons",
        ("Critère", "Communes", "Habitants", "Part de la population"),
        tuple((n, entier(g.communes), entier(g.population), pourcent(g.part)) for n, g in rows),
        f"{CALCUL} ; {d.source('apl_publiee', DREES)} ; {d.source('zonage', 'zonage des ARS')}",
        note=_views_note(d),
    )


def _views_note(d: Dossier) -> str:
    inside = d.totaux.interieur
    notes = ["Ces critères se recoupent : leurs lignes ne s'additionnent pas."]
    unknown = inside["apl_publiee"].isna()
    if not unknown.all():
        notes.append(
            "Ligne de l'APL publiée : habitants et part de la population publiée avec elle, et non "
            "de la population municipale des autres lignes."
        )
    if unknown.any() and not unknown.all():
        people = sentences.population(group(inside, unknown).part)
        notes.append(f"APL publiée inconnue pour {people} : la part l'ignore.")
    inconnue = sentences.unknown_zone(d.totaux)
    if inconnue and d.totaux.zones:
        notes.append(f"{french.majuscule(inconnue)} : la part l'ignore.")
    return " ".join(notes)


def _disagreement(d: Dossier) -> str:
    inside = d.totaux.interieur
    hors = group(inside, inside["deficit"].astype(bool) & (inside["zonage_mg"] == "HZ"))
    zip_ = group(inside, ~inside["deficit"].astype(bool) & (inside["zonage_mg"] == "ZIP"))
    phrases = []
    if hors.communes:
        est = sentences.verbe(hors, "est en déficit mais classée", "sont en déficit mais classées")
        phrases.append(f"{sentences.qui(hors, d.totaux.communes)}, {est} hors zonage.")
    if zip_.communes:
        est = sentences.verbe(zip_, "est classée", "sont classées")
        phrases.append(
            f"{sentences.qui(zip_, d.totaux.communes)}, {est} en ZIP sans être sous le seuil de "
            "l'APL calculée."
        )
    return " ".join(french.majuscule(p) for p in phrases)


def _ranking(d: Dossier) -> list[Bloc]:
    lacking = d.totaux.interieur.loc[d.totaux.interieur["deficit_consultations"] > 0]
    lacking = lacking.sort_values(
        ["deficit_consultations", "code_commune"], ascending=[False, True]
    )
    lignes = [
        (
            str(r.nom),
            zone_label(r.zonage_mg),
            entier(r.population),
            d.apl(r.apl),
            d.apl(r.apl_publiee),
            entier(r.deficit_consultations),
            nombre(r.deficit_etp, 2),
        )
        for r in records(lacking.head(LIGNES_MAX))
    ]
    reste = len(lacking) - len(lignes)
    autres = french.majuscule(accord(reste, "autre commune", "autres communes", feminin=True))
    note = f"{autres} : voir le classeur indicateurs.xlsx." if reste else ""
    return [
        _ranking_map(d, lacking.iloc[0]),
        Tableau(
            "Communes en déficit, par consultations manquantes",
            ("Commune", "Zonage", "Habitants", "APL calculée", "APL publiée",
             "Consultations manquantes par an", "Temps plein"),
            tuple(lignes),
            f"{CALCUL} ; {d.source('apl_publiee', DREES)}",
            note=note,
            textes=1,
        ),
    ]  # fmt: skip


def _ranking_map(d: Dossier, first: pd.Series) -> Figure:
    part = float(first["deficit_consultations"]) / d.totaux.deficit_consultations
    return Figure(
        "Consultations qui manquent pour atteindre le seuil",
        maps.discs(
            d.fond,
            d.totaux.interieur.set_index("code_commune")["deficit_consultations"],
            write=lambda n: f"{entier(n)} consultations/an",
            colour=WARM,
            mention=d.mentions.text(temps=True),
        ),
        "Carte : un disque par commune en déficit, d'aire proportionnelle aux consultations qui "
        "manquent ; les valeurs sont dans le tableau qui suit.",
        f"L'écart le plus grand est {french.a(str(first['nom']))} : "
        f"{entier(first['deficit_consultations'])} consultations par an, {pourcent(part, 0)} du "
        "total du territoire.",
        CALCUL,
    )


def zone_label(code: object) -> str:
    """Write a zone of a commune, « n. d. » when it is unknown."""
    return code if isinstance(code, str) and code else french.MANQUANT


def _zoning(d: Dossier) -> Chapitre:
    definition = d.definition("zonage")
    if not d.totaux.zones:
        attente = Encadre(
            "Donnée à fournir",
            "Ce chapitre se remplit avec le zonage des médecins généralistes par commune, publié "
            "par les agences régionales de santé ; aucune commune du territoire n'y figure.",
            "attente",
        )
        return Chapitre("chapitre-12", "12", "Zonage et aides", (definition, attente, *aid.aid(d)))
    blocs: list[Bloc] = [
        definition,
        _zoning_map(d, definition.source),
        _zoning_table(d, definition.source),
        *aid.aid(d),
    ]
    return Chapitre("chapitre-12", "12", "Zonage et aides", tuple(blocs))


def _zoning_map(d: Dossier, source: str) -> Figure:
    return Figure(
        "Zonage officiel des médecins généralistes",
        maps.classed_maps(d.fond, [maps.indicateur("zonage")], mention=d.mentions.text()),
        "Carte des communes par zone : "
        + french.enumeration([zone(z) for z, _ in d.totaux.zones])
        + ". Les effectifs sont dans le tableau qui suit.",
        sentences.zoning(d) or "",
        source,
    )


def _zoning_table(d: Dossier, source: str) -> Tableau:
    t, inconnue = d.totaux, d.totaux.zone_inconnue
    rows = [
        (zone(z), entier(g.communes), entier(g.population), pourcent(g.part)) for z, g in t.zones
    ]
    part, notes = "Part de la population", []
    if inconnue.communes:
        rows.append((zone(INCONNU), entier(inconnue.communes), entier(inconnue.population), "–"))
    if phrase := sentences.unknown_zone(t):
        part = "Part de la population dont la zone est connue"
        notes.append(f"{french.majuscule(phrase)}.")
    if face := d.face_a("part_population_zip", pourcent):
        notes.append(f"Ailleurs, part de la population en ZIP{face}.")
    return Tableau(
        "Communes et population par zone",
        ("Zone", "Communes", "Habitants", part),
        tuple(rows),
        source,
        note=" ".join(notes),
    )


def _scenarios(d: Dossier) -> Chapitre:
    return Chapitre(
        "chapitre-13",
        "13",
        "Scénarios, opportunité et faisabilité",
        (
            Encadre(
                "Scénario",
                "Ouvrir, fermer ou déplacer un site, anticiper des départs, tracer une route : "
                "décrivez-le dans un fichier (docs/scenarios.md), puis lancez "
                "« make scenario TERRITOIRE=... SCENARIO=fichier.toml ». La livraison compare la "
                "situation présente à ce qu'elle deviendrait (temps, APL, déficit, fuite)."
                if d.diagnosis.scenarios is None
                else "Ce que changent les scénarios est dans le chapitre S.",
                "attente",
            ),
            Paragraphe(
                "L'opportunité se lit dans les chapitres 2 à 8 (besoins et offre) ; la faisabilité "
                "dépend de l'intérêt des professionnels, que recueille l'enquête du chapitre 11."
            ),
            *siting.places(d),
            *opportunity.opportunity(d),
        ),
    )
