"""Every known source: what it holds, who publishes it, where a person gets it, what it serves.

The layouts themselves (columns) are in `diagterritoire.sources.layouts.known`; nothing is read
here.
"""

from __future__ import annotations

from diagterritoire.catalog_care import CARE_SOURCES
from diagterritoire.catalog_source import LICENCE_OUVERTE, ODBL, SELON_LE_FICHIER, Source
from diagterritoire.catalog_urls import FILES, PAGES
from diagterritoire.errors import UsageError

__all__ = ["LICENCE_OUVERTE", "ODBL", "SOURCES", "Source", "by_key"]

SOURCES: tuple[Source, ...] = (
    Source(
        cle="communes",
        titre="Contours des communes (ADMIN EXPRESS COG)",
        producteur="IGN, simplifié par CARTElette",
        licence=ODBL,
        millesime="2024",
        page=PAGES["communes"],
        layout="communes",
        noms=(
            "communes_*france*.gpkg",
            "adminexpress*.gpkg",
            "admin-express*.gpkg",
            "admin_express*.gpkg",
            "ade-cog*.gpkg",
            "ade_*cog*.gpkg",
        ),
        usage="carte, voisinage, population des communes absentes des populations en vigueur",
        indispensable=True,
        cog=2024,
        couverture="departements",
    ),
    Source(
        cle="communes_api",
        titre="Communes de l'API Découpage administratif (geo.api.gouv.fr)",
        producteur="Etalab, d'après l'IGN, l'Insee et OpenStreetMap",
        licence=ODBL,
        millesime=SELON_LE_FICHIER,
        page=PAGES["communes_api"],
        layout="communes_json",
        noms=(
            "communes_api*.json",
            "communes-api*.json",
            "communes_api*.geojson",
            "communes-api*.geojson",
        ),
        usage="contours et points des communes, à défaut d'ADMIN EXPRESS",
        plusieurs=True,
        cog=2026,
        remplace="communes",
    ),
    Source(
        cle="points",
        titre="Point de chaque commune",
        producteur="Insee et La Poste, recomposé",
        licence=LICENCE_OUVERTE,
        millesime="2024",
        page=PAGES["points"],
        layout="points",
        noms=("communes_points*.csv",),
        usage="départ et arrivée des trajets ; à défaut, un point intérieur du contour",
        absence="les trajets partent d'un point intérieur du contour, parfois loin du bourg",
        cog=2024,
        couverture="pays",
    ),
    Source(
        cle="appartenance",
        titre="Table d'appartenance géographique des communes",
        producteur="Insee",
        licence=LICENCE_OUVERTE,
        millesime="2024",
        page=PAGES["appartenance"],
        url=FILES["appartenance"],
        layout="appartenance",
        noms=(
            "table-appartenance-geo-communes*.xlsx",
            "table_appartenance_geo_communes*.xlsx",
        ),
        usage="département, région, intercommunalité et bassin de vie de chaque commune",
        indispensable=True,
        cog=2024,
        membre="*.xlsx",
        magie="zip",
        lignes_min=34_000,
        octets_max=50_000_000,
    ),
    Source(
        cle="tvs",
        titre="Composition communale des territoires de vie-santé",
        producteur="DREES ; compilation de data.gouv.fr",
        licence=LICENCE_OUVERTE,
        millesime=SELON_LE_FICHIER,
        page=PAGES["tvs"],
        layout="tvs",
        noms=("correspondance_communes_tvs*.csv", "tvs20*_com20*.csv", "tvs_com*.csv"),
        usage="territoire de vie-santé de chaque commune, maille du zonage des médecins",
    ),
    Source(
        cle="populations",
        titre="Populations de référence des communes",
        producteur="Insee",
        licence=LICENCE_OUVERTE,
        millesime="2023, en vigueur en 2026",
        page=PAGES["populations"],
        url=FILES["populations"],
        layout="populations",
        noms=("donnees_communes*.csv",),
        usage="population municipale",
        indispensable=True,
        cog=2025,
        membre="donnees_communes.csv",
        magie="texte",
        lignes_min=34_000,
        octets_max=50_000_000,
        couverture="pays",
        lacunes=("976",),
    ),
    Source(
        cle="mouvements",
        titre="Mouvements de communes du code officiel géographique",
        producteur="Insee",
        licence=LICENCE_OUVERTE,
        millesime="2026",
        page=PAGES["mouvements"],
        url=FILES["mouvements"],
        layout="mouvements",
        noms=(
            "mouvements-communes*.csv",
            "mouvements_communes*.csv",
            "v_mvt_commune*.csv",
            "mvtcommune*.csv",
        ),
        usage="report des codes d'une année à l'autre (fusions, scissions, changements de code)",
        absence="les chiffres des communes fusionnées ou recodées depuis ne sont pas reportés",
        magie="texte",
        lignes_min=10_000,
        octets_max=20_000_000,
    ),
    Source(
        cle="medecins",
        titre="Médecins généralistes libéraux par commune (base permanente des équipements)",
        producteur="ANCT, Observatoire des territoires ; Insee",
        licence=LICENCE_OUVERTE,
        millesime="2020",
        page=PAGES["medecins"],
        layout="medecins",
        noms=("offre_sante_obs_territoires*.xlsx", "*nb_medg*.xlsx"),
        usage="offre de médecins généralistes",
        cog=2021,
        couverture="pays",
    ),
    Source(
        cle="apl_publiee",
        titre="Accessibilité potentielle localisée aux médecins généralistes",
        producteur="DREES",
        licence=LICENCE_OUVERTE,
        millesime="2022 et 2023",
        page=PAGES["apl_publiee"],
        url=FILES["apl_publiee"],
        layout="apl_publiee",
        noms=("drees_apl_generalistes*.xlsx", "*apl*medecins*generalistes*.xlsx"),
        usage="population standardisée ; comparaison avec l'APL calculée",
        absence="l'APL calculée n'est ni comparée ni calée, et la population standardisée vient "
        "des âges du recensement",
        indispensable=True,
        plusieurs=True,
        magie="zip",
        lignes_min=34_000,
        octets_max=100_000_000,
        couverture="pays",
        lacunes=("976",),
    ),
    Source(
        cle="zonage",
        titre="Zonage des médecins généralistes par commune",
        producteur="Agences régionales de santé, rassemblé par C@rtoSanté",
        licence=LICENCE_OUVERTE,
        millesime="2025",
        page=PAGES["zonage"],
        layout="zonage",
        noms=("zonage_mg*.csv", "zonage-mg*.csv"),
        usage="zone (ZIP, ZAC, HZ, ZAR) de chaque commune",
        absence="la zone (ZIP, ZAC) de chaque commune est inconnue",
        cog=2025,
        couverture="departements",
        lacunes=("75",),
    ),
    Source(
        cle="contexte_cartosante",
        titre="Offre et recours aux soins par bassin de vie",
        producteur="C@rtoSanté (agences régionales de santé, assurance maladie)",
        licence=LICENCE_OUVERTE,
        millesime="2023 et 2024",
        page=PAGES["contexte_cartosante"],
        layout="contexte_cartosante",
        noms=("cartosante_*bv*.csv",),
        usage="contexte sanitaire du territoire",
        plusieurs=True,
    ),
    Source(
        cle="contexte_insee",
        titre="Déterminants sociaux par bassin de vie",
        producteur="Insee, Statistiques locales",
        licence=LICENCE_OUVERTE,
        millesime="2021 à 2024",
        page=PAGES["contexte_insee"],
        layout="contexte_insee",
        noms=("insee_statloc_*bv*.csv",),
        usage="contexte social du territoire",
        plusieurs=True,
    ),
    Source(
        cle="routes",
        titre="Réseau routier (GraphML d'osmnx)",
        producteur="Contributeurs d'OpenStreetMap",
        licence=ODBL,
        millesime=SELON_LE_FICHIER,
        page=PAGES["routes"],
        layout="graphml",
        noms=("*.graphml",),
        usage="temps de trajet ; à défaut, un modèle à vol d'oiseau déclaré",
        plusieurs=True,
    ),
    Source(
        cle="routes_osm",
        titre="Extrait OpenStreetMap (PBF ou XML)",
        producteur="Contributeurs d'OpenStreetMap",
        licence=ODBL,
        millesime=SELON_LE_FICHIER,
        page=PAGES["routes_osm"],
        layout="osm",
        noms=("*.osm.pbf", "*.osm", "*.osm.bz2", "*.osm.gz"),
        usage="temps de trajet ; à défaut, un modèle à vol d'oiseau déclaré",
        plusieurs=True,
    ),
    *CARE_SOURCES,
)


def by_key(cle: str) -> Source:
    """Return the source of that key.

    Raises
    ------
    UsageError
        Unknown key; the known ones are listed.

    Examples
    --------
    >>> by_key("medecins").producteur
    'ANCT, Observatoire des territoires ; Insee'
    """
    for source in SOURCES:
        if source.cle == cle:
            return source
    known = ", ".join(s.cle for s in SOURCES)
    raise UsageError(f"Source inconnue : « {cle} ».", f"Sources connues : {known}.")
