"""Where the real open data lies: beside the project, or where the environment says."""

from __future__ import annotations

import os
from pathlib import Path

BESIDE = Path(__file__).resolve().parents[1].parent / "shared" / "data"
REAL = Path(os.environ.get("DIAGTERRITOIRE_DONNEES_REELLES") or BESIDE)
ABSENT = (
    "données réelles absentes (../shared/data, ou le dossier que nomme "
    "DIAGTERRITOIRE_DONNEES_REELLES)"
)
