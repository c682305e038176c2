"""Pandoc, run as a program of its own: a document in its JSON form, a file for Word out.

The program comes with the wheel pypandoc_binary; no module of that wheel is imported. It sees a
folder of its own, no setting of the user, no network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from diagterritoire.errors import DataError, DiskError
from diagterritoire.store import disk_errors

__all__ = ["convert", "find_pandoc"]

_WHEEL, _PROGRAMS = "pypandoc_binary", ("pandoc", "pandoc.exe")
_REFERENCE = "reference.docx"
_SECONDS = 300
# What Windows needs to start any program.
_KEPT = ("SYSTEMROOT", "SystemRoot", "TEMP", "TMP")


def find_pandoc() -> Path:
    """Find a pandoc that runs: the one of the wheel, else the one of the machine.

    The wheel for Macs with an Apple processor holds a program for Intel ones, which needs Rosetta.

    Raises
    ------
    DiskError
        None runs.
    """
    reasons = []
    for program in _candidates():
        try:
            subprocess.run(  # noqa: S603 - the program itself, no shell
                [str(program), "--version"],
                stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60,
                env=_environment(),
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            reasons.append(str(error))
        else:
            return program
    raise DiskError(
        "Le rapport Word ne peut pas être écrit : le programme pandoc "
        + (f"ne démarre pas ({reasons[0]})." if reasons else "manque."),
        "Refaites l'installation (« make nettoyer », puis « make diagnostic ») ou installez "
        "pandoc. Sur un Mac à processeur Apple, celui de l'installation demande Rosetta "
        "(« softwareupdate --install-rosetta »).",
    )


def _candidates() -> Iterator[Path]:
    try:
        files = metadata.files(_WHEEL) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name in _PROGRAMS:
            yield Path(str(file.locate())).resolve()
    if (found := shutil.which("pandoc")) is not None:
        yield Path(found)


def convert(
    document: Mapping[str, Any],
    pictures: Mapping[str, bytes],
    reference: bytes,
    model: str = "",
    folder: Path | None = None,
) -> bytes:
    """Write a document for Word.

    Parameters
    ----------
    document : mapping
        The document in pandoc's JSON form; its pictures are named without folder.
    pictures : mapping
        Bytes of each picture, by name.
    reference : bytes
        Reference document: styles, sheet, running head and foot.
    model : str
        Name of the file of the user that is the reference, blamed when pandoc refuses it.
    folder : Path, optional
        Where pandoc's own folder is made for a while: what a kill leaves is swept with it. That of
        the system by default.

    Returns
    -------
    bytes
        A .docx, whose dates are those of now.

    Raises
    ------
    DataError
        Pandoc refuses the user's model.
    DiskError
        Pandoc is missing or fails; the temporary folder cannot be written.
    """
    program = find_pandoc()
    root = Path(tempfile.gettempdir()) if folder is None else folder
    with disk_errors(root), tempfile.TemporaryDirectory(prefix=".word-", dir=root) as name:
        place = Path(name)
        for file, content in {**pictures, _REFERENCE: reference}.items():
            (place / file).write_bytes(content)
        try:
            done = subprocess.run(  # noqa: S603 - the program itself, no shell
                [str(program), "--from=json", "--to=docx", "--output=-", "--fail-if-warnings",
                 f"--reference-doc={_REFERENCE}", "--data-dir=."],
                input=json.dumps(document, ensure_ascii=True).encode("ascii"),
                capture_output=True, check=False, timeout=_SECONDS, cwd=place, env=_environment(),
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise _failed(f"rien après {_SECONDS} s", model) from error
    if done.returncode or not done.stdout.startswith(b"PK"):
        raise _failed(done.stderr.decode("utf-8", "replace").strip()[:500], model)
    return done.stdout


def _environment() -> dict[str, str]:
    """Nothing of the user's settings: no option, no folder, one encoding."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "SOURCE_DATE_EPOCH": "0", **kept}


def _failed(reason: str, model: str) -> DataError | DiskError:
    if model:
        return DataError(
            f"Le rapport Word n'a pas pu être écrit avec le modèle « {model} » : {reason}.",
            "Ouvrez ce modèle dans Word et enregistrez-le de nouveau en .docx, ou retirez "
            "rapport.modele_docx des paramètres.",
        )
    return DiskError(
        f"Le rapport Word n'a pas pu être écrit : {reason}.",
        "Vérifiez la place libre, puis relancez ; le rapport HTML dit la même chose.",
    )
