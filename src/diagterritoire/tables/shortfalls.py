"""Tables delivered of what is missing, why, and how evenly access is spread."""

from __future__ import annotations

from diagterritoire.schema import Column, Table
from diagterritoire.tables.columns import APL_UNIT, COMMUNE, ZONAGE_MG, entier, nombre, texte

_REFERENCES = (
    ("seuil", "le seuil d'APL retenu"),
    ("departement", "l'APL publiée moyenne du département"),
    ("france", "l'APL publiée moyenne du pays"),
)
CAUSES_ECART = ("offre", "distance", "concurrence", "age")
NIVEAUX_MANQUES = ("territoire", "zonage_mg", "epci", "bassin_vie")
FERME_DEFICIT, FERME_SANS_DEFICIT, HESITANT = "deficit", "sans_deficit", "hesitant"
VERDICTS_FERMETE = (FERME_DEFICIT, FERME_SANS_DEFICIT, HESITANT)
INDICATEURS_EQUITE = ("apl", "apl_publiee", "temps_mg_min")


def _manques() -> tuple[Column, ...]:
    return tuple(
        nombre(f"manque_{cle}_{unite}", long, f"ce qui manque pour atteindre {sens}", vide=True)
        for cle, sens in _REFERENCES
        for unite, long in (("consultations", "consultations/an"), ("etp", "temps plein"))
    )


def _part(nom: str, sens: str) -> Column:
    return nombre(nom, APL_UNIT, sens, vide=True, minimum=None)


MANQUES_COMMUNES = Table(
    "manques_communes",
    "Ce qui manque à chaque commune du territoire, et pourquoi",
    ("code_commune",),
    (
        COMMUNE,
        ZONAGE_MG,
        entier("rang", "rang", "rang par consultations manquantes au seuil ; vide si rien ne "
               "manque ; à égalité, l'ordre des codes", vide=True),
        *(
            nombre(f"reference_{cle}", APL_UNIT, sens, vide=True)
            for cle, sens in _REFERENCES
        ),
        *_manques(),
        _part("ecart", "APL calculée moins le seuil : somme des quatre parts qui suivent"),
        _part("ecart_offre", "part due au nombre de consultations offertes par habitant autour"),
        _part("ecart_distance", "part due à l'éloignement des médecins"),
        _part("ecart_concurrence", "part due aux habitants d'ailleurs qui vont aux mêmes médecins"),
        _part("ecart_age", "part due à l'âge des habitants autour"),
        texte(
            "cause_principale",
            "part qui abaisse le plus l'APL : offre, distance, concurrence ou age ; vide au-dessus "
            "du seuil",
            vide=True,
            valeurs=CAUSES_ECART,
        ),
    ),
)  # fmt: skip

MANQUES_ZONES = Table(
    "manques_zones",
    "Ce qui manque dans chaque zone du territoire, et la population concernée",
    ("niveau", "code"),
    (
        texte("niveau", "territoire, zonage_mg, epci ou bassin_vie", valeurs=NIVEAUX_MANQUES),
        texte("code", "code de la zone ; inconnu pour les communes sans zone connue"),
        entier("communes_nb", "communes", "communes du territoire dans la zone"),
        entier("population", "habitants", "population municipale de ces communes"),
        nombre("apl", APL_UNIT, "APL calculée moyenne", vide=True),
        nombre("temps_mg_min", "min", "temps moyen au médecin le plus proche", vide=True),
        entier("communes_deficit_nb", "communes", "communes dont l'APL est sous le seuil"),
        nombre("population_deficit", "habitants", "population de ces communes"),
        nombre(
            "part_population_deficit",
            "fraction",
            "sa part de la population dont l'APL est connue",
            vide=True,
            maximum=1,
        ),
        nombre(
            "population_eloignee",
            "habitants",
            "population plus loin que la portée de l'APL (apl.bornes_min), ou qui n'atteint aucun "
            "médecin",
        ),
        nombre(
            "part_population_eloignee",
            "fraction",
            "sa part de la population dont le temps est connu",
            vide=True,
            maximum=1,
        ),
        *_manques(),
        entier("rang", "rang", "rang dans le niveau, par consultations manquantes au seuil ; vide "
               "si rien ne manque", vide=True),
    ),
)  # fmt: skip

EQUITE = Table(
    "equite",
    "Répartition de l'accès entre les habitants du territoire",
    ("indicateur",),
    (
        texte("indicateur", "apl, apl_publiee ou temps_mg_min", valeurs=INDICATEURS_EQUITE),
        nombre("population", "habitants", "habitants dont la valeur est connue"),
        nombre("population_ecartee", "habitants", "habitants dont la valeur est inconnue"),
        nombre("moyenne", "celle de l'indicateur", "moyenne par habitant", vide=True),
        nombre("gini", "sans", "indice de Gini, de 0 (la même valeur pour tous) à 1", vide=True,
               maximum=1),
        *(
            nombre(f"q{part:02d}", "celle de l'indicateur",
                   f"valeur que {part} % des habitants ne dépassent pas", vide=True)
            for part in (10, 25, 50, 75, 90)
        ),
        nombre("moyenne_dixieme", "celle de l'indicateur",
               "moyenne du dixième des habitants le moins bien servi", vide=True),
        nombre("part_dixieme", "fraction", "part du total qui revient à ce dixième", vide=True,
               maximum=1),
    ),
)  # fmt: skip

AVENIR = Table(
    "avenir",
    "Le territoire dans quelques années, selon des hypothèses déclarées de départs",
    ("horizon_ans",),
    (
        nombre("horizon_ans", "ans", "années à venir ; 0 pour aujourd'hui"),
        nombre("mg_etp", "temps plein", "offre des sites du territoire, en médecins à temps plein"),
        nombre("population_standardisee", "habitants standardisés", "demande du territoire"),
        nombre("apl", APL_UNIT, "APL calculée moyenne", vide=True),
        entier("communes_deficit_nb", "communes", "communes dont l'APL est sous le seuil"),
        nombre("population_deficit", "habitants", "population de ces communes"),
        nombre("manque_seuil_consultations", "consultations/an",
               "ce qui manque pour atteindre le seuil"),
        nombre("manque_seuil_etp", "temps plein", "ce qui manque pour atteindre le seuil"),
    ),
)  # fmt: skip

FERMETE = Table(
    "fermete",
    "Ce que deviennent l'APL et le temps de chaque commune quand les nombres choisis varient",
    ("code_commune",),
    (
        COMMUNE,
        entier("tirages_nb", "tirages", "calculs refaits avec des nombres tirés dans leurs plages"),
        nombre("apl_bas", APL_UNIT, "bas de l'intervalle de l'APL (fermete.intervalle)", vide=True),
        nombre("apl_haut", APL_UNIT, "haut de l'intervalle de l'APL", vide=True),
        nombre("temps_mg_bas_min", "min",
               "bas de l'intervalle du temps au généraliste le plus proche ; vide si un tirage "
               "n'en atteint aucun", vide=True),
        nombre("temps_mg_haut_min", "min", "haut du même intervalle", vide=True),
        nombre("part_tirages_deficit", "fraction",
               "part des tirages où l'APL est sous le seuil de déficit", vide=True, maximum=1),
        texte("verdict", "deficit ou sans_deficit quand presque tous les tirages le disent "
              "(fermete.part_ferme), sinon hesitant", vide=True, valeurs=VERDICTS_FERMETE),
    ),
)  # fmt: skip
