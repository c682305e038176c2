"""An error as the command line tells it: a sentence, what to do, and the code of the contract."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from diagterritoire.errors import DiagterritoireError, UsageError
from diagterritoire.terminal import plain


def report(errors: Console, error: DiagterritoireError, *, trace: bool = False) -> int:
    """Print an error as a user reads it and return its exit code."""
    if trace:
        errors.print_exception()
    errors.print(f"[red]Erreur :[/] {plain(error.message)}", highlight=False)
    if error.remede:
        errors.print(plain(error.remede), highlight=False)
    errors.print(f"[dim](code {error.exit_code})[/]", highlight=False)
    return error.exit_code


def explained(error: BaseException) -> DiagterritoireError:
    """Say in French what no step expected."""
    if isinstance(error, OSError):
        from diagterritoire.store import disk_error

        return disk_error(error, Path())
    if isinstance(error, MemoryError):
        return DiagterritoireError(
            "La mémoire de la machine ne suffit pas.",
            "Fermez d'autres logiciels, choisissez un territoire plus petit ou retirez du dossier "
            "de données les fichiers inutiles ; la livraison précédente est intacte.",
        )
    if isinstance(error, UnicodeEncodeError) and error.reason.startswith("surrogates"):
        # Bytes of a path that the language of the system does not know.
        return UsageError(
            "Un chemin porte des signes que la langue de ce système ne sait pas lire "
            f"(« {sys.getfilesystemencoding()} »).",
            "Relancez avec PYTHONUTF8=1 devant la commande, ou depuis un dossier dont le nom n'a "
            "ni accent ni signe.",
        )
    return DiagterritoireError(
        f"Erreur interne : {type(error).__name__} ({error}).",
        "Relancez avec --debug, et signalez-la avec la trace affichée ; la livraison précédente "
        "est intacte.",
    )
