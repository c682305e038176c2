"""One table of a scenario file: its values, and the sentence that says what is wrong with one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diagterritoire.errors import UsageError
from diagterritoire.french import enumeration

_ETP_MAX = 10_000.0
_TEXT_MAX = 200
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class Entry:
    """A table of a file, and how to name it to who wrote it.

    Examples
    --------
    >>> Entry("[[ouvrir]] n° 1", {"etp": 2}).number("etp")
    2.0
    """

    nom: str
    values: Mapping[str, Any]

    def fault(self, told: str, remede: str = "") -> UsageError:
        """Say what is wrong with this table."""
        return UsageError(f"Scénario, {self.nom} : {told}.", remede)

    def has(self, key: str) -> bool:
        """Tell whether a key is given."""
        return key in self.values

    def only(self, *known: str) -> None:
        """Refuse a key that is not known."""
        unknown = [str(key) for key in self.values if key not in known]
        if unknown:
            raise self.fault(
                f"clé inconnue « {unknown[0][:_TEXT_MAX]} »",
                f"Clés connues : {enumeration(list(known))}.",
            )

    def text(self, key: str) -> str:
        """Give a text of one line, neither empty nor too long: it is shown in tables and titles."""
        value = self._given(key)
        if not isinstance(value, str):
            raise self.fault(
                f"« {key} » attend un texte entre guillemets, pas {_shown(value)}",
                f'Écrivez par exemple {key} = "2A004".',
            )
        if not value.strip():
            raise self.fault(f"« {key} » est vide")
        if len(value) > _TEXT_MAX:
            raise self.fault(f"« {key} » compte {len(value)} signes, {_TEXT_MAX} au plus")
        # Controls, marks that turn the writing around, ends of line: nobody sees them.
        hidden = [c for c in value.strip() if unicodedata.category(c) in _HIDDEN]
        if hidden:
            raise self.fault(
                f"« {key} » contient un signe invisible (U+{ord(hidden[0]):04X})",
                "Écrivez ce texte sur une ligne, sans caractère de contrôle.",
            )
        return value.strip()

    def number(self, key: str, least: float = 0.0, most: float = _ETP_MAX) -> float:
        """Give a number between two bounds, included."""
        value = self._given(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(f"« {key} » attend un nombre, pas {_shown(value)}")
        # A whole number may be too large to be a float: compared, never converted.
        if not least <= value <= most:
            raise self.fault(
                f"« {key} » vaut {_shown(value)}, hors de {least:g} à {most:g}",
                "Pour retirer des médecins, employez [[retirer]] ou [[fermer]]."
                if key == "etp"
                else "",
            )
        return float(value)

    def positive(self, key: str, most: float = _ETP_MAX) -> float:
        """Give a number above 0."""
        value = self.number(key, 0.0, most)
        if value <= 0:
            raise self.fault(f"« {key} » vaut 0", "Donnez un nombre supérieur à 0.")
        return value

    def flag(self, key: str) -> bool:
        """Give yes or no, no when it is not given."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(f"« {key} » attend true ou false, pas {_shown(value)}")
        return value

    def table(self, key: str) -> Entry:
        """Give a table inside this one."""
        value = self._given(key)
        if not isinstance(value, Mapping):
            raise self.fault(
                f"« {key} » attend une table, pas {_shown(value)}",
                f'Écrivez par exemple {key} = {{ code_commune = "2A004" }}.',
            )
        return Entry(f"{self.nom}, {key}", value)

    def tables(self, key: str) -> list[Entry]:
        """Give the tables of an array, none when it is not given."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
            raise self.fault(
                f"« {key} » attend une liste de tables", f"Écrivez [[{key}]], à doubles crochets."
            )
        return [Entry(f"[[{key}]] n° {rank}", v) for rank, v in enumerate(value, start=1)]

    def _given(self, key: str) -> Any:
        if key not in self.values:
            raise self.fault(f"il manque « {key} »")
        return self.values[key]


def _shown(value: object) -> str:
    try:
        return repr(value)[:_TEXT_MAX]
    except ValueError:
        return "un nombre de plusieurs milliers de chiffres"
