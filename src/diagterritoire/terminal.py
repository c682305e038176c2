"""Texts of files and of users, as a terminal can show them."""

from __future__ import annotations

from rich.markup import escape

# What turns the rest of a line around, or breaks it where a terminal would not.
_TURNS = (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
# Halves of signs, which stand for the bytes of a path that no encoding reads, and that none writes.
_HALVES = range(0xD800, 0xE000)
# Whatever a terminal obeys; the line break is left, which tables and lists need.
_OBEYED = (code for code in (*range(32), *range(127, 160)) if code not in (9, 10))
_CONTROLS = dict.fromkeys((*_OBEYED, *_TURNS, *_HALVES), "?")


def shown(text: str) -> str:
    r"""Give a text that a terminal shows in its order, and that it can be sent whatever it holds.

    Examples
    --------
    >>> shown("a\x1b]0;titre\x07 [b] \u202egfc\udcff")
    'a?]0;titre? [b] ?gfc?'
    """
    return text.translate(_CONTROLS)


def plain(text: str) -> str:
    r"""Give a text as `shown` does, for a console that reads its colours between brackets.

    Examples
    --------
    >>> plain("a\x1b]0;titre\x07 [b]")
    'a?]0;titre? \\[b]'
    """
    return escape(shown(text))
