"""How wide the columns of a table are on paper, and how small its letters.

Neither Word nor a printer may scroll a table: the columns share the width of the sheet after what
they hold, the letters shrink when the longest words would not fit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from diagterritoire.outputs.documents.tree import Cell, Row, Table, plain

__all__ = ["Layout", "layout"]

# Ordinary spaces, hyphens and slashes let a line break; French thin spaces do not.
_BREAKS = re.compile(r"[ \n/]|(?<=-)")
# Width of a mean letter, padding of a cell on both sides, longest word kept whole.
_LETTER_EM, _PADDING_PT, _LONGEST = 0.5, 9.0, 24
# Width of a letter, in mean letters: what is broad, what is thin.
_BROAD, _THIN = frozenset("mwMW%œŒ€"), frozenset("iljtfrI'’.,;:!|()[] \u202f\xa0-")
_SIZES_PT = (9.0, 8.0, 7.2, 6.5)
_PAPER_PT = 493.0
# Lines of a quarter of a page; of several, which small letters make fewer.
_SHORT, _LONG, _SMALL_PT = 16, 150, 7.2
# A head on several lines costs less than a row of the body: there is one a page.
_HEAD = 0.4


@dataclass(frozen=True)
class Layout:
    """Shares of the width, one a column, which sum to 1; size of the letters; lines of text.

    `whole` tells that each column holds its longest word: none need be cut by a hyphen.
    """

    shares: tuple[float, ...]
    size_pt: float
    lines: int
    whole: bool = True

    @property
    def breakable(self) -> bool:
        """Whether the table may be cut between two rows: a short one stays on its page."""
        return self.lines > _SHORT


def layout(table: Table, width_pt: float = _PAPER_PT) -> Layout:
    """Share a width among the columns of a table.

    Each column holds its longest word; what is left goes, letter by letter, to the column where it
    saves most lines.

    Parameters
    ----------
    table : Table
        At least one column.
    width_pt : float
        Width of the text on the sheet.

    Examples
    --------
    >>> from diagterritoire.outputs.documents.tree import Cell, Run
    >>> row = tuple(Cell((Run(text),)) for text in ("Une phrase assez longue", "12"))
    >>> wide, narrow = layout(Table((), (row,)), 100.0).shares
    >>> wide > narrow
    True
    """
    cells = _lengths_by_column(table)
    words = [max(word for word, _ in column) for column in cells]
    lines = [[max(word, line) for word, line in column] for column in cells]
    for size in _SIZES_PT:
        laid, fits = _laid(table, words, lines, width_pt, size)
        if fits and (laid.lines <= _LONG or size <= _SMALL_PT):
            break
    return laid


def _laid(
    table: Table, words: list[float], lines: list[list[float]], width_pt: float, size: float
) -> tuple[Layout, bool]:
    """Lay a table out in letters of a size, and tell whether the longest words fit."""
    letters, padding = width_pt / (_LETTER_EM * size), _PADDING_PT / (_LETTER_EM * size)
    room = letters - len(words) * padding
    widths = _spread(words, lines, room)
    total = sum(widths) + len(words) * padding
    shares = tuple((width + padding) / total for width in widths)
    held = [max(1.0, share * letters - padding) for share in shares]
    height = sum(_height(row, held) for row in (*table.head, *table.body))
    fits = sum(words) <= room
    return Layout(shares, size, height, fits and max(words) < _LONGEST), fits


def _lengths_by_column(table: Table) -> list[list[tuple[float, float]]]:
    """Longest word and line of each cell, column by column; a wide cell counts in each for part."""
    columns: list[list[tuple[float, float]]] = [[(1.0, 1.0)] for _ in range(table.columns)]
    for row in (*table.head, *table.body):
        column, weight = 0, _HEAD if row in table.head else 1.0
        for cell in row:
            word, line = _lengths(cell)
            for k in range(column, min(column + cell.columns, len(columns))):
                columns[k].append((word / cell.columns, weight * line / cell.columns))
            column += cell.columns
    return columns


def _lengths(cell: Cell) -> tuple[float, float]:
    # Bold letters are wider.
    wider = 1.15 if cell.header or any(run.bold for run in cell.runs) else 1.0
    text = plain(cell.runs)
    word = max((_letters(part) for part in _BREAKS.split(text)), default=0.0)
    line = max((_letters(part) for part in text.split("\n")), default=0.0)
    return wider * min(word, _LONGEST) + 0.5, wider * line


def _letters(text: str) -> float:
    """Width of a text in mean letters: « commune » is as wide as eight of them."""
    broad, thin = sum(c in _BROAD for c in text), sum(c in _THIN for c in text)
    high = sum(c.isupper() and c not in _BROAD and c not in _THIN for c in text)
    return len(text) + 0.6 * broad + 0.35 * high - 0.35 * thin


def _spread(words: list[float], lines: list[list[float]], room: float) -> list[float]:
    """Give the columns their longest word, then each letter left where it saves most lines."""
    longest = [max(column) for column in lines]
    if sum(longest) <= room:
        return longest
    widths = list(words)
    for _ in range(int(room - sum(words))):
        saved = [
            sum(line for line in column if line > width) / (width * (width + 1))
            for width, column in zip(widths, lines, strict=True)
        ]
        widths[saved.index(max(saved))] += 1
    return widths


def _height(row: Row, held: list[float]) -> int:
    """Lines of a row, by the letters that each column holds on one."""
    column, lines = 0, 1
    for cell in row:
        room = sum(held[column : column + cell.columns])
        lines = max(lines, math.ceil(_lengths(cell)[1] / room))
        column += cell.columns
    return lines
