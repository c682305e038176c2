"""Layouts of the professionals, the structures, the flows and the fine population."""

from __future__ import annotations

from diagterritoire.sources.layouts.model import Champ, Layout
from diagterritoire.tables import TRANCHES_CARREAUX as TRANCHES

_COMMUNE = Champ("code_commune", "code_commune")
_CARREAUX = (
    Champ("carreau", "idcar_200m", ("idcar 1km", "id carr1km", "idinspire")),
    Champ("population", "ind"),
    Champ("codes_communes", "lcog_geo", ("depcom",), requis=False),
    *(Champ(f"pop_{t}", f"ind_{t.replace('80_plus', '80p')}", requis=False) for t in TRANCHES),
)

CARE_LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "equipements",
        "base permanente des équipements",
        "equipements",
        "tableau",
        (
            Champ("code_commune", "DEPCOM"),
            Champ("type", "TYPEQU"),
            Champ("annee", "AN", requis=False),
            Champ("nombre", "NB_EQUIP", requis=False),
            Champ("lon", "LONGITUDE", requis=False),
            Champ("lat", "LATITUDE", requis=False),
            Champ("x", "LAMBERT_X", requis=False),
            Champ("y", "LAMBERT_Y", requis=False),
            Champ("qualite", "QUALITE_XY", requis=False),
            Champ("siret", "SIRET", requis=False),
        ),
        propres=("type",),
    ),
    Layout("finess", "extraction de FINESS sans en-tête", "structures", "finess"),
    Layout("finess_json", "extraction de FINESS+ en JSON", "structures", "finess"),
    Layout(
        "rpps",
        "annuaire santé en libre accès (RPPS), personnes et activités",
        "professionnels",
        "tableau",
        # Names, telephones, electronic and postal addresses are not columns of ours: never read.
        (
            Champ("personne", "Identification nationale PP"),
            Champ("profession", "Code profession"),
            Champ("categorie", "Code catégorie professionnelle"),
            Champ("savoir_faire", "Code savoir-faire"),
            Champ("mode", "Code mode exercice"),
            Champ("secteur", "Code secteur d'activité"),
            Champ("secteur_libelle", "Libellé secteur d'activité"),
            Champ("structure", "Identifiant technique de la structure"),
            Champ("finess", "Numéro FINESS site", requis=False),
            Champ("siret", "Numéro SIRET site", requis=False),
            Champ("code_postal", "Code postal (coord. structure)", ("code postal.*structure",)),
            Champ("code_commune", "Code commune (coord. structure)", ("code commune.*structure",)),
            Champ("commune", "Libellé commune (coord. structure)", ("libelle commune.*structure",)),
        ),
        propres=("mode", "secteur", "secteur_libelle"),
    ),
    Layout(
        "annuaire_ameli",
        "annuaire santé Ameli",
        "annuaire_ameli",
        "tableau",
        # Only to know it: it is never read.
        (
            Champ("specialite", "specialite_code"),
            Champ("nom", "ps_activite_nom"),
            Champ("prenom", "ps_activite_prenom"),
            Champ("code_postal", "coordonnees_code_postal"),
            Champ("ville", "coordonnees_ville"),
        ),
        propres=("nom", "prenom"),
    ),
    Layout(
        "adresses",
        "adresses déjà géocodées (docs/formats.md)",
        "adresses",
        "tableau",
        (
            Champ(
                "site_id",
                "site_id",
                (
                    "(numero |no)?finess(?: site)?",
                    "(numero )?siret(?: site)?",
                    "identifiant(?: technique)? de la structure",
                ),
            ),
            Champ("lon", "lon", ("longitude", "result lon(?:gitude)?")),
            Champ("lat", "lat", ("latitude", "result lat(?:itude)?")),
            Champ("code_commune", "result_citycode", ("citycode", "code commune"), requis=False),
            Champ("score", "result_score", ("score",), requis=False),
            Champ("type", "result_type", requis=False),
        ),
        propres=("site_id",),
        # A list of structures has names of its own, professionals have a profession.
        exclus=("nom", "prenom", "type offre", "categorie", "code profession", "typequ"),
    ),
    Layout(
        "flux_observes",
        "flux de patients observés (docs/formats.md)",
        "flux_observes",
        "tableau",
        (
            Champ("code_residence", "code_residence"),
            Champ("code_exercice", "code_exercice"),
            Champ("patients", "patients"),
        ),
        propres=("code_residence", "code_exercice"),
    ),
    Layout(
        "secteurs_garde",
        "secteurs de permanence des soins (docs/formats.md)",
        "secteurs_garde",
        "tableau",
        (_COMMUNE, Champ("secteur", "secteur", ("secteur pdsa", "secteur garde"))),
        propres=("secteur",),
    ),
    Layout(
        "offre_sociale",
        "offre sociale et médico-sociale (docs/formats.md)",
        "offre_sociale",
        "tableau",
        (
            _COMMUNE,
            Champ("type_offre", "type_offre"),
            Champ("nom", "nom"),
            Champ("places", "places", requis=False),
            Champ("lon", "lon", ("longitude",), requis=False),
            Champ("lat", "lat", ("latitude",), requis=False),
        ),
        propres=("type_offre",),
    ),
    Layout(
        "enquete",
        "enquête anonyme auprès des professionnels (docs/formats.md)",
        "enquete",
        "tableau",
        # A free text is not a column of ours: it is never used.
        (
            Champ("profession", "profession"),
            Champ(
                "code_commune",
                "code_commune",
                ("code insee", "commune d exercice", "code commune d exercice"),
                requis=False,
            ),
            Champ("interet", "interet", ("interet pour un exercice coordonne",)),
            Champ("attentes", "attentes", requis=False),
            Champ("age", "age", ("tranche d age", "age tranche"), requis=False),
            Champ("depart", "depart", ("depart envisage", "horizon de depart"), requis=False),
        ),
        propres=("interet", "attentes", "depart"),
    ),
    Layout(
        "enquete_questions",
        "enquête anonyme, une ligne par question (docs/formats.md)",
        "enquete",
        "tableau",
        (
            Champ("repondant", "repondant"),
            Champ("profession", "profession"),
            Champ("question", "question"),
            Champ("reponse", "reponse"),
        ),
        propres=("repondant",),
    ),
    Layout(
        "exercice_coordonne",
        "maturité déclarée des structures d'exercice coordonné (docs/formats.md)",
        "exercice_coordonne",
        "tableau",
        (
            _COMMUNE,
            Champ("structure", "structure"),
            Champ("element", "element"),
            Champ("niveau", "niveau"),
        ),
        propres=("element",),
    ),
    Layout(
        "medecins_ages",
        "âge et activité des médecins généralistes (docs/formats.md)",
        "medecins_ages",
        "tableau",
        (_COMMUNE, Champ("age", "age"), Champ("consultations", "consultations")),
        propres=("consultations",),
    ),
    Layout(
        "activite_mg",
        "activité des médecins généralistes (docs/formats.md)",
        "activite_mg",
        "tableau",
        (
            _COMMUNE,
            Champ("actes", "actes", ("nombre d actes", "nb actes")),
            # Without them, a GP would be counted by another rule and nobody would know.
            Champ("nouveau", "nouveau", ("nouvelle installation",)),
            Champ("centre_de_sante", "centre_de_sante", ("cds",)),
            Champ("part", "part"),
        ),
        propres=("actes",),
    ),
    Layout(
        "carreaux",
        "population carroyée de l'Insee (Filosofi)",
        "carreaux",
        "tableau",
        _CARREAUX,
        propres=("carreau",),
    ),
    Layout(
        "carreaux_gpkg",
        "population carroyée de l'Insee (Filosofi, GeoPackage)",
        "carreaux",
        "gpkg",
        _CARREAUX,
        propres=("carreau",),
    ),
    Layout("population_raster", "population en GeoTIFF", "population_raster", "geotiff"),
    Layout(
        "ages_detail",
        "population par sexe et âge détaillé du recensement (TD_POP1B)",
        "ages",
        "tableau",
        (
            Champ("code_commune", "CODGEO"),
            Champ("age", "AGED100"),
            Champ("population", "NB"),
        ),
        propres=("age",),
    ),
    Layout(
        "ages_quinquennal",
        "population par sexe et classe d'âge de cinq ans du recensement",
        "ages",
        "tableau",
        (
            Champ("departement", "DR"),
            Champ("commune", "CR"),
            *(
                Champ(
                    f"s{sexe}a{rang:02d}",
                    f"ageq_rec{rang:02d}s{sexe}rpopAAAA",
                    (rf"ageq rec{rang:02d}s{sexe}rpop20[0-9]{{2}}",),
                )
                for sexe in (1, 2)
                for rang in range(1, 21)
            ),
        ),
        propres=("s1a01", "s2a20"),
    ),
    Layout("acces_insee", "accès aux équipements par carreau", "acces_insee", "parquet"),
)
