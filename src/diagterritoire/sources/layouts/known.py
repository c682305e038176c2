"""Known layouts: which columns make a table what it is."""

from __future__ import annotations

from diagterritoire.sources.layouts.care import CARE_LAYOUTS
from diagterritoire.sources.layouts.model import Champ, Kind, Layout, normalise

__all__ = ["LAYOUTS", "Champ", "Kind", "Layout", "layout", "normalise"]

_CODGEO = Champ("code_commune", "CODGEO")
_CODE = Champ("code", "Code")
_LIBELLE = Champ("libelle", "Libellé")

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "communes",
        "contours des communes (ADMIN EXPRESS)",
        "communes",
        "gpkg",
        (
            Champ("code_commune", "INSEE_COM", ("code insee",)),
            Champ("nom", "NOM", ("nom officiel", "nom com")),
            Champ("code_departement", "INSEE_DEP", ("code insee du departement",)),
            Champ("code_region", "INSEE_REG", ("code insee de la region",)),
            Champ("code_epci", "SIREN_EPCI", ("codes siren des epci", "code siren de l epci")),
            Champ("population_polygone", "POPULATION"),
        ),
    ),
    Layout("communes_json", "communes de geo.api.gouv.fr", "communes_api", "json"),
    Layout(
        "points",
        "points des communes",
        "points",
        "tableau",
        (
            Champ("code_commune", "code_commune", ("code commune insee",)),
            Champ("nom", "nom", ("nom commune",)),
            Champ("lat", "lat", ("latitude",)),
            Champ("lon", "lon", ("lng", "longitude")),
        ),
        # A list of sites has a code and coordinates too.
        noyau=("code_commune", "nom"),
        exclus=(
            "site id",
            "finess",
            "siret",
            "result score",
            "etp",
            "mg nb",
            "mg etp",
            "categorie",
            "adresse",
            "type offre",
            "places",
        ),
    ),
    Layout(
        "appartenance",
        "table d'appartenance des communes",
        "appartenance",
        "tableau",
        (
            _CODGEO,
            Champ("nom", "LIBGEO"),
            Champ("code_departement", "DEP"),
            Champ("code_region", "REG"),
            Champ("code_epci", "EPCI"),
            Champ("bassin_vie", "BV2022"),
            Champ("zone_emploi", "ZE2020", requis=False),
        ),
        propres=("bassin_vie",),
        exclus=("com",),
    ),
    Layout(
        "tvs",
        "composition communale des territoires de vie-santé",
        "tvs",
        "tableau",
        (
            Champ(
                "code_commune",
                "INSEE_COM",
                ("codgeo", "com code", "depcom", "code insee", "code (?:de la )?commune.*"),
            ),
            Champ("tvs", "Code_TVS", ("tvs", "tvs code", "code du territoire de vie sante")),
            Champ("nom", "Nom_TVS", ("libtvs", "tvs lib", "libelle tvs"), requis=False),
        ),
        propres=("tvs",),
        exclus=("zonage mg", "zmed niveau"),
    ),
    Layout(
        "zones",
        "noms des zones de la table d'appartenance",
        "appartenance",
        "tableau",
        (Champ("niveau", "NIVGEO"), Champ("code", "CODGEO"), Champ("nom", "LIBGEO")),
        propres=("niveau",),
        # The census has these three columns too, before its own.
        exclus=("aged100",),
    ),
    Layout(
        "populations",
        "populations municipales des communes",
        "populations",
        "tableau",
        (
            Champ("code_region", "REG", requis=False),
            Champ("code_departement", "DEP", requis=False),
            Champ("code_commune", "COM"),
            Champ("nom", "Commune", requis=False),
            Champ("population", "PMUN"),
            Champ("population_comptee_a_part", "PCAP", requis=False),
            Champ("population_totale", "PTOT", requis=False),
        ),
        propres=("population", "population_comptee_a_part", "population_totale"),
    ),
    Layout(
        "mouvements",
        "mouvements de communes",
        "mouvements",
        "tableau",
        (
            Champ("mod", "MOD"),
            Champ("date_effet", "DATE_EFF"),
            Champ("type_avant", "TYPECOM_AV"),
            Champ("code_avant", "COM_AV"),
            Champ("type_apres", "TYPECOM_AP"),
            Champ("code_apres", "COM_AP"),
        ),
    ),
    Layout(
        "medecins",
        "médecins généralistes par commune (Observatoire des territoires)",
        "medecins",
        "tableau",
        (
            _CODGEO,
            Champ("nom", "libgeo", requis=False),
            Champ("annee", "an"),
            Champ("mg_nb", "nb_medg"),
        ),
        propres=("mg_nb",),
    ),
    Layout(
        "apl_publiee",
        "APL publiée par la DREES",
        "apl_publiee",
        "tableau",
        (
            Champ("code_commune", "Code commune INSEE", ("code commune.*", "codgeo")),
            Champ("nom", "Commune", requis=False),
            Champ(
                "apl_publiee",
                "APL aux médecins généralistes",
                (r"apl aux medecins generalistes(?: (?:en )?20[0-9]{2})?",),
            ),
            Champ(
                "apl_publiee_65",
                "APL aux médecins généralistes de moins de 65 ans",
                (r"apl aux medecins generalistes .*\b65\b.*",),
            ),
            Champ("population_standardisee", "Population standardisée", ("population standard.*",)),
            Champ("population_totale", "Population totale", ("population totale.*",)),
        ),
        propres=("apl_publiee", "apl_publiee_65", "population_standardisee"),
    ),
    Layout(
        "zonage",
        "zonage des médecins généralistes",
        "zonage",
        "tableau",
        # C@rtoSanté gives a code and a zone; Atlasanté every profession, and other places too.
        (
            Champ("code", "Code", ("com code",)),
            Champ("zonage_mg", "Zonage_MG", ("zonage mg.*", "zmed niveau")),
            Champ("niveau", "niveau", requis=False),
        ),
        propres=("zonage_mg",),
    ),
    Layout(
        "contexte_cartosante",
        "export de C@rtoSanté par bassin de vie",
        "contexte_cartosante",
        "tableau",
        (_CODE, _LIBELLE),
        titres=("rtosante", "bassin de vie"),
        exclus=("zonage mg",),
        fin_libre=True,
    ),
    Layout(
        "contexte_insee",
        "export des Statistiques locales de l'Insee par bassin de vie",
        "contexte_insee",
        "tableau",
        (_CODE, _LIBELLE),
        titres=("statistiques locales", "bassin de vie"),
        fin_libre=True,
    ),
    Layout("graphml", "réseau routier GraphML", "routes", "graphml"),
    Layout("osm", "extrait OpenStreetMap", "routes_osm", "osm"),
    *CARE_LAYOUTS,
)


def layout(cle: str) -> Layout:
    """Return the layout of that key (KeyError when unknown).

    Examples
    --------
    >>> layout("zonage").champs[1].libelle
    'Zonage_MG'
    """
    return _BY_KEY[cle]


_BY_KEY = {item.cle: item for item in LAYOUTS}
