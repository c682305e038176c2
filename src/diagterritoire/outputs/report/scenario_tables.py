"""Tables of the chapter of the scenarios, and how their figures are written."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french
from diagterritoire.french import MANQUANT, MOINS, accord, entier, nombre
from diagterritoire.outputs.report.blocks import Bloc, Paragraphe, Tableau
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records
from diagterritoire.outputs.scenario_views import shortened
from diagterritoire.study.bundles import Compared

# An APL as it is written, an inhabitant of a model: less is no change.
APL_SHOWN, _PATIENT = 0.005, 1.0
_ROWS = 8
_DECIMALS = {"min": 2, "temps plein": 2}


def balance(bilan: pd.DataFrame) -> Tableau:
    """Set the totals of one scenario beside those of the present situation."""
    return Tableau(
        "Le territoire avant et après",
        ("Total", "Avant", "Après", "Différence", "Intervalle de la différence"),
        tuple(
            (
                _label(r),
                write(r.avant, r.unite),
                write(r.apres, r.unite),
                write(r.difference, r.unite, signed=True),
                _interval(r),
            )
            for r in records(bilan)
        ),
        CALCUL,
        note="L'intervalle est celui de la différence quand les nombres choisis varient, les mêmes "
        "avant et après (annexe B) ; « n. d. » quand ils ne sont pas tirés.",
    )


def beside(compared: Compared) -> Tableau:
    """Set the totals of several scenarios side by side."""
    keys = list(compared.noms)
    rows = {
        key: {r.indicateur: r for r in records(table)}
        for key, table in compared.scenario_bilan.groupby("scenario", sort=False)
    }
    first = rows[keys[0]]
    return Tableau(
        "Les scénarios côte à côte",
        ("Total", "Situation présente", *(shortened(compared.noms[k]) for k in keys)),
        tuple(
            (
                _label(row),
                write(row.avant, row.unite),
                *(
                    f"{write(rows[k][name].apres, row.unite)} "
                    f"({write(rows[k][name].difference, row.unite, signed=True)})"
                    for k in keys
                ),
            )
            for name, row in first.items()
        ),
        CALCUL,
        note="Entre parenthèses, la différence avec la situation présente.",
    )


def ranked(d: Dossier, layer: pd.DataFrame) -> list[Bloc]:
    """Rank the communes that gain and lose most consultations."""
    by = ["consultations_difference", "code_commune"]
    gains = layer.loc[layer["apl_difference"] >= APL_SHOWN].sort_values(by, ascending=[False, True])
    losses = layer.loc[layer["apl_difference"] <= -APL_SHOWN].sort_values(by)
    return [
        Tableau(
            title,
            (
                "Commune",
                "Où",
                "APL avant",
                "Différence",
                "Intervalle",
                "APL ancrée sur la publiée",
                "Consultations reçues, différence",
            ),
            tuple(
                (
                    str(r.nom),
                    "territoire" if r.dans_territoire else "pourtour",
                    d.apl(r.apl_avant),
                    write(r.apl_difference, "consultations/an/", signed=True),
                    _apl_interval(r),
                    nombre(r.apl_ancree, 2),
                    write(r.consultations_difference, "consultations/an", signed=True),
                )
                for r in records(table.head(_ROWS))
            ),
            CALCUL,
            note="APL ancrée : la dernière APL publiée, plus la différence calculée."
            + _rest(len(table)),
            textes=1,
        )
        for table, title in (
            (gains, "Communes qui reçoivent le plus de consultations en plus"),
            (losses, "Communes qui en reçoivent le plus en moins"),
        )
        if len(table)
    ]


def received(d: Dossier, layer: pd.DataFrame) -> list[Bloc]:
    """Rank the communes whose GPs win or lose inhabitants of the model."""
    change = layer["patients_recus_difference"]
    order = change.abs().sort_values(ascending=False, kind="stable").index
    moved = layer.loc[order].loc[change.loc[order].abs() >= _PATIENT]
    if moved.empty:
        return []
    lost = moved.loc[moved["patients_recus_difference"] < 0]
    told = (
        f"Les médecins de {communes_of(lost, lost['nom'].notna())} perdent "
        f"{entier(-lost['patients_recus_difference'].sum())} habitants attribués par le modèle."
        if len(lost)
        else "Aucune commune ne perd d'habitants attribués par le modèle."
    )
    return [
        Paragraphe(told),
        Tableau(
            "Communes dont les médecins gagnent ou perdent le plus d'habitants (modèle)",
            ("Commune", "Où", "Avant", "Après", "Différence"),
            tuple(
                (
                    str(r.nom),
                    "territoire" if r.dans_territoire else "pourtour",
                    entier(r.patients_recus_avant),
                    entier(r.patients_recus_apres),
                    write(r.patients_recus_difference, "habitants", signed=True),
                )
                for r in records(moved.head(_ROWS))
            ),
            CALCUL,
            note="Habitants de partout que le modèle attribue aux médecins de la commune."
            + _rest(len(moved)),
            textes=1,
        ),
    ]


def _label(row: object) -> str:
    label, unit = (str(getattr(row, n)) for n in ("libelle", "unite"))
    shown = {"fraction": "", "habitants": "", "communes": "", "temps plein": ""}.get(unit, unit)
    return french.majuscule(label) + (f" ({shown.split('/hab')[0]}/hab.)" if "/hab" in shown
                                      else f" ({shown})" if shown else "")  # fmt: skip


def _interval(row: object) -> str:
    low, high, unit = (getattr(row, n) for n in ("difference_bas", "difference_haut", "unite"))
    if french.manque(low):
        return MANQUANT
    return f"de {write(low, unit, signed=True)} à {write(high, unit, signed=True)}"


def _apl_interval(row: object) -> str:
    low, high = (getattr(row, f"apl_difference_{side}") for side in ("bas", "haut"))
    if french.manque(low):
        return MANQUANT
    unit = "consultations/an/"
    return f"de {write(low, unit, signed=True)} à {write(high, unit, signed=True)}"


def _rest(count: int) -> str:
    more = count - _ROWS
    if more <= 0:
        return ""
    others = french.majuscule(accord(more, "autre commune", "autres communes", feminin=True))
    return f" {others} : feuille scenario du classeur."


def write(value: float | None, unit: str, *, signed: bool = False) -> str:
    """Write a total as its unit is; a difference has its sign."""
    if value is None or french.manque(value):
        return MANQUANT
    text = _plain(abs(value) if signed else value, unit)
    if not signed or not text.strip("0,\u00a0\u202f %"):
        return text
    return f"{'+' if value > 0 else MOINS}{text}"


def _plain(value: float, unit: str) -> str:
    if unit == "fraction":
        return f"{nombre(100 * value, 1)}{french.INSECABLE}%"
    if unit.startswith("consultations/an/"):
        return nombre(value, 2)
    return nombre(value, _DECIMALS.get(unit, 0))


def communes_of(layer: pd.DataFrame, rows: pd.Series) -> str:
    """Write how many communes of the layer some rows are."""
    return accord(int(rows.sum()), "commune", feminin=True) if len(layer) else "aucune commune"
