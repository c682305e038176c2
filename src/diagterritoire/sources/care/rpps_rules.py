"""Who counts in the RPPS: rules as data, each with the reason it gives for leaving somebody out.

The first rule that applies to a record decides. Codes are those of the official terminologies
(profession, know-how, mode of practice, sector of activity).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

PROFESSIONS = {
    "10": "medecin_generaliste",
    "21": "pharmacien",
    "40": "chirurgien_dentiste",
    "50": "sage_femme",
    "60": "infirmier",
    "70": "masseur_kinesitherapeute",
    "91": "orthophoniste",
    "92": "orthoptiste",
}
MEDECIN = "10"
# General practice: three know-hows of the terminology, or none at all.
SAVOIR_FAIRE_MG = frozenset({"SM26", "SM53", "SM54", ""})
GARDE = ""
OFFICINE = "officine"


@dataclass(frozen=True)
class Regle:
    """One rule; an empty set accepts any value.

    Attributes
    ----------
    motif : str
        Why the record is left out; `GARDE` when it counts.
    professions, categories, modes, secteurs, savoir_faire : frozenset of str
        Codes it applies to.
    sauf_savoir_faire : frozenset of str
        Codes it does not apply to.
    secteur_libelle : str
        Word that the label of the sector holds.
    """

    motif: str
    professions: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()
    secteurs: frozenset[str] = frozenset()
    sauf_savoir_faire: frozenset[str] = frozenset()
    secteur_libelle: str = ""


REGLES: tuple[Regle, ...] = (
    Regle("étudiant ou interne", categories=frozenset({"E"})),
    Regle("service de santé des armées", categories=frozenset({"M"})),
    Regle(
        "médecin d'une autre spécialité que la médecine générale",
        professions=frozenset({MEDECIN}),
        sauf_savoir_faire=SAVOIR_FAIRE_MG,
    ),
    Regle("téléconsultation (SA64)", secteurs=frozenset({"SA64"})),
    Regle("permanence des soins (SA50)", secteurs=frozenset({"SA50"})),
    Regle("secteur hospitalier", secteurs=frozenset({"SA01", "SA02", "SA03", "SA04"})),
    Regle(GARDE, professions=frozenset({"21"}), secteur_libelle=OFFICINE),
    Regle("pharmacien hors officine", professions=frozenset({"21"})),
    Regle(GARDE, modes=frozenset({"L"}), secteurs=frozenset({"SA07", "SA08", "SA09"})),
    Regle(GARDE, modes=frozenset({"S"}), secteurs=frozenset({"SA05"})),
    Regle("secteur d'activité non renseigné", secteurs=frozenset({""})),
    Regle("libéral hors d'un cabinet", modes=frozenset({"L"})),
    Regle("salarié hors d'un centre de santé", modes=frozenset({"S"})),
    Regle("mode d'exercice autre ou non renseigné"),
)


def decide(frame: pd.DataFrame) -> pd.Series[str]:
    """Why each record is left out; `GARDE` for those that count.

    Parameters
    ----------
    frame : DataFrame
        `profession`, `categorie`, `savoir_faire`, `mode`, `secteur` (codes) and `secteur_libelle`
        (normalised), all text, empty where there is none.

    Examples
    --------
    >>> row = {"profession": "10", "categorie": "C", "savoir_faire": "SM54", "mode": "L"}
    >>> row |= {"secteur": "SA64", "secteur_libelle": ""}
    >>> decide(pd.DataFrame([row])).tolist()
    ['téléconsultation (SA64)']
    """
    columns = ["profession", "categorie", "savoir_faire", "mode", "secteur", "secteur_libelle"]
    kinds = list(frame[columns].itertuples(index=False, name=None))
    told = {kind: _first(*kind) for kind in set(kinds)}
    return pd.Series([told[kind] for kind in kinds], index=frame.index, dtype="str")


def _first(
    profession: str, categorie: str, savoir_faire: str, mode: str, secteur: str, libelle: str
) -> str:
    for rule in REGLES:
        if (
            (not rule.professions or profession in rule.professions)
            and (not rule.categories or categorie in rule.categories)
            and (not rule.modes or mode in rule.modes)
            and (not rule.secteurs or secteur in rule.secteurs)
            and (not rule.sauf_savoir_faire or savoir_faire not in rule.sauf_savoir_faire)
            and rule.secteur_libelle in libelle
        ):
            return rule.motif
    return REGLES[-1].motif
