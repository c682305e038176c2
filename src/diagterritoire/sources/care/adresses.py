"""Addresses that the user had geocoded: where a site is when its own source does not say.

An address is found by an identifier of the structure, which may be that of a person's practice: it
serves the join alone, and is never shown nor kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import (
    check_codes,
    check_unique,
    conformed,
    numbers,
    read_part,
)
from diagterritoire.territory import arrondissement_parent

# Kinds of answers of the national geocoder that only name a town or a hamlet.
_VAGUES = frozenset({"municipality", "locality"})


def read_adresses(file: SourceFile) -> Reading:
    """Read geocoded addresses as `tables.ADRESSES`.

    Lines that repeat an address do not add; those that the geocoder did not find are left out.

    Raises
    ------
    DataError
        Code or number that is none, two places for one identifier.
    """
    frame = read_part(file, file.parts[0])
    source = ledger.origin(tables.ADRESSES, file.path.name)
    read = len(frame)
    frame["site_id"] = identifiers(frame["site_id"])
    for column in ("lon", "lat"):
        frame[column], _ = numbers(frame, column, file, negative=True)
    for column in ("code_commune", "type"):
        frame[column] = frame.get(column, "")
    frame["score"] = numbers(frame, "score", file)[0] if "score" in frame else float("nan")
    check_codes(frame.loc[frame["code_commune"] != ""], "code_commune", file)
    named = frame.loc[frame["site_id"] != ""]
    found = named.loc[named["lon"].notna() & named["lat"].notna()]
    kept = found.drop_duplicates(["site_id", "lon", "lat"])
    check_unique(kept, ["site_id"], file)
    controle = ledger.balance(
        source,
        read,
        {"adresses utilisables": len(kept)},
        {
            "adresse sans identifiant de structure : écartée": read - len(named),
            "adresse sans position : écartée": len(named) - len(found),
            "ligne qui répète une adresse : sans effet": len(found) - len(kept),
        },
    )
    table = kept.assign(
        code_commune=kept["code_commune"].replace("", pd.NA),
        precise=~kept["type"].str.casefold().isin(_VAGUES),
    )
    return Reading(conformed(table, tables.ADRESSES), controle, read)


def identifiers(column: pd.Series[str]) -> pd.Series[str]:
    """Give identifiers as they are compared: capitals and digits alone.

    Examples
    --------
    >>> identifiers(pd.Series(["123 456 789 00012", "2a0000014"])).tolist()
    ['12345678900012', '2A0000014']
    """
    return column.str.upper().str.replace(r"[^0-9A-Z]", "", regex=True)


def addressed(
    sites: pd.DataFrame,
    adresses: pd.DataFrame | None,
    keys: Sequence[str],
    score_min: float,
    source: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the sites that have no position the one of their address.

    Parameters
    ----------
    sites : DataFrame
        `code_commune`, `lon`, `lat` (null where unknown), and the columns `keys`.
    adresses : DataFrame or None
        Table `adresses`; None when the user gave none.
    keys : sequence of str
        Columns of identifiers, the one to believe first.
    score_min : float
        Parameter `offre.geocodage_score_min`, bound included; an address without score passes.
    source : str
        Name of the source in the control rows.

    Returns
    -------
    sites : DataFrame
        The same rows: `lon`, `lat`, and `origine_position` (`source`, `adresse` or
        `centre_commune`).
    controle : DataFrame
        Fates of the sites that had no position; empty without addresses. Nothing is named.

    Examples
    --------
    >>> sites = pd.DataFrame({"code_commune": ["18001"], "lon": [None], "siret": ["S1"]})
    >>> adresses = pd.DataFrame({"site_id": ["S1"], "lon": [2.4], "lat": [47.1], "score": [0.9]})
    >>> adresses = adresses.assign(code_commune="18001", precise=True)
    >>> addressed(sites.assign(lat=None), adresses, ["siret"], 0.5, "essai")[0]["lon"].tolist()
    [2.4]
    """
    lon, lat = sites["lon"].astype("float64"), sites["lat"].astype("float64")
    has = lon.notna() & lat.notna()
    origin = has.map({True: tables.POSITION_SOURCE, False: tables.POSITION_CENTRE}).astype("str")
    out = sites.assign(lon=lon.where(has), lat=lat.where(has), origine_position=origin)
    if adresses is None:
        return out, ledger.stack([])
    place = _places(sites, adresses, keys)
    found = place >= 0
    given = adresses.take(place.where(found, 0).to_numpy()).set_axis(sites.index)
    same = [
        pd.isna(told) or arrondissement_parent(told) == arrondissement_parent(own)
        for told, own in zip(given["code_commune"], sites["code_commune"], strict=True)
    ]
    fates = {
        "lieu sans adresse géocodée : point de la commune": ~found,
        "adresse géocodée dans une autre commune : point de la commune": ~pd.Series(
            same, index=sites.index, dtype=bool
        ),
        "géocodage arrêté à la commune ou au lieu-dit : point de la commune": ~given["precise"],
        f"score de géocodage sous {score_min:g} : point de la commune".replace(".", ","): (
            given["score"] < score_min
        ),
    }
    left, rows = ~has, []
    for motif, mask in fates.items():
        lost = left & mask
        rows.append(ledger.entry(source, motif, (), len(sites), nombre=int(lost.sum())))
        left = left & ~mask
    motif = "lieu placé à son adresse géocodée"
    rows.append(ledger.entry(source, motif, (), len(sites), nombre=int(left.sum())))
    unused = len(adresses) - place.loc[found].nunique()
    motif = "adresse géocodée d'aucun lieu de ce fichier : sans effet"
    rows.append(ledger.entry(source, motif, (), len(adresses), nombre=unused))
    out = out.assign(
        lon=out["lon"].where(~left, given["lon"]),
        lat=out["lat"].where(~left, given["lat"]),
        origine_position=origin.mask(left, tables.POSITION_ADRESSE),
    )
    return out, ledger.stack(rows)


def _places(sites: pd.DataFrame, adresses: pd.DataFrame, keys: Sequence[str]) -> pd.Series[int]:
    """Row of the address of each site, -1 where there is none."""
    known = pd.Index(adresses["site_id"])
    place = pd.Series(-1, index=sites.index)
    for key in keys:
        found = known.get_indexer(pd.Index(identifiers(sites[key].astype("str"))))
        place = place.mask(place < 0, pd.Series(found, index=sites.index))
    return place
