"""INSEE, base permanente des équipements: professionals of first-line care, with positions."""

from __future__ import annotations

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.errors import DataError
from diagterritoire.sources.care.adresses import addressed
from diagterritoire.sources.formats.coordinates import official_crs, to_wgs84
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import check_codes, conformed, examples, numbers, where
from diagterritoire.sources.stream import read_selected

# Kind of equipment of each profession: codes up to the edition of 2023, then from that of 2024.
# A pharmacy is a dispensary, whatever the number of its pharmacists.
TYPES = {
    "D201": "medecin_generaliste",
    "D221": "chirurgien_dentiste",
    "D231": "sage_femme",
    "D232": "infirmier",
    "D233": "masseur_kinesitherapeute",
    "D235": "orthophoniste",
    "D236": "orthoptiste",
    "D301": "pharmacie",
    "D265": "medecin_generaliste",
    "D277": "chirurgien_dentiste",
    "D278": "sage_femme",
    "D279": "masseur_kinesitherapeute",
    "D281": "infirmier",
    "D307": "pharmacie",
}
_OLD_GP, _NEW_GP = "D201", "D265"
# A position drawn at random in the commune is no position.
_POOR = {"mauvaise", "m"}


def read_bpe(
    file: SourceFile, adresses: pd.DataFrame | None = None, score_min: float = 0.0
) -> Reading:
    """Read the professionals of first-line care as `tables.PROFESSIONNELS`.

    Each record is one equipment, unless `NB_EQUIP` says how many. Those of a commune at the same
    point make one site. Positions come from longitude and latitude, else from the official
    projection of the departement; those said to be poor ("Mauvaise") are not kept.

    Parameters
    ----------
    file : SourceFile
    adresses : DataFrame, optional
        Table `adresses`: places, by its SIRET, an equipment that the file does not place.
    score_min : float
        Parameter `offre.geocodage_score_min`.

    Returns
    -------
    Reading
        `lon` and `lat` are null, and `origine_position` is `centre_commune`, where there is no
        position. What the positions are worth is judged later (`core.positions`). `cog` is the
        year of the equipments: the base is that of the 1st of January.

    Raises
    ------
    DataError
        Damaged file, code that is none, number that is none or unknown, both generations of codes
        at once, no equipment of first-line care at all.
    """
    part = file.parts[0]
    frame, read = read_selected(file, part, "type", TYPES.__contains__)
    if frame.empty:
        raise DataError(
            f"{where(file, part)} : aucun professionnel de premier recours parmi {read} "
            "équipements (colonne TYPEQU).",
            "Prenez le fichier de l'ensemble des équipements.",
        )
    kinds = set(frame["type"])
    if {_OLD_GP, _NEW_GP} <= kinds:
        raise DataError(
            f"{where(file, part)} : deux nomenclatures à la fois (TYPEQU {_OLD_GP} et {_NEW_GP}) : "
            "les médecins généralistes seraient comptés deux fois.",
            "Gardez un seul millésime par fichier.",
        )
    check_codes(frame, "code_commune", file)
    _one_year(frame, file)
    source = ledger.origin(tables.PROFESSIONNELS, file.path.name)
    nombre = _numbers_of(frame, file)
    placed, controle = _positions(frame, file)
    positioned = frame.assign(lon=placed["lon"], lat=placed["lat"], siret=frame.get("siret", ""))
    sites, addresses = addressed(positioned, adresses, ["siret"], score_min, source)
    sites = sites.assign(profession=frame["type"].map(TYPES).astype("str"), nombre=nombre)
    used = {"enregistrements utilisés": len(frame)}
    lost = {"équipement d'un autre type, non utilisé": read - len(frame)}
    rows = [
        ledger.balance(source, read, used, lost),
        *controle,
        addresses,
    ]
    table = conformed(_sites(sites), tables.PROFESSIONNELS)
    return Reading(table, ledger.stack(rows), read, file.millesime)


def _numbers_of(frame: pd.DataFrame, file: SourceFile) -> pd.Series[float]:
    """Equipments that each record stands for: one, unless the file says how many."""
    if "nombre" not in frame:
        if not {"lon", "x", "qualite"} & set(frame):
            raise DataError(
                f"{where(file)} : ni nombre d'équipements (colonne NB_EQUIP) ni positions : rien "
                "ne dit combien d'équipements chaque ligne compte.",
                "Téléchargez de nouveau le fichier, avec toutes ses colonnes.",
            )
        return pd.Series(1.0, index=frame.index)
    values, absent = numbers(frame, "nombre", file, whole=True)
    if values.isna().any():
        # The commune would be told to have none, which nobody says.
        line = values.index[values.isna()][0]
        raise DataError(
            f"{where(file)} : {int(values.isna().sum())} nombres d'équipements inconnus (colonne "
            f"NB_EQUIP) ; par exemple {absent.loc[line]}, ligne {line}.",
            "Téléchargez de nouveau le fichier : ceux de l'Insee n'en ont aucun.",
        )
    return values


def _one_year(frame: pd.DataFrame, file: SourceFile) -> None:
    if "annee" not in frame:
        return
    years = sorted(set(frame["annee"]) - {""})
    if len(years) > 1:
        raise DataError(
            f"{where(file)} : plusieurs années à la fois ({', '.join(years[:5])}, colonne AN) : "
            "les professionnels seraient comptés plusieurs fois.",
            "Gardez une seule année par fichier.",
        )


def _positions(frame: pd.DataFrame, file: SourceFile) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Longitude and latitude of each record, and the account of those that have none."""
    values = {
        c: numbers(frame.assign(**{c: _blank(frame[c])}), c, file, negative=True)[0]
        for c in ("lon", "lat", "x", "y")
        if c in frame
    }
    placed = pd.DataFrame({"lon": float("nan"), "lat": float("nan")}, index=frame.index)
    if {"x", "y"} <= set(values):
        placed = to_wgs84(values["x"], values["y"], official_crs(frame["code_commune"]))
    if {"lon", "lat"} <= set(values):
        placed = pd.DataFrame({"lon": values["lon"], "lat": values["lat"]}).fillna(placed)
    source = ledger.origin(tables.PROFESSIONNELS, file.path.name)
    controle = []
    if "qualite" in frame:
        poor = frame["qualite"].str.casefold().isin(_POOR) & placed["lon"].notna()
        placed = placed.mask(poor)
        named = examples(frame.loc[poor], "code_commune", "type")
        motif = "position dite mauvaise (QUALITE_XY), non utilisée"
        controle.append(ledger.entry(source, motif, named, len(frame)))
    elif placed["lon"].notna().any():
        # Nothing tells the positions drawn at random from the others.
        motif = "positions sans indication de qualité (colonne QUALITE_XY absente), non utilisées"
        named = examples(frame.loc[placed["lon"].notna()], "code_commune", "type")
        controle.append(ledger.entry(source, motif, named, len(frame)))
        placed = placed.mask(placed["lon"].notna())
    blank = placed["lon"].isna() | placed["lat"].isna()
    named = examples(frame.loc[blank], "code_commune", "type")
    motif = "professionnel que le fichier ne situe pas"
    controle.append(ledger.entry(source, motif, named, len(frame)))
    return placed.mask(blank), controle


def _blank(column: pd.Series[str]) -> pd.Series[str]:
    """Empty the cells that say "undetermined" or "without object"."""
    return column.mask(column.isin(["_U", "_Z"]), "")


def _sites(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per point of a commune and profession; the points of a commune are numbered."""
    keys = ["code_commune", "lon", "lat", "profession"]
    how = {"nombre": "sum", "origine_position": "first"}
    counted = frame.groupby(keys, dropna=False).agg(how).reset_index()
    place = counted.groupby(["code_commune", "lon", "lat"], dropna=False, sort=True).ngroup()
    first = place.groupby(counted["code_commune"]).transform("min")
    known = counted["lon"].notna()
    rank = (place - first + 1).where(known, 0).astype("str")
    return counted.assign(site_id="bpe-" + counted["code_commune"] + "-" + rank)
