"""What a map shows of scenarios: the classes of what is after, and of what changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from diagterritoire.outputs.classes import INDICATEURS, Classe, Indicateur
from diagterritoire.outputs.definitions import UNITE_APL, Notion
from diagterritoire.outputs.map_text import Groupe, Ligne
from diagterritoire.study.bundles import Diagnosis

_NAME_MAX = 60
_SAME = Classe("inchangé", "#f7f7f7")
# Brown is a harder access.
_LOSSES = ("#8c510a", "#d8b365", "#ecd9a6")
_GAINS = ("#a8ddd5", "#5ab4ac", "#01665e")
# A time after and none before: no difference can be written, and it is the largest of gains.
_REACHED = Classe("devient atteignable", "#002a5c")

APL_DIFFERENCE = Indicateur(
    cle="scenario_apl_difference",
    colonne="apl_difference",
    decimales=2,
    bornes=(-0.5, -0.1, 0.0, 0.1, 0.5),
    couleurs=(*_LOSSES, *_GAINS),
    aucun=_SAME,
    mots=Notion(
        "APL : différence",
        "APL calculée une fois le scénario fait, moins celle de la situation présente",
        UNITE_APL,
    ),
)
TIME_DIFFERENCE = Indicateur(
    cle="scenario_temps_difference",
    colonne="temps_mg_min_difference",
    decimales=1,
    bornes=(-10.0, -5.0, 0.0, 5.0, 10.0),
    couleurs=(*reversed(_GAINS), *reversed(_LOSSES)),
    aucun=_SAME,
    non_atteignable=True,
    inconnue=_REACHED,
    mots=Notion(
        "Temps : différence",
        "temps au médecin le plus proche une fois le scénario fait, moins celui de la situation "
        "présente",
        "min",
    ),
)
# Indicator of the present situation, column of the layer, title.
_LATER = (
    ("temps", "temps_mg_min_apres", "Temps : avant et après"),
    ("apl", "apl_apres", "APL calculée : avant et après"),
    ("deficit", "deficit_consultations_apres", "Déficit : avant et après"),
)


@dataclass(frozen=True)
class View:
    """One indicator of a scenario on the map: how it is classed, and its values.

    `communes` has the rows of table `communes`, by code; `avant` is the key of the same indicator
    of the present situation, empty for a difference; `scenario` is the rank of the scenario.
    """

    indicateur: Indicateur
    communes: pd.DataFrame
    avant: str
    scenario: int


def later_communes(diagnosis: Diagnosis, cle: str, communes: pd.DataFrame) -> pd.DataFrame:
    """Give communes the columns of a scenario, in their order, as the classes ask for them."""
    if diagnosis.scenarios is None:
        return communes
    layer = diagnosis.scenarios.scenario
    own = pd.DataFrame(layer.loc[layer["scenario"] == cle].drop(columns="geometry"))
    by_code = own.set_index("code_commune").reindex(communes["code_commune"].to_numpy())
    table = by_code.reset_index().set_axis(communes.index)
    return table.assign(
        atteignable=table["temps_mg_min_apres"].notna(), deficit=table["deficit_apres"]
    )


def views(diagnosis: Diagnosis) -> Iterator[View]:
    """List the indicators that the map offers for each scenario, after those of the present."""
    if diagnosis.scenarios is None:
        return
    communes = diagnosis.communes.sort_values("code_commune", ignore_index=True)
    many = len(diagnosis.scenarios.noms) > 1
    for rank, (cle, nom) in enumerate(diagnosis.scenarios.noms.items(), start=1):
        table = later_communes(diagnosis, cle, communes)
        famille = f"Scénario {shortened(nom)}" if many else "Scénario"
        for avant, indicateur in _indicators():
            colonne = f"s{rank}_{indicateur.colonne}"
            notion = indicateur.notion
            yield View(
                replace(indicateur, cle=colonne, colonne=colonne, famille=famille, mots=notion),
                table.assign(**{colonne: table[indicateur.colonne]}),
                avant,
                rank,
            )


def _indicators() -> Iterator[tuple[str, Indicateur]]:
    """List what is mapped, after the key of the same in the present situation."""
    present = {i.cle: i for i in INDICATEURS}
    for cle, colonne, titre in _LATER:
        mots = replace(present[cle].notion, titre=titre)
        yield cle, replace(present[cle], colonne=colonne, mots=mots)
    yield from (("", APL_DIFFERENCE), ("", TIME_DIFFERENCE))


def card(diagnosis: Diagnosis) -> list[Groupe]:
    """Lines of a commune's card, one group a scenario."""
    if diagnosis.scenarios is None:
        return []
    return [
        Groupe(
            f"Scénario : {shortened(nom)}",
            (
                Ligne("Temps au plus proche, après", f"s{rank}_temps_mg_min_apres", "min", 1),
                Ligne("Différence de temps", f"s{rank}_temps_mg_min_difference", "min", 1),
                Ligne("APL calculée, après", f"s{rank}_apl_apres", decimales=2),
                Ligne("Différence d'APL", f"s{rank}_apl_difference", decimales=2),
                Ligne(
                    "Consultations manquantes, après",
                    f"s{rank}_deficit_consultations_apres",
                    "par an",
                ),
            ),
        )
        for rank, nom in enumerate(diagnosis.scenarios.noms.values(), start=1)
    ]


def shortened(nom: str) -> str:
    """Cut a long name, and show that it was.

    Examples
    --------
    >>> shortened("x" * 70)[-3:]
    'xx…'
    """
    return nom if len(nom) <= _NAME_MAX else f"{nom[: _NAME_MAX - 1].rstrip()}…"
