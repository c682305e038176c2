"""End of chapter 7: what flows weigh, what the model is worth, basins, the six analyses."""

from __future__ import annotations

from diagterritoire import french
from diagterritoire.core.care_area import ANALYSES
from diagterritoire.french import accord, decompte, entier, nombre, pourcent
from diagterritoire.outputs.report import sentences
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Definition,
    Encadre,
    Liste,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records

ZONAGES = {
    "epci": "intercommunalité (EPCI)",
    "bassin_vie": "bassin de vie 2022",
    "zone_emploi": "zone d'emploi 2020",
    "secteur_garde": "secteur de permanence des soins",
}
BASSINS_MAX = 15


def movements(d: Dossier) -> list[Bloc]:
    """Write what flows weigh, how to turn them around, and what the model is worth."""
    return [*_weight(d), *_reversal(d), *_verdicts(d)]


def _weight(d: Dossier) -> list[Bloc]:
    table = d.diagnosis.echanges
    if table.empty:
        return []
    heures, km = float(table["heures_an"].sum()), float(table["km_an"].sum())
    recours = french.exact(d.parameters.flux.consultations_par_habitant)
    phrases = [
        f"Pour consulter, les habitants du territoire passent {entier(heures)} heures par an en "
        f"voiture, aller et retour, à raison de {recours} consultations par an et par habitant "
        "standardisé, la moyenne nationale.",
        f"Ces trajets font au moins {entier(km)} kilomètres : la distance est comptée à vol "
        "d'oiseau, et la route est plus longue.",
    ]
    ranked = table.sort_values(["solde", "code_commune"], ascending=[False, True])
    first, last = ranked.iloc[0], ranked.iloc[-1]
    if first["solde"] > 0:
        phrases.append(
            f"{_name(d, first['code_commune'])} reçoit le plus d'habitants d'autres communes : "
            f"{entier(first['solde'])} de plus qu'elle n'en envoie."
        )
    if last["solde"] < 0:
        phrases.append(
            f"{_name(d, last['code_commune'])} en envoie le plus : {entier(-last['solde'])} de "
            "plus qu'elle n'en reçoit."
        )
    return [SousTitre("Ce que pèsent les déplacements"), Liste(tuple(phrases))]


def _reversal(d: Dossier) -> list[Bloc]:
    """Say what would make the territory the first choice of its residents."""
    table = d.diagnosis.inversion_flux
    if table.empty:
        return []
    row = table.iloc[0]
    title = SousTitre("Inverser le flux")
    if not isinstance(row["destination"], str):
        return [title, Paragraphe("Selon le modèle, aucun habitant ne quitte le territoire.")]
    where, pole = _name(d, row["destination"]), _name(d, row["pole"])
    start = (
        f"Hors du territoire, les habitants vont d'abord {french.a(where)} : "
        f"{entier(row['patients_destination'])} habitants, et {entier(row['patients_territoire'])} "
        "restent, selon le modèle."
    )
    if row["consultations_a_ajouter"] == 0:
        return [title, Paragraphe(f"{start} Le territoire est déjà leur première destination.")]
    if french.manque(row["consultations_a_ajouter"]):
        more = f"Aucune offre ajoutée {french.a(pole)} n'y suffirait."
    else:
        added = float(row["consultations_a_ajouter"])
        posts = sentences.etp(added / d.parameters.offre.consultations_par_etp)
        more = (
            f"Pour que le territoire passe devant, il faudrait {french.a(pole)} {entier(added)} "
            f"consultations de plus par an, l'activité de {posts}"
        )
        more += (
            "."
            if french.manque(row["minutes_a_gagner"])
            else f", ou {nombre(row['minutes_a_gagner'])} minutes de moins sur chaque trajet vers "
            "cette commune."
        )
    return [title, Paragraphe(f"{start} {more}")]


def _verdicts(d: Dossier) -> list[Bloc]:
    verdicts, spread = d.diagnosis.jugement_flux, d.diagnosis.bandes_flux
    if verdicts.empty:
        return []
    lines = tuple(
        (
            french.majuscule(str(r.modele)),
            _fraction(r.cpc),
            nombre(r.srmse) if not french.manque(r.srmse) else "–",
            pourcent(r.part_commune),
            pourcent(r.part_plus_proche),
            nombre(r.temps_moyen_min),
        )
        for r in records(verdicts)
    )
    blocs: list[Bloc] = [
        SousTitre("Ce que vaut le modèle de flux"),
        Definition(
            "Part commune (CPC)",
            "part des flux du modèle qui se retrouvent dans les flux observés des communes qui "
            "n'ont pas servi à le caler : 100 % quand ils sont les mêmes. Elle demande un fichier "
            "de flux observés",
            CALCUL,
        ),
        Tableau(
            "Le modèle de flux à côté de modèles simples",
            ("Modèle", "Part commune", "SRMSE", "Dans la commune", "Au plus proche", "Temps (min)"),
            lines,
            CALCUL,
            note=_notes(d),
        ),
    ]
    if len(spread):
        blocs.append(
            Tableau(
                "Où se font les recours des habitants, par temps de trajet",
                ("Temps de trajet", "Territoire", "France (IRDES)"),
                tuple(
                    (french.majuscule(str(r.bande)), pourcent(r.part), pourcent(r.part_reference))
                    for r in records(spread)
                ),
                CALCUL,
                note="La répartition nationale sert à caler le modèle sur la France entière ; "
                "jamais sur un territoire.",
            )
        )
    return blocs


def _notes(d: Dossier) -> str:
    table = d.diagnosis.jugement_flux
    parts = (part for note in table["note"] for part in str(note).split(" ; "))
    notes = dict.fromkeys(parts)
    return f"{french.majuscule(' ; '.join(notes))}."


def _fraction(value: float | None) -> str:
    return "–" if french.manque(value) else pourcent(value)


def basins(d: Dossier) -> list[Bloc]:
    """Write the basins of patients, and how they agree with the other zonings."""
    table = d.diagnosis.bassins
    title = SousTitre("Bassins de patientèle")
    if table.empty:
        return [
            title,
            Encadre(
                "Aucun bassin",
                "Aucun flux ne permet de réunir les communes en bassins de patientèle.",
                "attente",
            ),
        ]
    chosen = d.parameters.bassins
    rows = table.sort_values(["population", "bassin"], ascending=[False, True])
    weak = int((~table["valide"]).sum())
    note = (
        f"{accord(weak, 'bassin')} sous les seuils, faute de voisin à qui se joindre."
        if weak
        else ""
    )
    blocs: list[Bloc] = [
        title,
        Definition(
            "Bassin de patientèle",
            "communes voisines réunies jusqu'à ce que la plupart de leurs habitants consultent "
            f"dans le bassin : au moins {pourcent(chosen.autosuffisance_min, 0)} s'il compte "
            f"{entier(chosen.population_cible)} habitants, "
            f"{pourcent(chosen.autosuffisance_cible, 0)} s'il n'en compte que "
            f"{entier(chosen.population_min)}",
            CALCUL,
        ),
        Paragraphe(
            f"Les flux {sentences.natures(d)} partagent le territoire en "
            f"{accord(len(table), 'bassin')} de patientèle."
        ),
        Tableau(
            "Bassins de patientèle issus des flux",
            (
                "Bassin",
                "Communes",
                "Habitants",
                "dont territoire",
                "Généralistes",
                "Autosuffisance",
            ),
            tuple(
                (
                    _name(d, r.bassin),
                    entier(r.communes_nb),
                    entier(r.population),
                    entier(r.population_territoire),
                    decompte(r.mg_nb),
                    pourcent(r.taux_autosuffisance),
                )
                for r in records(rows.head(BASSINS_MAX))
            ),
            CALCUL,
            note=_more(len(rows), note),
        ),
    ]
    return [*blocs, *_agreement(d)]


def _more(number: int, note: str) -> str:
    if number <= BASSINS_MAX:
        return note
    rest = accord(number - BASSINS_MAX, "autre bassin", "autres bassins")
    return f"{french.majuscule(rest)} : voir le classeur indicateurs.xlsx. {note}".strip()


def _agreement(d: Dossier) -> list[Bloc]:
    table = d.diagnosis.comparaison_bassins
    if table.empty:
        return []
    lines = tuple(
        (
            french.majuscule(ZONAGES.get(str(r.zonage), str(r.zonage))),
            "–" if french.manque(r.zones_nb) else entier(r.zones_nb),
            _fraction(r.part_population),
            _fraction(r.part_inverse),
            french.majuscule(str(r.note)),
        )
        for r in records(table)
    )
    return [
        Tableau(
            "Accord des bassins avec les autres zonages",
            ("Zonage", "Zones", "Population en accord", "Dans l'autre sens", "Source"),
            lines,
            CALCUL,
            note="Population en accord : part des habitants qui vivent dans la zone où habite le "
            "plus de monde de leur bassin ; dans l'autre sens, dans le bassin où habite le plus de "
            "monde de leur zone.",
        )
    ]


def care_area(d: Dossier) -> list[Bloc]:
    """Write the six analyses of the aire de santé, for the territory."""
    table = d.diagnosis.aire_sante
    whole = table.loc[table["niveau"] == "territoire"]
    if whole.empty:
        return []
    lines, known = [], {str(row.analyse): row for row in records(whole)}
    for analyse in ANALYSES:
        row = known[analyse.cle]
        value, score = ("–" if french.manque(v) else nombre(v) for v in (row.valeur, row.score))
        lines.append(
            (
                french.majuscule(analyse.titre),
                value,
                analyse.unite,
                score,
                french.majuscule(str(row.source)),
            )
        )
    return [
        SousTitre("Aire de santé : les six analyses"),
        Definition(
            "Note d'une analyse",
            "de 0 (tout désigne un autre territoire) à 1 (tout désigne celui-ci) ; moyenne des "
            "communes pondérée par leurs habitants. Une analyse dont le fichier manque ne compte "
            "pas",
            CALCUL,
        ),
        Tableau(
            "Les six analyses qui fixent l'aire de santé",
            ("Analyse", "Valeur", "Unité", "Note", "Source"),
            tuple(lines),
            CALCUL,
            note="La note de chaque commune est dans la table aire_sante du classeur.",
            textes=1,
        ),
    ]


def _name(d: Dossier, code: object) -> str:
    return str(d.noms.get(str(code), code))
