"""Archives of Office documents whose bytes depend on what they hold alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from diagterritoire.outputs.delivered import DATE

__all__ = ["pack", "unpack"]

_FIRST = "[Content_Types].xml"
_MEDIA = (".png", ".jpg", ".jpeg")
# More would be no report: an archive may announce little and hold a lot.
_MOST_BYTES, _MOST_PARTS = 200 << 20, 2000


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Pack parts in a fixed order, under the fixed date of a delivery.

    Examples
    --------
    >>> pack({"b": b"2", "a": b"1"}) == pack({"a": b"1", "b": b"2"})
    True
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, DATE.timetuple()[:6])
            # The same on every system; pictures are compressed already.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            stored = name.endswith(_MEDIA)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return packed.getvalue()


def unpack(content: bytes, most: int = _MOST_BYTES) -> dict[str, bytes]:
    """Read the parts of an archive.

    Parameters
    ----------
    content : bytes
    most : int
        Bytes that it may hold once unfolded.

    Raises
    ------
    zipfile.BadZipFile
        It is no archive, it is damaged, or it announces more than a document holds.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > _MOST_PARTS or sum(e.file_size for e in entries) > most:
            raise zipfile.BadZipFile("l'archive est trop grande pour un document")
        return {entry.filename: archive.read(entry) for entry in entries}
