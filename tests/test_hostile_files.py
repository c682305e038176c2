"""Files written to harm: refused in French, within limits of memory and of time."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from diagterritoire.outputs.documents.docx import word_document
from diagterritoire.outputs.documents.package import unpack
from diagterritoire.outputs.documents.reading import read_page
from diagterritoire.outputs.presentation import open_presentation
from diagterritoire.parameters import RapportParameters
from hostile_files import FILES, Outcome, outcomes
from hostile_firm import far_template, model

linux = pytest.mark.skipif(sys.platform != "linux", reason="limites de mémoire : Linux seulement")
MOST_MIB, MOST_SECONDS = 800, 15


def fault(name: str, found: Outcome | str) -> str:
    """What is wrong with what happened to a file; empty when nothing is."""
    if isinstance(found, str):
        return f"{name} : {found}"
    wanted = FILES[name][1].mots
    if found.refus.startswith("Erreur interne"):
        return f"{name} : {found.refus}"
    if wanted and not re.search(wanted, found.refus):
        return f"{name} : {found.refus or f'{found.lignes} lignes lues'}"
    if not wanted and found.refus:
        return f"{name} : refusé, {found.refus}"
    if found.mebioctets > MOST_MIB or found.secondes > MOST_SECONDS:
        return f"{name} : {found.mebioctets} Mio, {found.secondes} s"
    return ""


@linux
def test_the_worst_files_are_refused_within_limits(tmp_path: Path) -> None:
    chosen = [name for name, (_, hostile) in FILES.items() if hostile.court]
    assert len(chosen) >= 25
    found = dict(outcomes(tmp_path, chosen))
    assert list(found) == chosen
    assert [text for name, one in found.items() if (text := fault(name, one))] == []
    assert not list(tmp_path.rglob("pwned"))


def test_the_template_of_a_model_is_never_delivered(tmp_path: Path) -> None:
    path = tmp_path / "modele.docx"
    model(far_template)(path)
    assert b"127.0.0.1" in b"".join(unpack(path.read_bytes()).values())
    presentation = open_presentation(RapportParameters(modele_docx=str(path)))
    assert presentation.modele is not None
    page = read_page("<html lang='fr'><body><main><p>un</p></main></body></html>")
    parts = unpack(word_document(page, "Agence", presentation.modele))
    assert b"127.0.0.1" not in b"".join(parts.values())
