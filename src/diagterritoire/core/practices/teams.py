"""Professionals of a zone by group of professions: those counted, and those nobody counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

import pandas as pd

from diagterritoire.tables import GENERALISTE, PROFESSIONS

MG, MEDICAUX, AUXILIAIRES, PROFESSIONNELS = "mg", "medicaux", "auxiliaires", "professionnels"
# Shares that add up to a whole person.
ROUNDING = 1e-6
_PARAMEDICALES = ("infirmier", "masseur_kinesitherapeute", "orthophoniste", "orthoptiste")
# Groups that a composition asks for; the code of public health, books III and IV of part four.
GROUPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        MG: (GENERALISTE,),
        MEDICAUX: (GENERALISTE, "chirurgien_dentiste", "sage_femme"),
        AUXILIAIRES: _PARAMEDICALES,
        PROFESSIONNELS: tuple(p for p in PROFESSIONS if p != "pharmacie"),
    }
)


def staff(communes: pd.DataFrame, sites: pd.DataFrame, soins: pd.DataFrame) -> pd.DataFrame:
    """Professionals of each commune, null where no source counts them.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`, `mg_nb` (null where unknown).
    sites : DataFrame
        `code_commune`, `mg_nb`: the GPs are those of the sites, that a scenario may change.
    soins : DataFrame
        `code_commune`, `profession`, `nombre`: what is known, zero included.

    Returns
    -------
    DataFrame
        By commune (index `code_commune`), one column per profession of people.

    Examples
    --------
    >>> communes = pd.DataFrame({"code_commune": ["A", "B"], "mg_nb": [2.0, None]})
    >>> sites = pd.DataFrame({"code_commune": ["A"], "mg_nb": [2.0]})
    >>> soins = pd.DataFrame({"code_commune": ["A"], "profession": ["infirmier"], "nombre": [3.0]})
    >>> staff(communes, sites, soins)[["medecin_generaliste", "infirmier"]].to_numpy().tolist()
    [[2.0, 3.0], [nan, nan]]
    """
    codes = pd.Index(communes["code_commune"], name="code_commune")
    others = soins.loc[soins["profession"] != GENERALISTE]
    wide = others.pivot_table(
        index="code_commune", columns="profession", values="nombre", aggfunc="sum"
    )
    wide = wide.reindex(index=codes, columns=list(GROUPES[PROFESSIONNELS])).astype("float64")
    counted = sites.groupby("code_commune")["mg_nb"].sum().reindex(codes, fill_value=0.0)
    known = communes["mg_nb"].notna().to_numpy()
    return wide.assign(**{GENERALISTE: counted.astype("float64").where(known)})


def shared(sites: pd.DataFrame, soins: pd.DataFrame) -> frozenset[str]:
    """Professions that are counted by shares: a number of them is the fewest people there can be.

    A person on n sites counts 1/n at each. One that is not whole shows that the source counts so,
    and then a whole number may be two halves.

    Parameters
    ----------
    sites, soins : DataFrame
        As for `staff`, of the whole area.

    Examples
    --------
    >>> sites = pd.DataFrame({"code_commune": ["A", "B"], "mg_nb": [1.5, 2.0]})
    >>> soins = pd.DataFrame({"code_commune": ["A"], "profession": ["infirmier"], "nombre": [3.0]})
    >>> sorted(shared(sites, soins))
    ['medecin_generaliste']
    """
    others = soins.loc[_parted(soins["nombre"]), "profession"]
    gps = {GENERALISTE} if _parted(sites["mg_nb"]).any() else set()
    return frozenset(gps | set(others.astype(str)))


def _parted(numbers: pd.Series) -> pd.Series[bool]:
    known = numbers.astype("float64").fillna(0.0)
    return (known - known.round()).abs() > ROUNDING


def teams(
    members: pd.DataFrame, staffed: pd.DataFrame, partagees: Collection[str] = ()
) -> pd.DataFrame:
    """Sum the professionals of the communes of each zone, group by group.

    Parameters
    ----------
    members : DataFrame
        `zone`, `code_commune`: each commune once a zone.
    staffed : DataFrame
        What `staff` gave.
    partagees : collection of str
        What `shared` gave.

    Returns
    -------
    DataFrame
        By zone (index, in order): for each group of `GROUPES` its number counted;
        `<group>_inconnus`, the professions of it that some commune does not count, as a tuple; and
        `<group>_partages`, whether some of them are counted by shares: there may be more people.

    Examples
    --------
    >>> members = pd.DataFrame({"zone": ["z", "z"], "code_commune": ["A", "B"]})
    >>> communes = pd.DataFrame({"code_commune": ["A", "B"], "mg_nb": [2.0, 0.0]})
    >>> sites = pd.DataFrame({"code_commune": ["A"], "mg_nb": [2.0]})
    >>> soins = pd.DataFrame({"code_commune": ["A"], "profession": ["infirmier"], "nombre": [3.0]})
    >>> found = teams(members, staff(communes, sites, soins)).loc["z"]
    >>> float(found["mg"]), float(found["auxiliaires"]), found["auxiliaires_inconnus"][:2]
    (2.0, 3.0, ('infirmier', 'masseur_kinesitherapeute'))
    """
    rows = members.merge(
        staffed.reset_index(), on="code_commune", how="left", validate="many_to_one"
    )
    names = list(GROUPES[PROFESSIONNELS])
    counted = rows.groupby("zone", sort=True)[names].sum()
    lacking = rows[names].isna().groupby(rows["zone"], sort=True).any()
    out = pd.DataFrame(index=counted.index)
    for group, professions in GROUPES.items():
        wanted = list(professions)
        out[group] = counted[wanted].sum(axis=1)
        parted = [p for p in wanted if p in partagees]
        out[f"{group}_partages"] = (counted[parted] > 0).any(axis=1)
        unknown = lacking[wanted].to_numpy()
        out[f"{group}_inconnus"] = [
            tuple(p for p, missing in zip(wanted, row, strict=True) if missing) for row in unknown
        ]
    return out
