"""What became of each territory of a batch, line by line: what a next run need not do again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from diagterritoire.store import disk_errors, signature, verify

LIVRE, REFUSE, ECHEC, REPRIS = "livré", "refusé", "échec", "déjà livré"


@dataclass(frozen=True)
class Outcome:
    """What became of a territory.

    Attributes
    ----------
    saisi : str
        Territory, as typed.
    statut : str
        `LIVRE`, `REFUSE` (what was read or asked forbids it), `ECHEC` (to be tried again) or
        `REPRIS` (delivered by a former run from the same inputs, and every byte still there).
    cle : str
        Fingerprint of what the delivery depends on.
    slug, nom, run_id, erreur : str
    sorties : str
        What `store.signature` gave of the delivery.
    secondes, memoire_mio : float
        Of the task; the memory is that of its process when it ended.
    figures : dict
        Main figures of the territory, null when unknown.
    """

    saisi: str
    statut: str
    cle: str
    slug: str = ""
    nom: str = ""
    run_id: str = ""
    erreur: str = ""
    sorties: str = ""
    secondes: float = 0.0
    memoire_mio: float = 0.0
    figures: dict[str, float | None] = field(default_factory=dict)


def note(path: Path, outcome: Outcome) -> None:
    """Add a line to the journal, on disk when this returns."""
    line = json.dumps(asdict(outcome), ensure_ascii=False, sort_keys=True)
    with disk_errors(path), path.open("ab+") as journal:
        # A kill may have cut the last line: what is added must not go on with it.
        end = journal.seek(0, os.SEEK_END)
        journal.seek(max(end - 1, 0))
        cut = journal.read() not in (b"", b"\n")
        journal.write((b"\n" if cut else b"") + line.encode() + b"\n")
        journal.flush()
        os.fsync(journal.fileno())


def read(path: Path) -> dict[str, Outcome]:
    """Last line of each territory; a line cut by an interruption says nothing.

    Examples
    --------
    >>> read(Path("nulle part"))
    {}
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return {}
    found = (_outcome(line) for line in lines)
    return {o.saisi: o for o in found if o is not None}


def _outcome(line: str) -> Outcome | None:
    try:
        row: Any = json.loads(line)
        return Outcome(**row)
    except (ValueError, TypeError):
        return None


def still_whole(outcome: Outcome | None, cle: str, maps: Path, processed: Path) -> bool:
    """Say whether a delivery need not be made again: same inputs, and every byte as delivered.

    What somebody else delivered in the same folder since, from other inputs or at another depth,
    is not it, however whole.
    """
    if outcome is None or outcome.statut != LIVRE or outcome.cle != cle:
        return False
    if not outcome.sorties or signature(processed / outcome.slug) != outcome.sorties:
        return False
    return not verify(maps, processed, outcome.slug)


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Count the territories of each status, in a fixed order.

    Examples
    --------
    >>> counted([Outcome("2A", LIVRE, ""), Outcome("2B", LIVRE, "")])
    {'livré': 2, 'déjà livré': 0, 'refusé': 0, 'échec': 0}
    """
    statuts = [o.statut for o in outcomes]
    return {statut: statuts.count(statut) for statut in (LIVRE, REPRIS, REFUSE, ECHEC)}
