"""Raw files written to harm whoever opens them: bases, archives, roads, texts, tables, rasters."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import small_files

COMMUNES = "communes_2024_france.gpkg"
SECRET = "secret-de-la-machine"  # noqa: S105
HOLE = 2 << 30

# --- Geographic files --------------------------------------------------------------------------

_VRT = f"""<OGRVRTDataSource><OGRVRTLayer name="communes"><SrcDataSource>{{}}</SrcDataSource>
<SrcSQL>SELECT '{SECRET}' AS INSEE_COM</SrcSQL></OGRVRTLayer></OGRVRTDataSource>"""
_RASTER_VRT = """<VRTDataset rasterXSize="1024" rasterYSize="1"><VRTRasterBand dataType="Byte"
band="1" subClass="VRTRawRasterBand"><SourceFilename>/etc/passwd</SourceFilename>
</VRTRasterBand></VRTDataset>"""


def vrt(path: Path) -> None:
    path.write_text(_VRT.format("/etc/passwd"), encoding="utf-8")


def vrt_far(path: Path) -> None:
    path.write_text(_VRT.format("/vsicurl/http://127.0.0.1:9/x.csv"), encoding="utf-8")


def vrt_raster(path: Path) -> None:
    path.write_text(_RASTER_VRT, encoding="utf-8")


def vrt_behind_magic(path: Path) -> None:
    head = bytearray(b"SQLite format 3\x00" + bytes(84))
    head[68:72] = b"GPKG"
    path.write_bytes(bytes(head) + _VRT.format("/etc/passwd").encode())


def geopackage(*statements: str) -> Callable[[Path], None]:
    """Write the outlines, then change the base by these statements."""

    def write(path: Path) -> None:
        small_files.writers.write_communes(path.parent, path.name)
        with closing(sqlite3.connect(path)) as base:
            base.execute("PRAGMA writable_schema = ON")
            # Those of the index call functions that only the geographic library has.
            known = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in known.fetchall():
                base.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                base.execute(statement)
            base.commit()

    return write


_ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid, NULL AS "
    "geom, 'x' AS NOM, '01001' AS INSEE_COM, '84' AS INSEE_REG, 1 AS POPULATION, '01' AS "
    "INSEE_DEP, 'NR' AS SIREN_EPCI FROM n"
)
layer_is_an_endless_view = geopackage("DROP TABLE communes", f"CREATE VIEW communes AS {_ENDLESS}")
contents_is_an_endless_view = geopackage(
    "ALTER TABLE gpkg_contents RENAME TO autre",
    "CREATE VIEW gpkg_contents AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT a.* FROM autre a, n",
)
triggers = geopackage(
    "CREATE TRIGGER t AFTER INSERT ON communes BEGIN DELETE FROM gpkg_contents; END",
    "CREATE TRIGGER u AFTER UPDATE ON gpkg_contents BEGIN DELETE FROM communes; END",
)
generated_column = geopackage(
    "CREATE TABLE c2 AS SELECT * FROM communes",
    "DROP TABLE communes",
    "CREATE TABLE communes (fid INTEGER PRIMARY KEY, geom BLOB, NOM TEXT, INSEE_COM TEXT, "
    "INSEE_REG TEXT, POPULATION INTEGER, INSEE_DEP TEXT, SIREN_EPCI TEXT AS "
    "(hex(zeroblob(400000000))))",
    "INSERT INTO communes SELECT fid, geom, NOM, INSEE_COM, INSEE_REG, POPULATION, INSEE_DEP "
    "FROM c2",
)
virtual_table = geopackage(
    "DELETE FROM sqlite_master WHERE name = 'communes'",
    "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('table', 'communes', "
    "'communes', 0, 'CREATE VIRTUAL TABLE communes USING VirtualOGR(''/etc/passwd'')')",
)
wild_geometry = geopackage(
    # One polygon that announces four thousand million rings.
    "UPDATE communes SET geom = x'4750000100000000' || x'0103000000FFFFFFFF'",
)


def deep_geojson(path: Path) -> None:
    path.write_text('{"type":"Polygon","coordinates":' + "[" * 200_000, encoding="utf-8")


def projection_of_a_file(path: Path) -> None:
    """Its coordinate system names a file of the machine."""
    crs = {"type": "name", "properties": {"name": "+init=/etc/passwd:root"}}
    shape = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 50], [0, 0]]], "crs": crs}
    path.write_text(json.dumps(shape), encoding="utf-8")


# --- Archives ----------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'


def workbook(change: Callable[[str, bytes], bytes]) -> Callable[[Path], None]:
    """Write the workbook of GPs, each of its parts given to `change`."""

    def write(path: Path) -> None:
        made = small_files.writers.write_medecins(path.parent, name=path.name)
        with zipfile.ZipFile(made) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, change(name, content))

    return write


def _declared(part: str, doctype: str, entity: str) -> Callable[[str, bytes], bytes]:
    """Declare entities in a part, and use one of them in its first text."""

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        text = content.decode()
        head, _, rest = text.partition("?>")
        rest = rest.replace("<t>", f"<t>&{entity};", 1)
        return f"{head}?>{doctype}{rest}".encode()

    return change


laughs_in_strings = workbook(_declared("xl/sharedStrings.xml", LAUGHS, "j"))
outside_in_strings = workbook(_declared("xl/sharedStrings.xml", OUTSIDE, "j"))
laughs_in_workbook = workbook(_declared("xl/workbook.xml", LAUGHS, "j"))


def deep_sheet(path: Path) -> None:
    deep = b"<a>" * 2_000_000
    workbook(lambda n, c: c.replace(b"<sheetData>", deep + b"<sheetData>") if "sheet1" in n else c)(
        path
    )


def zip_bomb(path: Path) -> None:
    workbook(lambda _, content: content)(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", bytes(100 << 20))


def crowded_zip(path: Path) -> None:
    workbook(lambda _, content: content)(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(60_000):
            archive.writestr(f"x/{number}", b"")


def escaping_zip(path: Path) -> None:
    """Entries with an absolute path, a path upwards, and a symbolic link."""
    workbook(lambda _, content: content)(path)
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("/tmp/pwned", "../../pwned", "..\\pwned", "C:\\pwned"):  # noqa: S108
            archive.writestr(name, b"pwned")
        link = zipfile.ZipInfo("xl/lien")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")


# --- Roads -------------------------------------------------------------------------------------

_GRAPHML = """<?xml version="1.0" encoding="utf-8"?>{doctype}
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="node" attr.name="x" attr.type="string"/>
<key id="d1" for="node" attr.name="y" attr.type="string"/>
<key id="d2" for="edge" attr.name="length" attr.type="string"/>
<key id="d3" for="edge" attr.name="highway" attr.type="string"/>
<key id="d4" for="edge" attr.name="maxspeed" attr.type="string"/>
<key id="d5" for="edge" attr.name="oneway" attr.type="string"/>
<graph edgedefault="directed">{before}
<node id="1"><data key="d0">2.0</data><data key="d1">47.0</data></node>
<node id="2"><data key="d0">2.1</data><data key="d1">47.0</data></node>
<edge source="1" target="2"><data key="d2">{length}</data><data key="d3">{text}</data>
<data key="d4">{text}</data><data key="d5">{text}</data></edge>
</graph></graphml>
"""
CODE = "__import__('os').system('touch pwned')"


def graphml(doctype: str = "", text: str = "primary", length: str = "7000", before: str = ""):  # type: ignore[no-untyped-def]
    def write(path: Path) -> None:
        filled = _GRAPHML.format(doctype=doctype, text=text, length=length, before=before)
        path.write_text(filled, encoding="utf-8")

    return write


def endless_data(path: Path) -> None:
    """One text of 400 MB between two tags."""
    graphml(text="@")(path)
    head, tail = path.read_text(encoding="utf-8").split("@", 1)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(head)
        for _ in range(400):
            stream.write("x" * (1 << 20))
        stream.write(tail.replace("@", "x"))


def osm(doctype: str = "", text: str = "primary") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(
            f'<?xml version="1.0"?>{doctype}<osm version="0.6">'
            '<node id="1" lat="46" lon="2"/><node id="2" lat="46.1" lon="2"/>'
            f'<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="{text}"/></way></osm>\n',
            encoding="utf-8",
        )

    return write


def osm_bomb(compressor: Callable[[], object], mebibytes: int) -> Callable[[Path], None]:
    """Spaces between two tags, which compress a thousandfold and more."""

    def write(path: Path) -> None:
        packer = compressor()
        with path.open("wb") as stream:
            stream.write(packer.compress(b'<osm version="0.6"><node id="1" lat="46" lon="2"/>'))  # type: ignore[attr-defined]
            for _ in range(mebibytes):
                stream.write(packer.compress(b" " * (1 << 20)))  # type: ignore[attr-defined]
            stream.write(packer.compress(b"</osm>"))  # type: ignore[attr-defined]
            stream.write(packer.flush())  # type: ignore[attr-defined]

    return write


def wild_pbf(path: Path) -> None:
    """A block that announces two thousand million bytes."""
    small_files._pbf(path.parent)
    content = (path.parent / "extrait.osm.pbf").read_bytes()
    size = int.from_bytes(content[:4], "big")
    blob = b"\x0a\x07OSMData\x18\xff\xff\xff\xff\x07"
    begin = 4 + size + _blob_size(content[4 : 4 + size])
    path.write_bytes(content[:begin] + len(blob).to_bytes(4, "big") + blob)


def _blob_size(header: bytes) -> int:
    at = header.index(b"\x18") + 1
    value = shift = 0
    while True:
        value |= (header[at] & 0x7F) << shift
        if not header[at] & 0x80:
            return value
        at, shift = at + 1, shift + 7


# --- JSON, texts -------------------------------------------------------------------------------


def communes_api(value: str) -> Callable[[Path], None]:
    """Write the communes of the service, then one whose population is this text."""

    def write(path: Path) -> None:
        known = json.dumps(small_files.api.COMMUNES)
        one = json.dumps(small_files.api.commune("01003", 3, population="@")).replace('"@"', value)
        path.write_text(f"{known[:-1]}, {one}]", encoding="utf-8")

    return write


def broad_json(path: Path) -> None:
    """One object of sixty megabytes, all of it empty lists."""
    communes_api("[" + "[]," * 20_000_000 + "[]]")(path)


def finess(value: str) -> Callable[[Path], None]:
    """Write an extraction of FINESS, then one more element of its list."""

    def write(path: Path) -> None:
        known = json.dumps(small_files.finess.document())
        path.write_text(f"{known[:-2]}, {value}]}}", encoding="utf-8")

    return write


def gzip_bomb(path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    with path.open("wb") as stream:
        stream.write(packer.compress(b'{"schemaVersion":"v1.0.0","gcc":[],"pmej":['))
        for _ in range(3_000):
            stream.write(packer.compress(b" " * (1 << 20)))
        stream.write(packer.flush())


def endless_line(head: str) -> Callable[[Path], None]:
    """Write a file of two gibibytes on one line: a hole, which takes no place on the disk."""

    def write(path: Path) -> None:
        with path.open("wb") as stream:
            stream.write(head.encode())
            stream.seek(HOLE)
            stream.write(b"\n")

    return write


def _filled(head: str, line: str) -> str:
    """Enough whole lines for the first look at a file to see no hole."""
    return head + line * (200_000 // len(line))


POPULATIONS = _filled("COM;Commune;PMUN;PCAP;PTOT\n", "01001;Essai;100;5;105\n")
BPE = _filled("DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Y;QUALITE_XY\n", "01001;A101;1;1;Bonne\n")
FINESS = _filled("structureet;", "structureet;1;2;3\n")


def many_columns(path: Path) -> None:
    names = ";".join(f"c{n}" for n in range(1_000_000))
    path.write_text(f"COM;PMUN;{names}\n" + "01001;1;" + ";" * 999_999 + "\n", encoding="utf-8")


def open_quote(path: Path) -> None:
    path.write_text("COM;Commune;PMUN;PCAP;PTOT\n" + '01001;"' + "x;\n" * 10_000_000)


# --- Tables and rasters ------------------------------------------------------------------------


def _parquet(rows: int) -> pa.Table:
    types = {"idSrc": "x", "depcom": "18001", "typeeq_id": "D265"}
    columns = {
        name: pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), rows), [text])
        for name, text in types.items()
    }
    for name, value in (("X", 3_800_000), ("Y", 2_700_000), ("duree", 1), ("pop", 1)):
        columns[name] = pa.repeat(pa.scalar(float(value)), rows)
    return pa.table(columns)


def repeated_parquet(path: Path) -> None:
    """Sixty million times the same row, in a few kilobytes."""
    one = _parquet(1_000_000)
    with pq.ParquetWriter(path, one.schema, compression="zstd") as writer:
        for _ in range(60):
            writer.write_table(one)


def wild_parquet(path: Path) -> None:
    """A footer that announces more bytes than the file has."""
    pq.write_table(_parquet(10), path)
    content = path.read_bytes()
    path.write_bytes(content[:-8] + struct.pack("<I", 0x7FFFFFFF) + b"PAR1")


def inflated_parquet(path: Path) -> None:
    """Numbers of rows changed in the footer: a thousand million million."""
    pq.write_table(_parquet(10), path, compression="none")
    content = bytearray(path.read_bytes())
    size = struct.unpack("<I", content[-8:-4])[0]
    footer = bytes(content[-8 - size : -8])
    # The compact form of 10, where the number of rows follows the schema.
    wild = footer.replace(b"\x16\x14", b"\x16\x80\x80\x90\xb9\xb2\xe5\x8a\x04")
    path.write_bytes(bytes(content[: -8 - size]) + wild + struct.pack("<I", len(wild)) + b"PAR1")


def geotiff(
    width: int, height: int, rows: int, content: bytes = b"", tile: tuple[int, int] | None = None
) -> Callable[[Path], None]:
    """Write a GeoTIFF whose directory announces these sizes, with one block of content."""

    def write(path: Path) -> None:
        strip = zlib.compress(content or bytes(64))
        tags: list[tuple[int, int, int, bytes]] = [
            (256, 4, 1, struct.pack("<I", width)),
            (257, 4, 1, struct.pack("<I", height)),
            (258, 3, 1, struct.pack("<HH", 32, 0)),
            (259, 3, 1, struct.pack("<HH", 8, 0)),
            (262, 3, 1, struct.pack("<HH", 1, 0)),
            (277, 3, 1, struct.pack("<HH", 1, 0)),
            (339, 3, 1, struct.pack("<HH", 3, 0)),
        ]
        doubles = {
            33550: (0.00083, 0.00083, 0.0),
            33922: (0.0, 0.0, 0.0, 0.0, 50.0, 0.0),
        }
        keys = struct.pack("<12H", 1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4326)
        place = 8 + len(strip)
        heap = b""
        if tile:
            tags += [
                (322, 4, 1, struct.pack("<I", tile[0])),
                (323, 4, 1, struct.pack("<I", tile[1])),
                (324, 4, 1, struct.pack("<I", 8)),
                (325, 4, 1, struct.pack("<I", len(strip))),
            ]
        else:
            tags += [
                (273, 4, 1, struct.pack("<I", 8)),
                (278, 4, 1, struct.pack("<I", rows)),
                (279, 4, 1, struct.pack("<I", len(strip))),
            ]
        for tag, values in doubles.items():
            tags.append((tag, 12, len(values), struct.pack("<I", place + len(heap))))
            heap += struct.pack(f"<{len(values)}d", *values)
        tags.append((34735, 3, 12, struct.pack("<I", place + len(heap))))
        heap += keys
        directory = struct.pack("<H", len(tags)) + b"".join(
            struct.pack("<HHI", tag, kind, count) + value
            for tag, kind, count, value in sorted(tags)
        )
        head = b"II*\x00" + struct.pack("<I", place + len(heap))
        path.write_bytes(head + strip + heap + directory + bytes(4))

    return write
