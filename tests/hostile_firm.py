"""What a firm gives to its report, written to harm: logos, Word models, files of settings."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import PIL.Image

from diagterritoire.outputs.documents.package import pack, unpack
from diagterritoire.outputs.documents.reference import reference_document

# --- What a firm gives -------------------------------------------------------------------------


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + check


def png(width: int, height: int, rows: int, *more: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
        packed = zlib.compress(bytes((width + 1) * rows), 9)
        path.write_bytes(
            b"\x89PNG\r\n\x1a\n"
            + _chunk(b"IHDR", head)
            + b"".join(more)
            + _chunk(b"IDAT", packed)
            + _chunk(b"IEND", b"")
        )

    return write


def text_bomb(path: Path) -> None:
    """A picture whose comment unfolds to 600 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(600)) + packer.flush()
    png(9, 9, 9, _chunk(b"zTXt", b"x\0\0" + packed))(path)


def jpeg(path: Path) -> None:
    packed = io.BytesIO()
    PIL.Image.new("L", (8, 8)).save(packed, format="jpeg")
    content = packed.getvalue()
    at = content.index(b"\xff\xc0") + 5
    path.write_bytes(content[:at] + b"\xff\xff\xff\xff" + content[at + 4 :])


def svg(
    body: str, doctype: str = "", size: tuple[str, str] = ("100", "50")
) -> Callable[[Path], None]:
    text = (
        f'{doctype}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" width="{size[0]}" height="{size[1]}">'
        f"{body}</svg>"
    )
    return lambda path: path.write_text(text, encoding="utf-8") and None


_USES = "".join(
    f'<g id="g{n}">' + f'<use xlink:href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 9)
)
SVG_LAUGHS = f'<defs><rect id="g0" width="1" height="1"/>{_USES}</defs><use xlink:href="#g8"/>'
SVG_OUTSIDE = (
    '<image width="100" height="50" xlink:href="file:///etc/passwd"/>'
    '<image width="9" height="9" xlink:href="http://127.0.0.1:9/x.png"/>'
    "<script>alert(1)</script><rect width='9' height='9' onclick='alert(1)'/>"
)


def model(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path], None]:
    """Write the tool's own Word document, its parts changed."""

    def write(path: Path) -> None:
        parts = unpack(reference_document("Modèle", "Agence"))
        change(parts)
        path.write_bytes(pack(parts))

    return write


_RELATIONS = "word/_rels/settings.xml.rels"
_TEMPLATE = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/attachedTemplate" Target="http://127.0.0.1:9/x.dotm" '
    'TargetMode="External"/></Relationships>'
)


def far_template(parts: dict[str, bytes]) -> None:
    parts[_RELATIONS] = _TEMPLATE.encode()


def far_picture(parts: dict[str, bytes]) -> None:
    name = next(n for n in parts if n.startswith("word/footer"))
    parts[f"word/_rels/{name.removeprefix('word/')}.rels"] = _TEMPLATE.replace(
        "attachedTemplate", "image"
    ).encode()


def styles(doctype: str, inside: str = "") -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        head, _, rest = parts["word/styles.xml"].decode().partition("?>")
        rest = rest.replace("</w:styles>", f"{inside}</w:styles>")
        parts["word/styles.xml"] = f"{head}?>{doctype}{rest}".encode()

    return change


def field(parts: dict[str, bytes]) -> None:
    name = next(n for n in parts if n.startswith("word/footer"))
    run = (
        b'<w:p><w:fldSimple w:instr="DDEAUTO c:\\\\windows\\\\cmd.exe &quot;/k calc&quot;"/></w:p>'
    )
    parts[name] = parts[name].replace(b"</w:ftr>", run + b"</w:ftr>")


def macros(parts: dict[str, bytes]) -> None:
    parts["word/vbaProject.bin"] = b"x"


def renamed_macros(parts: dict[str, bytes]) -> None:
    parts["word/autre.bin"] = b"x"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/word/autre.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        b"</Types>",
    )


def embedded(parts: dict[str, bytes]) -> None:
    parts["word/embeddings/oleObject1.bin"] = b"x"


def deep_styles(path: Path) -> None:
    model(styles("", "<w:a>" * 10**6 + "</w:a>" * 10**6))(path)


def model_bomb(path: Path) -> None:
    model(lambda parts: parts.__setitem__("word/media/x.bin", bytes(190 << 20)))(path)


def toml(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text, encoding="utf-8") and None


def zeros(path: Path) -> None:
    """The device that never ends."""
    path.symlink_to("/dev/zero")


def pipe(path: Path) -> None:
    os.mkfifo(path)
