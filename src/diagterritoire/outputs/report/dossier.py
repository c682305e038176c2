"""What every chapter is written from: the diagnosis, its totals, the ground of its maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from diagterritoire import french
from diagterritoire.outputs import generalistes
from diagterritoire.outputs.definitions import CALCUL, DREES, NOTIONS
from diagterritoire.outputs.report.blocks import Definition
from diagterritoire.outputs.report.canvas import Mentions
from diagterritoire.outputs.report.ground import Ground, ground
from diagterritoire.outputs.report.totals import Totaux, records, totals
from diagterritoire.parameters import Parameters
from diagterritoire.study.bundles import Diagnosis

__all__ = ["CALCUL", "DREES", "Dossier", "open_dossier"]


@dataclass(frozen=True)
class Dossier:
    """A diagnosis and what is computed once from it for all chapters."""

    diagnosis: Diagnosis
    totaux: Totaux
    fond: Ground
    mentions: Mentions

    def source(self, cle: str, defaut: str) -> str:
        """Cite the sources whose catalogue name begins with `cle`, else the default wording.

        `medecins` stands for the source of the GPs, whichever it is.
        """
        table = self.diagnosis.sources
        cle = generalistes.source_of(self.diagnosis) if cle == "medecins" else cle
        return _cite(table.loc[table["cle"].str.startswith(cle)]) or defaut

    @property
    def parameters(self) -> Parameters:
        """Parameters of the run: a text quotes them, never a default."""
        return self.diagnosis.parameters

    @property
    def medecins(self) -> tuple[str, str]:
        """Name of the GPs that are counted, singular and plural."""
        return generalistes.named(self.diagnosis)

    @property
    def seuil(self) -> str:
        """Threshold of APL, as it was chosen."""
        return french.exact(self.parameters.deficit.seuil_apl)

    @property
    def portee(self) -> str:
        """Range of the APL in minutes: last bound of its steps."""
        return french.exact(self.parameters.apl.bornes_min[-1])

    @property
    def proche(self) -> str:
        """First bound of the steps of the APL, in minutes."""
        return french.exact(self.parameters.apl.bornes_min[0])

    def apl(self, valeur: float | None) -> str:
        """Write an APL, never on the other side of the threshold."""
        return french.nombre(valeur, bornes=(self.parameters.deficit.seuil_apl,))

    def definition(self, cle: str, source: str = "") -> Definition:
        """Define an indicator of `definitions.NOTIONS` with the sources that were read."""
        notion = NOTIONS[cle]
        cited = self.source(notion.catalogue, notion.source) if notion.catalogue else notion.source
        return Definition(notion.titre, notion.sens(self.parameters), source or cited)

    def fichiers(self, noms: pd.Series[str]) -> str:
        """Cite the sources of these files, by their names when they are not recorded."""
        table = self.diagnosis.sources
        known = _cite(table.loc[table["fichier"].isin(list(noms))])
        return known or french.enumeration(sorted(set(noms)))

    @property
    def noms(self) -> Mapping[str, str]:
        """Name of each commune that a table cites, by code."""
        return self.diagnosis.noms

    def nom(self, code: object) -> str:
        """Name of a commune that a table cites, its code when it has none."""
        return str(self.noms.get(str(code), code))

    @property
    def autres_zones(self) -> pd.DataFrame:
        """Rows of `comparaisons` to set beside the territory, which is not compared to itself."""
        table = self.diagnosis.comparaisons
        return table.loc[
            (table["niveau"] != "territoire") & (table["nom"] != self.diagnosis.territory.nom)
        ]

    def repere(self, niveau: str, colonne: str) -> float | None:
        """Value of the only zone of a level; None when it is missing or not single."""
        table = self.autres_zones
        values = table.loc[table["niveau"] == niveau, colonne]
        return None if len(values) != 1 or french.manque(values.iloc[0]) else float(values.iloc[0])

    def nom_de(self, niveau: str) -> str:
        """Name of the first zone of a level, empty when there is none."""
        table = self.autres_zones
        return str(next(iter(table.loc[table["niveau"] == niveau, "nom"]), ""))

    def face_a(self, colonne: str, write: Any) -> str:
        """Values of the departement, region and France, in brackets after a leading space.

        A level with several zones is left out; nothing known gives an empty text.
        """
        table = self.autres_zones
        parts = []
        for niveau in ("departement", "region", "france"):
            value = self.repere(niveau, colonne)
            if value is not None:
                nom = table.loc[table["niveau"] == niveau, "nom"].iloc[0]
                parts.append(f"{nom} : {write(value)}")
        return f" ({' ; '.join(parts)})" if parts else ""


def _cite(sources: pd.DataFrame) -> str:
    rows = records(sources.drop_duplicates("titre"))
    return " ; ".join(f"{r.titre}, {r.producteur}, {r.millesime}" for r in rows)


def open_dossier(diagnosis: Diagnosis) -> Dossier:
    """Compute the totals and the ground of the maps."""
    return Dossier(
        diagnosis=diagnosis,
        totaux=totals(diagnosis),
        fond=ground(diagnosis),
        mentions=Mentions(diagnosis.territory.fictif, diagnosis.approximate),
    )
