"""Every known source: what it holds, who publishes it, where a person gets it, what it serves.

The layouts themselves (columns) are in `diagterritoire.sources.layouts`; nothing here reads a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from diagterritoire.errors import UsageError

LICENCE_OUVERTE = "Licence Ouverte 2.0 (Etalab)"
ODBL = "Open Database License (ODbL) 1.0"

Genre = Literal["", "zip", "texte", "gpkg", "json", "xml"]

# Some portals keep their files on another host and redirect to it.
_DEPOTS = {"www.data.gouv.fr": ("static.data.gouv.fr", "object.files.data.gouv.fr")}


@dataclass(frozen=True)
class Source:
    """One source of data.

    Attributes
    ----------
    cle : str
        Its key, used everywhere in the project.
    titre, producteur, licence, millesime : str
        What is written in the `sources` layer and the report.
    page : str
        Page where a person downloads it.
    url : str
        Address of the file itself; empty when there is no stable one.
    layout : str
        Key of its main layout.
    noms : tuple of str
        Patterns of the file names it is known by. A file so named must be readable: it is never
        skipped. Recognition itself is by content.
    usage : str
        What it serves here.
    indispensable : bool
        Without it, nothing can be computed.
    plusieurs : bool
        Several files of this source complete each other.
    cog : int or None
        Year of the official geographic code its communes follow, when the content does not say.
    membre : str
        Pattern of the file to take out of the zip archive that `url` gives; empty when `url`
        gives the file itself.
    magie : str
        Kind of the file, checked on its bytes: `zip` (workbooks too), `texte`, `gpkg`, `json`,
        `xml`; empty when it is not downloaded.
    lignes_min : int
        Fewer rows than this is not the file.
    octets_max : int
        More bytes than this is not the file.
    sha256 : str
        Fingerprint of the file, when the producer never changes it.
    """

    cle: str
    titre: str
    producteur: str
    licence: str
    millesime: str
    page: str
    url: str
    layout: str
    noms: tuple[str, ...]
    usage: str
    indispensable: bool = False
    plusieurs: bool = False
    cog: int | None = None
    membre: str = ""
    magie: Genre = ""
    lignes_min: int = 0
    octets_max: int = 200_000_000
    sha256: str = ""

    @property
    def hotes(self) -> frozenset[str]:
        """Hosts that a download may contact, at each redirection.

        Examples
        --------
        >>> sorted(by_key("populations").hotes)
        ['www.insee.fr']
        """
        host = urlsplit(self.url).hostname or ""
        return frozenset((host, *_DEPOTS.get(host, ()))) - {""}


SOURCES: tuple[Source, ...] = (
    Source(
        cle="communes",
        titre="Contours des communes (ADMIN EXPRESS COG)",
        producteur="IGN, simplifié par CARTElette",
        licence=ODBL,
        millesime="2024",
        page="https://geoservices.ign.fr/adminexpress",
        url="",
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
    ),
    Source(
        cle="points",
        titre="Point de chaque commune",
        producteur="Insee et La Poste, recomposé",
        licence=LICENCE_OUVERTE,
        millesime="2024",
        page="https://www.data.gouv.fr/fr/datasets/base-officielle-des-codes-postaux/",
        url="",
        layout="points",
        noms=("communes_points*.csv",),
        usage="départ et arrivée des trajets ; à défaut, un point intérieur du contour",
        cog=2024,
    ),
    Source(
        cle="appartenance",
        titre="Table d'appartenance géographique des communes",
        producteur="Insee",
        licence=LICENCE_OUVERTE,
        millesime="2024",
        page="https://www.insee.fr/fr/information/7671844",
        url="https://www.insee.fr/fr/statistiques/fichier/7671844/"
        "table-appartenance-geo-communes-2024.zip",
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
        cle="populations",
        titre="Populations de référence des communes",
        producteur="Insee",
        licence=LICENCE_OUVERTE,
        millesime="2023, en vigueur en 2026",
        page="https://www.insee.fr/fr/statistiques/8680726",
        url="https://www.insee.fr/fr/statistiques/fichier/8680726/ensemble.zip",
        layout="populations",
        noms=("donnees_communes*.csv",),
        usage="population municipale",
        indispensable=True,
        cog=2025,
        membre="donnees_communes.csv",
        magie="texte",
        lignes_min=34_000,
        octets_max=50_000_000,
    ),
    Source(
        cle="mouvements",
        titre="Mouvements de communes du code officiel géographique",
        producteur="Insee",
        licence=LICENCE_OUVERTE,
        millesime="2026",
        page="https://www.insee.fr/fr/information/2560452",
        url="https://www.insee.fr/fr/statistiques/fichier/8740222/v_mvt_commune_2026.csv",
        layout="mouvements",
        noms=(
            "mouvements-communes*.csv",
            "mouvements_communes*.csv",
            "v_mvt_commune*.csv",
            "mvtcommune*.csv",
        ),
        usage="report des codes d'une année à l'autre (fusions, scissions, changements de code)",
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
        page="https://www.observatoire-des-territoires.gouv.fr/",
        url="",
        layout="medecins",
        noms=("offre_sante_obs_territoires*.xlsx", "*nb_medg*.xlsx"),
        usage="offre de médecins généralistes",
        indispensable=True,
        cog=2021,
    ),
    Source(
        cle="apl_publiee",
        titre="Accessibilité potentielle localisée aux médecins généralistes",
        producteur="DREES",
        licence=LICENCE_OUVERTE,
        millesime="2022 et 2023",
        page="https://data.drees.solidarites-sante.gouv.fr/explore/dataset/"
        "530_l-accessibilite-potentielle-localisee-apl/information/",
        url="https://data.drees.solidarites-sante.gouv.fr/api/explore/v2.1/catalog/datasets/"
        "530_l-accessibilite-potentielle-localisee-apl/attachments/"
        "indicateur_d_apl_aux_medecins_generalistes_xlsx",
        layout="apl_publiee",
        noms=("drees_apl_generalistes*.xlsx", "*apl*medecins*generalistes*.xlsx"),
        usage="population standardisée ; comparaison avec l'APL calculée",
        indispensable=True,
        plusieurs=True,
        magie="zip",
        lignes_min=34_000,
        octets_max=100_000_000,
    ),
    Source(
        cle="zonage",
        titre="Zonage des médecins généralistes par commune",
        producteur="Agences régionales de santé, rassemblé par C@rtoSanté",
        licence=LICENCE_OUVERTE,
        millesime="2025",
        page="https://cartosante.atlasante.fr/",
        url="",
        layout="zonage",
        noms=("zonage_mg*.csv", "zonage-mg*.csv"),
        usage="zone (ZIP, ZAC, HZ, ZAR) de chaque commune",
        cog=2024,
    ),
    Source(
        cle="contexte_cartosante",
        titre="Offre et recours aux soins par bassin de vie",
        producteur="C@rtoSanté (agences régionales de santé, assurance maladie)",
        licence=LICENCE_OUVERTE,
        millesime="2023 et 2024",
        page="https://cartosante.atlasante.fr/",
        url="",
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
        page="https://statistiques-locales.insee.fr/",
        url="",
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
        millesime="selon le fichier",
        page="https://www.openstreetmap.org/",
        url="",
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
        millesime="selon le fichier",
        page="https://download.geofabrik.de/europe/france.html",
        url="",
        layout="osm",
        noms=("*.osm.pbf", "*.osm", "*.osm.bz2", "*.osm.gz"),
        usage="temps de trajet ; à défaut, un modèle à vol d'oiseau déclaré",
        plusieurs=True,
    ),
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
