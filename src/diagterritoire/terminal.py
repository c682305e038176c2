"""Texts of files and of users, as a terminal can show them."""

from __future__ import annotations

from rich.markup import escape

# Whatever a terminal obeys, and what turns the rest of a line around; the line break is left, which
# tables and lists need.
_TURNS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = {code: "?" for code in (*range(32), *range(127, 160), *_TURNS) if code not in (9, 10)}


def plain(text: str) -> str:
    r"""Give a text that changes neither the colours nor the commands of a terminal.

    Examples
    --------
    >>> plain("a\x1b]0;titre\x07 [b]")
    'a?]0;titre? \\[b]'
    """
    return escape(text.translate(_CONTROLS))
