"""Try each address of the catalogue from a connected machine, without taking the whole file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import urllib3.exceptions

from diagterritoire.catalog import Source
from diagterritoire.download.client import Client, PassingError
from diagterritoire.download.content import check_head
from diagterritoire.download.kept import cached, iso_date, origin_of
from diagterritoire.errors import NetworkError

_BYTES = 1024


@dataclass(frozen=True)
class State:
    """What an address gives.

    Attributes
    ----------
    source : Source
    bon : bool or None
        Whether the file is there; None when the source has no address.
    code : int or None
        HTTP status.
    type_contenu : str
    octets : int or None
        Size that the server announces.
    date : str
        `Last-Modified`, as `AAAA-MM-JJ`.
    change : bool or None
        Whether it differs from the copy downloaded before; None without a copy or a clue.
    motif : str
        Why it is not good.
    """

    source: Source
    bon: bool | None = None
    code: int | None = None
    type_contenu: str = ""
    octets: int | None = None
    date: str = ""
    change: bool | None = None
    motif: str = ""


def check_source(source: Source, folder: Path, client: Client | None = None) -> State:
    """Ask for the first bytes of a source and say what came; nothing is written.

    Parameters
    ----------
    source : Source
    folder : Path
        Folder of the downloads, to compare with the copy that is there.
    client : Client, optional
    """
    if not source.url:
        return State(source, motif="pas d'adresse stable : à télécharger depuis sa page")
    asked = client if client is not None else Client()
    try:
        return asked.patiently(lambda: _ask(source, folder, asked))
    except NetworkError as error:
        return State(source, bon=False, motif=error.message)


def _ask(source: Source, folder: Path, client: Client) -> State:
    response = client.open(source.url, source.hotes, {"Range": f"bytes=0-{_BYTES - 1}"})
    try:
        head = response.raw.read1(_BYTES)
    except urllib3.exceptions.HTTPError as error:
        raise PassingError("le serveur s'est tu avant la fin du fichier") from error
    finally:
        response.close()
    check_head(head, "zip" if source.membre else source.magie)
    headers = response.headers
    total = re.fullmatch(r"bytes .*/([0-9]{1,15})", headers.get("Content-Range", ""))
    size = total[1] if total else headers.get("Content-Length", "")
    date, etag = iso_date(headers.get("Last-Modified", "")), headers.get("ETag", "")
    return State(
        source,
        bon=True,
        code=response.status_code,
        type_contenu=headers.get("Content-Type", "").split(";")[0],
        octets=int(size) if re.fullmatch("[0-9]{1,15}", size) else None,
        date=date,
        change=_changed(source, folder, date, etag),
    )


def _changed(source: Source, folder: Path, date: str, etag: str) -> bool | None:
    path = cached(source, folder)
    origin = origin_of(path) if path is not None else None
    if origin is None:
        return None
    if etag and origin.etag:
        return etag != origin.etag
    return date != origin.date if date and origin.date else None
