"""First-line care: each profession from the first source that counts it, in the declared order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.catalog import by_key
from diagterritoire.errors import DataError
from diagterritoire.french import enumeration
from diagterritoire.schema import conform
from diagterritoire.sources.library import GENERALISTES, Reading
from diagterritoire.tables import GENERALISTE, NOMS_PROFESSIONS, PROFESSIONS

OFFRE = "offre de médecins généralistes"


@dataclass(frozen=True)
class PremierRecours:
    """Which source counts which profession, and what is left of each.

    Attributes
    ----------
    generalistes : str
        Key of the source of the GPs.
    medecins : DataFrame
        Table `medecins`: GPs by commune, codes of the year of that source.
    professionnels : Mapping of str to DataFrame
        Table `professionnels` of each source that gives one, the professions that it serves alone;
        in the declared order.
    usages : Mapping of str to str
        What each source served, by key.
    controle : DataFrame
        What was set aside, and for which source.
    """

    generalistes: str
    medecins: pd.DataFrame
    professionnels: Mapping[str, pd.DataFrame]
    usages: Mapping[str, str]
    controle: pd.DataFrame


def choose(readings: Mapping[str, Reading], annee: int = 0) -> PremierRecours:
    """Take each profession from the first source that counts it.

    A source counts a profession when at least one of its records has it.

    Parameters
    ----------
    readings : Mapping of str to Reading
        What the readers gave, by key of `library.GENERALISTES`.
    annee : int
        Year of the count of a source that does not say its own.

    Raises
    ------
    DataError
        No source has any GP.
    """
    given = {cle: _professions(cle, readings[cle]) for cle in GENERALISTES if cle in readings}
    source = {p: next((c for c, has in given.items() if p in has), "") for p in PROFESSIONS}
    chosen = source[GENERALISTE]
    if not chosen:
        raise DataError(
            "Aucun médecin généraliste dans : "
            + enumeration([f"« {by_key(cle).titre} »" for cle in given])
            + ".",
            "Prenez les fichiers complets de leurs producteurs, ou ajoutez une autre source.",
        )
    detailed = [cle for cle in given if cle != "medecins"]
    kept = {
        cle: readings[cle].table.loc[readings[cle].table["profession"].map(source) == cle]
        for cle in detailed
    }
    return PremierRecours(
        generalistes=chosen,
        medecins=_medecins(chosen, readings[chosen], kept, annee),
        professionnels=MappingProxyType(kept),
        usages=MappingProxyType({cle: _usage(cle, given[cle], source) for cle in given}),
        controle=ledger.stack(_set_aside(readings, given, source)),
    )


def _professions(cle: str, reading: Reading) -> set[str]:
    if cle == "medecins":
        return {GENERALISTE}
    return set(reading.table["profession"])


def _medecins(
    chosen: str, reading: Reading, kept: Mapping[str, pd.DataFrame], annee: int
) -> pd.DataFrame:
    """Sum the GPs by commune; the year is only known where the source counts by commune."""
    if chosen == "medecins":
        return reading.table
    gps = kept[chosen].loc[kept[chosen]["profession"] == GENERALISTE]
    counted = gps.groupby("code_commune")[["nombre"]].sum().reset_index()
    return conform(
        counted.rename(columns={"nombre": "mg_nb"}).assign(annee=reading.cog or annee),
        tables.MEDECINS,
    )


def _usage(cle: str, given: set[str], source: Mapping[str, str]) -> str:
    """Say what a source served, or for which one it was set aside."""
    used = [p for p in PROFESSIONS if source[p] == cle and p != GENERALISTE]
    served = [OFFRE] if source[GENERALISTE] == cle else []
    if used:
        served.append("densités : " + enumeration([NOMS_PROFESSIONS[p] for p in used]))
    lost = [p for p in PROFESSIONS if p in given and source[p] != cle]
    if lost:
        finer = enumeration(sorted({_named(source[p]) for p in lost}))
        names = enumeration([NOMS_PROFESSIONS[p] for p in lost])
        served.append(f"écartée pour {names}, d'après une source plus fine : {finer}")
    return " ; ".join(served)


def _named(cle: str) -> str:
    return f"« {by_key(cle).titre} »"


def _set_aside(
    readings: Mapping[str, Reading], given: Mapping[str, set[str]], source: Mapping[str, str]
) -> list[pd.DataFrame]:
    """Say where the GPs come from, then what each source gives that a finer one gives too."""
    rows = []
    for cle, professions in given.items():
        table = readings[cle].table
        origin = f"{by_key(cle).titre}"
        for profession in [p for p in PROFESSIONS if p in professions]:
            of_it = (
                len(table) if cle == "medecins" else int((table["profession"] == profession).sum())
            )
            name = NOMS_PROFESSIONS[profession]
            if source[profession] != cle:
                motif = f"{name} : écartés, comptés d'après {_named(source[profession])}"
            elif profession == GENERALISTE:
                motif = f"{name} : source utilisée"
            else:
                continue
            rows.append(ledger.entry(origin, motif, (), len(table), nombre=of_it))
    return rows
