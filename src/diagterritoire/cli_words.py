"""The argument parser's own words, in French."""

from __future__ import annotations

import re

import typer
from typer.core import TyperCommand, TyperGroup

_HELP_WORDS = {
    "[OPTIONS] COMMAND [ARGS]...": "[OPTIONS] COMMANDE [ARGUMENTS]...",
    "Usage: ": "Usage : ",
    "Options:": "Options :",
    "Arguments:": "Arguments :",
    "Commands:": "Commandes :",
    "[default:": "[par défaut :",
    "[required]": "[obligatoire]",
    # As wide as what it replaces: the columns are already laid out.
    " <str>": "      ",
    " <list[Path]>": "             ",
    "{APRES}": "APRES",
    "{AVANT}": "AVANT",
    "{LIVRAISON}": "LIVRAISON",
    "{TERRITOIRE}": "TERRITOIRE",
    "{SCENARIO}...": "SCENARIO...",
    "Show this message and exit.": "Affiche cette aide.",
}


class FrenchGroup(TyperGroup):
    """Group of commands whose help is in French."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """Return the help with the parser's own words translated."""
        return _french(super().get_help(ctx))


class FrenchCommand(TyperCommand):
    """Command whose help is in French."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """Return the help with the parser's own words translated."""
        return _french(super().get_help(ctx))


def _french(text: str) -> str:
    for word, translated in _HELP_WORDS.items():
        text = text.replace(word, translated)
    return text


def refused(error: typer.TyperException) -> str:
    """Say in French what the argument parser refused."""
    message = error.format_message()
    option = getattr(error, "option_name", "")
    match type(error).__name__:
        case "NoSuchOption":
            return f"option inconnue : {option}."
        case "BadOptionUsage":
            return f"l'option {option} attend une valeur."
        case "MissingParameter":
            return "il manque un argument à la commande."
        case "UsageError" if message.startswith("Missing command"):
            return "il manque une commande."
        case _:
            named = re.search(r"No such command '(.*?)'", message)
            if named:
                return f"commande inconnue : {named[1]}."
            extra = re.search(r"unexpected extra arguments? ?(?:\(s\))? ?\((.*?)\)", message)
            return f"argument en trop : {extra[1]}." if extra else "commande incomprise."
