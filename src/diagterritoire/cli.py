"""The command line: arguments, progress, exit codes. The only place that prints.

Heavy imports come inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from diagterritoire import __version__
from diagterritoire.cli_words import FrenchCommand, FrenchGroup, refused
from diagterritoire.errors import DataError, DiagterritoireError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from diagterritoire.pipeline import Request

INTERRUPTED = 130

app = typer.Typer(
    cls=FrenchGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Diagnostic de territoire en santé : temps d'accès au médecin généraliste, APL, flux de "
    "patients et déficits, en une commande.",
)

Donnees = Annotated[
    Path,
    typer.Option(
        "--donnees", metavar="DOSSIER", help="Dossier des fichiers de données, fouillé en entier."
    ),
]
Maps = Annotated[
    Path, typer.Option("--maps", metavar="DOSSIER", help="Dossier des cartes et rapports.")
]
Processed = Annotated[
    Path, typer.Option("--processed", metavar="DOSSIER", help="Dossier des couches et tableaux.")
]
Offline = Annotated[
    bool,
    typer.Option(
        "--hors-ligne",
        envvar="HORS_LIGNE",
        show_envvar=False,
        help="Ne jamais utiliser le réseau.",
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Montrer la trace d'une erreur.")]


@dataclass
class Progress:
    """Print one line a step, with its figures and its seconds; keep the seconds."""

    console: Console
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Time a step; the function given tells what it found."""
        notes: list[str] = []
        start = time.perf_counter()
        if self.console.is_terminal:
            # A still line: a spinner's thread takes its time from the computing.
            self.console.print(f"[dim]{escape(name)}...[/]", end="\r", highlight=False)
        yield notes.append
        spent = time.perf_counter() - start
        self.seconds[name] = round(spent, 3)
        detail = escape(" ; ".join(notes))
        self.console.print(
            f"[bold]{escape(name):<24}[/] {detail} [dim]({_seconds(spent)})[/]", highlight=False
        )


def _seconds(value: float) -> str:
    return f"{value:.1f} s".replace(".", ",")


Territoire = Annotated[
    str,
    typer.Argument(
        metavar="TERRITOIRE",
        help="demo, département (2A), commune (2A004), EPCI (9 chiffres), bv:code, reg:code, "
        "plusieurs séparés par des virgules, ou un fichier de codes ou un polygone.",
    ),
]
Parametres = Annotated[
    Path | None,
    typer.Option("--parametres", metavar="FICHIER", help="Fichier TOML de paramètres modifiés."),
]
RoutesObligatoires = Annotated[
    bool,
    typer.Option(
        "--routes-obligatoires",
        help="Refuser (code 3) d'estimer un temps à vol d'oiseau, faute de réseau routier.",
    ),
]


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
    from diagterritoire.pipeline import Request

    _deliver(
        Request(
            territoire=territoire,
            donnees=donnees,
            parametres=parametres,
            routes_obligatoires=routes_obligatoires,
            hors_ligne=hors_ligne,
            maps=maps,
            processed=processed,
        )
    )


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
    from diagterritoire.pipeline import Request

    _deliver(
        Request(
            territoire=territoire,
            donnees=donnees,
            parametres=parametres,
            routes_obligatoires=routes_obligatoires,
            hors_ligne=hors_ligne,
            maps=maps,
            processed=processed,
            scenarios=tuple(fichiers),
        )
    )


def _deliver(request: Request) -> None:
    """Run what was asked, and print what a user must know of it."""
    from diagterritoire.pipeline import run

    console = Console(soft_wrap=True)
    delivered = run(request, Progress(console))
    for warning in delivered.avertissements:
        console.print(f"[yellow]Attention :[/] {escape(warning)}", highlight=False)
    console.print(f"[bold]{escape(delivered.titre)}[/]", highlight=False)
    for path in delivered.fichiers:
        console.print(f"  {escape(str(path))}", highlight=False)


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
        typer.echo(f"Aucun territoire ne ressemble à « {texte} ».")
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
    territoire: Annotated[
        str,
        typer.Argument(metavar="TERRITOIRE", help="Code du territoire, ou nom du dossier livré."),
    ],
    maps: Maps = Path("maps"),
    processed: Processed = Path("data/processed"),
    debug: Debug = False,
) -> None:
    """Recalculer les empreintes d'une livraison."""
    from diagterritoire.french import accord
    from diagterritoire.pipeline import verify_delivery

    slug, differences = verify_delivery(territoire, maps, processed)
    if differences:
        raise DataError(
            f"La livraison « {slug} » ne correspond plus à son manifeste "
            f"({accord(len(differences), 'écart')}) : {' ; '.join(differences[:5])}.",
            "Relancez le diagnostic de ce territoire pour livrer à nouveau.",
        )
    typer.echo(f"La livraison « {slug} » correspond à son manifeste.")


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
        typer.echo(str(path))


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
        table.add_row(*(escape(str(value)) for value in row))
    Console().print(table)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code of the contract."""
    # Reading a country makes millions of lasting objects: looking for cycles among them is wasted.
    gc.set_threshold(200_000, 50, 50)
    sys.exit(run_command(sys.argv[1:] if arguments is None else arguments))


def run_command(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors go to stderr in French."""
    errors = Console(stderr=True, soft_wrap=True)
    debug = "--debug" in arguments
    try:
        stopped = app(args=arguments, standalone_mode=False, prog_name="diagterritoire")
    except typer.TyperException as error:
        return _report(errors, UsageError(refused(error), "Voyez « diagterritoire --help »."))
    except DiagterritoireError as error:
        return _report(errors, error, trace=debug)
    except (KeyboardInterrupt, SystemExit):
        raise
    # The last resort of the command line: whatever a library raised, a panic of a compiled one
    # included, ends in a sentence and a code; `--debug` shows the rest.
    except BaseException as error:  # noqa: BLE001
        return _report(errors, _explained(error), trace=debug)
    if stopped == INTERRUPTED:
        errors.print("Interrompu ; la livraison précédente est intacte.")
    return int(stopped or 0)


def _report(errors: Console, error: DiagterritoireError, *, trace: bool = False) -> int:
    """Print an error as a user reads it and return its exit code."""
    if trace:
        errors.print_exception()
    errors.print(f"[red]Erreur :[/] {escape(error.message)}", highlight=False)
    if error.remede:
        errors.print(escape(error.remede), highlight=False)
    errors.print(f"[dim](code {error.exit_code})[/]", highlight=False)
    return error.exit_code


def _explained(error: BaseException) -> DiagterritoireError:
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
    return DiagterritoireError(
        f"Erreur interne : {type(error).__name__} ({error}).",
        "Relancez avec --debug, et signalez-la avec la trace affichée ; la livraison précédente "
        "est intacte.",
    )
