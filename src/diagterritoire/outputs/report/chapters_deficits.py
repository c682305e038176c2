"""Chapters 8, 12 and 13: deficits, zoning, scenarios."""

from __future__ import annotations

from diagterritoire import french
from diagterritoire.french import accord, entier, nombre, pourcent
from diagterritoire.outputs.report import maps, sentences
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    Definition,
    Encadre,
    Figure,
    Paragraphe,
    Tableau,
)
from diagterritoire.outputs.report.canvas import WARM
from diagterritoire.outputs.report.chapters_access import indicateur
from diagterritoire.outputs.report.dossier import CALCUL, DREES, Dossier
from diagterritoire.outputs.report.totals import INCONNU, ZONES, group, records

LIGNES_MAX = 15


def chapters(d: Dossier) -> tuple[Chapitre, Chapitre, Chapitre]:
    """Write chapters 8, 12 and 13."""
    return _deficits(d), _zoning(d), _scenarios()


def _deficits(d: Dossier) -> Chapitre:
    t = d.totaux
    blocs: list[Bloc] = [
        Definition(
            "Déficit",
            f"une commune est en déficit quand son APL calculée est inférieure à "
            f"{nombre(t.seuil_apl)} consultations par an et par habitant ; l'écart au seuil, "
            "multiplié par sa population standardisée, donne les consultations qui manquent, et "
            f"divisé par {entier(t.consultations_par_etp)} des médecins à temps plein",
            f"{CALCUL} ; seuil et activité : annexe B",
        ),
        Paragraphe(sentences.deficits(d)),
        _views(d),
    ]
    phrase = _disagreement(d)
    if phrase:
        blocs.append(Paragraphe(phrase))
    if t.deficit_consultations >= 0.5:
        blocs += _ranking(d)
    blocs.append(Encadre("Un écart n'est pas un nombre de postes", sentences.POSTES))
    return Chapitre("chapitre-8", "8", "Déficits", tuple(blocs))


def _views(d: Dossier) -> Tableau:
    t, inside = d.totaux, d.totaux.interieur
    zip_zac = inside["zonage_mg"].isin(["ZIP", "ZAC"])
    rows = [("APL calculée sous le seuil", t.deficit)]
    if inside["apl_publiee"].notna().any():
        under = group(inside, inside["apl_publiee"] < t.seuil_apl)
        rows.append(("APL publiée sous le seuil", under))
    if inside["zonage_mg"].notna().any():
        rows.append(("Zone officielle ZIP ou ZAC", group(inside, zip_zac)))
    rows += [
        ("À plus de 20 minutes d'un généraliste", t.loin),
        ("Aucun médecin atteignable en voiture", t.inatteignables),
    ]
    return Tableau(
        "Les difficultés d'accès vues de plusieurs façons",
        ("Critère", "Communes", "Habitants", "Part de la population"),
        tuple((n, entier(g.communes), entier(g.population), pourcent(g.part)) for n, g in rows),
        f"{CALCUL} ; {d.source('apl_publiee', DREES)} ; {d.source('zonage', 'zonage des ARS')}",
        note="Ces critères se recoupent : leurs lignes ne s'additionnent pas.",
    )


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
    t = d.totaux
    lacking = t.interieur.loc[t.interieur["deficit_consultations"] > 0].sort_values(
        ["deficit_consultations", "code_commune"], ascending=[False, True]
    )
    first = lacking.iloc[0]
    values = t.interieur.set_index("code_commune")["deficit_consultations"]
    lignes = [
        (
            str(r.nom),
            zone_label(r.zonage_mg),
            entier(r.population),
            nombre(r.apl),
            nombre(r.apl_publiee),
            entier(r.deficit_consultations),
            nombre(r.deficit_etp, 2),
        )
        for r in records(lacking.head(LIGNES_MAX))
    ]
    reste = len(lacking) - len(lignes)
    autres = french.majuscule(accord(reste, "autre commune", "autres communes"))
    note = f"{autres} : voir le classeur indicateurs.xlsx. " if reste else ""
    part = float(first["deficit_consultations"]) / t.deficit_consultations
    return [
        Figure(
            "Consultations qui manquent pour atteindre le seuil",
            maps.discs(
                d.fond,
                values,
                write=lambda n: f"{entier(n)} consultations/an",
                colour=WARM,
                mention=d.mentions.text(temps=True),
            ),
            "Carte : un disque par commune en déficit, d'aire proportionnelle aux consultations "
            "qui manquent ; les valeurs sont dans le tableau qui suit.",
            f"L'écart le plus grand est {french.a(str(first['nom']))} : "
            f"{entier(first['deficit_consultations'])} consultations par an, {pourcent(part, 0)} "
            "du total du territoire.",
            CALCUL,
        ),
        Tableau(
            "Communes en déficit, par consultations manquantes",
            ("Commune", "Zonage", "Habitants", "APL calculée", "APL publiée",
             "Consultations manquantes par an", "Temps plein"),
            tuple(lignes),
            f"{CALCUL} ; {d.source('apl_publiee', DREES)}",
            note=note + sentences.POSTES,
            textes=1,
        ),
    ]  # fmt: skip


def zone_label(zone: object) -> str:
    """Write a zone of a commune, « n. d. » when it is unknown."""
    return zone if isinstance(zone, str) and zone else french.MANQUANT


def _zoning(d: Dossier) -> Chapitre:
    t = d.totaux
    source = d.source("zonage", "zonage des médecins généralistes, agences régionales de santé")
    definition = Definition(
        "Zonage des médecins généralistes",
        "classement des communes fixé par arrêté de l'agence régionale de santé, qui ouvre droit "
        "aux aides à l'installation ; il est lu tel que publié, jamais recalculé",
        source,
    )
    groupes = dict(t.zones)
    if set(groupes) <= {INCONNU}:
        attente = Encadre(
            "Donnée à fournir",
            "Ce chapitre se remplit avec le zonage des médecins généralistes par commune, publié "
            "par les agences régionales de santé ; aucune commune du territoire n'y figure.",
            "attente",
        )
        return Chapitre("chapitre-12", "12", "Zonage et aides", (definition, attente))
    rows = tuple(
        (_zone_name(z), entier(g.communes), entier(g.population), pourcent(g.part))
        for z, g in t.zones
    )
    phrase = sentences.zoning(d) or ""
    blocs: list[Bloc] = [definition]
    if t.communes:
        blocs.append(
            Figure(
                "Zonage officiel des médecins généralistes",
                maps.classed_maps(
                    d.fond, [indicateur("zonage")], columns=1, mention=d.mentions.text()
                ),
                "Carte des communes par zone : "
                + french.enumeration([_zone_name(z) for z, _ in t.zones])
                + ". Les effectifs sont dans le tableau qui suit.",
                phrase,
                source,
            )
        )
    blocs += [
        Tableau(
            "Communes et population par zone",
            ("Zone", "Communes", "Habitants", "Part de la population"),
            rows,
            source,
            note=f"Ailleurs, part de la population en ZIP{face}."
            if (face := d.face_a("part_population_zip", pourcent))
            else "",
        ),
        Encadre(
            "Donnée à fournir",
            "Les aides ouvertes dans chaque zone (montants, conditions) changent avec les "
            "arrêtés : elles seront lues dans un fichier de paramètres daté, pas encore fourni.",
            "attente",
        ),
    ]
    return Chapitre("chapitre-12", "12", "Zonage et aides", tuple(blocs))


def _zone_name(zone: str) -> str:
    return f"{zone}, {ZONES[zone]}" if zone in ZONES else french.majuscule(zone)


def _scenarios() -> Chapitre:
    return Chapitre(
        "chapitre-13",
        "13",
        "Scénarios, opportunité et faisabilité",
        (
            Encadre(
                "Étape à venir",
                "Ouvrir, fermer ou déplacer un site, anticiper des départs : la commande "
                "« diagterritoire scenario » comparera la situation présente à chaque scénario "
                "(temps, APL, déficit, fuite) et remplira ce chapitre.",
                "attente",
            ),
            Paragraphe(
                "L'opportunité se lit dans les chapitres 2 à 8 (besoins et offre) ; la faisabilité "
                "dépend de l'intérêt des professionnels, que recueille l'enquête du chapitre 11."
            ),
        ),
    )
