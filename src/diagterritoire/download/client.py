"""Asking a server: redirections followed by hand, retries that are patient but bounded."""

from __future__ import annotations

import email.utils
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, TypeVar
from urllib.parse import urljoin

import requests
import truststore
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from diagterritoire.download.rules import RefusedError, Rules
from diagterritoire.errors import NetworkError
from diagterritoire.progress import Told, untold

T = TypeVar("T")

_REDIRECTED = {301, 302, 303, 307, 308}
_BUSY = {429, 500, 502, 503, 504}
# Identity: the bytes counted are the bytes announced.
_HEADERS = {"User-Agent": "diagterritoire", "Accept": "*/*", "Accept-Encoding": "identity"}


class UnreachableError(NetworkError):
    """No server could be reached: no network, closed proxy, unknown certificate."""


class PassingError(NetworkError):
    """A fault that may be gone at the next try; `attente_s` is what the server asked for."""

    def __init__(self, message: str, attente_s: float | None = None) -> None:
        super().__init__(message)
        self.attente_s = attente_s


@dataclass(frozen=True)
class Timing:
    """Bounds of time and count of a download, in seconds.

    Attributes
    ----------
    connexion_s, silence_s : float
        Longest wait for a connection, then between two pieces of an answer.
    total_s : float
        Longest time of one try, however slowly the pieces come.
    essais : int
        Tries in all.
    attente_s, attente_max_s : float
        First wait between tries, doubled each time, and the longest one, Retry-After included.
    """

    connexion_s: float = 10
    silence_s: float = 30
    total_s: float = 900
    essais: int = 4
    attente_s: float = 1
    attente_max_s: float = 60


class _SystemTrust(HTTPAdapter):
    """Trust the certificates that this machine trusts, those of its organisation included."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().init_poolmanager(*args, **kwargs, ssl_context=context)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        kwargs.setdefault("ssl_context", truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        return super().proxy_manager_for(proxy, **kwargs)


class Session(requests.Session):
    """Session blind to redirections: requests reads the whole body of one to prepare the next."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Nothing: `Client` follows them, each hop checked, no body read."""
        return None


def system_session() -> Session:
    """Session that respects the proxy variables and the certificates of the machine."""
    session = Session()
    session.mount("https://", _SystemTrust(max_retries=0))
    return session


@dataclass(frozen=True)
class Client:
    """What downloads are made with; tests give their own.

    Attributes
    ----------
    session : Session
    rules : Rules
    timing : Timing
    sleep, monotonic, now : callable
        Waiting, seconds that only go forward, and the time of day (for Retry-After dates).
    told : callable
        Told of the megabytes received of each file: what `Progress.advance` takes.
    """

    session: Session = field(default_factory=system_session)
    rules: Rules = field(default_factory=Rules)
    timing: Timing = field(default_factory=Timing)
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    told: Told = untold

    def open(
        self, url: str, hosts: frozenset[str], headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Answer of the server at the end of the redirections, its body still to be read.

        Raises
        ------
        RefusedError
            A hop breaks the rules, redirections loop, or the server refuses.
        PassingError
            The server is busy or silent.
        UnreachableError
            Nothing could be reached.
        """
        seen: list[str] = []
        while True:
            self.rules.check(url, hosts)
            if url in seen or len(seen) > self.rules.sauts_max:
                raise RefusedError(f"redirections sans fin ({len(seen)} suivies)")
            seen.append(url)
            response = self._ask(url, {**_HEADERS, **(headers or {})})
            if response.status_code not in _REDIRECTED:
                break
            response.close()
            url = _next(url, response.headers.get("Location", ""))
        # A part is the answer to nobody who asked for the whole.
        good = {200, 206} if "Range" in (headers or {}) else {200}
        if response.status_code not in good:
            response.close()
            raise self._status(response)
        return response

    def patiently(self, action: Callable[[], T]) -> T:
        """Do something, again after a wait when the fault may pass, a bounded number of times."""
        for number in range(1, self.timing.essais + 1):
            try:
                return action()
            except PassingError as fault:
                if number == self.timing.essais:
                    raise RefusedError(f"{fault.message}, après {number} essais") from fault
                wait = fault.attente_s
                if wait is None:
                    wait = self.timing.attente_s * 2 ** (number - 1)
                self.sleep(min(wait, self.timing.attente_max_s))
        raise ValueError("timing.essais must be positive")

    def _ask(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        timing = self.timing
        try:
            return self.session.get(
                url,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(timing.connexion_s, timing.silence_s),
            )
        except requests.exceptions.ReadTimeout as error:
            raise PassingError(f"le serveur ne répond pas en {timing.silence_s:g} s") from error
        except requests.exceptions.SSLError as error:
            raise UnreachableError(
                "le certificat du serveur n'est pas reconnu par ce poste"
            ) from error
        except requests.exceptions.ProxyError as error:
            raise UnreachableError(
                "le serveur mandataire (proxy) refuse ou ne répond pas"
            ) from error
        except requests.exceptions.ConnectionError as error:
            if error.args and isinstance(error.args[0], urllib3.exceptions.ProtocolError):
                raise PassingError("le serveur a coupé la connexion") from error
            raise UnreachableError("le serveur ne peut être joint") from error
        except requests.exceptions.RequestException as error:
            raise RefusedError(f"réponse incompréhensible ({type(error).__name__})") from error

    def _status(self, response: requests.Response) -> NetworkError:
        code = response.status_code
        if code in _BUSY:
            return PassingError(
                f"le serveur est occupé ou en panne (code {code})", self._asked(response)
            )
        words = {404: "le fichier n'y est plus", 410: "le fichier n'y est plus"}
        return RefusedError(f"{words.get(code, 'le serveur refuse')} (code {code})")

    def _asked(self, response: requests.Response) -> float | None:
        """Seconds that Retry-After asks for, given as a number or as a date."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdecimal():
            return float(text)
        try:
            when = email.utils.parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return max(0.0, when.timestamp() - self.now())


def _next(url: str, place: str) -> str:
    """Address that a redirection gives, which may be relative."""
    try:
        return urljoin(url, place)
    except ValueError as error:
        raise RefusedError("redirection vers une adresse mal formée") from error
