"""RPPS in free access: professionals of first-line care by site, and nothing that names them."""

from __future__ import annotations

import re

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.errors import DataError
from diagterritoire.sources.care.adresses import addressed
from diagterritoire.sources.care.rpps_rules import GARDE, PROFESSIONS, decide
from diagterritoire.sources.layouts.known import normalise
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import check_codes, conformed, where
from diagterritoire.sources.stream import read_selected
from diagterritoire.territory import ARRONDISSEMENTS, departement_of

# Arrondissements of Paris, Lyon and Marseille have their postal code.
_POSTAL = (("750", "751"), ("751", "751"), ("690", "693"), ("130", "132"))
# What the address of a structure is looked for by, in this order.
_KEYS = ["finess", "siret", "structure"]
_CITIES = {"paris": "75", "lyon": "69", "marseille": "13"}


def read_rpps(
    file: SourceFile,
    appartenance: pd.DataFrame | None = None,
    adresses: pd.DataFrame | None = None,
    score_min: float = 0.0,
) -> Reading:
    """Read the professionals of first-line care as `tables.PROFESSIONNELS`.

    Only codes are read: no name, telephone, electronic or postal address, and the number of the
    person serves the count alone. A person on n sites counts 1/n at each; records that repeat a
    person on a site do not add. Who counts is told by `rpps_rules`.

    Parameters
    ----------
    file : SourceFile
    appartenance : DataFrame, optional
        Table `appartenance`: where the code of the commune is empty, its name and its postal code
        then give it, when they name one commune only.
    adresses : DataFrame, optional
        Table `adresses`: the file gives no position, that of its address places a site. It is
        looked for by FINESS, SIRET, then the identifier of the structure in the file.
    score_min : float
        Parameter `offre.geocodage_score_min`.

    Returns
    -------
    Reading
        `origine_position` is `adresse`, or `centre_commune` without one; `cog` is the year in the
        name of the file. The control rows account for every record: used, other professions,
        exclusions by reason, no commune, repetitions.

    Raises
    ------
    DataError
        Damaged file, code of commune that is none, record without its person, nobody of first-line
        care.
    """
    part = file.parts[0]
    frame, read = read_selected(file, part, "profession", PROFESSIONS.__contains__)
    frame["secteur_libelle"] = _normalised(frame["secteur_libelle"])
    motif = decide(frame)
    kept = frame.loc[motif == GARDE]
    _check_persons(kept, file)
    if kept.empty:
        raise DataError(
            f"{where(file, part)} : aucun professionnel de premier recours parmi {read} lignes.",
            "Prenez l'extraction « Personne_activite » complète, sans l'ouvrir dans un tableur.",
        )
    kept = _with_commune(kept, file, appartenance)
    placed = kept.loc[kept["code_commune"] != ""]
    sites = _sites(placed)
    used = {"enregistrements utilisés": len(sites)}
    lost = {
        "autre profession, non utilisée": read - len(frame),
        **{reason: int((motif == reason).sum()) for reason in sorted(set(motif) - {GARDE})},
        "lieu d'exercice sans commune connue : écarté": len(kept) - len(placed),
        "ligne qui répète une personne sur un lieu : sans effet": len(placed) - len(sites),
    }
    source = ledger.origin(tables.PROFESSIONNELS, file.path.name)
    places, addresses = addressed(_places(placed), adresses, _KEYS, score_min, source)
    controle = [
        ledger.balance(source, read, used, lost),
        *_people(file, kept, placed),
        addresses,
    ]
    table = conformed(_table(sites, places), tables.PROFESSIONNELS)
    return Reading(table, ledger.stack(controle), read, _year(file))


def _check_persons(kept: pd.DataFrame, file: SourceFile) -> None:
    """Refuse records without the number of the person: all would be one person."""
    blank = kept.index[kept["personne"] == ""]
    if len(blank):
        raise DataError(
            f"{where(file)} : {len(blank)} enregistrements sans identifiant de personne (colonne "
            f"« Identification nationale PP ») ; par exemple ligne {blank[0]}.",
            "Téléchargez de nouveau l'extraction : sans lui, rien ne dit qui est compté deux fois.",
        )


def _year(file: SourceFile) -> int | None:
    """Year of the extraction, which starts the date in the name of the official file."""
    dated = re.search(r"(?<![0-9])(20[0-9]{2})[01][0-9][0-3][0-9]", file.path.name)
    return int(dated.group(1)) if dated else file.millesime


def _normalised(labels: pd.Series[str]) -> pd.Series[str]:
    return labels.map({label: normalise(label) for label in set(labels)}).astype("str")


def _with_commune(
    kept: pd.DataFrame, file: SourceFile, appartenance: pd.DataFrame | None
) -> pd.DataFrame:
    """Complete the codes of communes, empty or of a whole city, from name and postal code."""
    codes = kept["code_commune"]
    check_codes(kept.loc[codes != ""], "code_commune", file)
    if appartenance is None:
        return kept
    names: dict[tuple[str, str], list[str]] = {}
    for code, name in zip(appartenance["code_commune"], appartenance["nom"], strict=True):
        names.setdefault((departement_of(code), _town(name)), []).append(code)
    # The code of a whole city says less than a postal code, which tells the arrondissement.
    vague = codes.isin(["", *ARRONDISSEMENTS])
    blank = kept.loc[vague, ["code_postal", "commune"]]
    pairs = list(zip(blank["code_postal"], blank["commune"], strict=True))
    told = {pair: _code(pair[0], pair[1], names) for pair in set(pairs)}
    found = [told[pair] or own for pair, own in zip(pairs, codes.loc[vague], strict=True)]
    filled = codes.copy()
    filled.loc[blank.index] = found
    return kept.assign(code_commune=filled)


def _code(postal: str, town: str, names: dict[tuple[str, str], list[str]]) -> str:
    """Code of the only commune of that name in the departement of a postal code, or nothing."""
    name = _town(town)
    if not re.fullmatch(r"[0-9]{5}", postal):
        return ""
    city = next((c for c in _CITIES if re.fullmatch(rf"{c}(?: [0-9]+)?", name)), None)
    if city is not None and postal.startswith(_CITIES[city]):
        for start, code in _POSTAL:
            last = postal[3:]
            if postal.startswith(start) and 1 <= int(last) <= 20:
                return code[:3] + (f"{80 + int(last):02d}" if city == "lyon" else last)
    departements: tuple[str, ...] = (postal[:2],)
    if postal.startswith("20"):
        departements = ("2A", "2B")
    elif postal.startswith("97"):
        # A name may be that of communes of several overseas departements.
        departements = (postal[:3],)
    found = [code for d in departements for code in names.get((d, name), [])]
    return found[0] if len(found) == 1 else ""


def _town(name: str) -> str:
    plain = re.sub(r"\bcedex\b.*", "", normalise(name)).strip()
    return re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", plain))


def _sites(placed: pd.DataFrame) -> pd.DataFrame:
    """One row per person, profession and site, with the share of the person at that site."""
    keys = ["personne", "profession", "code_commune", "structure"]
    sites = placed[keys].drop_duplicates().reset_index(drop=True)
    number = sites.groupby(["personne", "profession"])["structure"].transform("size")
    return sites.assign(part=1.0 / number)


def _places(placed: pd.DataFrame) -> pd.DataFrame:
    """One row per structure of a commune, with what its address may be known by."""
    known = placed.reindex(columns=["code_commune", *_KEYS], fill_value="").replace("", pd.NA)
    by_place = known.assign(structure=placed["structure"]).groupby(["code_commune", "structure"])
    keys = by_place[["finess", "siret"]].first().fillna("").reset_index()
    return keys.assign(lon=float("nan"), lat=float("nan"))


def _table(sites: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Sum the shares by site; sites are numbered in each commune, so that nothing names them."""
    named = sites.assign(profession=sites["profession"].map(PROFESSIONS).astype("str"))
    by_site = named.groupby(["code_commune", "structure", "profession"])[["part"]].sum()
    table = by_site.reset_index().sort_values(["code_commune", "structure", "profession"])
    place = table.groupby(["code_commune", "structure"], sort=True).ngroup()
    rank = place - place.groupby(table["code_commune"]).transform("min") + 1
    numbered = table.assign(
        site_id="rpps-" + table["code_commune"] + "-" + rank.astype("str"), nombre=table["part"]
    )
    where_ = places[["code_commune", "structure", "lon", "lat", "origine_position"]]
    return numbered.merge(
        where_, how="left", on=["code_commune", "structure"], validate="many_to_one"
    )


def _count(file: SourceFile, motif: str, nombre: int, total: int) -> pd.DataFrame:
    source = ledger.origin(tables.PROFESSIONNELS, file.path.name)
    return ledger.entry(source, motif, [], total, nombre=nombre)


def _people(file: SourceFile, kept: pd.DataFrame, placed: pd.DataFrame) -> list[pd.DataFrame]:
    """Account of the persons: several sites, and none that can be placed."""
    persons = ["personne", "profession"]
    total = len(kept[persons].drop_duplicates())
    lost = total - len(placed[persons].drop_duplicates())
    several = placed[[*persons, "code_commune", "structure"]].drop_duplicates()
    shared = int((several.groupby(persons).size() > 1).sum())
    rows = {
        "personne sans aucun lieu dont la commune soit connue : non comptée": lost,
        "personne partagée entre plusieurs lieux": shared,
    }
    return [_count(file, motif, number, total) for motif, number in rows.items()]
