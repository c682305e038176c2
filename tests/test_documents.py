"""rapport.docx and rapport.pdf: whole, accessible, the text as it is, the same bytes."""

import base64
import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import PIL.Image
import pytest
from pypdf import PdfReader

from diagterritoire.errors import DataError, DiskError, UsageError
from diagterritoire.outputs.documents import pandoc, typesetting
from diagterritoire.outputs.documents.columns import layout
from diagterritoire.outputs.documents.docx import word_document, write_docx
from diagterritoire.outputs.documents.pdf import typeset, write_pdf
from diagterritoire.outputs.documents.reading import read_page
from diagterritoire.outputs.documents.tree import Heading, Picture, Table, plain
from diagterritoire.outputs.presentation import PLAIN, open_presentation
from diagterritoire.outputs.report import render
from diagterritoire.parameters import Parameters, RapportParameters, load, override
from factory import small_diagnosis

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = (
    '#eval("1+1")', "$x^2$ @ref", "*gras* _ital_ `code`", "\\textbf{a} \\u{41}", "]#panic()[",
    "<script>alert(1)</script>", "-- --- ... \"g\" 'a' ~", "/* com */ // com", "= Titre",
    "{{ jinja }} {% x %}", "&amp; &#65;", "W" * 90,
)  # fmt: skip


def png(width=40, height=20):
    packed = io.BytesIO()
    PIL.Image.new("RGB", (width, height), "#1f4e79").save(packed, format="png")
    return packed.getvalue()


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def page(names=HOSTILE, rows=60):
    """Write a small page of every kind of block; `rows` lines of a table that no page holds."""
    uri = "data:image/png;base64," + base64.b64encode(png()).decode()
    paragraphs = "".join(f"<p>{escaped(n)}</p>" for n in names)
    cells = "".join(f"<tr><th scope='row'>{escaped(n)}</th><td>1</td></tr>" for n in names)
    lines = "".join(
        f"<tr><th scope='row'>ligne {k}</th><td class='nombre'>{k}</td></tr>" for k in range(rows)
    )
    head = "<thead><tr><th>Colonne repère</th><th class='nombre'>Nombre</th></tr></thead>"
    return f"""<html lang="fr"><head><title>Étude : {escaped(names[0])}</title></head><body>
<a class="evitement" href="#x">Aller au contenu</a>
<header><p class="surtitre">Diagnostic</p><h1>{escaped(names[0])}</h1>
<dl class="reperes"><div><dt>Communes</dt><dd>3</dd></div></dl></header>
<nav><h2>Sommaire de la page</h2></nav><main><section id="chapitre-0"><h2 id="t">0. Synthèse</h2>
<dl class="chiffres"><div><dt>libellé</dt><dd class="valeur">7</dd><dd>France : 8</dd></div></dl>
<h4>Saut de niveau</h4>{paragraphs}
<ul><li>un</li><li>deux</li></ul>
<div class="encadre attente"><p><strong>À venir.</strong> x</p></div>
<figure id="figure-1"><img src="{uri}" width="40" height="20" alt="Carte des &lt;lieux&gt;">
<figcaption><span class="numero">Figure 1.</span> Les lieux.</figcaption></figure>
<div><details><summary>Élément inconnu</summary>gardé</details></div></section>
<section id="annexe-a"><h2>A. Annexe</h2><table id="tableau-1">
<caption><span class="numero">Tableau 1.</span> {escaped(names[0])}</caption>{head}{cells}</table>
<p class="note">Note du tableau.</p><table><caption><span class="numero">Tableau 2.</span>
Long</caption>{head}{lines}</table></section></main>
<footer><p>pied de page</p></footer></body></html>
"""


@pytest.fixture(scope="module")
def document():
    return read_page(page())


@pytest.fixture(scope="module")
def paper(document):
    return PdfReader(io.BytesIO(typeset(document, "Cabinet #1")))


@pytest.fixture(scope="module")
def word(document):
    return word_document(document, "Cabinet #1")


@pytest.fixture(scope="module")
def parts(word):
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def read(xml):
    return ElementTree.fromstring(xml)  # noqa: S314 - written by ourselves


def shown(text):
    """Text without what lets a long word be cut, nor the line breaks of the sheet."""
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def test_the_page_is_read_block_by_block(document):
    headings = [b for b in document.body if isinstance(b, Heading)]
    assert [(b.level, plain(b.runs), b.new_page) for b in headings] == [
        (1, "0. Synthèse", True), (2, "Saut de niveau", False), (1, "A. Annexe", True),
    ]  # fmt: skip
    assert headings[0].ident == "chapitre-0"
    first, second = (b for b in document.body if isinstance(b, Table))
    assert first.body[1][0].header
    assert (plain(second.caption), second.columns, len(second.body)) == ("Tableau 2. Long", 2, 60)
    assert second.body[0][1].right
    (picture,) = (b for b in document.body if isinstance(b, Picture))
    assert (picture.alt, plain(picture.caption)) == ("Carte des <lieux>", "Figure 1. Les lieux.")
    assert picture.data == png()
    texts = str(document.body)
    assert "Élément inconnu" in texts
    assert "gardé" in texts
    for left_out in ("Aller au contenu", "Sommaire de la page", "pied de page"):
        assert left_out not in texts


def test_columns_hold_their_longest_word_and_shrink_when_they_must():
    def rows(*cells):
        line = "".join(f"<td>{c}</td>" for c in cells)
        (table,) = read_page(f"<table><tr>{line}</tr></table>").body
        return layout(table)

    one = rows("Court", "Une phrase bien plus longue que le mot voisin, sur plusieurs lignes " * 3)
    assert sum(one.shares) == pytest.approx(1)
    assert one.shares[0] < one.shares[1]
    assert one.size_pt == 9.0
    assert rows(*["anticonstitutionnellement"] * 8).size_pt < 8
    assert not rows("a", "b").breakable


def test_the_pdf_is_whole_tagged_and_signed(paper):
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert paper.metadata.title == f"Étude : {HOSTILE[0]}"
    assert "/CreationDate" not in paper.metadata
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in paper.pages} == {
        (595, 842)
    }
    outline = [entry.title for entry in paper.outline if not isinstance(entry, list)]
    assert outline == ["0. Synthèse", "A. Annexe"]
    texts = [shown(p.extract_text()) for p in paper.pages]
    assert all(len(text) > 60 for text in texts)
    for number, text in enumerate(texts[1:], start=2):
        assert "Cabinet #1" in text
        assert f"{number} / {len(texts)}" in text.replace(f"{number}/", f"{number} / ")
    # The long table goes on, its head with it.
    assert "ligne 0" in texts[-2]
    assert "ligne 59" in texts[-1]
    assert sum(text.count("Colonne repère") for text in texts) == 3
    assert "Colonne repère" in texts[-1]


def structure(node, found):
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            structure(child, found)
    elif isinstance(node, dict) and "/S" in node:
        found.append((node["/S"], str(node.get("/Alt", ""))))
        if "/K" in node:
            structure(node["/K"], found)
    return found


def test_readers_by_ear_get_headings_tables_and_pictures(paper):
    tags = structure(paper.trailer["/Root"]["/StructTreeRoot"]["/K"], [])
    names = {name for name, _ in tags}
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Caption", "/L", "/TOC"} <= names
    assert [alt for name, alt in tags if name == "/Figure"] == ["Carte des <lieux>"]


def test_no_name_is_read_as_code(paper, parts):
    pages = shown("".join(p.extract_text() for p in paper.pages))
    text = "".join(read(parts["word/document.xml"]).itertext())
    for name in HOSTILE:
        # A long word is cut at the end of a line.
        seen = pages.replace(" ", "") if " " not in name else pages
        assert seen.count(shown(name)) >= 2, name
        assert text.count(name) >= 2, name


def test_what_the_fonts_lack_is_a_question_mark_and_nothing_else_changes():
    strange = ("A \U0001f600 b", "\u05d0\u05d1", "\u202eabc", "\u6f22", "x\x01\ud800y")
    made = typeset(read_page(page(strange, rows=1)))
    pages = "".join(p.extract_text() for p in PdfReader(io.BytesIO(made)).pages)
    assert "A ? b" in shown(pages)
    assert "\u05d0" in pages
    assert typesetting.undrawn("aé\U0001f600\u6f22\u05d0") == {"\U0001f600", "\u6f22"}
    with zipfile.ZipFile(io.BytesIO(word_document(read_page(page(strange, rows=1)), "x"))) as z:
        xml = z.read("word/document.xml").decode()
    assert "A \U0001f600 b" in xml
    read(xml)


def test_word_gets_styles_captions_contents_and_repeated_heads(parts, document):
    xml = parts["word/document.xml"]
    body = read(xml)
    styles = [e.get(f"{W}val") for e in body.iter(f"{W}pStyle")]
    for style in ("Title", "Heading1", "Heading2", "TableCaption", "ImageCaption", "TOC1"):
        assert style in styles, style
    assert ' TOC \\o "1-2"' in xml
    assert re.findall(r'w:anchor="([^"]+)"', xml)[0] == "chapitre-0"
    assert set(re.findall(r'w:anchor="([^"]+)"', xml)) <= set(
        re.findall(r'w:bookmarkStart [^>]*w:name="([^"]+)"', xml)
    )
    fields = [e.get(f"{W}instr") for e in body.iter(f"{W}fldSimple")]
    assert [f.split()[:2] for f in fields] == [["SEQ", n] for n in ("Figure", "Tableau", "Tableau")]
    assert 'descr="Carte des &lt;lieux&gt;"' in xml
    tables = list(body.iter(f"{W}tbl"))
    assert sum(1 for _ in body.iter(f"{W}tblHeader")) == 2
    rows = list(body.iter(f"{W}tr"))
    assert len(rows) == sum(1 for _ in body.iter(f"{W}cantSplit"))
    assert sum(1 for _ in body.iter(f"{W}pageBreakBefore")) == 2
    titles = [e.get(f"{W}val") for e in body.iter(f"{W}tblCaption")]
    assert titles == [f"Tableau 1. {HOSTILE[0]}", "Tableau 2. Long"]
    for table in tables:
        assert sum(int(c.get(f"{W}w")) for c in table.iter(f"{W}gridCol")) == pytest.approx(
            9864, abs=4
        )
    # The short table stays on its page: each of its rows but the last one, on two cells.
    assert styles.count("CelluleLiee") + styles.count("CelluleSerreeLiee") == 2 * (len(HOSTILE) - 1)
    assert "Cabinet #1" in parts["word/footer1.xml"]
    assert 'w:w="11906"' in xml
    assert "w:pgSz" in xml


def test_word_says_nothing_of_the_machine_nor_of_the_day(word, parts, tmp_path):
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        assert {e.date_time for e in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        for entry in archive.infolist():
            assert os.fsencode(tmp_path.anchor + tmp_path.parts[1]) + b"/" not in archive.read(
                entry
            )
    core = parts["docProps/core.xml"]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"2000-01-01T"}
    assert "<dc:creator>Cabinet #1</dc:creator>" in core


RUN = """
import sys
from pathlib import Path
from diagterritoire.outputs.documents.docx import write_docx
from diagterritoire.outputs.documents.pdf import write_pdf
folder = Path(sys.argv[1])
write_docx(folder / "rapport.html", folder / "rapport.docx", "x")
write_pdf(folder / "rapport.html", folder / "rapport.pdf", "x")
"""


def test_same_page_same_bytes_whatever_the_machine_says(tmp_path):
    found = set()
    for name, zone, tongue, seed in (("a", "UTC", "C", "0"), ("b", "Asia/Tokyo", "fr_FR", "7")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "rapport.html").write_text(page(), encoding="utf-8")
        settings = {"TZ": zone, "LANG": tongue, "LC_ALL": tongue, "PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, "-c", RUN, str(folder)],
            check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings},
        )  # fmt: skip
        made = [(folder / f"rapport.{kind}").read_bytes() for kind in ("docx", "pdf")]
        assert all(str(tmp_path).encode() not in content for content in made)
        found.add(tuple(hashlib.sha256(content).hexdigest() for content in made))
    assert len(found) == 1


def test_the_whole_report_becomes_both(tmp_path):
    source = tmp_path / "rapport.html"
    shows = open_presentation(chosen(tmp_path, "logo.svg", SVG.encode(), cabinet="A & <B>"))
    source.write_text(render(small_diagnosis(nom=HOSTILE[0]), shows), encoding="utf-8")
    write_pdf(source, tmp_path / "rapport.pdf", "x")
    write_docx(source, tmp_path / "rapport.docx", "x")
    document = read_page(source.read_text(encoding="utf-8"))
    logo, firm = document.cover[:2]
    assert (logo.kind, logo.alt, plain(firm.runs)) == ("logo", "Logo de A & <B>", "A & <B>")
    tables = [b for b in document.body if isinstance(b, Table)]
    pages = PdfReader(tmp_path / "rapport.pdf").pages
    assert 15 <= len(pages) <= 40
    assert "A & <B>" in shown(pages[0].extract_text())
    with zipfile.ZipFile(tmp_path / "rapport.docx") as archive:
        xml = archive.read("word/document.xml").decode()
    # Key figures are laid out as a table too.
    assert xml.count("<w:tbl>") == len(tables) + 1
    assert xml.count(" SEQ Tableau ") == len(tables)
    with pytest.raises(DiskError):
        write_pdf(source, tmp_path / "absent" / "rapport.pdf", "x")
    with pytest.raises(DiskError):
        write_docx(tmp_path / "absent.html", tmp_path / "rapport.docx", "x")


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><path d="M0 0h30v10z"/></svg>'


def chosen(tmp_path, name, content, **others):
    (tmp_path / name).write_bytes(content)
    return RapportParameters(logo=str(tmp_path / name), **others)


@pytest.mark.parametrize("kind", ["png", "jpg", "svg"])
def test_a_logo_is_drawn_again_at_the_size_of_the_cover(tmp_path, kind):
    content = SVG.encode() if kind == "svg" else png(600, 200)
    if kind == "jpg":
        packed = io.BytesIO()
        PIL.Image.open(io.BytesIO(content)).convert("CMYK").save(packed, format="jpeg")
        content = packed.getvalue()
    shows = open_presentation(chosen(tmp_path, f"logo.{kind}", content, cabinet="A & <B>"))
    assert (shows.logo.largeur, shows.logo.hauteur) == (228, 76)
    assert shows.logo.uri.startswith("data:image/png;base64,")
    assert shows.alternative == "Logo de A & <B>"
    assert shows.empreintes == (("logo", hashlib.sha256(content).hexdigest()),)


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"\x89PNG\r\n\x1a\nrien", png()[:60], b"<html/>", b"<svg", b"\xff\xd8\xff",
     b'<!DOCTYPE s [<!ENTITY a "b">]>' + SVG.encode()],
    ids=["empty", "gif", "no_png", "cut", "html", "cut_svg", "no_jpeg", "entity"],
)  # fmt: skip
def test_a_logo_that_is_none_is_refused_at_the_start(tmp_path, content):
    with pytest.raises(DataError, match=r"logo|entité|illisible|abîmé"):
        open_presentation(chosen(tmp_path, "logo.png", content))


def test_missing_or_wrong_files_of_a_firm_are_named(tmp_path):
    with pytest.raises(DataError, match=r"absent\.png"):
        open_presentation(RapportParameters(logo=str(tmp_path / "absent.png")))
    model = tmp_path / "modele.docx"
    for content in (b"PK\x03\x04", png()):
        model.write_bytes(content)
        with pytest.raises(DataError, match=r"modele\.docx"):
            open_presentation(RapportParameters(modele_docx=str(model)))
    with zipfile.ZipFile(model, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(DataError, match="il manque"):
        open_presentation(RapportParameters(modele_docx=str(model)))


def test_a_firm_gives_its_own_model(tmp_path, word, document):
    model = tmp_path / "modele.docx"
    with zipfile.ZipFile(io.BytesIO(word)) as old, zipfile.ZipFile(model, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "word/styles.xml":
                content = content.replace(b"Calibri", b"Garamond")
            new.writestr(entry, content)
    shows = open_presentation(RapportParameters(modele_docx=str(model)))
    made = word_document(document, "x", shows.modele)
    assert made == word_document(document, "x", shows.modele)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert b"Garamond" in archive.read("word/styles.xml")
        assert b"ligne 59" in archive.read("word/document.xml")


def test_parameters_of_the_report_are_texts_and_paths_of_their_file(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text('[rapport]\ncabinet = " A "\nlogo = "logo.png"\n', encoding="utf-8")
    rapport = load(path).rapport
    assert (rapport.cabinet, rapport.logo) == ("A", str(tmp_path / "logo.png"))
    assert rapport.modele_docx == ""
    for wrong in (3, "deux\nlignes", "x" * 300, True):
        with pytest.raises(UsageError, match=r"rapport\.cabinet"):
            override(Parameters(), {"rapport": {"cabinet": wrong}})
    assert open_presentation(Parameters().rapport) == PLAIN


def test_missing_programs_are_said_at_the_start(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(DiskError, match="typst"):
        typesetting.check_typst()
    monkeypatch.setattr(pandoc, "_candidates", lambda: iter(()))
    with pytest.raises(DiskError, match="pandoc manque"):
        pandoc.find_pandoc()
    monkeypatch.setattr(pandoc, "_candidates", lambda: iter(["/nulle/part/pandoc"]))
    with pytest.raises(DiskError, match="ne démarre pas"):
        pandoc.find_pandoc()
