"""What a report is made of: frozen blocks that a template turns into semantic HTML.

Every text is plain text; the template escapes it. Figures and tables are numbered when the report
is assembled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar


@dataclass(frozen=True)
class Paragraphe:
    """A paragraph."""

    texte: str
    genre: ClassVar[str] = "paragraphe"


@dataclass(frozen=True)
class SousTitre:
    """A heading of third level."""

    texte: str
    genre: ClassVar[str] = "sous_titre"


@dataclass(frozen=True)
class Liste:
    """A list of sentences, numbered when `ordonnee`."""

    elements: tuple[str, ...]
    ordonnee: bool = False
    genre: ClassVar[str] = "liste"


@dataclass(frozen=True)
class Definition:
    """An indicator explained in one sentence, with its source."""

    terme: str
    texte: str
    source: str
    genre: ClassVar[str] = "definition"


@dataclass(frozen=True)
class Encadre:
    """A boxed remark: `attention` (how not to read a figure) or `attente` (what is missing)."""

    titre: str
    texte: str
    nature: str = "attention"
    genre: ClassVar[str] = "encadre"


@dataclass(frozen=True)
class ChiffresCles:
    """A few key figures: value, label, comparison."""

    chiffres: tuple[tuple[str, str, str], ...]
    genre: ClassVar[str] = "chiffres"


@dataclass(frozen=True)
class Image:
    """A picture inside the page: data URI, size in CSS pixels."""

    uri: str
    largeur: int
    hauteur: int


@dataclass(frozen=True)
class Figure:
    """A picture with its caption, alternative text, reading sentence and source."""

    titre: str
    image: Image
    alt: str
    phrase: str
    source: str
    numero: int = 0
    genre: ClassVar[str] = "figure"


@dataclass(frozen=True)
class Tableau:
    """A table; the first column names the row, the `textes` following ones hold text."""

    titre: str
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    source: str
    note: str = ""
    textes: int = 0
    numero: int = 0
    genre: ClassVar[str] = "tableau"

    @property
    def classes(self) -> str:
        """Style classes: many columns, many words, few enough rows to stay on one page."""
        traits = (
            ("dense", len(self.entetes) > 5),
            ("textes", self.textes >= 5),
            ("exemples", "Exemples" in self.entetes),
            ("court", len(self.lignes) <= 16 and self.textes < 5),
        )
        return " ".join(name for name, present in traits if present)


Bloc = Paragraphe | SousTitre | Liste | Definition | Encadre | ChiffresCles | Figure | Tableau


@dataclass(frozen=True)
class Chapitre:
    """A chapter: number in the study (None for an annex), title, blocks."""

    ident: str
    numero: str
    titre: str
    blocs: tuple[Bloc, ...]


@dataclass(frozen=True)
class Rapport:
    """The whole report, ready for the template."""

    titre: str
    sous_titre: str
    nom: str
    bandeaux: tuple[tuple[str, str], ...]
    reperes: tuple[tuple[str, str], ...]
    chapitres: tuple[Chapitre, ...]


def numbered(chapitres: Sequence[Chapitre], mention: str = "") -> tuple[Chapitre, ...]:
    """Give figures and tables their numbers; `mention` opens each figure's caption."""
    figures = tableaux = 0
    numerotes: list[Chapitre] = []
    for chapitre in chapitres:
        blocs: list[Bloc] = []
        for bloc in chapitre.blocs:
            if isinstance(bloc, Figure):
                figures += 1
                titre = f"{mention} — {bloc.titre}" if mention else bloc.titre
                blocs.append(replace(bloc, numero=figures, titre=titre))
            elif isinstance(bloc, Tableau):
                tableaux += 1
                blocs.append(replace(bloc, numero=tableaux))
            else:
                blocs.append(bloc)
        numerotes.append(replace(chapitre, blocs=tuple(blocs)))
    return tuple(numerotes)
