"""What every test shares: the real data, which may be absent, and the invented territory."""

import functools
import os
import socket
from contextlib import contextmanager
from pathlib import Path

import pytest
from bench.donnees import ABSENT, REAL
from hypothesis import HealthCheck, settings

from diagterritoire.demo import write_demo
from diagterritoire.inputs.country import read_country
from diagterritoire.inputs.preparation import prepare
from diagterritoire.outputs.report import canvas
from diagterritoire.parameters import Parameters
from diagterritoire.progress import Spent
from diagterritoire.study.diagnosis import diagnose

# Two workers share the cores: a slow example says nothing of the code.
settings.register_profile(
    "two_workers", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("two_workers")
# Figures at the resolution of a screen: the tests draw hundreds, and read none of their points.
canvas.DPI = 72


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Fail a browser test that is skipped where the browser is required."""
    report = yield
    required = os.environ.get("EXIGER_NAVIGATEUR") == "1" and item.get_closest_marker("browser")
    if report.skipped and required:
        report.outcome = "failed"
        report.longrepr = f"EXIGER_NAVIGATEUR=1, mais le test est sauté : {report.longrepr}"
    return report


LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _this_machine_only(monkeypatch):
    """Refuse any connection out of this machine: `make test` never needs the network."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])
            if not host.startswith(LOOPBACK):
                raise OSError(f"réseau interdit dans les tests : {host}")
        return connect(self, address)

    def no_names(host, *arguments, **options):
        if host is not None and not str(host).startswith(LOOPBACK):
            raise socket.gaierror(f"réseau interdit dans les tests : {host}")
        return resolve(host, *arguments, **options)

    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", no_names)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real open data, or skip."""
    if not (REAL / "communes_2024_france.gpkg").exists():
        pytest.skip(ABSENT)
    return REAL


@pytest.fixture(scope="session")
def real_country(real_data):
    """The real files, read once."""
    return read_country(real_data, Parameters(), SilentProgress())


class SilentProgress:
    """Progress that tells nobody, and keeps what it was told."""

    def __init__(self):
        self.spent = {}
        self.notes = {}

    @contextmanager
    def step(self, name):
        """Keep the notes of a step."""
        self.spent[name] = Spent(0.0)
        yield self.notes.setdefault(name, []).append

    def advance(self, done, total, what):
        """Tell nobody."""


@pytest.fixture
def progress():
    """A progress that prints nothing."""
    return SilentProgress()


@pytest.fixture
def tell(capsys):
    """Print the figures of a campaign beyond the capture of pytest."""

    def told(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", flush=True)  # noqa: T201

    return told


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Files of the invented territory, and its special communes."""
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def diagnosed(demo, tmp_path_factory):
    """Diagnose a territory of the invented files, read by the real readers."""
    cache = tmp_path_factory.mktemp("cache")

    @functools.cache
    def run(text):
        parameters = Parameters()
        inputs = prepare(text, demo.folder, cache, parameters, SilentProgress())
        return diagnose(inputs, parameters)

    return run
