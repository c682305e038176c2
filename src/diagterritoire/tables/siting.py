"""Tables delivered of where new sites would be best placed."""

from __future__ import annotations

from diagterritoire.schema import Column, Table
from diagterritoire.tables.columns import booleen, entier, nombre, texte

COUVERTURE_TOTALE = "couverture_totale"
UNITES_BUT = {
    "couverture": "habitants",
    "temps": "min",
    "apl": "consultations/an",
    "maintien": "habitants",
}
_BUTS = tuple(UNITES_BUT)


def _choice() -> tuple[Column, ...]:
    return (
        texte(
            "etp",
            "médecins à temps plein de chaque site, dans l'ordre des lieux (2 + 1) ; vide "
            "si le but ne les compte pas",
            vide=True,
        ),
        texte("codes_communes", "communes des sites, séparées par une espace"),
        texte("lieux", "noms des sites"),
        texte(
            "unite",
            "unité de valeur_avant, valeur, gain et cout",
            valeurs=("habitants", "min", "consultations/an"),
        ),
        nombre(
            "valeur_avant",
            "celle de unite",
            "aujourd'hui : habitants hors de portée (couverture), minutes en moyenne (temps), "
            "consultations manquantes au seuil (apl), habitants dont le généraliste le plus "
            "proche est hors du territoire (maintien)",
        ),
        nombre("valeur", "celle de unite", "la même avec les sites"),
        nombre("gain", "celle de unite", "ce que les sites retranchent à cette valeur"),
    )


def _proof() -> Column:
    return nombre(
        "ecart_optimalite", "fraction",
        "part de la valeur qu'un meilleur choix pourrait encore retrancher ; 0 : prouvé le "
        "meilleur", maximum=1,
    )  # fmt: skip


IMPLANTATIONS = Table(
    "implantations",
    "Les meilleurs lieux de nouveaux sites, selon ce qui est cherché",
    ("but", "sites_nb", "numero"),
    (
        texte("but", "couverture, temps, apl ou maintien (implantation.buts)", valeurs=_BUTS),
        entier("sites_nb", "sites", "nouveaux sites placés ensemble"),
        entier("numero", "numéro", "ordre de présentation"),
        entier("rang", "rang", "rang du choix, le même pour ceux qui se valent"),
        booleen("ex_aequo", "vrai si un autre choix vaut celui-ci, même s'il n'est pas donné"),
        *_choice(),
        nombre("cout", "celle de unite", "ce que le voisinage d'une MSP ou d'un CDS retranche au "
               "gain dans le classement"),
        nombre("ecart_au_premier", "fraction", "part du gain du premier choix que celui-ci n'a "
               "pas", minimum=None, maximum=1),
        _proof(),
    ),
    geometrie="MultiPoint",
)  # fmt: skip

IMPLANTATION_FRONTIERE = Table(
    "implantation_frontiere",
    "Un grand site ou plusieurs petits : le meilleur choix selon le nombre de sites",
    ("but", "sites_nb", "etp"),
    (
        texte("but", "couverture, temps, apl, maintien, ou couverture_totale : le moins de sites "
              "qui mettent à portée tous ceux qui peuvent l'être",
              valeurs=(*_BUTS, COUVERTURE_TOTALE)),
        entier("sites_nb", "sites", "nouveaux sites placés ensemble"),
        *_choice(),
        nombre("part_comblee", "fraction", "le gain rapporté à la valeur d'aujourd'hui",
               vide=True, minimum=None, maximum=1),
        _proof(),
        texte("motif", "pourquoi aucun choix n'est donné, ou ce qui le limite", vide=True),
    ),
)  # fmt: skip
