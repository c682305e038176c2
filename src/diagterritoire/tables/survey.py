"""Tables of the survey of professionals: answers as read, and what may be shown of them."""

from __future__ import annotations

from diagterritoire.schema import Table
from diagterritoire.tables.columns import nombre, texte
from diagterritoire.tables.vocabulary import NOMS_PROFESSIONS, PROFESSIONS

AUTRE_PROFESSION = "autre"
# Professions of people, then those that no source counts; a pharmacy does not answer.
PROFESSIONS_ENQUETE = (*(p for p in PROFESSIONS if p != "pharmacie"), AUTRE_PROFESSION)
NOMS_ENQUETE = {p: NOMS_PROFESSIONS.get(p, "autres professions") for p in PROFESSIONS_ENQUETE}
ENSEMBLE, REGROUPEES = "ensemble", "regroupees"
SANS_REPONSE = "sans_reponse"

INTERETS = {
    "engage": "déjà engagés",
    "oui": "intéressés",
    "a_etudier": "à étudier",
    "non": "pas intéressés",
}
AGES_ENQUETE = {
    "moins_40": "moins de 40 ans",
    "40_49": "40 à 49 ans",
    "50_59": "50 à 59 ans",
    "60_64": "60 à 64 ans",
    "65_plus": "65 ans ou plus",
}
DEPARTS = {
    "3_ans": "d'ici 3 ans",
    "5_ans": "dans 4 ou 5 ans",
    "10_ans": "dans 6 à 10 ans",
    "plus_tard": "plus tard, ou aucun projet",
}
ATTENTES = {
    "temps_medical": "gagner du temps médical",
    "coordination": "mieux se coordonner entre professions",
    "soins_non_programmes": "répondre aux soins non programmés",
    "locaux": "des locaux",
    "secretariat": "un secrétariat ou un coordonnateur",
    "systeme_information": "un système d'information partagé",
    "etudiants": "accueillir des étudiants",
    "successeur": "trouver un remplaçant ou un successeur",
    "prevention": "prévention et éducation thérapeutique",
    "financement": "un financement du temps de coordination",
    "autre": "autre attente",
}
# Closed sets of answers of each question of one answer.
QUESTIONS = {"interet": INTERETS, "age": AGES_ENQUETE, "depart": DEPARTS}
TITRES_QUESTIONS = {
    "interet": "Intérêt pour un exercice coordonné",
    "age": "Âge des répondants",
    "depart": "Départ envisagé",
}

ENQUETE = Table(
    "enquete",
    "Enquête anonyme auprès des professionnels",
    (),
    (
        texte("profession", "profession", valeurs=PROFESSIONS_ENQUETE),
        texte("code_commune", "commune d'exercice", vide=True),
        texte("interet", "intérêt", vide=True, valeurs=tuple(INTERETS)),
        texte("attentes", "attentes, séparées par des virgules", vide=True),
        texte("age", "tranche d'âge", vide=True, valeurs=tuple(AGES_ENQUETE)),
        texte("depart", "départ envisagé", vide=True, valeurs=tuple(DEPARTS)),
    ),
)

ENQUETE_PARTICIPATION = Table(
    "enquete_participation",
    "Enquête : réponses par profession, à côté des professionnels en place",
    ("profession",),
    (
        texte("profession", "profession, ensemble, ou regroupees : celles qui sont masquées"),
        nombre(
            "en_place", "personnes", "professionnels du territoire ; vide si inconnu", vide=True
        ),
        nombre("reponses", "personnes", "réponses ; vide si masquées", vide=True),
        nombre("taux_reponse", "fraction", "réponses / en_place", vide=True, maximum=1),
        texte("note", "ce qu'il faut savoir de la ligne", vide=True),
    ),
)

ENQUETE_RESULTATS = Table(
    "enquete_resultats",
    "Enquête : réponses à chaque question, par profession",
    ("question", "profession", "modalite"),
    (
        texte("question", "interet, age, depart, ou attente_ suivie de l'attente"),
        texte(
            "profession",
            "ensemble, profession, ou regroupees : ceux qu'aucune autre ligne de la question ne "
            "nomme, parfois plus nombreux que dans enquete_participation",
        ),
        texte("modalite", "réponse ; oui ou non pour une attente ; sans_reponse"),
        nombre("repondants", "personnes", "répondants de la profession"),
        nombre("reponses", "personnes", "dont cette réponse ; vide si masquée", vide=True),
        nombre("part", "fraction", "part des répondants ; vide si masquée", vide=True, maximum=1),
    ),
)
