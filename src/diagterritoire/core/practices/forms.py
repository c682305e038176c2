"""Forms of coordinated practice: the least composition of each, and what a team lacks of it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from diagterritoire.core.practices.teams import (
    AUXILIAIRES,
    MEDICAUX,
    MG,
    PROFESSIONNELS,
    ROUNDING,
)
from diagterritoire.french import accord, enumeration
from diagterritoire.parameters import ExerciceParameters
from diagterritoire.tables import (
    A_VERIFIER,
    INCONNU,
    LUE,
    LUE_EN_REGION,
    MANQUE,
    NOMS_PROFESSIONS,
    PERMISE,
    SANS_MINIMUM,
    SECONDE_MAIN,
)

CPTS = "CPTS"
NATIONALE = "nationale"
PAYS_DE_LA_LOIRE, NORMANDIE = "52", "28"
SEINE_MARITIME = "76"
NOMS_GROUPES = {
    MG: ("médecin généraliste", "médecins généralistes"),
    MEDICAUX: ("professionnel médical", "professionnels médicaux"),
    AUXILIAIRES: ("auxiliaire médical", "auxiliaires médicaux"),
    PROFESSIONNELS: (
        "professionnel de premier recours",
        "professionnels de premier recours",
    ),
}


@dataclass(frozen=True)
class Regle:
    """Least composition of a form, as one text gives it.

    Attributes
    ----------
    forme, regle : str
        Form, and where the composition holds.
    exige : tuple of (str, int)
        Groups of `teams.GROUPES`, and how many of each at least.
    source, fermete : str
        Text that gives it, and how firm that is (`tables.FERMETES_TEXTE`).
    region, departement : str or None
        Code of the only region, or departement, where the rule holds; None: everywhere.
    zones : bool
        True for a form that covers a territory, not a commune.
    """

    forme: str
    regle: str
    exige: tuple[tuple[str, int], ...]
    source: str
    fermete: str
    region: str | None = None
    departement: str | None = None
    zones: bool = False

    def holds(self, regions: Collection[str], departements: Collection[str]) -> bool:
        """Tell whether the rule is that of a zone that lies in some regions and departements.

        Examples
        --------
        >>> orne = Regle("PSLA", "Orne", (), "", LUE, departement="61")
        >>> orne.holds(("28",), ("14",)), orne.holds(("28",), ("14", "61"))
        (False, True)
        """
        return (self.region is None or self.region in regions) and (
            self.departement is None or self.departement in departements
        )

    @property
    def composition(self) -> str:
        """The composition in words."""
        if not self.exige:
            return "pas de composition minimale : une population, et des acteurs qui s'associent"
        asked = {group: accord(n, *NOMS_GROUPES[group]) for group, n in self.exige}
        # Every one of the others is a first-line professional too.
        whole = asked.pop(PROFESSIONNELS, "")
        among = enumeration(list(asked.values()))
        return f"{whole}, dont {among}" if whole else among


def rules(chosen: ExerciceParameters) -> tuple[Regle, ...]:
    """Give the rules of every form, from the parameters.

    Sources differ on a maison de santé: both its rules are there.

    Examples
    --------
    >>> [r.forme for r in rules(ExerciceParameters()) if r.region is None]
    ['ESP', 'MSP', 'CDS', 'SISA', 'CPTS']
    """
    source = {name: f.metadata["source"] for name, f in chosen.__dataclass_fields__.items()}
    team = ((MG, chosen.msp_mg), (AUXILIAIRES, chosen.msp_auxiliaires))
    return (
        Regle(
            "ESP",
            NATIONALE,
            ((MG, chosen.esp_mg), (AUXILIAIRES, chosen.esp_auxiliaires)),
            source["esp_mg"],
            LUE_EN_REGION,
        ),
        Regle(
            "ESP CLAP",
            "Pays de la Loire",
            ((MG, chosen.clap_mg), (PROFESSIONNELS, chosen.clap_professionnels)),
            source["clap_professionnels"],
            LUE,
            PAYS_DE_LA_LOIRE,
        ),
        Regle("MSP", NATIONALE, team, source["msp_mg"], LUE),
        Regle(
            "MSP",
            "Pays de la Loire",
            ((MG, chosen.msp_mg_ligerienne), (AUXILIAIRES, chosen.msp_auxiliaires)),
            source["msp_mg_ligerienne"],
            LUE,
            PAYS_DE_LA_LOIRE,
        ),
        Regle(
            "CDS",
            NATIONALE,
            ((MEDICAUX, chosen.cds_medicaux), (AUXILIAIRES, chosen.cds_auxiliaires)),
            source["cds_medicaux"] + " ; les professionnels y sont salariés",
            LUE_EN_REGION,
        ),
        Regle(
            "PSLA",
            "projet de santé d'une MSP",
            team,
            "aucun minimum publié : le projet de santé est celui d'une MSP ("
            + source["msp_mg"]
            + ")",
            SECONDE_MAIN,
            NORMANDIE,
        ),
        Regle(
            "PSLA",
            "Seine-Maritime, grande taille",
            (*team, (PROFESSIONNELS, chosen.psla_professionnels)),
            source["psla_professionnels"],
            A_VERIFIER,
            NORMANDIE,
            SEINE_MARITIME,
        ),
        Regle(
            "SISA",
            NATIONALE,
            ((MG, chosen.sisa_medecins), (AUXILIAIRES, chosen.sisa_auxiliaires)),
            source["sisa_medecins"] + " ; un médecin d'une autre spécialité compterait aussi",
            SECONDE_MAIN,
        ),
        Regle(CPTS, NATIONALE, (), source["cpts_bornes"], LUE_EN_REGION, zones=True),
    )


def at_least(number: float) -> int:
    """Fewest people that a sum of shares can be: one on n sites counts 1/n at each.

    Examples
    --------
    >>> at_least(0.0), at_least(1.5), at_least(2.0000000001)
    (0, 2, 2)
    """
    return max(0, math.ceil(number - ROUNDING))


def verdict(regle: Regle, team: Mapping[Any, Any]) -> tuple[str, str | None]:
    r"""Say whether a team allows a form, and what it lacks.

    Parameters
    ----------
    regle : Regle
    team : mapping of str to object
        Row of `teams.teams`.

    Returns
    -------
    (str, str or None)
        `permise`, `manque`, `a_verifier`, `inconnu` or `sans_minimum`, and what is missing or
        unknown in words. A number that is not known to be reached is `inconnu`, never missing; one
        that is counted by shares is the fewest people there can be, and what it lacks is the most
        that can be missing: `a_verifier`.

    Examples
    --------
    >>> team = {"mg": 1.0, "mg_inconnus": (), "mg_partages": False}
    >>> team |= {"auxiliaires": 4.0, "auxiliaires_inconnus": (), "auxiliaires_partages": False}
    >>> verdict(rules(ExerciceParameters())[2], team)
    ('manque', '1\xa0médecin généraliste')
    >>> verdict(rules(ExerciceParameters())[2], team | {"mg_partages": True})
    ('a_verifier', '1\xa0médecin généraliste au plus')
    """
    if not regle.exige:
        return SANS_MINIMUM, None
    missing: list[str] = []
    sure = False
    unknown: dict[str, None] = {}
    for group, minimum in regle.exige:
        short = minimum - at_least(float(team[group]))
        if short <= 0:
            continue
        if nobody_counts := team[f"{group}_inconnus"]:
            unknown |= dict.fromkeys(nobody_counts)
        else:
            at_most = " au plus" if team[f"{group}_partages"] else ""
            missing.append(f"{accord(short, *NOMS_GROUPES[group])}{at_most}")
            sure = sure or not at_most
    if sure:
        return MANQUE, enumeration(missing)
    if unknown:
        names = enumeration([NOMS_PROFESSIONS[p] for p in unknown])
        return INCONNU, f"nombre inconnu : {names}"
    return (A_VERIFIER, enumeration(missing)) if missing else (PERMISE, None)


def cpts_size(population: float, bornes: Sequence[float]) -> int:
    """Size of a CPTS, from 1: a bound is of the size above, save the last.

    Examples
    --------
    >>> [cpts_size(p, (40e3, 80e3, 175e3)) for p in (39_999, 40_000, 80_000, 175_000, 175_001)]
    [1, 2, 3, 3, 4]
    """
    above = sum(population >= b for b in bornes[:-1])
    return 1 + above + int(population > bornes[-1])


def forms(
    zones: pd.DataFrame, found: pd.DataFrame, regles: Iterable[Regle], bornes: Sequence[float]
) -> pd.DataFrame:
    """Set each zone against each rule.

    Parameters
    ----------
    zones : DataFrame
        `zone`, `niveau`, `code`, `nom`, `population`, `regions` and `departements` (tuples of
        codes).
    found : DataFrame
        What `teams.teams` gave for those zones.
    regles : iterable of Regle
    bornes : sequence of float
        Sizes of a CPTS.

    Returns
    -------
    DataFrame
        Columns of `tables.FORMES_EXERCICE`, zones then rules in the order given.
    """
    rows = []
    chosen, by_zone = tuple(regles), found.to_dict("index")
    for zone in zones.to_dict("records"):
        team = by_zone[zone["zone"]]
        known = {
            f"{g}_nb": None if team[f"{g}_inconnus"] else float(team[g])
            for g in (MG, MEDICAUX, AUXILIAIRES, PROFESSIONNELS)
        }
        for regle in chosen:
            if regle.zones and zone["niveau"] == "commune":
                continue
            told, lacks = verdict(regle, team)
            rows.append(
                {
                    "niveau": zone["niveau"],
                    "code": zone["code"],
                    "nom": zone["nom"],
                    "forme": regle.forme,
                    "regle": regle.regle,
                    "verdict": told,
                    "manque": lacks,
                    "regle_d_ici": regle.holds(zone["regions"], zone["departements"]),
                    "population": zone["population"],
                    **known,
                    "taille_cpts": cpts_size(float(zone["population"]), bornes)
                    if regle.forme == CPTS
                    else None,
                    "exige": regle.composition,
                    "source": regle.source,
                    "fermete": regle.fermete,
                }
            )
    return pd.DataFrame(rows)
