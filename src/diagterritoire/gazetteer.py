"""The names of the territories: what a code or a text names, and the nearest names when nothing."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from diagterritoire.errors import UsageError
from diagterritoire.territory import (
    NIVEAUX,
    Territory,
    Token,
    crs_of,
    departement_of,
    fictif,
    of_communes,
    token_of,
)

_COLUMNS = {
    "departement": "code_departement",
    "commune": "code_commune",
    "epci": "code_epci",
    "bassin_vie": "bassin_vie",
    "region": "code_region",
}


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
        slug, niveau = tokens[0].slug, tokens[0].niveau
        return Territory(slug, noms[0], niveau, communes, crs_of(communes), fictif(communes))
    nom = ", ".join(noms) + (f" et {len(tokens) - 3} autres" if len(tokens) > 3 else "")
    return of_communes(communes, "liste", nom)


def label(niveau: str, code: str, appartenance: pd.DataFrame, libelles: pd.DataFrame) -> str:
    """Name of a zone, its code when no table names it."""
    if niveau == "commune":
        names = appartenance.loc[appartenance["code_commune"] == code, "nom"]
    else:
        mask = (libelles["niveau"] == niveau) & (libelles["code"] == code)
        names = libelles.loc[mask, "nom"]
    return str(names.iloc[0]) if len(names) else code


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
    # Bytes that no encoding reads are in no name, and tables of texts refuse them.
    text = text.encode("utf-8", "replace").decode("utf-8")
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
    wrong = [part for part in parts if token_of(part) is None]
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
