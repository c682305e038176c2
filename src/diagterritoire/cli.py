"""The command line: arguments, progress, exit codes. The only place that prints.

Heavy imports come inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from diagterritoire import __version__
from diagterritoire.cli_failures import explained, report
from diagterritoire.cli_interrupt import INTERRUPTED, Interruption, leave
from diagterritoire.cli_options import (
    Debug,
    Donnees,
    Maps,
    Niveau,
    Offline,
    Ordonnanceur,
    Ouvriers,
    Parametres,
    Processed,
    Profondeur,
    RoutesObligatoires,
    Territoire,
)
from diagterritoire.cli_progress import Progress, waits_told
from diagterritoire.cli_words import FrenchCommand, FrenchGroup, refused
from diagterritoire.errors import DiagterritoireError, UsageError
from diagterritoire.terminal import plain, shown

if TYPE_CHECKING:
    import pandas as pd


app = typer.Typer(
    cls=FrenchGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Diagnostic de territoire en santé : temps d'accès au médecin généraliste, APL, flux de "
    "patients et déficits, en une commande.",
)


@app.command(cls=FrenchCommand)
def diagnostic(
    territoire: Territoire = "demo",
    donnees: Donnees = Path("data/raw"),
    parametres: Parametres = None,
    hors_ligne: Offline = False,
    routes_obligatoires: RoutesObligatoires = False,
    maps: Maps = Path("maps"),
    processed: Processed = Path("data/processed"),
    debug: Debug = False,
) -> None:
    """Lancer tout le diagnostic d'un territoire."""
    _deliver(territoire, donnees, parametres, hors_ligne, routes_obligatoires, maps, processed)


@app.command(cls=FrenchCommand)
def scenario(
    territoire: Territoire,
    fichiers: Annotated[
        list[Path],
        typer.Argument(
            metavar="SCENARIO",
            help="Fichiers de scénario (docs/scenarios.md) ; plusieurs sont comparés ensemble.",
        ),
    ],
    donnees: Donnees = Path("data/raw"),
    parametres: Parametres = None,
    hors_ligne: Offline = False,
    routes_obligatoires: RoutesObligatoires = False,
    maps: Maps = Path("maps"),
    processed: Processed = Path("data/processed"),
    debug: Debug = False,
) -> None:
    """Confronter des scénarios à la situation présente."""
    chosen = tuple(fichiers)
    _deliver(
        territoire, donnees, parametres, hors_ligne, routes_obligatoires, maps, processed, chosen
    )


def _deliver(
    territoire: str,
    donnees: Path,
    parametres: Path | None,
    hors_ligne: bool,
    routes_obligatoires: bool,
    maps: Path,
    processed: Path,
    scenarios: tuple[Path, ...] = (),
) -> None:
    from diagterritoire import cli_delivery
    from diagterritoire.pipeline import Request

    request = Request(
        territoire=territoire,
        donnees=donnees,
        parametres=parametres,
        routes_obligatoires=routes_obligatoires,
        hors_ligne=hors_ligne,
        maps=maps,
        processed=processed,
        scenarios=scenarios,
    )
    cli_delivery.show(Console(soft_wrap=True), request)


@app.command(cls=FrenchCommand)
def lot(
    territoires: Annotated[
        str,
        typer.Argument(
            metavar="TERRITOIRES",
            help="france, reg:code ou tout territoire à découper, ou un fichier de codes (.csv).",
        ),
    ],
    niveau: Niveau = "epci",
    profondeur: Profondeur = "tout",
    ordonnanceur: Ordonnanceur = "",
    ouvriers: Ouvriers = 0,
    donnees: Donnees = Path("data/raw"),
    parametres: Parametres = None,
    hors_ligne: Offline = False,
    maps: Maps = Path("maps"),
    processed: Processed = Path("data/processed"),
    debug: Debug = False,
) -> None:
    """Lancer le diagnostic de nombreux territoires."""
    from diagterritoire import cli_batch
    from diagterritoire.batch.lot import LotRequest

    console = Console(soft_wrap=True)
    ended = cli_batch.show(
        console,
        LotRequest(
            territoires=territoires,
            niveau=niveau,
            donnees=donnees,
            maps=maps,
            processed=processed,
            parametres=parametres,
            hors_ligne=hors_ligne,
            profondeur=profondeur,
            ordonnanceur=ordonnanceur,
            ouvriers=ouvriers,
        ),
        Progress(console),
    )
    if ended:
        raise typer.Exit(ended)


@app.command(cls=FrenchCommand)
def territoires(
    texte: Annotated[
        str, typer.Argument(metavar="TEXTE", help="Un nom ou une partie de nom.")
    ] = "",
    donnees: Donnees = Path("data/raw"),
    debug: Debug = False,
) -> None:
    """Trouver le code d'un territoire par son nom."""
    from diagterritoire.pipeline import find_territories

    found = find_territories(texte, donnees)
    if found.empty:
        typer.echo(f"Aucun territoire ne ressemble à « {shown(texte)} ».")
        return
    _print_table(found.set_axis(["À saisir", "Nom", "Niveau", "Département"], axis="columns"))


@app.command(cls=FrenchCommand)
def sources(
    donnees: Donnees = Path("data/raw"),
    verifier: Annotated[
        bool,
        typer.Option("--verifier", help="Essayer chaque adresse de téléchargement (réseau)."),
    ] = False,
    telecharger: Annotated[
        list[str] | None,
        typer.Option(
            "--telecharger",
            metavar="SOURCE",
            help="Télécharger une source par son nom court, même volumineuse (réseau). Répétable.",
        ),
    ] = None,
    hors_ligne: Offline = False,
    debug: Debug = False,
) -> None:
    """Lister les sources : trouvées ou non, où les obtenir."""
    from diagterritoire import cli_sources

    console = Console(soft_wrap=True)
    if telecharger:
        cli_sources.download(console, donnees, telecharger, hors_ligne=hors_ligne)
    elif verifier:
        cli_sources.check(console, donnees, hors_ligne=hors_ligne)
    else:
        cli_sources.show(console, donnees)


@app.command(cls=FrenchCommand)
def verifier(
    livraison: Annotated[
        str,
        typer.Argument(
            metavar="LIVRAISON",
            help="Code du territoire, nom du dossier livré (dep-2A), ou chemin de ce dossier.",
        ),
    ],
    maps: Maps = Path("maps"),
    processed: Processed = Path("data/processed"),
    debug: Debug = False,
) -> None:
    """Recalculer les empreintes d'une livraison."""
    from diagterritoire import cli_delivery

    typer.echo(shown(cli_delivery.verified(livraison, maps, processed)))


@app.command(cls=FrenchCommand)
def comparer(
    avant: Annotated[
        str,
        typer.Argument(
            metavar="AVANT",
            help="Livraison d'avant : territoire livré, ou dossier de données gardé.",
        ),
    ],
    apres: Annotated[
        str,
        typer.Argument(
            metavar="APRES", help="Livraison d'après, du même territoire, nommée de même."
        ),
    ],
    maps: Maps = Path("maps"),
    processed: Processed = Path("data/processed"),
    debug: Debug = False,
) -> None:
    """Dire ce qui a bougé entre deux livraisons d'un territoire."""
    from diagterritoire import cli_evolution

    cli_evolution.show(Console(soft_wrap=True), avant, apres, maps, processed)


@app.command("enquete-modele", cls=FrenchCommand)
def enquete_modele(
    fichier: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Fichier CSV à créer, jamais remplacé.")
    ],
    maturite: Annotated[
        bool,
        typer.Option(
            "--maturite", help="Le questionnaire de maturité des structures, et non l'enquête."
        ),
    ] = False,
    debug: Debug = False,
) -> None:
    """Écrire le modèle de l'enquête auprès des professionnels."""
    from diagterritoire.sources.survey.template import ENQUETE, MATURITE, write_template

    for path in write_template(fichier, MATURITE if maturite else ENQUETE):
        typer.echo(shown(str(path)))


@app.command(cls=FrenchCommand)
def version() -> None:
    """Afficher la version."""
    typer.echo(__version__)


def _print_table(frame: pd.DataFrame) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in frame.columns:
        table.add_column(str(column), overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(plain(str(value)) for value in row))
    Console().print(table)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code of the contract."""
    # Reading a country makes millions of lasting objects: looking for cycles among them is wasted.
    gc.set_threshold(200_000, 50, 50)
    interruption = Interruption()
    interruption.install()
    try:
        code = run_command(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        code = INTERRUPTED
    # A library may have turned the interruption into an error of its own.
    if code and interruption.asked is not None:
        leave(INTERRUPTED)
    sys.exit(code)


def run_command(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors go to stderr in French."""
    errors = Console(stderr=True, soft_wrap=True)
    debug = "--debug" in arguments
    try:
        with waits_told(errors):
            stopped = app(args=arguments, standalone_mode=False, prog_name="diagterritoire")
    except typer.TyperException as error:
        return report(errors, UsageError(refused(error), "Voyez « diagterritoire --help »."))
    except DiagterritoireError as error:
        return report(errors, error, trace=debug)
    except (KeyboardInterrupt, SystemExit):
        raise
    # The last resort of the command line: whatever a library raised, a panic of a compiled one
    # included, ends in a sentence and a code; `--debug` shows the rest.
    except BaseException as error:  # noqa: BLE001
        return report(errors, explained(error), trace=debug)
    if stopped == INTERRUPTED:
        errors.print("Interrompu ; la livraison précédente est intacte.")
    return int(stopped or 0)
