"""What the tests that open a page in a browser share."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest
from bench import navigateur

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not navigateur.there(),
        reason="chromium ou chromedriver absent : la page n'est pas ouverte dans un navigateur",
    ),
]


def cut_off(selenium: Any) -> AbstractContextManager[Any]:
    """Drive a browser of its own, which resolves no name and keeps its journals."""
    return navigateur.cut_off(selenium, journals=True)
