"""Density of each profession of first-line care, in the territory and what holds it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from diagterritoire.core.care.professions import Professions
from diagterritoire.core.verdict.comparisons import zones
from diagterritoire.schema import conform
from diagterritoire.tables import DENSITES, PROFESSIONS
from diagterritoire.territory import Territory

SANS_SOURCE = "aucune source lue ne compte cette profession"
HORS_SOURCE = "la source ne couvre aucune commune de la zone"


def densites(
    found: Professions,
    base: pd.DataFrame,
    territory: Territory,
    libelles: pd.DataFrame,
    nom_france: str = "France",
) -> pd.DataFrame:
    """Count each profession in the territory and in the areas that hold it.

    `densite_100000 = 100 000 * nombre / population`, over the communes whose number is known.

    Parameters
    ----------
    found : Professions
        What `professions.professions` gave.
    base : DataFrame
        What `assembly.base_table` gave.
    territory, libelles, nom_france
        As for `comparisons.comparaisons`.

    Returns
    -------
    DataFrame
        Table `densites`: every profession of every zone. A number is null, with its reason, when
        no source gives it.

    Examples
    --------
    >>> base = pd.DataFrame({"code_commune": ["18001", "18002"], "nom": ["A", "B"]})
    >>> base = base.assign(code_departement="18", code_region="24", population=[100, 300])
    >>> nombres = pd.DataFrame({"infirmier": [1.0, 3.0]}, index=["18001", "18002"])
    >>> found = Professions(nombres, {"infirmier": "equipements"}, pd.DataFrame(), pd.DataFrame())
    >>> here = Territory("com-18001", "A", "commune", ("18001",), "EPSG:2154")
    >>> labels = pd.DataFrame({"niveau": ["region"], "code": ["24"], "nom": ["Centre"]})
    >>> out = densites(found, base, here, labels).dropna(subset=["nombre"])
    >>> out[["niveau", "nombre", "densite_100000"]].to_numpy().tolist()[:2]
    [['territoire', 1.0, 1000.0], ['departement', 4.0, 1000.0]]
    """
    communes = base.sort_values("code_commune", ignore_index=True)
    nombres = found.nombres.reindex(communes["code_commune"]).reset_index(drop=True)
    lines: list[dict[str, Any]] = []
    for niveau, code, nom, mask in zones(communes, territory, libelles, nom_france):
        for profession in PROFESSIONS:
            zone = {"niveau": niveau, "code": code, "nom": nom, "profession": profession}
            if profession not in nombres:
                lines.append(zone | _unknown(SANS_SOURCE))
                continue
            known = nombres.loc[mask, profession].dropna()
            if known.empty:
                lines.append(zone | _unknown(HORS_SOURCE))
                continue
            people = int(communes["population"].loc[known.index].sum())
            number = float(known.sum())
            lines.append(
                zone
                | {
                    "nombre": number,
                    "population": people,
                    "densite_100000": 1e5 * number / people if people else float("nan"),
                    "source": found.sources[profession],
                    "motif": None,
                }
            )
    return conform(pd.DataFrame(lines), DENSITES)


def _unknown(motif: str) -> dict[str, Any]:
    values = ("nombre", "population", "densite_100000", "source")
    return dict.fromkeys(values) | {"motif": motif}
