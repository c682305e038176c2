"""What the command `sources` prints: the state of each source, its address tried, its download."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from diagterritoire.cli_progress import Progress
from diagterritoire.errors import NetworkError, UsageError
from diagterritoire.french import accord, entier
from diagterritoire.pipeline import check_sources, download_sources
from diagterritoire.sources.folder import inventory
from diagterritoire.sources.formats.geopackage import only_geopackage
from diagterritoire.terminal import plain

_STYLES = {
    inventory.UTILISEE: "green",
    inventory.AU_CHOIX: "green",
    inventory.MANQUANTE: "red",
    inventory.ABSENTE: "dim",
}


def show(console: Console, donnees: Path) -> None:
    """List every known source, then the files set aside.

    Raises
    ------
    DataError
        At the end, when a file of the folder is damaged.
    """
    only_geopackage()
    library = inventory.contents(donnees)
    there = "" if donnees.is_dir() else ", qui n'existe pas encore"
    _say(console, f"Dossier « {donnees} »{there}")
    for entry in inventory.entries(library):
        source, style = entry.source, _STYLES.get(entry.etat, "default")
        console.print(
            f"[{style}]{entry.etat:<10}[/] [bold]{plain(source.titre)}[/] : "
            f"{plain(entry.fichiers)}",
            highlight=False,
        )
        facts = f"{source.producteur} ; {source.millesime} ; {source.licence} ; {source.page}"
        console.print(f"{'':<11}[dim]{plain(facts)}[/]", highlight=False)
    aside = inventory.set_aside(library)
    if aside:
        _say(console, "Autres fichiers du dossier")
    for why, text in aside:
        _say(console, f"{why:<13} {text}")
    inventory.check_readable(library)


def check(console: Console, donnees: Path, *, hors_ligne: bool) -> None:
    """Try each address and say what it gives.

    Raises
    ------
    NetworkError
        At the end, when an address does not give its file.
    """
    _online("--verifier", hors_ligne)
    changes = {True: "changé depuis votre copie", False: "identique à votre copie", None: ""}
    failed = []
    for state in check_sources(donnees):
        label = {True: "[green]bon[/]", False: "[red]échec[/]", None: "sans adresse"}[state.bon]
        size = "" if state.octets is None else f"{entier(state.octets)} octets"
        date = f"du {state.date}" if state.date else ""
        code = "" if state.code is None else str(state.code)
        facts = (code, state.type_contenu, size, date, changes[state.change], state.motif)
        console.print(f"[bold]{plain(state.source.titre)}[/] : {label}", highlight=False)
        _say(console, f"  {', '.join(f for f in facts if f)}")
        _say(console, f"  {state.source.url or state.source.page}")
        if state.bon is False:
            failed.append(state.source.cle)
    if failed:
        raise NetworkError(
            accord(
                len(failed),
                "adresse ne donne pas son fichier",
                "adresses ne donnent pas leur fichier",
            )
            + f" : {', '.join(failed)}.",
            "Vérifiez la connexion et le mandataire (variables HTTPS_PROXY et NO_PROXY) ; si le "
            "reste d'internet répond, l'adresse a changé : téléchargez depuis la page de la "
            "source, et signalez-le.",
        )


def download(console: Console, donnees: Path, keys: Sequence[str], *, hors_ligne: bool) -> None:
    """Download the sources that the user names, and say where they are."""
    _online("--telecharger", hors_ligne)
    for path in download_sources(donnees, keys, Progress(console)):
        _say(console, str(path))


def _online(option: str, hors_ligne: bool) -> None:
    if hors_ligne:
        raise UsageError(
            f"{option} demande le réseau, et --hors-ligne (ou HORS_LIGNE) l'interdit.",
            "Retirez l'un des deux.",
        )


def _say(console: Console, text: str) -> None:
    console.print(plain(text), highlight=False)
