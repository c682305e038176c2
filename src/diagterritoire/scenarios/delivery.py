"""What the delivery of scenarios is called, and the files it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.core.scenarios.moves import Scenario
from diagterritoire.errors import UsageError
from diagterritoire.scenarios.reading import read_scenario, shortened
from diagterritoire.study.bundles import Diagnosis

SOURCE = "scenario"
# No reduced name holds it: « A et B » alone and « A » with « B » have each their folder.
_TOGETHER = "--"


def read_all(paths: Sequence[Path]) -> tuple[Scenario, ...]:
    """Read scenario files that are compared in one delivery.

    Raises
    ------
    UsageError
        As `read_scenario`; two scenarios whose names are the same once reduced.
    """
    found = tuple(read_scenario(path) for path in paths)
    seen: dict[str, Scenario] = {}
    for scenario in found:
        other = seen.setdefault(scenario.cle, scenario)
        if other is not scenario:
            raise UsageError(
                f"Scénarios « {other.nom} » ({other.fichier}) et « {scenario.nom} » "
                f"({scenario.fichier}) : leurs noms se réduisent tous deux à « {scenario.cle} ».",
                "Donnez-leur des noms différents.",
            )
    return found


def suffix(scenarios: Sequence[Scenario]) -> str:
    """Give what the folder of the delivery has after the territory's name.

    Examples
    --------
    >>> suffix([Scenario("Un site", "un-site", ()), Scenario("Deux sites", "deux-sites", ())])
    'un-site--deux-sites'
    """
    return shortened(_TOGETHER.join(scenario.cle for scenario in scenarios))


def delivered_as(diagnosis: Diagnosis, scenarios: Sequence[Scenario]) -> Diagnosis:
    """Give a compared diagnosis its own folder, and its scenario files among its sources.

    Their hashes make the run id, and are in the manifest.

    Parameters
    ----------
    diagnosis : Diagnosis
        What `comparing.compare` gave.
    scenarios : sequence of Scenario
        Those compared.
    """
    territory = diagnosis.territory
    rows = pd.DataFrame(
        [
            {
                "cle": SOURCE,
                "titre": f"Scénario « {scenario.nom} »",
                "producteur": "utilisateur de diagterritoire",
                "licence": "celle de son auteur",
                "millesime": "sans date",
                # Two files of two folders may have the same name.
                "fichier": f"{scenario.cle} : {scenario.fichier}",
                "sha256": scenario.sha256,
                "enregistrements": len(scenario.moves),
                "usage": "mouvements comparés à la situation présente",
            }
            for scenario in scenarios
        ]
    )
    sources = pd.concat([diagnosis.sources, rows], ignore_index=True)
    return replace(
        diagnosis,
        territory=replace(territory, slug=f"{territory.slug}--{suffix(scenarios)}"),
        sources=schema.conform(sources, tables.SOURCES),
    )
