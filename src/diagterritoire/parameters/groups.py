"""All the groups of a run, and how each number is described."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from diagterritoire.parameters.calibration import CalageParameters
from diagterritoire.parameters.care import (
    AplParameters,
    AvenirParameters,
    BassinsParameters,
    DeficitParameters,
    DemandeParameters,
    FluxParameters,
    OffreParameters,
)
from diagterritoire.parameters.firmness import FermeteParameters
from diagterritoire.parameters.places import PointsParameters, PopulationParameters
from diagterritoire.parameters.practices import (
    EnqueteParameters,
    ExerciceParameters,
    OpportuniteParameters,
)
from diagterritoire.parameters.presentation import FICHIER, RapportParameters, file_name
from diagterritoire.parameters.roads import ReseauParameters, TerritoireParameters
from diagterritoire.parameters.siting import ImplantationParameters


@dataclass(frozen=True)
class Parameters:
    """All parameters of a run.

    Examples
    --------
    >>> Parameters().deficit.seuil_apl
    2.5
    """

    reseau: ReseauParameters = field(default_factory=ReseauParameters)
    territoire: TerritoireParameters = field(default_factory=TerritoireParameters)
    points: PointsParameters = field(default_factory=PointsParameters)
    population: PopulationParameters = field(default_factory=PopulationParameters)
    demande: DemandeParameters = field(default_factory=DemandeParameters)
    offre: OffreParameters = field(default_factory=OffreParameters)
    apl: AplParameters = field(default_factory=AplParameters)
    deficit: DeficitParameters = field(default_factory=DeficitParameters)
    avenir: AvenirParameters = field(default_factory=AvenirParameters)
    flux: FluxParameters = field(default_factory=FluxParameters)
    bassins: BassinsParameters = field(default_factory=BassinsParameters)
    calage: CalageParameters = field(default_factory=CalageParameters)
    fermete: FermeteParameters = field(default_factory=FermeteParameters)
    implantation: ImplantationParameters = field(default_factory=ImplantationParameters)
    exercice: ExerciceParameters = field(default_factory=ExerciceParameters)
    enquete: EnqueteParameters = field(default_factory=EnqueteParameters)
    opportunite: OpportuniteParameters = field(default_factory=OpportuniteParameters)
    rapport: RapportParameters = field(default_factory=RapportParameters)


_PRESENTATION = {"rapport"}


@dataclass(frozen=True)
class Description:
    """One parameter: `valeur` is exact, whoever shows it may round it."""

    cle: str
    valeur: str
    unite: str
    signification: str
    source: str
    modifie: bool


def describe(parameters: Parameters, *, presentation: bool = False) -> Iterator[Description]:
    """Yield each parameter with unit, meaning, source, and whether it differs from the default.

    Parameters
    ----------
    parameters : Parameters
    presentation : bool
        Those too on which no figure depends (name and files of the firm).

    Examples
    --------
    >>> next(d for d in describe(Parameters()) if d.cle == "deficit.seuil_apl").valeur
    '2.5'
    """
    default = Parameters()
    for group in fields(parameters):
        if group.name in _PRESENTATION and not presentation:
            continue
        values, defaults = getattr(parameters, group.name), getattr(default, group.name)
        for item in fields(values):
            value, reference = getattr(values, item.name), getattr(defaults, item.name)
            rows = (
                [(f".{k}", v, reference.get(k)) for k, v in value.items()]
                if isinstance(value, Mapping)
                else [("", value, reference)]
            )
            for suffix, one, one_default in rows:
                yield Description(
                    cle=f"{group.name}.{item.name}{suffix}",
                    valeur=_text(one, item.metadata["unit"]),
                    unite=item.metadata["unit"],
                    signification=item.metadata["meaning"],
                    source=item.metadata["source"],
                    modifie=one != one_default,
                )


def _text(value: Any, unit: str) -> str:
    """Write a value exactly: two different ones never read the same; a file by its name."""
    if isinstance(value, str):
        return (file_name(value) if unit == FICHIER else value) or "aucun"
    if isinstance(value, bool):
        return "oui" if value else "non"
    values = value if isinstance(value, tuple) else (value,)
    return " ; ".join(v if isinstance(v, str) else repr(v).removesuffix(".0") for v in values)
