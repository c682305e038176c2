"""What a terminal is sent: texts of files and of users, which it neither obeys nor turns around."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from diagterritoire.cli_failures import report
from diagterritoire.errors import DataError
from diagterritoire.terminal import plain, shown

TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_a_sign_that_turns_or_breaks_a_line_is_shown_as_a_question() -> None:
    for sign in (*TURNS, "\ud800", "\udcff", "\udfff", "\x1b", "\x9b", "\u2028", "\u2029"):
        assert shown(f"a{sign}b") == plain(f"a{sign}b") == "a?b", ascii(sign)


def test_what_people_write_is_left() -> None:
    # A name of a right-to-left script, the joiner of a family of emojis, a tab, two lines.
    for text in (
        "L'Haÿ-les-Roses",
        "שלום",
        "مرحبا",
        "👩\u200d👩\u200d👧",
        "a\tb\nc",
        "\u00a0\u202f",
    ):
        assert shown(text) == text


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_a_text_holds_it_is_sent_in_its_order(text: str) -> None:
    raw = io.BytesIO()
    # A strict stream: what it cannot write is an error.
    out = io.TextIOWrapper(raw, encoding="utf-8", newline="")
    Console(file=out, soft_wrap=True, color_system=None).print(plain(text), highlight=False)
    out.flush()
    sent = raw.getvalue().decode("utf-8")
    assert not [c for c in sent if unicodedata.category(c) == "Cs"]
    assert not [c for c in sent if unicodedata.bidirectional(c) in TURNING]
    assert len(shown(text)) == len(text)


TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_an_error_with_such_a_text_is_told_in_full() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="utf-8")
    errors = Console(file=out, soft_wrap=True, color_system=None)
    assert report(errors, DataError("« a\udcff\u202eb » [x]", "Vérifiez \u2067ce nom.")) == 3
    out.flush()
    assert "« a??b » [x]\nVérifiez ?ce nom." in raw.getvalue().decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are text there")
def test_an_argument_that_no_encoding_reads_is_told_on_a_strict_output(demo) -> None:  # type: ignore[no-untyped-def]
    command = [sys.executable, "-m", "diagterritoire", "territoires"]
    given_bytes = [*map(os.fsencode, command), b"zz\xff\xe2\x80\xaezz", b"--donnees"]
    ran = subprocess.run(
        [*given_bytes, os.fsencode(demo.folder)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "« zz??zz »".encode() in ran.stdout
