"""What is known of one source of data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

LICENCE_OUVERTE = "Licence Ouverte 2.0 (Etalab)"
ODBL = "Open Database License (ODbL) 1.0"
SELON_LE_FICHIER = "selon le fichier"
# Who knows all of a file but a few small numbers finds them by trying until its fingerprint agrees.
CONFIDENTIELLES = frozenset({"flux_observes", "medecins_ages", "activite_mg", "enquete"})
SANS_EMPREINTE = "non publiée : fichier confidentiel"

Genre = Literal["", "zip", "texte", "gpkg", "json", "xml"]
Couverture = Literal["", "pays", "departements"]

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
    sur_demande : bool
        Large and optional: downloaded only when the user names it.
    remplace : str
        Key of the indispensable source that it can stand for; empty when for none.
    absence : str
        What its absence changes in what is delivered, told on screen; empty when nothing does.
    refus, remede : str
        Why it is known but never read, and what to use instead; empty when it is read.
    couverture : str
        Which communes it must hold, within the tolerance of `sources.completeness`: `pays`, all
        those of the composition table; `departements`, all those of each departement it names;
        empty when it need not name every commune.
    lacunes : tuple of str
        Departements that its producer leaves out.
    """

    cle: str
    titre: str
    producteur: str
    licence: str
    millesime: str
    page: str
    layout: str
    noms: tuple[str, ...]
    usage: str
    url: str = ""
    indispensable: bool = False
    plusieurs: bool = False
    cog: int | None = None
    membre: str = ""
    magie: Genre = ""
    lignes_min: int = 0
    octets_max: int = 200_000_000
    sha256: str = ""
    sur_demande: bool = False
    remplace: str = ""
    absence: str = ""
    refus: str = ""
    remede: str = ""
    couverture: Couverture = ""
    lacunes: tuple[str, ...] = ()

    @property
    def hotes(self) -> frozenset[str]:
        """Hosts that a download may contact, at each redirection.

        Examples
        --------
        >>> from diagterritoire.catalog import by_key
        >>> sorted(by_key("populations").hotes)
        ['www.insee.fr']
        """
        host = urlsplit(self.url).hostname or ""
        return frozenset((host, *_DEPOTS.get(host, ()))) - {""}
