"""Every address of the catalogue, one line each: the only place to mend when one moves.

None can be tried where the tests run: `diagterritoire sources --verifier` tries them from a
connected machine.
"""

from __future__ import annotations

# Page where a person reads what the source is and takes the file.
PAGES: dict[str, str] = {
    "communes": "https://geoservices.ign.fr/adminexpress",
    "communes_api": "https://geo.api.gouv.fr/decoupage-administratif/communes",
    "points": "https://www.data.gouv.fr/fr/datasets/base-officielle-des-codes-postaux/",
    "appartenance": "https://www.insee.fr/fr/information/7671844",
    "tvs": "https://www.data.gouv.fr/datasets/territoires-de-vie-sante-tvs-correspondance-communale",
    "populations": "https://www.insee.fr/fr/statistiques/8680726",
    "mouvements": "https://www.insee.fr/fr/information/2560452",
    "medecins": "https://www.observatoire-des-territoires.gouv.fr/",
    "apl_publiee": "https://data.drees.solidarites-sante.gouv.fr/explore/dataset/530_l-accessibilite-potentielle-localisee-apl/information/",
    "zonage": "https://cartosante.atlasante.fr/",
    "contexte_cartosante": "https://cartosante.atlasante.fr/",
    "contexte_insee": "https://statistiques-locales.insee.fr/",
    "routes": "https://www.openstreetmap.org/",
    "routes_osm": "https://download.geofabrik.de/europe/france.html",
    "equipements": "https://www.insee.fr/fr/statistiques/8217525",
    "structures": "https://www.data.gouv.fr/datasets/finess-structures-1",
    "professionnels": "https://www.data.gouv.fr/datasets/annuaire-sante-extractions-des-donnees-en-libre-acces-des-professionnels-intervenant-dans-le-systeme-de-sante-rpps",
    "annuaire_ameli": "https://www.data.gouv.fr/datasets/annuaire-sante-ameli",
    "adresses": "docs/formats.md",
    "flux_observes": "docs/formats.md",
    "secteurs_garde": "docs/formats.md",
    "offre_sociale": "docs/formats.md",
    "enquete": "docs/formats.md",
    "exercice_coordonne": "docs/formats.md",
    "medecins_ages": "docs/formats.md",
    "activite_mg": "docs/formats.md",
    "carreaux": "https://www.insee.fr/fr/statistiques/7655475",
    "population_raster": "https://hub.worldpop.org/",
    "ages": "https://www.insee.fr/fr/information/2837787",
    "acces_insee": "https://www.data.gouv.fr/datasets/donnees-sur-la-localisation-et-lacces-de-la-population-aux-equipements",
}

# The file itself, for the sources whose producer keeps it at a stable address.
FILES: dict[str, str] = {
    "appartenance": "https://www.insee.fr/fr/statistiques/fichier/7671844/table-appartenance-geo-communes-2024.zip",
    "populations": "https://www.insee.fr/fr/statistiques/fichier/8680726/ensemble.zip",
    "mouvements": "https://www.insee.fr/fr/statistiques/fichier/8740222/v_mvt_commune_2026.csv",
    "apl_publiee": "https://data.drees.solidarites-sante.gouv.fr/api/explore/v2.1/catalog/datasets/530_l-accessibilite-potentielle-localisee-apl/attachments/indicateur_d_apl_aux_medecins_generalistes_xlsx",
    "equipements": "https://www.insee.fr/fr/statistiques/fichier/8217525/BPE25.zip",
    "structures": "https://www.data.gouv.fr/fr/datasets/r/98f3161f-79ff-4f16-8f6a-6d571a80fea2",
    "professionnels": "https://www.data.gouv.fr/fr/datasets/r/fffda7e9-0ea2-4c35-bba0-4496f3af935d",
}
