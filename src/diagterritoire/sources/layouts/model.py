"""What a layout is: the columns that make a table what it is.

A layout is recognised by the labels of its header, compared without case, accents or punctuation,
because labels drift between editions; never by the name or the extension of the file.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["tableau", "gpkg", "json", "graphml", "osm", "finess", "geotiff", "parquet"]


@dataclass(frozen=True)
class Champ:
    """One column of a layout.

    Attributes
    ----------
    nom : str
        Canonical name, used by the readers.
    libelle : str
        Official label, shown when the column is missing.
    autres : tuple of str
        Regular expressions of other accepted labels, matched in full on the normalised label.
    requis : bool
        Whether the reader needs it.
    """

    nom: str
    libelle: str
    autres: tuple[str, ...] = ()
    requis: bool = True

    @property
    def patterns(self) -> tuple[str, ...]:
        """Patterns of the accepted labels, the official one first."""
        return (re.escape(normalise(self.libelle)), *self.autres)


@dataclass(frozen=True)
class Layout:
    """One known table.

    Attributes
    ----------
    cle, titre : str
        Key, and name shown to the user.
    source : str
        Key of the source it belongs to.
    kind : str
        `tableau` (delimited text or workbook sheet), or the kind of another file.
    champs : tuple of Champ
        Its columns.
    titres : tuple of str
        Texts that the rows above the header must hold, normalised.
    propres : tuple of str
        Canonical names of the columns that only this layout has: a table with none of them is
        another table of the same producer, not a damaged one of this layout.
    noyau : tuple of str
        Canonical names of columns that are common apart, but make this layout together: a table
        without one of them is another table.
    exclus : tuple of str
        Normalised labels whose presence means another table.
    fin_libre : bool
        The producer writes no line break after the last line: a cut does not show there.
    """

    cle: str
    titre: str
    source: str
    kind: Kind
    champs: tuple[Champ, ...] = ()
    titres: tuple[str, ...] = ()
    propres: tuple[str, ...] = ()
    noyau: tuple[str, ...] = ()
    exclus: tuple[str, ...] = ()
    fin_libre: bool = False

    @property
    def par_nom(self) -> bool:
        """True when the content does not say what it measures: the name of the file must."""
        return self.kind in ("geotiff", "parquet")


@functools.lru_cache(maxsize=8192)
def normalise(label: str) -> str:
    r"""Lower case, without accents; anything but letters and digits becomes one space.

    Examples
    --------
    >>> normalise(" Code commune\u00a0INSEE "), normalise("SIREN_EPCI"), normalise("C@rtoSanté")
    ('code commune insee', 'siren epci', 'c rtosante')
    """
    letters = unicodedata.normalize("NFD", label.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()
