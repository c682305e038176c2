"""What is compared is called and written: indicators, totals, signed differences."""

from __future__ import annotations

from typing import NamedTuple

from diagterritoire.french import MANQUANT, MOINS, manque, nombre


class Mesure(NamedTuple):
    """An indicator or a total: its name for readers, its unit, its decimals."""

    titre: str
    unite: str
    decimales: int

    @property
    def pas(self) -> float:
        """Smallest difference that is one, as it is written."""
        return 0.5 * 10.0**-self.decimales

    @property
    def libelle(self) -> str:
        """Name and unit."""
        return f"{self.titre} ({self.unite})" if self.unite else self.titre


_APL = "consultations/an/hab."
_CONSULTATIONS = "consultations/an"
# By column of table `communes`.
INDICATEURS = {
    "temps_mg_min": Mesure("Temps au médecin le plus proche", "min", 1),
    "apl": Mesure("APL calculée", _APL, 2),
    "apl_publiee": Mesure("APL publiée", _APL, 2),
    "deficit_consultations": Mesure("Déficit", _CONSULTATIONS, 0),
    "mg_nb": Mesure("Médecins généralistes", "", 1),
    "population": Mesure("Population", "habitants", 0),
}
# By total of `core.evolution.totals`.
TOTAUX = {
    "communes": Mesure("Communes", "", 0),
    "population": Mesure("Population", "habitants", 0),
    "mg_nb": Mesure("Médecins généralistes", "", 1),
    "mg_etp": Mesure("Offre en temps plein", "ETP", 1),
    "temps_mg_min": Mesure("Temps moyen au médecin le plus proche", "min", 2),
    "non_atteignables": Mesure("Communes non atteignables", "", 0),
    "apl": Mesure("APL calculée moyenne", "", 2),
    "apl_publiee": Mesure("APL publiée moyenne", "", 2),
    "communes_deficit": Mesure("Communes en déficit", "", 0),
    "population_deficit": Mesure("Population en déficit", "habitants", 0),
    "deficit_consultations": Mesure("Déficit additionné", _CONSULTATIONS, 0),
    "deficit_etp": Mesure("Déficit additionné", "ETP", 1),
    "population_zip": Mesure("Population en ZIP", "habitants", 0),
    "population_zac": Mesure("Population en ZAC", "habitants", 0),
}


def written(value: float | None, mesure: Mesure) -> str:
    """Write a value with the decimals of its indicator.

    Examples
    --------
    >>> written(2.345, INDICATEURS["apl"]), written(None, INDICATEURS["apl"]).replace("\u00a0", " ")
    ('2,35', 'n. d.')
    """
    return MANQUANT if value is None or manque(value) else nombre(value, mesure.decimales)


def difference(value: float | None, mesure: Mesure) -> str:
    """Write a difference with its sign; one too small to be written is « = ».

    Examples
    --------
    >>> [difference(v, INDICATEURS["apl"]) for v in (0.25, -0.25, 0.001)]
    ['+0,25', '−0,25', '=']
    """
    if value is None or manque(value):
        return MANQUANT
    if abs(value) < mesure.pas * (1 - 1e-9):
        return "="
    # A half is written as the step it reaches.
    shown = max(abs(value), 10.0**-mesure.decimales)
    return f"{'+' if value > 0 else MOINS}{nombre(shown, mesure.decimales)}"
