"""The grid of a phase 1: whether a coordinated practice is opportune, and feasible."""

from __future__ import annotations

from diagterritoire.study.opportunity.criterion import FAISABILITE, FRACTION, LECTURES, OPPORTUNITE
from diagterritoire.study.opportunity.grid import grille

__all__ = ["FAISABILITE", "FRACTION", "LECTURES", "OPPORTUNITE", "grille"]
