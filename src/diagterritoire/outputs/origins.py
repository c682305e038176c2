"""Where each column comes from: the files that were read, else a computation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from diagterritoire import schema
from diagterritoire.catalog import by_key
from diagterritoire.outputs import generalistes
from diagterritoire.outputs.definitions import CALCUL
from diagterritoire.study.bundles import Diagnosis

# Instead of catalogue names.
_MEDECINS = "*medecins"
_LIGNE = "*ligne"
_SCENARIO = "scenario"
# Computed, except the rows that a file gives.
_SAUF = "*calcul"
_TOLD = MappingProxyType(
    {
        _LIGNE: "dite à chaque ligne, colonne « source »",
        "*catalogue": "catalogue de diagterritoire et fichiers lus",
        _SCENARIO: "fichier de scénario",
        "*territoire": "territoire demandé",
        "*irdes": "IRDES, référence nationale des distances de recours",
    }
)
_CODES = ("communes", "communes_api")
_APL = ("apl_publiee",)
_PROFESSIONS = ("professionnels", "equipements", "medecins")
# By column of every table, then by table, then by column of one table: the last says.
_READ: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        **{("", c): _CODES for c in ("code_commune", "code_residence", "code_exercice", "nom")},
        ("", "codes_communes"): _CODES,
        ("", "lieux"): _CODES,
        ("", "code_epci"): ("appartenance",),
        ("", "code_departement"): ("appartenance",),
        ("", "code_region"): ("appartenance",),
        ("", "bassin_vie"): ("appartenance",),
        ("", "population"): ("populations",),
        ("", "population_annee"): ("populations",),
        ("", "mg_nb"): (_MEDECINS,),
        ("", "zonage_mg"): ("zonage",),
        ("", "apl_publiee"): _APL,
        ("", "apl_publiee_65"): _APL,
        ("", "apl_publiee_annee"): _APL,
        ("", "dans_territoire"): ("*territoire",),
        ("communes", "population_standardisee"): ("apl_publiee", "ages"),
        ("communes", "population_totale_publiee"): ("apl_publiee", "ages"),
        ("sites", "site_id"): (_MEDECINS,),
        ("sites", "code_commune"): (_MEDECINS,),
        ("flux", "patients"): (_SAUF, "flux_observes"),
        ("echanges", "patients"): (_SAUF, "flux_observes"),
        ("destinations", "patients"): (_SAUF, "flux_observes"),
        ("bandes_flux", "part_reference"): ("*irdes",),
        ("bassins", "population"): (),
        ("bassins", "mg_nb"): (),
        ("isochrones", "population"): (),
        ("structures", ""): ("structures", "offre_sociale"),
        ("routes_principales", ""): ("routes", "routes_osm"),
        ("sources", ""): ("*catalogue",),
        ("parametres", ""): (_LIGNE,),
        ("comparaisons", "code"): ("appartenance",),
        ("comparaisons", "nom"): ("appartenance",),
        ("comparaisons", "communes_nb"): ("appartenance",),
        ("comparaisons", "part_population_sous_seuil"): _APL,
        ("comparaisons", "part_population_zip"): ("zonage",),
        ("comparaisons", "part_population_zac"): ("zonage",),
        ("contexte", "indicateur"): ("contexte_cartosante", "contexte_insee"),
        ("contexte", "valeur"): ("contexte_cartosante", "contexte_insee"),
        ("contexte", "motif"): ("contexte_cartosante", "contexte_insee"),
        ("contexte", "source"): ("contexte_cartosante", "contexte_insee"),
        ("densites", "nombre"): (_LIGNE,),
        ("densites", "nom"): ("appartenance",),
        ("densites", "code"): ("appartenance",),
        ("professionnels_communes", "nombre"): _PROFESSIONS,
        ("professionnels_communes", "profession"): _PROFESSIONS,
        ("bandes", "population"): (),
        ("bandes", "nom"): ("appartenance",),
        ("manques_zones", "population"): ("populations",),
        ("manques_communes", "reference_departement"): _APL,
        ("manques_communes", "reference_france"): _APL,
        ("marges_observees", ""): ("flux_observes",),
        ("aire_sante", "valeur"): (_LIGNE,),
        ("zonages", "zone"): ("appartenance", "secteurs_garde"),
        ("formes_exercice", "exige"): (_LIGNE,),
        ("formes_exercice", "medicaux_nb"): _PROFESSIONS,
        ("formes_exercice", "auxiliaires_nb"): _PROFESSIONS,
        ("formes_exercice", "professionnels_nb"): _PROFESSIONS,
        ("appuis", "nom"): ("structures", _MEDECINS),
        ("appuis", "categorie"): ("structures", _MEDECINS),
        ("maturite_exercice", ""): ("exercice_coordonne",),
        ("enquete_participation", "reponses"): ("enquete",),
        ("enquete_participation", "en_place"): _PROFESSIONS,
        ("enquete_resultats", ""): ("enquete",),
        ("aides", ""): (_LIGNE,),
        ("aides", "ouverture"): ("zonage",),
        ("aides", "communes_nb"): ("zonage",),
        ("aides", "population"): ("populations", "zonage"),
        ("grille", "valeur"): (_LIGNE,),
        ("grille", "seuil"): (_LIGNE,),
        ("scenario", "scenario"): (_SCENARIO,),
        ("scenario_bilan", "scenario"): (_SCENARIO,),
        ("scenario_flux", "scenario"): (_SCENARIO,),
        ("scenario_mouvements", ""): (_SCENARIO,),
    }
)


def origin(diagnosis: Diagnosis, table: schema.Table, column: schema.Column) -> str:
    """Say where a column comes from: producer, title and vintage of what was read for it.

    Parameters
    ----------
    diagnosis : Diagnosis
    table : Table
    column : Column

    Returns
    -------
    str
        What is computed says so. Of files that stand for each other, those that were read; when
        none was, the one that would fill the column.
    """
    places = ((table.nom, column.nom), (table.nom, ""), ("", column.nom))
    keys = next((_READ[place] for place in places if place in _READ), ())
    if not keys:
        return CALCUL
    if keys[0] in _TOLD:
        return _TOLD[keys[0]]
    keys = tuple(generalistes.source_of(diagnosis) if k == _MEDECINS else k for k in keys)
    read = diagnosis.sources.loc[diagnosis.sources["cle"].isin(keys)]
    if not len(read) and _SAUF in keys:
        return CALCUL
    if not len(read):
        return f"aucun fichier fourni (attendu : {by_key(keys[0]).titre})"
    told = zip(read["producteur"], read["titre"], read["millesime"], strict=True)
    cited = dict.fromkeys(f"{who} : {what} ({when})" for who, what, when in told)
    return " ; ".join([*([CALCUL] if _SAUF in keys else []), *cited])
