"""Files damaged on purpose, by a seed: cuts, flipped bits, changed columns."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from python_calamine import CalamineWorkbook

from diagterritoire.catalog import by_key
from diagterritoire.download import FOLDER, Origin, spoiled
from diagterritoire.download.kept import note_of
from diagterritoire.errors import DataError
from diagterritoire.sources.folder.completeness import Tolerance
from diagterritoire.sources.folder.load import load
from diagterritoire.sources.folder.raw_tables import RawTables
from diagterritoire.sources.folder.scan import recognise, scan
from diagterritoire.sources.folder.stock import stocked
from diagterritoire.sources.layouts.known import layout
from diagterritoire.sources.layouts.matching import matches
from diagterritoire.sources.layouts.model import Champ
from diagterritoire.store import sha256
from small_files import FILES, SmallFile, Tables, write_country
from test_sources_writers import write_workbook

MUTATIONS = ("absente", "renommée", "permutées", "doublée")


@dataclass
class Tally:
    """How the damaged files were taken: number of each outcome, and the silent ones by name."""

    nombre: dict[str, int] = field(default_factory=dict)
    muets: list[str] = field(default_factory=list)

    def add(self, outcome: str, name: str = "") -> None:
        self.nombre[outcome] = self.nombre.get(outcome, 0) + 1
        if outcome == "muet":
            self.muets.append(name)


def read_whole(small: SmallFile, folder: Path) -> tuple[Path, Tables]:
    """Write a small file; its path, and the tables it gives."""
    path = small.write(folder)
    file = recognise(path)
    assert file is not None, small.nom
    assert {p.layout for p in file.parts} == set(small.layouts), small.nom
    return path, small.read(file)


def same(one: Tables, other: Tables) -> bool:
    """Tell whether two readings are the same to the last cell."""
    return len(one) == len(other) and all(
        _ordered(a).equals(_ordered(b)) for a, b in zip(one, other, strict=True)
    )


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Indicators follow the order of the columns, which says nothing."""
    if "indicateur" not in table:
        return table
    return table.sort_values(["bassin_vie", "indicateur"], ignore_index=True)


def attempt(small: SmallFile, path: Path) -> Tables | str:
    """Tables of a damaged file, or why it was refused. Anything else is a failure."""
    try:
        file = recognise(path)
        assert file is not None, f"{path.name} : fichier de nom connu ignoré"
        return small.read(file)
    except DataError as error:
        return error.message


def cuts(content: bytes, number: int, rng: np.random.Generator) -> list[int]:
    """Bytes kept; one cut out of four falls at the end of a line, where nothing shows."""
    ends = [i + 1 for i, byte in enumerate(content[:-1]) if byte == 10]
    places = [int(rng.integers(0, len(content))) for _ in range(number)]
    return [
        int(rng.choice(ends)) if ends and n % 4 == 3 and b"\x00" not in content[:512] else place
        for n, place in enumerate(places)
    ]


def cut_campaign(
    folder: Path, number: int, seed: int, files: tuple[SmallFile, ...] = FILES
) -> Tally:
    """Cut each file in turn; count what is refused, the same, and silently different."""
    rng, tally = np.random.default_rng(seed), Tally()
    for rank, small in enumerate(files):
        here = folder / f"coupe{rank}"
        here.mkdir()
        path, whole = read_whole(small, here)
        content = path.read_bytes()
        share = number // len(files) + (rank < number % len(files))
        for length in cuts(content, share, rng):
            path.write_bytes(content[:length])
            found = attempt(small, path)
            if isinstance(found, str):
                tally.add("refusé")
            elif same(found, whole):
                tally.add("identique")
            else:
                line = content[:length].endswith(b"\n")
                tally.add("muet", f"{small.nom}{', fin de ligne' if line else ''}")
    return tally


def _columns(kind: str, number: int, column: int, rng: np.random.Generator) -> list[int]:
    """Positions of the columns of a changed table; a negative one is renamed."""
    order = list(range(number))
    if kind == "absente":
        order.remove(column)
    elif kind == "renommée":
        order[column] = -1 - column
    elif kind == "permutées":
        order = [int(i) for i in rng.permutation(number)]
    else:
        order.insert(int(rng.integers(0, number + 1)), column)
    return order


def _apply(rows: list[list[str]], header: int, order: list[int]) -> list[list[str]]:
    out = [list(row) for row in rows[:header]]
    for number, row in enumerate(rows[header:]):
        wide = [*row, *[""] * (max(map(abs, order)) + 1 - len(row))]
        cells = [wide[i] if i >= 0 else wide[-1 - i] for i in order]
        if number == 0:
            cells = ["zz inconnue" if i < 0 else c for i, c in zip(order, cells, strict=True)]
        out.append(cells)
    return out


def change_text(
    path: Path, small: SmallFile, kind: str, rng: np.random.Generator, wanted: str | None = None
) -> str:
    """Change a column of a text; return its label."""
    separator, header = small.texte or (";", 0)
    content = path.read_bytes().decode("utf-8-sig")
    quoting = csv.QUOTE_NONE if separator == "|" else csv.QUOTE_MINIMAL
    options = {"delimiter": separator, "quoting": quoting, "lineterminator": "\n"}
    rows = list(csv.reader(io.StringIO(content, newline=""), **options))
    column = rows[header].index(wanted) if wanted else int(rng.integers(0, len(rows[header])))
    out = io.StringIO(newline="")
    # RPPS holds lone quotation marks, and its lines end with a separator.
    csv.writer(out, quotechar=None if separator == "|" else '"', **options).writerows(
        _apply(rows, header, _columns(kind, len(rows[header]), column, rng))
    )
    path.write_text(out.getvalue(), encoding="utf-8")
    return rows[header][column]


def change_workbook(
    path: Path, small: SmallFile, kind: str, rng: np.random.Generator, wanted: str | None = None
) -> str:
    """Change a column of the sheet of a workbook that holds a table; return its label."""
    book = CalamineWorkbook.from_path(path)
    sheets = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }
    file = recognise(path)
    assert file is not None
    parts = sorted(file.parts, key=lambda p: p.sheet)
    part = parts[int(rng.integers(0, len(parts)))]
    rows = sheets[part.sheet]
    labels = rows[part.header]
    column = labels.index(wanted) if wanted else int(rng.integers(0, len(labels)))
    order = _columns(kind, len(labels), column, rng)
    sheets[part.sheet] = _apply(rows, part.header, order)
    book.close()
    write_workbook(path, sheets)
    return str(labels[column])


def change_geopackage(
    path: Path, small: SmallFile, kind: str, rng: np.random.Generator, wanted: str | None = None
) -> str:
    """Change a column of the layer of a GeoPackage; return its label."""
    base = sqlite3.connect(path)
    (table,) = base.execute("select table_name from gpkg_contents").fetchone()
    names = [r[1] for r in base.execute(f'pragma table_info("{table}")')]
    fields = [n for n in names if n not in ("fid", "geom")]
    label = wanted or str(rng.choice(fields))
    if kind == "permutées":
        fields = [fields[int(i)] for i in rng.permutation(len(fields))]
    told = {n: n for n in fields if kind != "absente" or n != label}
    if kind == "renommée":
        told[label] = "zz_inconnue"
    shown = [f'"{n}" as "{new}"' for n, new in told.items()]
    if kind == "doublée":
        # No two columns bear one name in SQL: the other one differs as labels drift.
        shown.append(f'"{label}" as "{label.replace("_", " ") + " "}"')
    base.close()
    _rewrite(path, table, ", ".join(shown))
    return label


def _rewrite(path: Path, table: str, columns: str) -> None:
    sql = f'select {columns}, geom from "{table}"'  # noqa: S608  (a file of ours)
    frame = gpd.read_file(path, sql=sql, engine="pyogrio")
    path.unlink()
    frame.to_file(path, layer=table, driver="GPKG")


def changer(small: SmallFile):  # type: ignore[no-untyped-def]
    """How the columns of a small file are changed; None when it has no header."""
    if small.texte:
        return change_text
    if small.classeur:
        return change_workbook
    return change_geopackage if small.nom in ("communes", "carreaux gpkg") else None


def champs_of(small: SmallFile, label: str) -> list[Champ]:
    """Columns of the layouts of a file that a label is the official name of."""
    kind = layout(small.layouts[0]).kind
    titles = ("c@rtosante statistiques locales bassin de vie",)
    names = {
        (m.layout.cle, name)
        for m in matches([label], titles, kind)
        for name, _ in m.columns
        if m.layout.cle in small.layouts
    }
    return [c for cle, n in sorted(names) for c in layout(cle).champs if c.nom == n]


def schema_campaign(
    folder: Path, number: int, seed: int, files: tuple[SmallFile, ...] = FILES
) -> Tally:
    """Change the columns of each file in turn; count what is right, refused, silently wrong."""
    rng, tally = np.random.default_rng(seed), Tally()
    tabular = [f for f in files if changer(f)]
    for rank in range(number):
        small = tabular[rank % len(tabular)]
        kind = MUTATIONS[rank // len(tabular) % len(MUTATIONS)]
        here = folder / f"colonnes{rank}"
        here.mkdir()
        path, whole = read_whole(small, here)
        label = changer(small)(path, small, kind, rng)
        found = attempt(small, path)
        outcome = judge(small, kind, label, whole, found)
        tally.add(outcome, f"{small.nom}, {label}, {kind} : {str(found)[:200]}")
    return tally


def judge(small: SmallFile, kind: str, label: str, whole: Tables, found: Tables | str) -> str:
    """Say what became of a file whose column changed."""
    champs = champs_of(small, label)
    free = small.layouts[0].startswith("contexte") and not champs
    if isinstance(found, str):
        # A column that nobody reads may be moved, lost or doubled without harm.
        needless = kind == "permutées" or not (champs or free)
        if needless:
            return "muet"
        told = (
            any(c.libelle in found or f"({c.nom})" in found for c in champs)
            or free
            or kind != "absente"
        )
        return "refusé" if told or "contenu est" in found or "attendues" in found else "muet"
    if same(found, whole):
        return "identique"
    if kind in ("absente", "renommée") and (free or (champs and not any(c.requis for c in champs))):
        return "valeur inconnue" if _only_nulls(whole, found, free) else "muet"
    return "muet"


def _only_nulls(whole: Tables, found: Tables, free: bool) -> bool:
    """Tell whether a reading differs by nulls only: nothing else is changed."""
    if free:
        return True
    for before, after in zip(whole, found, strict=True):
        if "origine_position" in before:
            if not _placed_less(before, after):
                return False
            continue
        if len(before) != len(after) or list(before) != list(after):
            return False
        for name in before:
            kept = after[name].notna()
            if not before.loc[kept, name].equals(after.loc[kept, name]):
                return False
    return True


def _placed_less(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Tell whether the professionals are the same, at the centre of their commune for some.

    A position may come from either of the two pairs of coordinates of a file.
    """
    keys = ["code_commune", "profession"]
    counts = [t.groupby(keys)["nombre"].sum() for t in (before, after)]
    placed = after.dropna(subset=["lon"]).merge(before, on=[*keys, "nombre"], suffixes=("", "_av"))
    gap = (placed[["lon", "lat"]] - placed[["lon_av", "lat_av"]].to_numpy()).abs().max(axis=1)
    near = int((gap < 0.01).sum())
    return counts[0].equals(counts[1]) and near >= int(after["lon"].notna().sum())


def flip(content: bytes, rng: np.random.Generator) -> bytes:
    """Flip one bit."""
    out = bytearray(content)
    out[int(rng.integers(0, len(out)))] ^= 1 << int(rng.integers(0, 8))
    return bytes(out)


# What a text cut exactly at the end of a line is only told by another source: see docs/limites.md.
ALONE = frozenset(
    {
        "bpe",
        "bpe 2024",
        "rpps",
        "carreaux",
        "ages",
        "flux_observes",
        "secteurs_garde",
        "offre_sociale",
        "enquete",
        "exercice_coordonne",
        "medecins_ages",
        "activite_mg",
        "adresses",
        "tvs",
    }
)
# Those are looked at with the other files of the folder (`country_campaign`).
TOGETHER = frozenset({"points", "populations", "mouvements", "zonage", "cartosante", "statloc"})


def assert_cuts(tally: Tally) -> None:
    """Check that nothing is silent but a cut at the end of a line that nothing can tell."""
    for name in tally.muets:
        small, _, line = name.partition(", ")
        assert line == "fin de ligne" or small in ("cartosante", "statloc"), name
        assert small in ALONE | TOGETHER, name


def raw_tables(folder: Path) -> RawTables | str:
    """Tables of a folder, or why it was refused."""
    try:
        return load(scan(folder))
    except DataError as error:
        return error.message


COUNTRY_FILES = {
    "communes_points_2024.csv": "points",
    "donnees_communes.csv": "populations",
    "zonage_mg_communes_2025.csv": "zonage",
    "cartosante_health_bv2022.csv": "contexte",
}


def country_campaign(folder: Path, number: int, seed: int) -> Tally:
    """Cut the texts of a whole folder; within the tolerance, what is lost must be few rows."""
    rng, tally = np.random.default_rng(seed), Tally()
    whole = raw_tables(write_country(folder))
    assert not isinstance(whole, str), whole
    for rank in range(number):
        name, table = list(COUNTRY_FILES.items())[rank % len(COUNTRY_FILES)]
        path = folder / name
        content = path.read_bytes()
        ends = [i + 1 for i, byte in enumerate(content[:-1]) if byte == 10]
        length = int(rng.choice(ends) if rank // 4 % 2 else rng.integers(0, len(content)))
        path.write_bytes(content[:length])
        found = raw_tables(folder)
        path.write_bytes(content)
        if isinstance(found, str):
            tally.add("refusé")
            continue
        before, after = getattr(whole, table), getattr(found, table)
        lost = len(before) - len(after)
        first = before.head(len(after)).equals(after)
        if not lost and first:
            tally.add("identique")
        elif first and (lost <= Tolerance().communes or _whole_departements(after)):
            tally.add("toléré")
        else:
            tally.add("muet", f"{name}, {length} octets sur {len(content)}, {lost} lignes")
    return tally


def _whole_departements(table: pd.DataFrame) -> bool:
    """Tell whether a file of some departements holds each of them (20 communes), but for two."""
    counts = table["code_commune"].str[:3].value_counts()
    return bool((counts >= 18).all())


def flip_campaign(
    folder: Path, number: int, seed: int, files: tuple[SmallFile, ...] = FILES
) -> Tally:
    """Flip a bit of downloaded files; each must be found, and refused offline."""
    rng, tally = np.random.default_rng(seed), Tally()
    for rank, small in enumerate(files):
        place = folder / f"bits{rank}" / FOLDER
        place.mkdir(parents=True)
        path = small.write(place)
        content = path.read_bytes()
        source = by_key(layout(small.layouts[0]).source)
        origin = Origin(source.cle, "https://exemple.test", path.name, sha256(path), len(content))
        note_of(path).write_bytes(origin.to_bytes())
        assert spoiled(place) == []
        for _ in range(number // len(files) + (rank < number % len(files))):
            path.write_bytes(flip(content, rng))
            try:
                stocked(place.parent, lambda _: None, hors_ligne=True)
            except DataError as error:
                told = "a changé depuis son téléchargement" in error.message
                tally.add("refusé" if told and spoiled(place) == [path] else "muet", small.nom)
            else:
                tally.add("muet", small.nom)
    return tally


def bare_flip_campaign(
    folder: Path, number: int, seed: int, files: tuple[SmallFile, ...] = FILES
) -> Tally:
    """Flip a bit of files without a recorded hash: some change in silence, none may crash."""
    rng, tally = np.random.default_rng(seed), Tally()
    for rank, small in enumerate(files):
        here = folder / f"nu{rank}"
        here.mkdir()
        path, whole = read_whole(small, here)
        content = path.read_bytes()
        for _ in range(number // len(files) + (rank < number % len(files))):
            path.write_bytes(flip(content, rng))
            found = attempt(small, path)
            if isinstance(found, str):
                tally.add("refusé")
            else:
                tally.add("identique" if same(found, whole) else "muet", small.nom)
    return tally
