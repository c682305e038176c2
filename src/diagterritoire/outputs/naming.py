"""What a column is called and means, in words, whatever the file that shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from diagterritoire import schema
from diagterritoire.french import majuscule

_BEFORE, _AFTER, _CHANGE = "situation présente", "une fois le scénario fait", "après moins avant"
_POSTS = "médecins à temps plein qui manquent au seuil"
# Where the beginning of the meaning says nothing without the columns beside, or is long.
_NAMED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("communes", "population_standardisee"): "population standardisée",
        ("communes", "mg_nb"): "médecins généralistes de la commune",
        ("communes", "mg_etp"): "médecins généralistes à temps plein",
        ("communes", "apl"): "APL calculée",
        ("communes", "apl_partielle"): "APL et déficits partiels (pourtour)",
        ("communes", "apl_calibree"): "APL calculée, offre calée sur l'APL publiée",
        ("communes", "deficit_etp"): _POSTS,
        ("communes", "temps_mg_moyen_min"): "temps moyen des habitants au médecin le plus proche",
        ("communes", "temps_mg2_min"): "temps dans lequel 2 médecins sont trouvés",
        ("communes", "temps_mg3_min"): "temps dans lequel 3 médecins sont trouvés",
        ("flux", "patients"): "patients",
        ("flux", "patients_modelises"): "patients selon le modèle",
        ("bassins", "population_territoire"): "population du bassin qui vit dans le territoire",
        ("isochrones", "population"): "habitants du territoire à cette durée ou moins",
        ("controle", "effet"): "effet sur les enregistrements",
        ("bandes", "niveau"): "niveau de la zone",
        ("bandes", "population"): "habitants dont le temps est dans la tranche",
        ("manques_zones", "population_eloignee"): "population éloignée d'un médecin",
        ("manques_zones", "part_population_deficit"): "part de la population en déficit",
        ("manques_zones", "part_population_eloignee"): "part de la population éloignée",
        ("echanges", "sortants"): "patients qui consultent dans une autre commune",
        ("echanges", "km_an"): "kilomètres à vol d'oiseau pour consulter, aller et retour",
        ("marges_observees", "patients_montres"): "patients observés dont le flux est montré",
        ("aire_sante", "score"): "note de 0 à 1",
        ("fermete", "temps_mg_haut_min"): "haut de l'intervalle du temps au généraliste",
        ("fermete", "verdict"): "verdict",
        ("formes_exercice", "niveau"): "niveau de la zone",
        ("formes_exercice", "professionnels_nb"): "professionnels de premier recours comptés",
        ("appuis", "projet"): "projet coordonné du groupe",
        ("enquete_participation", "profession"): "profession",
        ("enquete_resultats", "profession"): "profession",
        ("enquete_resultats", "reponses"): "répondants qui donnent cette réponse",
        ("aides", "titre"): "contenu de l'aide",
        ("aides", "ouverture"): "ce que les zones du territoire ouvrent",
        ("aides", "population"): "habitants de ces communes",
        ("scenario", "apl_difference_bas"): "APL calculée, différence, bas de l'intervalle",
        ("scenario", "apl_difference_haut"): "APL calculée, différence, haut de l'intervalle",
        ("scenario", "temps_mg_min_difference_bas"): "temps, différence, bas de l'intervalle",
        ("scenario", "temps_mg_min_difference_haut"): "temps, différence, haut de l'intervalle",
        ("scenario", "deficit_etp_avant"): f"{_POSTS}, {_BEFORE}",
        ("scenario", "deficit_etp_apres"): f"{_POSTS}, {_AFTER}",
        ("scenario", "deficit_etp_difference"): f"{_POSTS}, {_CHANGE}",
        ("scenario", "patients_recus_avant"): f"patients reçus dans la commune, {_BEFORE}",
        ("scenario", "patients_recus_apres"): f"patients reçus dans la commune, {_AFTER}",
        ("scenario", "patients_recus_difference"): f"patients reçus dans la commune, {_CHANGE}",
        ("scenario_flux", "patients_difference"): f"patients, {_CHANGE}",
        **{
            (table, column): name
            for table in ("implantations", "implantation_frontiere")
            for column, name in (
                ("but", "but"),
                ("valeur_avant", "valeur d'aujourd'hui"),
                ("valeur", "valeur avec les sites"),
                ("gain", "gain : ce que les sites retranchent à la valeur"),
                ("cout", "coût d'une MSP ou d'un CDS voisins, dans le classement"),
                ("ecart_optimalite", "écart à l'optimum, au plus"),
            )
        },
    }
)


def alias(table: schema.Table, column: schema.Column) -> str:
    """French name of a column: the beginning of its meaning, and its unit.

    Whole words and distinct within a table: a clause that a comma adds tells two columns apart.

    Examples
    --------
    >>> from diagterritoire.tables import COMMUNES, FLUX
    >>> alias(COMMUNES, COMMUNES.column("population"))
    'Population municipale (habitants)'
    >>> alias(FLUX, FLUX.column("patients"))
    'Patients (habitants)'
    >>> alias(COMMUNES, COMMUNES.column("apl_publiee_65")).partition(" (")[0]
    'APL publiée, médecins de 65 ans ou moins'
    """
    plain = re.sub(r" \([^()]*\)", "", column.sens)
    short = _NAMED.get((table.nom, column.nom)) or re.split(r" : | ; ", plain, maxsplit=1)[0]
    return f"{majuscule(short)} ({column.unite})" if column.unite else majuscule(short)


def meaning(column: schema.Column) -> str:
    """Whole meaning of a column, its unit, and what an empty cell says.

    Examples
    --------
    >>> from diagterritoire import tables
    >>> meaning(tables.FLUX.column("temps_min"))
    'Temps en voiture. Unité : min.'
    """
    unit = f" Unité : {column.unite}." if column.unite else ""
    null = " Vide : inconnu." if column.vide else ""
    return f"{majuscule(column.sens)}.{unit}{null}"
