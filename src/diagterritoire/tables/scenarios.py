"""Tables delivered with scenarios: what each changes, beside the present situation."""

from __future__ import annotations

from diagterritoire.schema import Column, Table
from diagterritoire.tables.columns import APL_UNIT, COMMUNE, booleen, entier, nombre, texte

MOUVEMENTS_SCENARIO = ("retirer", "fermer", "deplacer", "antenne", "ouvrir", "accelerer")
_CLE = texte("scenario", "nom court du scénario, celui de son dossier")
_BORNES = (("bas", "bas de l'intervalle"), ("haut", "haut de l'intervalle"))
# Key: name, unit, whether the draws give an interval of its difference.
INDICATEURS_SCENARIO: dict[str, tuple[str, str, bool]] = {
    "consultations_offertes": (
        "consultations offertes par les sites du territoire et de son pourtour, ceux que personne "
        "n'atteint exceptés",
        "consultations/an",
        False,
    ),
    "consultations_recues": ("consultations reçues par leurs habitants", "consultations/an", False),
    "mg_etp": (
        "médecins généralistes des communes où leur nombre est connu, à temps plein",
        "temps plein",
        False,
    ),
    "apl": ("APL calculée moyenne", APL_UNIT, True),
    "apl_ancree": ("APL publiée plus l'écart calculé, jamais sous 0 : moyenne", APL_UNIT, True),
    "temps_mg_min": (
        "temps moyen au médecin, du point des communes qui en atteignent un",
        "min",
        True,
    ),
    "temps_habitants_min": (
        "temps moyen au médecin, d'où vivent les habitants qui en atteignent un",
        "min",
        False,
    ),
    "population_sans_acces": (
        "habitants des communes qui n'atteignent aucun médecin, hors des temps moyens",
        "habitants",
        True,
    ),
    "habitants_sans_trajet": (
        "habitants qui, d'où ils vivent, n'atteignent aucun médecin, hors du temps moyen",
        "habitants",
        False,
    ),
    "population_deficit": ("habitants des communes sous le seuil d'APL", "habitants", True),
    "communes_deficit": ("communes sous le seuil d'APL", "communes", True),
    "deficit_consultations": (
        "consultations qui manquent pour atteindre le seuil",
        "consultations/an",
        True,
    ),
    "deficit_etp": ("les mêmes, en médecins à temps plein", "temps plein", True),
    "taux_fuite": ("recours des habitants hors du territoire (modèle)", "fraction", False),
    "taux_autosuffisance": ("recours des habitants dans le territoire (modèle)", "fraction", False),
    "taux_attraction": ("patients du territoire venus d'ailleurs (modèle)", "fraction", False),
}


def _trois(nom: str, unite: str, sens: str, *, maximum: float | None = None) -> tuple[Column, ...]:
    """Declare a measure before, after, and the difference."""
    return (
        nombre(f"{nom}_avant", unite, f"{sens}, situation présente", vide=True, maximum=maximum),
        nombre(f"{nom}_apres", unite, f"{sens}, une fois le scénario fait", vide=True,
               maximum=maximum),
        nombre(f"{nom}_difference", unite, f"{sens}, après moins avant", vide=True, minimum=None),
    )  # fmt: skip


def _intervalle(nom: str, unite: str, sens: str) -> tuple[Column, ...]:
    return tuple(
        nombre(
            f"{nom}_difference_{cle}",
            unite,
            f"{borne} de la différence {sens} sur les tirages de la fermeté, les mêmes avant et "
            "après ; vide dans le pourtour",
            vide=True,
            minimum=None,
        )
        for cle, borne in _BORNES
    )


SCENARIO = Table(
    "scenario",
    "Chaque commune avant et après un scénario",
    ("scenario", "code_commune"),
    (
        _CLE,
        COMMUNE,
        texte("nom", "nom de la commune"),
        booleen("dans_territoire", "vrai dans le territoire, faux dans le pourtour"),
        entier("population", "habitants", "population municipale"),
        *_trois("temps_mg_min", "min", "temps du point de la commune au médecin le plus proche"),
        *_intervalle("temps_mg_min", "min", "de temps"),
        *_trois("temps_mg_moyen_min", "min", "temps moyen d'où vivent les habitants"),
        *_trois("apl", APL_UNIT, "APL calculée"),
        *_intervalle("apl", APL_UNIT, "d'APL"),
        nombre("apl_publiee", APL_UNIT, "APL publiée par la DREES, tous âges", vide=True),
        nombre(
            "apl_ancree",
            APL_UNIT,
            "APL publiée, plus l'APL calculée après moins avant ; 0 si elle serait négative ; vide "
            "sans APL publiée",
            vide=True,
        ),
        booleen("deficit_avant", "vrai si l'APL calculée est sous le seuil aujourd'hui"),
        booleen("deficit_apres", "vrai si elle l'est encore une fois le scénario fait"),
        *_trois(
            "deficit_consultations", "consultations/an", "consultations qui manquent au seuil"
        ),
        *_trois("deficit_etp", "temps plein", "les mêmes, en médecins à temps plein"),
        *_trois("mg_etp", "temps plein", "médecins généralistes de la commune, à temps plein"),
        *_trois("taux_fuite", "fraction", "recours hors de la commune (modèle)", maximum=1),
        *_trois("taux_autosuffisance", "fraction", "recours dans la commune (modèle)", maximum=1),
        *_trois("patients_recus", "habitants", "habitants de partout attribués aux médecins de la "
                "commune (modèle)"),
        nombre(
            "consultations_difference",
            "consultations/an",
            "consultations que ses habitants reçoivent en plus ou en moins",
            vide=True,
            minimum=None,
        ),
    ),
    "MultiPolygon",
)  # fmt: skip

SCENARIO_BILAN = Table(
    "scenario_bilan",
    "Totaux du territoire avant et après chaque scénario",
    ("scenario", "indicateur"),
    (
        _CLE,
        texte("indicateur", "nom de l'indicateur", valeurs=tuple(INDICATEURS_SCENARIO)),
        texte("libelle", "ce qu'il mesure"),
        texte("unite", "unité"),
        nombre("avant", "celle de l'indicateur", "situation présente", vide=True, minimum=None),
        nombre("apres", "celle de l'indicateur", "une fois le scénario fait", vide=True,
               minimum=None),
        nombre("difference", "celle de l'indicateur", "après moins avant", vide=True,
               minimum=None),
        *(
            nombre(f"difference_{cle}", "celle de l'indicateur",
                   f"{borne} de la différence sur les tirages, les mêmes avant et après", vide=True,
                   minimum=None)
            for cle, borne in _BORNES
        ),
    ),
)  # fmt: skip

SCENARIO_MOUVEMENTS = Table(
    "scenario_mouvements",
    "Ce que fait chaque scénario, site par site",
    ("scenario", "rang"),
    (
        _CLE,
        entier("rang", "rang", "ordre dans lequel les mouvements sont faits"),
        texte("nom_scenario", "nom du scénario, tel que son auteur l'a écrit"),
        texte("geste", "retirer, fermer, deplacer, antenne, ouvrir ou accelerer",
              valeurs=MOUVEMENTS_SCENARIO),
        texte("projet", "nom du projet à plusieurs sites, vide sans", vide=True),
        texte("profession", "profession concernée ; vide pour une route", vide=True),
        texte("site_id", "site concerné ; vide pour une route ou une autre profession", vide=True),
        texte("code_commune", "commune du site, ou départ de la route"),
        texte("code_arrivee", "commune d'arrivée d'une route", vide=True),
        nombre("etp", "temps plein", "temps plein ajoutés au site, ou retirés (négatif)",
               vide=True, minimum=None),
        nombre("consultations", "consultations/an", "consultations ajoutées ou retirées (négatif)",
               vide=True, minimum=None),
        nombre("duree_min", "min", "durée déclarée d'une route", vide=True),
    ),
)  # fmt: skip

SCENARIO_FLUX = Table(
    "scenario_flux",
    "Flux modélisés qu'un scénario change d'au moins un habitant",
    ("scenario", "code_residence", "code_exercice"),
    (
        _CLE,
        texte("code_residence", "commune de résidence"),
        texte("code_exercice", "commune d'exercice"),
        nombre("patients_avant", "habitants", "habitants attribués, situation présente"),
        nombre("patients_apres", "habitants", "habitants attribués, une fois le scénario fait"),
        nombre("patients_difference", "habitants", "après moins avant", minimum=None),
    ),
)

SCENARIOS: tuple[Table, ...] = (SCENARIO, SCENARIO_BILAN, SCENARIO_MOUVEMENTS, SCENARIO_FLUX)
