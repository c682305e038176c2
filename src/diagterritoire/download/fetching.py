"""Fetch the file of a source: whole, of the right kind, from the right place, or an error."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from diagterritoire.catalog import Source
from diagterritoire.catalog_source import Genre
from diagterritoire.download.client import Client, PassingError, UnreachableError
from diagterritoire.download.content import Fin, check_file, extract
from diagterritoire.download.kept import Origin, cached, iso_date, note_of
from diagterritoire.download.rules import RefusedError
from diagterritoire.errors import DiskError, NetworkError
from diagterritoire.store import disk_errors, hold, sha256, write_atomic
from diagterritoire.store.disk import refuse_link, sync_folder

_BLOCK = 1 << 16
_SUFFIXES = {"zip": ".xlsx", "texte": ".csv", "gpkg": ".gpkg", "json": ".json", "xml": ".xml"}


@dataclass(frozen=True)
class Completion:
    """What was fetched, and why the rest was not.

    Attributes
    ----------
    obtenus : tuple of Path
    echecs : tuple of (Source, NetworkError)
    """

    obtenus: tuple[Path, ...] = ()
    echecs: tuple[tuple[Source, NetworkError], ...] = ()


def fetch(source: Source, folder: Path, client: Client | None = None) -> Path:
    """Download the file of a source, unless an intact copy is already there.

    Parameters
    ----------
    source : Source
        Its `url` is not empty.
    folder : Path
        Folder of the downloads, created when absent.
    client : Client, optional
        By default, requests with the proxies and certificates of the machine.

    Returns
    -------
    Path
        The file; a hidden note beside it holds its `Origin`.

    Raises
    ------
    UnreachableError
        No server could be reached.
    NetworkError
        The server does not give the file; nothing is left in the folder.
    DiskError
        It cannot be written.
    """
    if not source.url:
        raise RefusedError(
            f"« {source.titre} » n'a pas d'adresse de téléchargement.", _by_hand(source)
        )
    if (kept := cached(source, folder)) is not None:
        return kept
    asked = client if client is not None else Client()
    try:
        return asked.patiently(lambda: _fetch_once(source, folder, asked))
    except NetworkError as error:
        kind = UnreachableError if isinstance(error, UnreachableError) else RefusedError
        raise kind(
            f"Téléchargement impossible de « {source.titre} » ({source.url}) : {error.message}.",
            "Vérifiez la connexion et le mandataire (variables HTTPS_PROXY et NO_PROXY), ou "
            f"{_by_hand(source, folder.parent)}",
        ) from error
    except DiskError as error:
        raise DiskError(
            error.message,
            f"Libérez de la place, donnez-vous le droit d'écrire dans « {folder} », ou "
            f"{_by_hand(source, folder.parent)}",
        ) from error


def complete(
    sources: Sequence[Source],
    folder: Path,
    fetching: Callable[[Source, Path], Path] = fetch,
) -> Completion:
    """Fetch sources that a data folder lacks; those without an address are passed over.

    The first server that cannot be reached ends it: a machine without network waits once.

    Parameters
    ----------
    sources : sequence of Source
    folder : Path
        Folder of the downloads.
    fetching : callable
        `fetch`, or that of a test.

    Raises
    ------
    DiskError
        The folder cannot be written.
    """
    obtained: list[Path] = []
    failed: list[tuple[Source, NetworkError]] = []
    for source in sources:
        if not source.url:
            continue
        try:
            obtained.append(fetching(source, folder))
        except NetworkError as error:
            failed.append((source, error))
            if isinstance(error, UnreachableError):
                break
    # Nothing received, nothing left.
    with suppress(OSError):
        folder.rmdir()
    return Completion(tuple(obtained), tuple(failed))


def _by_hand(source: Source, folder: Path | None = None) -> str:
    place = "votre dossier de données" if folder is None else f"« {folder} »"
    return f"téléchargez le fichier depuis {source.page} et déposez-le dans {place}."


def _fetch_once(source: Source, folder: Path, client: Client) -> Path:
    """Ask for the file once, unless another run has just received it: it is waited for."""
    part, member = (folder / f".{source.cle}.{end}" for end in ("part", "membre"))
    lock = folder / f".{source.cle}.verrou"
    with disk_errors(folder):
        refuse_link(folder)
        folder.mkdir(parents=True, exist_ok=True)
    with hold(lock, f"Téléchargement de « {source.titre} »", wait=True), disk_errors(folder):
        if (kept := cached(source, folder)) is not None:
            return kept
        response = client.open(source.url, source.hotes)
        try:
            _receive(response, part, source, client, _announced(response, source))
            return _keep(response, source, part, member)
        finally:
            response.close()
            for left in (part, member):
                with suppress(OSError):
                    left.unlink(missing_ok=True)


def _announced(response: requests.Response, source: Source) -> int | None:
    """Bytes that the server says it will send."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RefusedError("le serveur compresse le fichier sans qu'on le lui demande")
    text = response.headers.get("Content-Length", "")
    if "Transfer-Encoding" in response.headers or not re.fullmatch("[0-9]{1,15}", text):
        return None
    if int(text) > source.octets_max:
        raise _too_large(source)
    return int(text)


def _end(response: requests.Response, source: Source) -> Fin:
    """How the end of the body is known."""
    if _announced(response, source) is not None:
        return "longueur"
    coding = response.headers.get("Transfer-Encoding", "")
    return "morceaux" if coding.lower() == "chunked" else "fermeture"


def _too_large(source: Source) -> RefusedError:
    return RefusedError(f"le fichier dépasse les {source.octets_max} octets attendus au plus")


def _receive(
    response: requests.Response, part: Path, source: Source, client: Client, announced: int | None
) -> None:
    """Write the body, piece by piece, within the bounds of size and time."""
    limit, done = client.monotonic() + client.timing.total_s, 0
    read = partial(response.raw.read1, _BLOCK)
    part.unlink(missing_ok=True)
    with part.open("xb") as stream:
        while True:
            try:
                block = read()
            except urllib3.exceptions.ReadTimeoutError as error:
                raise PassingError("le serveur s'est tu avant la fin du fichier") from error
            except urllib3.exceptions.HTTPError as error:
                raise PassingError("la connexion a été coupée avant la fin du fichier") from error
            if not block:
                break
            done += len(block)
            if done > source.octets_max:
                raise _too_large(source)
            if client.monotonic() > limit:
                raise PassingError(f"le fichier n'est pas arrivé en {client.timing.total_s:g} s")
            stream.write(block)
            if announced:
                client.told(done / 1e6, announced / 1e6, f"Mo de « {source.titre} »")
        stream.flush()
        os.fsync(stream.fileno())
    if announced is not None and done != announced:
        raise PassingError(f"{done} octets reçus sur les {announced} annoncés")


def _keep(response: requests.Response, source: Source, part: Path, member: Path) -> Path:
    """Check the received file, take out its member if it is an archive, and put it in place."""
    outer: Genre = "zip" if source.membre else source.magie
    check_file(part, source, outer, _end(response, source))
    name = _name(source)
    if source.membre:
        member.unlink(missing_ok=True)
        with member.open("xb") as stream:
            inside = extract(part, source, stream)
            stream.flush()
            os.fsync(stream.fileno())
        check_file(member, source, source.magie, "longueur")
        name = _plain(inside, name)
    received = member if source.membre else part
    digest = sha256(received)
    if source.sha256 and digest != source.sha256:
        raise RefusedError(f"l'empreinte du fichier reçu ({digest[:12]}…) n'est pas celle attendue")
    path = part.with_name(name)
    refuse_link(path)
    origin = Origin(
        source.cle,
        source.url,
        name,
        digest,
        received.stat().st_size,
        iso_date(response.headers.get("Last-Modified", "")),
        response.headers.get("ETag", "")[:200],
    )
    # A note without its file is nothing; a file that its note denies is fetched again.
    write_atomic(note_of(path), origin.to_bytes())
    received.replace(path)
    sync_folder(path.parent)
    return path


def _name(source: Source) -> str:
    """Name of the file: that of the address when it is one this source is known by."""
    fallback = f"{source.cle}{_SUFFIXES.get(source.magie, '')}"
    return _plain(urlsplit(source.url).path.rsplit("/", 1)[-1], fallback, source)


def _plain(name: str, fallback: str, source: Source | None = None) -> str:
    """Keep a name that is a plain file name (known, if a source is given), else the other one."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,120}", name) is not None
    known = source is None or any(fnmatch.fnmatchcase(name.lower(), p) for p in source.noms)
    return name if plain and known else fallback
