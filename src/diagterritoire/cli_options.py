"""Arguments and options: those that several commands share, each said once, those of `lot`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
Niveau = Annotated[str, typer.Option("--niveau", metavar="NIVEAU", help="epci, bv ou departement.")]
Profondeur = Annotated[
    str,
    typer.Option(
        "--profondeur", metavar="PROFONDEUR", help="tableaux, cartes (et tableaux) ou tout."
    ),
]
Ordonnanceur = Annotated[
    str,
    typer.Option(
        "--ordonnanceur",
        metavar="ADRESSE",
        help="Ordonnanceur dask existant (tcp://machine:8786) ; sinon cette machine.",
    ),
]
Ouvriers = Annotated[
    int,
    typer.Option(
        "--ouvriers",
        metavar="NOMBRE",
        min=0,
        help="Ouvriers sur cette machine ; 0 : un par cœur.",
    ),
]
