"""Where new sites would be best placed in a territory: tables from exact searches."""

from __future__ import annotations

from diagterritoire.siting.laid_out import Siting, implantations
from diagterritoire.siting.search import Area

__all__ = ["Area", "Siting", "implantations"]
