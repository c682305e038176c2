"""Naming a territory: codes, labels, folder name, coordinate system.

The typed text goes through a strict grammar, then the table of codes; nothing of it is used to
build a path.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from diagterritoire.errors import UsageError

_GRAMMAR: dict[str, str] = {
    "departement": r"(?:[0-9]{2}|2[AB]|97[0-9])",
    "commune": r"(?:[0-9]{5}|2[AB][0-9]{3})",
    "epci": r"[0-9]{9}",
    "bassin_vie": r"bv:(?P<bv>[0-9]{5}|2[AB][0-9]{3})",
    "region": r"reg:(?P<reg>[0-9]{2})",
}
_SLUGS = {
    "departement": "dep",
    "commune": "com",
    "epci": "epci",
    "bassin_vie": "bv",
    "region": "reg",
}
_COLUMNS = {
    "departement": "code_departement",
    "commune": "code_commune",
    "epci": "code_epci",
    "bassin_vie": "bassin_vie",
    "region": "code_region",
}
NIVEAUX = {
    "departement": "département",
    "commune": "commune",
    "epci": "intercommunalité",
    "bassin_vie": "bassin de vie",
    "region": "région",
    "demo": "territoire inventé",
    "liste": "liste de communes",
    "zone": "zone dessinée",
}

# No real departement bears this code: its communes are invented.
FICTIF = "00"

WGS84 = "EPSG:4326"
# Official projections by departement; metropolitan France uses Lambert-93.
CRS_METROPOLE = "EPSG:2154"
CRS_OUTRE_MER = {
    "971": "EPSG:5490",
    "972": "EPSG:5490",
    "973": "EPSG:2972",
    "974": "EPSG:2975",
    "976": "EPSG:4471",
}


@dataclass(frozen=True)
class Territory:
    """A named set of communes.

    Attributes
    ----------
    slug : str
        Folder name, built from the codes found.
    nom : str
        Name shown to the reader.
    niveau : str
        A key of `NIVEAUX`.
    communes : tuple of str
        Codes of its communes, sorted.
    crs : str
        Projection of its layers.
    fictif : bool
        True for the invented territory: every deliverable says so.
    arrondissements : tuple of str
        Municipal arrondissements that were named, and widened to their commune.
    """

    slug: str
    nom: str
    niveau: str
    communes: tuple[str, ...]
    crs: str
    fictif: bool = False
    arrondissements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Token:
    """One code typed by the user, whose kind its shape gives, and how it was typed."""

    niveau: str
    code: str
    saisi: str = field(default="", compare=False, repr=False)


def parse(text: str) -> tuple[Token, ...] | None:
    """Split a typed territory into tokens; None when it does not follow the grammar.

    An arrondissement of Paris, Lyon or Marseille becomes its commune.

    Examples
    --------
    >>> parse("2A, 75108")
    (Token(niveau='departement', code='2A'), Token(niveau='commune', code='75056'))
    >>> parse("Ajaccio") is None
    True
    """
    tokens = [_token(part.strip()) for part in text.split(",")]
    return None if any(t is None for t in tokens) else tuple(t for t in tokens if t is not None)


def _token(part: str) -> Token | None:
    for niveau, pattern in _GRAMMAR.items():
        if match := re.fullmatch(pattern, part):
            code = next(iter(match.groupdict().values()), part)
            parent = arrondissement_parent(code) if niveau == "commune" else code
            return Token(niveau, parent, code)
    return None


# Communes divided into municipal arrondissements, and the codes of these.
ARRONDISSEMENTS = {
    "13055": tuple(f"132{n:02d}" for n in range(1, 17)),
    "69123": tuple(f"6938{n}" for n in range(1, 10)),
    "75056": tuple(f"751{n:02d}" for n in range(1, 21)),
}
_VILLES = {"13055": "Marseille", "69123": "Lyon", "75056": "Paris"}
_PARENTS = {part: parent for parent, parts in ARRONDISSEMENTS.items() for part in parts}


def arrondissement_parent(code: str) -> str:
    """Commune of a municipal arrondissement of Paris, Lyon or Marseille, else the code itself.

    Examples
    --------
    >>> [arrondissement_parent(c) for c in ("75120", "69389", "13201", "2A004")]
    ['75056', '69123', '13055', '2A004']
    """
    return _PARENTS.get(code, code)


def arrondissement_name(code: str) -> str:
    """Name of Paris, Lyon, Marseille or one of their arrondissements.

    Raises
    ------
    KeyError
        Any other code.

    Examples
    --------
    >>> [arrondissement_name(c) for c in ("75101", "69389", "13055")]
    ['Paris 1er arrondissement', 'Lyon 9e arrondissement', 'Marseille']
    """
    if code in _VILLES:
        return _VILLES[code]
    parent = _PARENTS[code]
    rank = ARRONDISSEMENTS[parent].index(code) + 1
    return f"{_VILLES[parent]} {rank}{'er' if rank == 1 else 'e'} arrondissement"


def resolve(
    tokens: Sequence[Token], appartenance: pd.DataFrame, libelles: pd.DataFrame
) -> Territory:
    """Find the communes of the tokens in the table of codes.

    Parameters
    ----------
    tokens : sequence of Token
        What `parse` gave.
    appartenance, libelles : DataFrame
        Tables `appartenance` and `libelles`.

    Raises
    ------
    UsageError
        A code that no table knows; the nearest ones are named.
    """
    found: set[str] = set()
    for token in tokens:
        mask = appartenance[_COLUMNS[token.niveau]] == token.code
        if not mask.any():
            raise unknown(token.code, appartenance, libelles)
        found |= set(appartenance.loc[mask, "code_commune"])
    communes = tuple(sorted(found))
    widened = tuple(dict.fromkeys(t.saisi for t in tokens if t.saisi not in ("", t.code)))
    return replace(_named(tokens, communes, appartenance, libelles), arrondissements=widened)


def _named(
    tokens: Sequence[Token],
    communes: tuple[str, ...],
    appartenance: pd.DataFrame,
    libelles: pd.DataFrame,
) -> Territory:
    # A code typed twice is one code: what was found names the folder, not what was typed.
    tokens = list(dict.fromkeys(tokens))
    noms = [label(t.niveau, t.code, appartenance, libelles) for t in tokens[:3]]
    if len(tokens) == 1:
        slug, niveau = _slug(tokens[0]), tokens[0].niveau
        return Territory(slug, noms[0], niveau, communes, crs_of(communes), _fictif(communes))
    nom = ", ".join(noms) + (f" et {len(tokens) - 3} autres" if len(tokens) > 3 else "")
    return of_communes(communes, "liste", nom)


def of_communes(communes: Iterable[str], niveau: str, nom: str) -> Territory:
    """Territory of a list (`liste`) or a drawn polygon (`zone`), named by the hash of its codes."""
    codes = tuple(sorted(set(communes)))
    digest = hashlib.sha256(",".join(codes).encode()).hexdigest()[:8]
    return Territory(f"{niveau}-{digest}", nom, niveau, codes, crs_of(codes), _fictif(codes))


def _fictif(communes: Iterable[str]) -> bool:
    return all(departement_of(code) == FICTIF for code in communes)


def slug_of(text: str) -> str | None:
    """Folder name of a single typed code, whether or not it exists; None for anything else.

    Examples
    --------
    >>> slug_of("bv:2A004"), slug_of("2A,2B"), slug_of("75108")
    ('bv-2A004', None, 'com-75056')
    """
    tokens = parse(text)
    if tokens is None or len(tokens) != 1:
        return None
    return _slug(tokens[0])


def _slug(token: Token) -> str:
    return f"{_SLUGS[token.niveau]}-{token.code}"


def demo(communes: Iterable[str], nom: str) -> Territory:
    """Territory of the invented communes."""
    return Territory("demo", nom, "demo", tuple(sorted(communes)), CRS_METROPOLE, fictif=True)


def label(niveau: str, code: str, appartenance: pd.DataFrame, libelles: pd.DataFrame) -> str:
    """Name of a zone, its code when no table names it."""
    if niveau == "commune":
        names = appartenance.loc[appartenance["code_commune"] == code, "nom"]
    else:
        mask = (libelles["niveau"] == niveau) & (libelles["code"] == code)
        names = libelles.loc[mask, "nom"]
    return str(names.iloc[0]) if len(names) else code


def departement_of(code_commune: str) -> str:
    """Code of the departement of a commune.

    Examples
    --------
    >>> [departement_of(c) for c in ("14118", "2A004", "97411")]
    ['14', '2A', '974']
    """
    return code_commune[:3] if code_commune.startswith("97") else code_commune[:2]


def projection_of(code_commune: str) -> str:
    """Official projection of a commune.

    Examples
    --------
    >>> projection_of("97411"), projection_of("2A004")
    ('EPSG:2975', 'EPSG:2154')
    """
    return CRS_OUTRE_MER.get(departement_of(code_commune), CRS_METROPOLE)


def crs_of(communes: Iterable[str]) -> str:
    """Projection of the communes' layers.

    Raises
    ------
    UsageError
        Communes of several projections: no single layer can hold them.
    """
    systems = {projection_of(c) for c in communes}
    if len(systems) != 1:
        raise UsageError(
            "Le territoire mêle des communes de projections différentes : "
            f"{', '.join(sorted(systems))}.",
            "Lancez un diagnostic par ensemble (métropole, Antilles, Guyane, La Réunion, Mayotte).",
        )
    return systems.pop()


def _plain(text: str) -> str:
    """Lower case, without accents, dashes or apostrophes."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


def directory(appartenance: pd.DataFrame, libelles: pd.DataFrame) -> pd.DataFrame:
    """Every territory that can be named: `saisir` (what to type), `nom`, `niveau`, `departement`.

    The last is the name of the departement of a commune or a bassin de vie, which tells homonyms
    apart; empty for the other levels.
    """
    prefixes = {"bassin_vie": "bv:", "region": "reg:"}
    zones = libelles.loc[libelles["niveau"].isin(list(_COLUMNS))]
    zones = pd.DataFrame(
        {
            "saisir": [
                prefixes.get(n, "") + c for n, c in zip(zones["niveau"], zones["code"], strict=True)
            ],
            "nom": zones["nom"].to_numpy(),
            "niveau": zones["niveau"].to_numpy(),
        }
    )
    communes = pd.DataFrame(
        {
            "saisir": appartenance["code_commune"].to_numpy(),
            "nom": appartenance["nom"].to_numpy(),
            "niveau": "commune",
        }
    )
    table = pd.concat([zones, communes], ignore_index=True)
    noms = libelles.loc[libelles["niveau"] == "departement"].set_index("code")["nom"]
    local = table["niveau"].isin(["commune", "bassin_vie"])
    codes = table["saisir"].str.removeprefix("bv:").map(departement_of).where(local)
    return table.assign(departement=codes.map(noms).fillna(""))


def search(
    text: str, appartenance: pd.DataFrame, libelles: pd.DataFrame, limit: int = 20
) -> pd.DataFrame:
    """Find territories by code or name: exact, then containing, then resembling the text."""
    table = directory(appartenance, libelles)
    wanted = _plain(text)
    if not wanted:
        return table.head(0)
    plain = table["nom"].map(_plain)
    exact = (plain == wanted) | (table["saisir"].str.casefold() == text.strip().casefold())
    starts = plain.str.startswith(wanted)
    contains = plain.str.contains(wanted, regex=False)
    close = plain.isin(difflib.get_close_matches(wanted, plain.unique(), n=5, cutoff=0.75))
    rank = pd.Series(4, index=table.index).mask(close, 3).mask(contains, 2).mask(starts, 1)
    rank = rank.mask(exact, 0)
    kept = table.assign(rang=rank).loc[rank < 4]
    return kept.sort_values("rang", kind="stable").drop(columns="rang").head(limit)


def unknown(text: str, appartenance: pd.DataFrame, libelles: pd.DataFrame) -> UsageError:
    """Error for a territory that was not found, with the nearest names.

    In a list, what follows no code is named, not the whole list.
    """
    parts = [part.strip() for part in text.split(",")]
    wrong = [part for part in parts if _token(part) is None]
    within = ""
    if len(parts) > 1 and wrong:
        text, others = wrong[0], len(wrong) - 1
        more = f" (et {others} autre{'s' if others > 1 else ''})" if others else ""
        within = f", élément {parts.index(text) + 1} de la liste{more}"
    near = search(text, appartenance, libelles, limit=5)
    if not len(near):
        codes = directory(appartenance, libelles)["saisir"]
        matches = difflib.get_close_matches(text.strip(), codes, n=5, cutoff=0.6)
        near = directory(appartenance, libelles).loc[lambda t: t["saisir"].isin(matches)]
    shown = re.sub(r"[^\w .:,'’/-]", "?", text)[:60]
    suggestions = " ; ".join(
        f"{r['saisir']} ({', '.join(filter(None, (r['nom'], r['niveau'], r['departement'])))})"
        for r in near.assign(niveau=near["niveau"].map(NIVEAUX)).to_dict("records")
    )
    return UsageError(
        f"Territoire inconnu : « {shown} »{within}.",
        (f"Vouliez-vous dire : {suggestions} ? " if suggestions else "")
        + "Codes admis : département (2A), commune (2A004), EPCI (9 chiffres), bv:code, reg:code, "
        "plusieurs séparés par des virgules, ou demo. Cherchez un nom avec "
        "« diagterritoire territoires TEXTE ».",
    )
