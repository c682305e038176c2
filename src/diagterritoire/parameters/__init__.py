"""Every number that somebody chose: value, unit, meaning and source, in one place.

A group is a frozen dataclass; each field carries its unit, meaning and source in its metadata,
from which the `parametres` layer, the report's annex and docs/parametres.md are generated.
"""

from __future__ import annotations

from diagterritoire.parameters.care import (
    AplParameters,
    AvenirParameters,
    BassinsParameters,
    DeficitParameters,
    DemandeParameters,
    FluxParameters,
    OffreParameters,
)
from diagterritoire.parameters.groups import Description, Parameters, describe
from diagterritoire.parameters.places import PointsParameters, PopulationParameters
from diagterritoire.parameters.practices import (
    EnqueteParameters,
    ExerciceParameters,
    OpportuniteParameters,
)
from diagterritoire.parameters.presentation import RapportParameters
from diagterritoire.parameters.reading import load, override
from diagterritoire.parameters.roads import ReseauParameters, TerritoireParameters
from diagterritoire.parameters.siting import ImplantationParameters

__all__ = [
    "AplParameters",
    "AvenirParameters",
    "BassinsParameters",
    "DeficitParameters",
    "DemandeParameters",
    "Description",
    "EnqueteParameters",
    "ExerciceParameters",
    "FluxParameters",
    "ImplantationParameters",
    "OffreParameters",
    "OpportuniteParameters",
    "Parameters",
    "PointsParameters",
    "PopulationParameters",
    "RapportParameters",
    "ReseauParameters",
    "TerritoireParameters",
    "describe",
    "load",
    "override",
]
