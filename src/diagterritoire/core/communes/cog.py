"""Commune codes through time: from the communes of one year to those of another.

The reference is the official geographic code (COG) of Insee: the COG of a year is the state of the
communes on the 1st of January.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial

import numpy as np
import pandas as pd

from diagterritoire import ledger
from diagterritoire.arrays import among
from diagterritoire.tables import ECARTE, LU, UTILISE
from diagterritoire.territory import ARRONDISSEMENTS, arrondissement_name, arrondissement_parent

# MOD of the movements file: change of code for another departement (41) or another seat (50).
CHANGES_OF_CODE = ("41", "50")
CHANGE_OF_NAME = "10"
FORWARD = ("code_avant", "code_apres")

MOTIFS: dict[str, str] = {
    "identique": "enregistrements repris tels quels",
    "changement_de_code": "commune dont le code a changé : suivie",
    "fusion": "communes réunies en une seule",
    "division": "commune partagée entre les communes qui la composent (imputé)",
    "repartition": "commune répartie entre ses arrondissements municipaux, selon la population "
    "standardisée (imputé)",
    "arrondissement": "arrondissements municipaux ramenés à leur commune",
    "double": "arrondissements municipaux écartés : leur commune est déjà dans la source",
    "deja": "commune écartée : ses arrondissements municipaux sont déjà dans la source",
    "orpheline": "enregistrements écartés : code sans commune correspondante",
}

LEFT_OUT = ("double", "deja", "orpheline")

Step = dict[str, list[str]]
Walk = Callable[[str], set[str]]


def correspondence(
    mouvements: pd.DataFrame,
    codes_source: Iterable[str],
    codes_cible: Iterable[str],
    annee_source: int,
    annee_cible: int,
    *,
    cumul: bool = False,
) -> pd.DataFrame:
    """Say which communes of one year's code become which of another's.

    The movements between both years are followed, or undone when the target is the older. A code
    that leads to no target (its year was misdeclared, or it is the one of a commune déléguée) is
    then looked for through its whole history. A part that the source already holds apart from the
    commune it left receives nothing more from it. Arrondissements of Paris, Lyon and Marseille
    lead to their commune, or their commune to them when they are the targets.

    Parameters
    ----------
    mouvements : DataFrame
        Table `mouvements`.
    codes_source, codes_cible : iterable of str
        Codes of the source, and all those of the target year.
    annee_source, annee_cible : int
        Years of both geographic codes.
    cumul : bool
        The source counts people one by one: those of a city and those of its arrondissements are
        not the same, and add up.

    Returns
    -------
    DataFrame
        `code_source`, `code_cible`, `nature`, in order of code: at least one row for each source
        code. `code_cible` is null for an `orpheline`, and for an `arrondissement` whose commune is
        in the source too (it would be counted twice), unless `cumul`. Empty when the source is.

    Examples
    --------
    >>> from diagterritoire.tables import MOUVEMENTS
    >>> m = pd.DataFrame(
    ...     [("32", "2024-01-01", "COM", a, "COM", "01001") for a in ("01001", "01002")],
    ...     columns=MOUVEMENTS.noms,
    ... )
    >>> correspondence(m, ["01001", "01002"], ["01001"], 2023, 2024).to_numpy().tolist()
    [['01001', '01001', 'fusion'], ['01002', '01001', 'fusion']]
    >>> correspondence(m, ["01001"], ["01001", "01002"], 2024, 2023).to_numpy().tolist()
    [['01001', '01001', 'division'], ['01001', '01002', 'division']]
    """
    sources, cible = sorted(set(codes_source)), set(codes_cible)
    events = _events(mouvements)
    between, moved = _between(events, annee_source, annee_cible)
    ever = _through_history(events)
    composed, present = _arrondissements(cible), set(sources)
    pairs: list[tuple[str, str | None, bool]] = []
    for code in sources:
        if code in cible and code not in moved:
            pairs.append((code, code, False))
            continue
        parent = code if code in cible else arrondissement_parent(code)
        if parent != code and (parent in cible or parent in present):
            twice = parent in present and not (cumul and parent in cible)
            pairs.append((code, None if twice else parent, True))
        elif code not in cible and code in composed:
            parts = [] if present & set(composed[code]) and not cumul else composed[code]
            pairs += [(code, part, False) for part in parts] or [(code, None, True)]
        else:
            found = between(code) & cible or {code} & cible or ever(code) & cible
            found = {c for c in found if c == code or c not in present} or found
            pairs += [(code, c, False) for c in sorted(found)] or [(code, None, False)]
    table = pd.DataFrame(pairs, columns=["code_source", "code_cible", "arrondissement"])
    table["arrondissement"] = table["arrondissement"].astype(bool)
    recoded = events.loc[events["mod"].isin(CHANGES_OF_CODE), ["code_avant", "code_apres"]]
    table["nature"] = _natures(table, set(recoded.to_numpy().ravel()))
    return table[["code_source", "code_cible", "nature"]].astype("str")


def _events(mouvements: pd.DataFrame) -> pd.DataFrame:
    """Keep the movements between communes, which also say where a commune déléguée went."""
    communes = (mouvements["type_avant"] == "COM") & (mouvements["type_apres"] == "COM")
    kept = mouvements.loc[communes & (mouvements["mod"] != CHANGE_OF_NAME)]
    # On one date a commune may change its code, then merge under the new one (41 then 32 in 2018).
    order = (~kept["mod"].isin(CHANGES_OF_CODE)).astype(int)
    columns = ["date_effet", "rang", "code_avant", "code_apres", "mod"]
    return kept.assign(rang=order)[columns].drop_duplicates().sort_values(columns)


def _steps(events: pd.DataFrame, before: str, after: str) -> list[tuple[str, Step]]:
    """List, date by date, what each code `before` becomes among the codes `after`."""
    found: dict[tuple[str, int], dict[str, list[str]]] = {}
    keys = zip(events["date_effet"], events["rang"], strict=True)
    for key, old, new in zip(keys, events[before], events[after], strict=True):
        found.setdefault(key, {}).setdefault(old, []).append(new)
    steps = [(date, found[date, rank]) for date, rank in sorted(found)]
    return steps if before == "code_avant" else steps[::-1]


def _walk(code: str, steps: Iterable[Step]) -> set[str]:
    current = {code}
    for step in steps:
        if not current.isdisjoint(step):
            current = {new for old in current for new in step.get(old, [old])}
    return current


def _between(
    events: pd.DataFrame, annee_source: int, annee_cible: int
) -> tuple[Walk, frozenset[str]]:
    """Follow the movements dated after the older 1st of January, up to the newer.

    The codes they concern come beside: the others stay what they are.
    """
    older, newer = sorted((annee_source, annee_cible))
    dates = events["date_effet"]
    window = events.loc[(dates > f"{older:04d}-01-01") & (dates <= f"{newer:04d}-01-01")]
    ways = FORWARD if annee_cible >= annee_source else FORWARD[::-1]
    steps = [step for _, step in _steps(window, *ways)]
    return lambda code: _walk(code, steps), frozenset(code for step in steps for code in step)


def _through_history(events: pd.DataFrame) -> Walk:
    """Follow a code from the last date it was given up, else back from the last it was taken."""
    steps = cache(partial(_steps, events))
    # Movements are in order of date: the last one of a code stays.
    given_up, taken = (dict(zip(events[c], events["date_effet"], strict=True)) for c in FORWARD)

    def walk(code: str) -> set[str]:
        left, born = given_up.get(code), taken.get(code)
        if left is not None and (born is None or left >= born):
            return _walk(code, (step for date, step in steps(*FORWARD) if date >= left))
        if born is None:
            return set()
        return _walk(code, (step for date, step in steps(*FORWARD[::-1]) if date <= born))

    return walk


def _arrondissements(codes: Iterable[str]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for code in sorted(codes):
        if (parent := arrondissement_parent(code)) != code:
            out.setdefault(parent, []).append(code)
    return out


def _natures(pairs: pd.DataFrame, recoded: set[str]) -> pd.Series[str]:
    parts = pairs.groupby("code_source")["code_source"].transform("size")
    source, target = pairs["code_source"], pairs["code_cible"]
    composed = target.notna() & (target.map(arrondissement_parent, na_action="ignore") == source)
    # People of a city that are added to an arrondissement do not make it a merged commune.
    plain = ~pairs["arrondissement"] & ~(composed & (source != target))
    joined = target.loc[plain].dropna().value_counts()
    cases = [
        (pairs["arrondissement"], "arrondissement"),
        (target.isna(), "orpheline"),
        (composed & (source != target), "repartition"),
        (parts > 1, "division"),
        (target.map(joined) > 1, "fusion"),
        (source == target, "identique"),
        (among(source, recoded), "changement_de_code"),
    ]
    masks, names = zip(*cases, strict=True)
    return pd.Series(np.select(masks, names, "fusion"), index=pairs.index, dtype="str")


def account(
    correspondances: pd.DataFrame,
    source: str,
    noms: Mapping[str, str] | None = None,
    ecartes: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Account for every record of a source: read = kept as is + followed + ... + left out.

    Parameters
    ----------
    correspondances : DataFrame
        What `correspondence` gave.
    source : str
        Name shown in the control table.
    noms : mapping of str to str, optional
        Name of each target commune.
    ecartes : mapping of str to int, optional
        Records left out before the correspondence: reason and number.

    Returns
    -------
    DataFrame
        Rows of `tables.CONTROLE`: the records read, then one row per fate, which sum to them.

    Examples
    --------
    >>> c = pd.DataFrame({"code_source": ["01001"], "code_cible": [None], "nature": ["orpheline"]})
    >>> account(c, "zonage")["nombre"].tolist()
    [1, 1]
    """
    first = correspondances.drop_duplicates("code_source")
    twice = first["nature"].eq("arrondissement") & first["code_cible"].isna()
    part = first["code_source"].map(arrondissement_parent) != first["code_source"]
    fates = first["nature"].mask(twice & part, "double").mask(twice & ~part, "deja")
    target_names = {} if noms is None else noms
    moved = first.loc[(fates != "identique") & first["code_cible"].notna()]
    shown = {
        source: target_names.get(target, "") + ("" if target == source else f" ({target})")
        for source, target in zip(moved["code_source"], moved["code_cible"], strict=True)
    }
    shown |= {city: arrondissement_name(city) for city in ARRONDISSEMENTS}
    before = {} if ecartes is None else dict(ecartes)
    total = len(first) + sum(before.values())
    rows = [ledger.entry(source, ledger.LUS, (), total, nombre=total, effet=LU)]
    rows += [
        ledger.entry(source, motif, (), total, nombre=n, effet=ECARTE)
        for motif, n in before.items()
    ]
    for fate, motif in MOTIFS.items():
        codes = first.loc[fates == fate, "code_source"]
        names = () if fate == "identique" else ledger.named(codes, shown)
        effet = ECARTE if fate in LEFT_OUT else UTILISE
        rows.append(ledger.entry(source, motif, names, total, nombre=len(codes), effet=effet))
    return ledger.stack(rows)
