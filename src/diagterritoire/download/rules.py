"""Where a download may go: https, hosts of the source, public addresses."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests.utils

from diagterritoire.errors import NetworkError


class RefusedError(NetworkError):
    """What was given is not the file, or not from where it must come: asking again is useless."""


@dataclass(frozen=True)
class Rules:
    """What holds at each hop of a download.

    Attributes
    ----------
    en_clair : frozenset of str
        `host:port` allowed without https and at a private address; empty outside tests.
    sauts_max : int
        Redirections followed.
    """

    en_clair: frozenset[str] = frozenset()
    sauts_max: int = 5

    def check(self, url: str, hosts: frozenset[str]) -> None:
        """Refuse an address that is not https, not of an allowed host, or not public.

        Raises
        ------
        RefusedError
            It says which rule is broken.

        Examples
        --------
        >>> Rules().check("http://www.insee.fr/a.csv", frozenset({"www.insee.fr"}))
        Traceback (most recent call last):
        ...
        diagterritoire.download.rules.RefusedError: adresse sans https (http://www.insee.fr)
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise RefusedError("adresse mal formée") from error
        shown = f"{parts.scheme}://{host}"
        if host not in hosts:
            raise RefusedError(f"hôte inattendu ({shown}), au lieu de {', '.join(sorted(hosts))}")
        if f"{host}:{port}" in self.en_clair:
            return
        if parts.scheme != "https":
            raise RefusedError(f"adresse sans https ({shown})")
        if parts.username is not None or port not in {None, 443}:
            raise RefusedError(f"adresse inhabituelle ({shown})")
        # Behind a proxy, names are resolved by the proxy: this machine may not know them.
        proxies = requests.utils.get_environ_proxies(url, no_proxy=None)
        if requests.utils.select_proxy(url, proxies) is None:
            _refuse_private(host)


def _refuse_private(host: str) -> None:
    """Refuse a name that leads into this machine or its network.

    A name that changes between this look and the connection still meets the certificate check.
    """
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return  # the connection itself will say so
    for *_, place in found:
        if not ipaddress.ip_address(str(place[0]).split("%")[0]).is_global:
            raise RefusedError(f"« {host} » mène à une adresse privée ({place[0]})")
