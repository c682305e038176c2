"""A scenario file: TOML, checked key by key; nothing of it is used but what is named here."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from diagterritoire.core.scenarios import moves as m
from diagterritoire.errors import UsageError
from diagterritoire.french import enumeration
from diagterritoire.given import read_given
from diagterritoire.scenarios.entries import Entry
from diagterritoire.tables import GENERALISTE, PROFESSIONS

SLUG_MAX = 60
_MARK = 8
_SIZE_MAX = 1 << 20
_LIEU = ("code_commune", "lon", "lat")
_GUIDE = "Un exemple complet est donné dans docs/scenarios.md."


def read_scenario(path: Path) -> m.Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : Path
        TOML: `nom`, then arrays of tables, one kind of move each (docs/scenarios.md).

    Raises
    ------
    UsageError
        Missing or unreadable file, unknown key, wrong value: what, where, what to do.
    """
    try:
        content = read_given(path, _SIZE_MAX)
        document = tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise UsageError(
            f"Le fichier de scénario « {path} » n'existe pas.", "Vérifiez le chemin donné."
        ) from error
    # Not TOML, not UTF-8, or a number of thousands of digits: ValueError.
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            f"Le fichier de scénario « {path} » n'est pas un fichier TOML lisible : {error}.",
            _GUIDE,
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    return scenario_of(document, fichier=path.name, sha256=digest)


def scenario_of(document: Mapping[str, Any], *, fichier: str = "", sha256: str = "") -> m.Scenario:
    """Check the content of a scenario file.

    Examples
    --------
    >>> found = scenario_of(
    ...     {"nom": "PSLA d'Évisa", "ouvrir": [{"code_commune": "2A108", "etp": 2}]}
    ... )
    >>> found.cle, found.moves[0].etp
    ('psla-d-evisa', 2.0)
    """
    whole = Entry(fichier or "scénario", document)
    whole.only("nom", *_READERS)
    nom = whole.text("nom")
    found: list[m.Move] = []
    for geste, read in _READERS.items():
        for entry in whole.tables(geste):
            found += read(entry)
    if not found:
        raise UsageError(
            f"Scénario « {nom} » : aucun mouvement.",
            f"Donnez au moins une table : {enumeration([f'[[{g}]]' for g in _READERS])}.",
        )
    return m.Scenario(nom, reduced(nom), m.ordered(found), fichier, sha256)


def reduced(nom: str) -> str:
    """Reduce a name to a-z, 0-9 and hyphens: the end of a folder's name.

    One that is too long is cut, and ends with eight digits of its hash: no other has its folder.

    Raises
    ------
    UsageError
        Nothing is left.

    Examples
    --------
    >>> reduced("PSLA deux sites : Cœur & Évisa")
    'psla-deux-sites-coeur-evisa'
    """
    letters = unicodedata.normalize("NFD", nom.casefold().replace("œ", "oe").replace("æ", "ae"))
    kept = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", letters)).strip("-")
    if not kept:
        raise UsageError(
            f"Scénario : le nom « {nom} » ne contient ni lettre ni chiffre.",
            "Il nomme le dossier livré : donnez-lui au moins une lettre sans accent ou un chiffre.",
        )
    return shortened(kept)


def shortened(name: str) -> str:
    """Cut the end of a folder's name that is too long, and tell it from the others by its hash.

    Examples
    --------
    >>> shortened("court"), len(shortened("long" * 50))
    ('court', 60)
    """
    if len(name) <= SLUG_MAX:
        return name
    mark = hashlib.sha256(name.encode("ascii")).hexdigest()[:_MARK]
    return f"{name[: SLUG_MAX - _MARK - 1].strip('-')}-{mark}"


def _place(entry: Entry, *, site: bool = False) -> m.Lieu:
    """Read a place given by one of its ways."""
    given = [name for name in (*_LIEU, *(("site_id",) if site else ())) if entry.has(name)]
    known = "code_commune, ou lon et lat" + (", ou site_id" if site else "")
    if given == ["code_commune"]:
        return m.Lieu(code_commune=_code(entry))
    if given == ["site_id"]:
        return m.Lieu(site_id=entry.text("site_id"))
    if given == ["lon", "lat"]:
        lon, lat = entry.number("lon", -180.0, 180.0), entry.number("lat", -90.0, 90.0)
        return m.Lieu(lon=lon, lat=lat)
    if not given:
        raise entry.fault("ne dit pas où", f"Donnez {known}.")
    raise entry.fault(
        f"donne {enumeration(given)}, qui ne vont pas ensemble", f"Donnez seulement {known}."
    )


def _code(entry: Entry, key: str = "code_commune") -> str:
    code = entry.text(key)
    if not re.fullmatch(r"[0-9][0-9AB][0-9]{3}", code, flags=re.ASCII):
        raise entry.fault(
            f"a pour {key} « {code} »", 'Un code Insee a cinq caractères : "2A004", "01001".'
        )
    return code


def _ouvrir(entry: Entry) -> list[m.Move]:
    entry.only(*_LIEU, "site_id", "etp", "professions")
    etp = entry.number("etp") if entry.has("etp") else 0.0
    others = _professions(entry)
    if etp <= 0 and not any(others.values()):
        raise entry.fault(
            "n'ouvre rien", "Donnez etp, un nombre de temps plein supérieur à 0, ou professions."
        )
    return [m.Ouvrir(_place(entry, site=True), etp, others)]


def _professions(entry: Entry) -> Mapping[str, float]:
    if not entry.has("professions"):
        return MappingProxyType({})
    table = entry.table("professions")
    others = tuple(p for p in PROFESSIONS if p != GENERALISTE)
    table.only(*others)
    return MappingProxyType({p: table.number(p) for p in others if table.has(p)})


def _psla(entry: Entry) -> list[m.Move]:
    """Read one project over several sites: its staff shared between them."""
    entry.only("nom", "etp", "sites")
    nom, etp = entry.text("nom"), entry.positive("etp")
    sites = entry.tables("sites")
    if len(sites) < 2:
        raise entry.fault(
            f"compte {len(sites)} site", "Un projet sur un seul site s'écrit [[ouvrir]]."
        )
    for site in sites:
        site.only(*_LIEU, "site_id", "part")
    given = [site.has("part") for site in sites]
    if any(given) and not all(given):
        raise entry.fault(
            "donne la part de certains sites seulement", "Donnez-la à tous, ou à aucun."
        )
    parts = [s.positive("part", 1.0) if s.has("part") else 1.0 / len(sites) for s in sites]
    if abs(sum(parts) - 1.0) > 1e-6:
        raise entry.fault(f"a des parts de somme {sum(parts):g}", "Leur somme doit être 1.")
    return [
        m.Ouvrir(_place(site, site=True), etp * part, projet=nom)
        for site, part in zip(sites, parts, strict=True)
    ]


def _fermer(entry: Entry) -> list[m.Move]:
    entry.only("site_id")
    return [m.Fermer(entry.text("site_id"))]


def _retirer(entry: Entry) -> list[m.Move]:
    entry.only("age", "part", "etp", "site_id", "code_commune", "pourtour")
    given = [name for name in ("age", "part", "etp") if entry.has(name)]
    if len(given) != 1:
        told = f"donne {enumeration(given)}" if given else "ne dit pas combien"
        raise entry.fault(told, "Donnez age, ou part, ou site_id et etp.")
    if entry.has("site_id") and entry.has("code_commune"):
        raise entry.fault("donne site_id et code_commune", "Donnez l'un des deux, ou aucun.")
    if given == ["etp"] and not entry.has("site_id"):
        raise entry.fault("donne etp sans site_id", "Donnez aussi le site qui perd ces médecins.")
    return [
        m.Retirer(
            age=entry.number("age", 18.0, 120.0) if entry.has("age") else None,
            part=entry.positive("part", 1.0) if entry.has("part") else None,
            etp=entry.positive("etp") if entry.has("etp") else None,
            site_id=entry.text("site_id") if entry.has("site_id") else "",
            code_commune=_code(entry) if entry.has("code_commune") else "",
            pourtour=entry.flag("pourtour"),
        )
    ]


def _deplacer(entry: Entry) -> list[m.Move]:
    entry.only("site_id", *_LIEU, "etp")
    etp = entry.positive("etp") if entry.has("etp") else None
    return [m.Deplacer(entry.text("site_id"), _place(entry), etp)]


def _antenne(entry: Entry) -> list[m.Move]:
    entry.only(*_LIEU, "demi_journees", "depuis")
    depuis = entry.text("depuis") if entry.has("depuis") else ""
    return [m.Antenne(_place(entry), entry.positive("demi_journees", 1000.0), depuis)]


def _accelerer(entry: Entry) -> list[m.Move]:
    entry.only("depart", "arrivee", "minutes")
    ends = [entry.table(name) for name in ("depart", "arrivee")]
    for end in ends:
        end.only(*_LIEU)
    start, stop = (_place(end) for end in ends)
    if start == stop:
        raise entry.fault("part d'où elle arrive", "Donnez deux lieux différents.")
    return [m.Accelerer(start, stop, entry.positive("minutes", 600.0))]


_READERS: Mapping[str, Callable[[Entry], list[m.Move]]] = MappingProxyType(
    {
        "ouvrir": _ouvrir,
        "psla": _psla,
        "fermer": _fermer,
        "retirer": _retirer,
        "deplacer": _deplacer,
        "antenne": _antenne,
        "accelerer": _accelerer,
    }
)
