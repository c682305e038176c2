"""A headless Chromium with the network cut: what opens a page, to test it or to time it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--window-size=1360,900",
)


def there() -> bool:
    """Tell whether this machine has a browser to drive."""
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


@contextmanager
def cut_off(selenium: Any, *, journals: bool = False) -> Iterator[Any]:
    """Drive a browser of its own, which resolves no name.

    Parameters
    ----------
    selenium : module
        `selenium.webdriver`, which only the tests ask for.
    journals : bool
        Whether it keeps what its console and its network tell, which slows it.
    """
    options = selenium.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    if journals:
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = selenium.ChromeService(str(shutil.which("chromedriver")))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (*_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = selenium.Chrome(options=options, service=service)
        try:
            yield driver
        finally:
            driver.quit()
