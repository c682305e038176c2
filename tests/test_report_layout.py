"""How the report holds on its pages: maps on a sheet, few bassins in columns, the short annexes."""

from __future__ import annotations

import io
from base64 import b64decode
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import PIL.Image
import pytest
from matplotlib.patches import Patch
from matplotlib.text import Text

from diagterritoire import ledger, tables
from diagterritoire.outputs.documents.columns import layout
from diagterritoire.outputs.documents.tree import Cell, Run, Table
from diagterritoire.outputs.report import annexes, canvas, context, control
from diagterritoire.outputs.report.blocks import Tableau
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.outputs.report.labels import spelled
from diagterritoire.outputs.report.mosaic import Mosaic, plan
from factory import small_diagnosis

PAGE_IN = 9.8


@pytest.mark.parametrize("ratio", [0.45, 0.8, 1.0, 1.35])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_maps_hold_on_the_sheet_and_leave_room_for_text(ratio, count):
    shown = plan(ratio, count)
    lines = -(-count // shown.columns)
    assert shown.columns * shown.width <= canvas.WIDTH_IN
    assert lines * shown.height <= 0.65 * PAGE_IN
    assert shown.height / shown.width == pytest.approx(ratio)


def drawn(labels):
    """A picture of four squares filled to their edges, and where each is, in pixels."""
    with canvas.drawing():
        mosaic = Mosaic(1.35, ["Temps d'accès au médecin", "APL", "APL publiée", "Déficit"])
        for axes in mosaic.maps:
            canvas.bare(axes)
            axes.set(xlim=(0, 1), ylim=(0, 1.35))
            axes.fill([0, 1, 1, 0], [0, 0, 1.35, 1.35], color="#000000")
            mosaic.keys(axes, [Patch(color="#ff0000", label=label) for label in labels])
        image = mosaic.picture("Mention")
        figure = mosaic.figure
        width, height = figure.get_size_inches()
        titles = [a._left_title.get_window_extent() for a in mosaic.maps]
        keys = [a.get_legend().get_window_extent() for a in mosaic.maps]
    pixels = PIL.Image.open(io.BytesIO(b64decode(image.uri.partition(",")[2])))
    return pixels, (width * figure.dpi, height * figure.dpi), titles, keys


def test_what_the_font_cannot_draw_is_replaced_in_every_text():
    # A basin bears the name of a commune, which may hold anything.
    with canvas.drawing():
        mosaic = Mosaic(1.0, ["Droite \u200f", "Deux"])
        key = Patch(label="Dessin \U0001f1eb \u202e et 1\u00a0km")
        mosaic.keys(mosaic.maps[0], [key])
        mosaic.maps[1].text(0, 0, "\u4e2d, ligne\nsuivante")
        mosaic.picture()
    texts = {one.get_text() for one in mosaic.figure.findobj(Text)}
    assert texts >= {"Droite ?", "Dessin ? ? et 1\u00a0km", "?, ligne\nsuivante"}


def test_titles_maps_and_keys_overlap_nothing_and_are_not_cut():
    pixels, (width, height), titles, keys = drawn(["moins de 1,5", "x" * 60, "4,5 et plus"])
    black = np.asarray(pixels.convert("L")) < 60
    columns = black[: black.shape[0] // 2].any(axis=0)
    assert 1 + int((~columns[1:] & columns[:-1]).sum()) >= 4  # four maps, apart
    for box in (*titles, *keys):
        assert 0 <= box.x0 < box.x1 <= width
        assert 0 <= box.y0 < box.y1 <= height
    for row in (titles, keys):
        assert all(a.x1 <= b.x0 for a, b in pairwise(row))


def test_few_bassins_stand_in_columns():
    d = open_dossier(small_diagnosis())
    table = context.context(d)
    (shown,) = context.context_tables(d, table, "Tout")
    assert shown.entetes[0] == "Indicateur"
    assert len(shown.entetes) == 1 + table["bassin_vie"].nunique()
    assert shown.lignes[0][0] == "Habitants du territoire"
    assert {r[0] for r in shown.lignes[1:]} == {spelled(i) for i in table["indicateur"]}


def test_the_account_of_records_names_its_sources_and_parts_what_was_read():
    read = "Zonage (zonage.csv)"
    rows = ledger.stack([
        ledger.entry(read, ledger.LUS, [], 5, nombre=5, effet=tables.LU),
        ledger.entry(read, "gardés", [], 5, nombre=3, effet=tables.UTILISE),
        ledger.entry(read, "zonage_mg : illisible", ["a", "b"], 5, effet=tables.ECARTE),
    ])  # fmt: skip
    given = small_diagnosis()
    sources = given.sources.assign(fichier="zonage.csv", titre="Zonage publié")
    d = open_dossier(replace(given, controle=rows, sources=sources))
    first, second = (b for b in control.control(d) if isinstance(b, Tableau))
    assert first.lignes == (("Zonage publié", "5", "3", "2"),)
    assert [cell.replace("\xa0", " ") for cell in second.lignes[0]] == [
        "Zonage publié", "zonage : illisible", "a et b", "2", "40,0 %",
    ]  # fmt: skip


def test_speeds_are_told_in_words_those_of_slip_roads_as_a_range():
    told = annexes._listed({"motorway": "90", "motorway_link": "45", "primary_link": "30"})
    assert told == "autoroute 90 ; bretelles 30 à 45"


def test_every_map_of_the_report_has_the_apl_it_shows_in_the_table_of_communes():
    given = small_diagnosis()
    communes = given.communes.assign(apl_calibree=1.25)
    table = annexes._communes(open_dossier(replace(given, communes=communes)))
    assert table.entetes[6:9] == ("APL calculée", "APL publiée", "APL calée")
    assert pd.Series([r[8] for r in table.lignes]).replace({"1,2": "1,3"}).eq("1,3").all()


def test_words_are_cut_only_where_they_cannot_hold():
    def whole(*texts):
        return layout(Table((), (tuple(Cell((Run(t),)) for t in texts),))).whole

    assert whole("commune", "Corrélation pondérée", "12")
    assert not whole("anticonstitutionnellement" * 2, "12")


def test_thousands_of_a_label_hold_together():
    assert spelled("Densité pour 10 000 hab. 2024") == "Densité pour 10\u202f000 habitants (2024)"
