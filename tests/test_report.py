"""rapport.html: figures against hand values, hostile names, empty cases, determinism."""

import base64
import itertools
import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, box

from diagterritoire import schema, tables
from diagterritoire.core.verdict.comparisons import comparaisons
from diagterritoire.errors import DiskError
from diagterritoire.french import FINE, INSECABLE
from diagterritoire.outputs import cautions
from diagterritoire.outputs.limits import LIMITES
from diagterritoire.outputs.report import render, sentences, write_report
from diagterritoire.outputs.report.blocks import Figure, Tableau
from diagterritoire.outputs.report.content import build
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.outputs.report.totals import bands, totals, under_published
from diagterritoire.parameters import Parameters, override
from diagterritoire.study.bundles import Bilan
from factory import CRS, small_diagnosis, without_gp_counts

VOID = {"meta", "img", "br", "link", "hr", "input"}


def plain(text):
    """Give a text ordinary spaces and apostrophes, to compare it by eye."""
    return text.replace(FINE, " ").replace(INSECABLE, " ").replace("’", "'")


class Page(HTMLParser):
    """The page as a browser sees it: tags in order, balanced, and its text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.text, self.styles = [], [], "", ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.styles += data
        else:
            self.text += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def with_communes(diagnosis, **columns):
    communes = diagnosis.communes.assign(**columns)
    return replace(diagnosis, communes=schema.conform(communes, tables.COMMUNES))


def unknown_bilan():
    values = {f.name: None for f in fields(Bilan)}
    return Bilan(**values | dict.fromkeys(list(values)[:3], 0.0))


def without_flows(diagnosis):
    return replace(diagnosis, flux=schema.empty(tables.FLUX, CRS))


def no_gp():
    d = with_communes(
        small_diagnosis(), mg_nb=0, mg_etp=0.0, apl=0.0, temps_mg_min=np.nan, atteignable=False,
        deficit=True, mg_proche_code=None, taux_fuite=np.nan, taux_autosuffisance=np.nan,
    )  # fmt: skip
    return replace(without_flows(d), bilan=unknown_bilan())


def no_published():
    d = with_communes(
        small_diagnosis(), apl_publiee=np.nan, apl_publiee_65=np.nan, apl_publiee_annee=None
    )
    bilan = replace(
        d.bilan, correlation_apl=None, correlation_apl_ponderee=None, ecart_median_apl=None,
        apl_publiee_moyenne=None,
    )  # fmt: skip
    return replace(d, bilan=bilan)


def one_commune():
    d = small_diagnosis()
    inside = d.communes["code_commune"] == "00004"
    return with_communes(d, dans_territoire=inside)


def nobody():
    d = with_communes(
        small_diagnosis(), population=0, population_standardisee=0.0, deficit_consultations=0.0,
        deficit_etp=0.0,
    )  # fmt: skip
    return replace(d, bilan=unknown_bilan())


def no_tables():
    d = without_flows(small_diagnosis())
    names = {"controle": tables.CONTROLE, "sources": tables.SOURCES, "contexte": tables.CONTEXTE}
    empty = {name: schema.empty(table) for name, table in names.items()}
    return replace(d, comparaisons=schema.empty(tables.COMPARAISONS), **empty)


CASES = {
    "usual": small_diagnosis,
    "no_gp": no_gp,
    "no_published": no_published,
    "one_commune": one_commune,
    "nobody": nobody,
    "no_tables": no_tables,
    "no_zonage": lambda: with_communes(small_diagnosis(), zonage_mg=None),
    "no_deficit": lambda: with_communes(
        small_diagnosis(), deficit=False, deficit_consultations=0.0, deficit_etp=0.0
    ),
    "approximate": lambda: small_diagnosis(approximate=True),
}


@pytest.fixture(scope="module")
def pages():
    return {name: render(make()) for name, make in CASES.items()}


@pytest.mark.parametrize("case", CASES)
def test_every_chapter_is_there_and_the_page_holds_alone(pages, case):
    page = Page(pages[case])
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    wanted = [*(f"chapitre-{k}" for k in range(14)), *(f"annexe-{x}" for x in "abcdef")]
    assert [i for i in ids if i in wanted] == wanted
    assert page.all("html")[0]["lang"] == "fr"
    assert not page.all("script")
    assert not page.all("link")
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    links = [a.get("href") or a.get("src") for _, a in page.tags if "href" in a or "src" in a]
    assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert "url(" not in page.styles
    assert "@import" not in page.styles
    assert "http" not in pages[case]
    assert not re.search(r"\b(nan|None|NaN|<NA>)\b", page.text)


@pytest.mark.parametrize("case", CASES)
def test_figures_and_tables_are_numbered_captioned_and_readable_by_all(pages, case):
    page = Page(pages[case])
    images = page.all("img")
    assert len(images) == len(page.all("figure")) == len(page.all("figcaption"))
    assert all(len(a["alt"]) > 20 for a in images)
    for image in images:
        assert base64.b64decode(image["src"].partition(",")[2]).startswith(b"\x89PNG")
    assert len(page.all("table")) == len(page.all("caption")) == len(page.all("thead"))
    assert all(a.get("scope") in {"col", "row"} for a in page.all("th"))
    numbers = [int(n) for n in re.findall(r"Figure (\d+)\.", page.text)]
    assert numbers == list(range(1, len(images) + 1))
    numbers = [int(n) for n in re.findall(r"Tableau (\d+)\.", page.text)]
    assert numbers == list(range(1, len(page.all("table")) + 1))
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(headings))


@pytest.mark.parametrize("case", ["usual", "no_gp"])
def test_the_same_diagnosis_gives_the_same_bytes(pages, case):
    assert render(CASES[case]()) == pages[case]


def test_totals_by_hand():
    # 5 communes inside: 12 000 + 800 + 450 + 120 + 0 inhabitants; the buffer's 3 000 are left out.
    t = totals(small_diagnosis())
    assert (t.communes, t.population, t.mg_nb) == (5, 13370, 9)
    assert t.densite == pytest.approx(9 / 1.337)
    assert (t.sans_mg.communes, t.sans_mg.population) == (4, 1370)
    assert t.sans_mg.part == pytest.approx(1370 / 13370)
    # (800 x 8.4 + 450 x 17.5) / (12 000 + 800 + 450): L'Isle-Perdue has no time.
    assert t.temps_moyen == pytest.approx((800 * 8.4 + 450 * 17.5) / 13250)
    assert t.temps_habitants == pytest.approx((12000 * 4.5 + 800 * 9.1 + 450 * 18.2) / 13250)
    assert t.temps_max == 17.5
    assert (t.deficit.communes, t.deficit.population) == (3, 570)
    # (1.6 x 450 + 2.5 x 120) x 1.02 = 1 040.4
    assert t.deficit_consultations == pytest.approx(1040.4)
    assert [(n, g.communes) for n, g in t.zones] == [("ZIP", 2), ("ZAC", 1), ("HZ", 1)]
    assert t.zone_inconnue.communes == 1
    assert [g.population for _, g in t.bandes] == [12000, 800, 0, 450, 0, 0, 120]
    assert sum(g.communes for _, g in t.bandes) == t.communes


@pytest.mark.parametrize(
    ("minutes", "band"), [(9.99, 1), (10.0, 2), (15.0, 3), (20.0, 3), (20.1, 4)]
)
def test_bands_hold_their_bounds(minutes, band):
    d = with_communes(small_diagnosis(), temps_mg_min=minutes)
    counts = [g.communes for _, g in totals(d).bandes]
    assert counts[0] == 1
    assert counts[band] == 4


def test_salient_points_say_what_the_figures_say():
    points = [plain(p) for p in sentences.salient_points(open_dossier(small_diagnosis()))]
    assert 5 <= len(points) <= 8
    assert points[0].startswith("Le territoire compte 5 communes et 13 370 habitants. 9 médecins")
    assert "6,7 pour 10 000 habitants (Département fictif : 8,9 ; Région fictive" in points[0]
    assert points[1] == (
        "4 communes sur 5 (dont Saint-Élan-l'Œuvre, Vaumont et L'Isle-Perdue), soit "
        "1 370 habitants (10,2 % de la population), n'ont pas de médecin généraliste libéral."
    )
    # 11 600 inhabitants of 13 370 by where they live; 120 reach nobody, and are not far.
    assert points[2].startswith(
        "De l'endroit où ils vivent, 86,8 % des habitants sont à 10 minutes ou moins en voiture "
        "d'un médecin généraliste, et aucun à plus de 20 minutes. 1 commune sur 5"
    )
    assert (
        "1 commune sur 5 (L'Isle-Perdue), soit 120 habitants (0,9 % de la population), ne peut"
        in (points[2])
    )
    assert points[3].endswith("3,2 consultations par an et par habitant, 14 % de moins que "
                              "l'ensemble de comparaison (3,7).")  # fmt: skip
    assert points[4].startswith(
        "3 communes sur 5 (Vaumont, L'Isle-Perdue et Morne-Plaine), soit 570 habitants (4,3 % de "
        "la population), sont sous le seuil de 2,5"
    )
    assert "1 040 consultations par an, l'activité de 0,2 médecin à temps plein" in points[4]
    assert points[5].startswith("Selon les flux modélisés, 2,0 % des recours")
    assert "4,3 % de la population vit en zone d'intervention prioritaire (ZIP)" in points[6]


@pytest.mark.parametrize("case", CASES)
def test_salient_points_stay_within_eight(case):
    points = sentences.salient_points(open_dossier(CASES[case]()))
    assert 3 <= len(points) <= 8
    assert all((p.endswith(".") and p[0].isupper()) or p[0].isdigit() for p in points)


def test_one_commune_is_told_in_the_singular(pages):
    d = open_dossier(one_commune())
    points = plain(" ".join(sentences.salient_points(d)))
    assert "Le territoire compte 1 commune et 120 habitants." in points
    assert "Aucun médecin généraliste libéral n'y est compté" in points
    assert "La seule commune du territoire (L'Isle-Perdue), soit 120 habitants" in points
    assert "est sous le seuil" in points


def test_no_gp_is_said_and_no_share_of_gps_is_given(pages):
    text = plain(Page(pages["no_gp"]).text)
    assert "Aucun médecin généraliste libéral n'est compté dans le territoire" in text
    assert "ne peuvent atteindre aucun médecin en voiture" in text
    assert "Médecins généralistes libéraux par commune." not in text


def test_missing_inputs_name_what_would_fill_them(pages):
    text = plain(Page(pages["no_tables"]).text)
    for wanted in ("C@rtoSanté", "Statistiques locales", "FINESS", "RPPS", "enquête", "scénario"):
        assert wanted in text
    assert "zonage des médecins généralistes par commune, publié" in plain(
        Page(pages["no_zonage"]).text
    )
    assert "« APL aux médecins généralistes » de la DREES" in plain(
        Page(pages["no_published"]).text
    )


def test_fiction_is_told_on_top_and_in_every_caption(pages):
    page = Page(pages["usual"])
    assert "Territoire fictif" in page.text.partition("Sommaire")[0]
    captions = re.findall(r"Figure \d+\. +Territoire fictif", page.text)
    assert len(captions) == len(page.all("figure"))


def test_a_real_territory_is_not_called_fictitious():
    d = small_diagnosis()
    html = render(replace(d, territory=replace(d.territory, fictif=False)))
    assert "Territoire fictif" not in html


def test_straight_line_times_are_told_on_the_first_page(pages):
    assert (
        "Temps estimés à vol d’oiseau" in Page(pages["approximate"]).text.partition("Sommaire")[0]
    )
    assert "Temps estimés à vol d’oiseau" not in pages["usual"]


def test_every_figure_of_flows_says_modelled():
    chapter = next(c for c in build(small_diagnosis()).chapitres if c.numero == "7")
    shown = [b for b in chapter.blocs if isinstance(b, Figure | Tableau)]
    assert len(shown) == 3
    assert all("modélisé" in b.titre for b in shown)


def test_observed_flows_are_not_called_modelled():
    d = small_diagnosis()
    chapter = next(
        c for c in build(replace(d, flux=d.flux.assign(nature="observe"))).chapitres
        if c.numero == "7"
    )  # fmt: skip
    shown = [b for b in chapter.blocs if isinstance(b, Figure | Tableau)]
    assert shown
    assert all("observés" in b.titre for b in shown)


def test_a_sum_of_gaps_is_never_shown_without_its_caution(pages):
    for case in CASES:
        text = plain(Page(pages[case]).text)
        assert cautions.POSTES.texte in text


def test_secret_values_are_told_as_such(pages):
    text = plain(Page(pages["usual"]).text)
    assert "1 valeur est couverte par le secret statistique" in text
    assert "12,3 %" in text


def test_conservation_is_printed(pages):
    text = plain(Page(pages["usual"]).text)
    assert (
        "46 420 consultations par an. Consultations offertes par les médecins à portée : 46 420"
        in text
    )


def test_rows_of_a_long_territory_are_limited():
    d = small_diagnosis()
    many = pd.concat([d.communes.iloc[[1]]] * 40, ignore_index=True)
    many["code_commune"] = [f"1{k:04d}" for k in range(40)]
    rapport = build(replace(d, communes=schema.conform(many, tables.COMMUNES)))
    table = next(c for c in rapport.chapitres if c.ident == "annexe-f").blocs[0]
    assert len(table.lignes) == 30
    assert "indicateurs.xlsx" in table.note


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "${7*7}`{{ 7*7 }}{% raw %}",
    "$x_1$ \\frac & 中文 \U0001f3e5",
    "' onmouseover='x",
]


def test_hostile_names_stay_text(pages):
    d = small_diagnosis()
    d = replace(
        with_communes(d, nom=[*HOSTILE, "Belair"]),
        territory=replace(d.territory, nom=HOSTILE[0]),
        contexte=d.contexte.assign(indicateur=[HOSTILE[1], HOSTILE[2]]),
        controle=d.controle.assign(exemples=[HOSTILE[3], HOSTILE[4]]),
        comparaisons=d.comparaisons.assign(nom=HOSTILE[:4]),
    )
    page, usual = Page(render(d)), Page(pages["usual"])
    assert {t for t, _ in page.tags} <= {t for t, _ in usual.tags}
    attributes = [{a for _, attrs in p.tags for a in attrs} for p in (page, usual)]
    assert attributes[0] <= attributes[1]
    for name in HOSTILE:
        assert name.replace("'", "’") in page.text


def test_write_report_writes_utf8_and_tells_a_disk_error(tmp_path):
    write_report(small_diagnosis(), tmp_path / "rapport.html")
    raw = (tmp_path / "rapport.html").read_bytes()
    assert raw.startswith(b"<!DOCTYPE html>")
    assert raw.endswith(b"</html>\n")
    assert b"\r" not in raw
    with pytest.raises(DiskError, match=r"rapport\.html"):
        write_report(small_diagnosis(), tmp_path / "absent" / "rapport.html")


def report_texts(diagnosis):
    """Every text of the report but the table of parameters, which has all of them."""
    texts = []
    for chapter in build(diagnosis).chapitres:
        for block in chapter.blocs:
            if getattr(block, "titre", "") == "Paramètres du calcul":
                continue
            texts += list(strings(vars(block)))
    return [plain(t) for t in texts]


def strings(value):
    if isinstance(value, str) and not value.startswith("data:"):
        yield value
    elif isinstance(value, dict):
        yield from (t for v in value.values() for t in strings(v))
    elif isinstance(value, tuple):
        yield from (t for v in value for t in strings(v))


def test_areas_and_their_population():
    table = gpd.GeoDataFrame(
        {"temps_max_min": [10.0, 30.0], "population": [12_000, 12_800]},
        geometry=[MultiPolygon([box(0, 0, side, 5000)]) for side in (5000, 10_000)],
        crs=CRS,
    )
    drawn = replace(small_diagnosis(), isochrones=schema.conform(table, tables.ISOCHRONES))
    (shown,) = (
        block
        for chapter in build(drawn).chapitres
        for block in chapter.blocs
        if isinstance(block, Tableau) and "isochrones" in block.titre
    )
    assert [[plain(cell) for cell in row] for row in shown.lignes] == [
        ["10 min", "25", "12 000"],
        ["30 min", "50", "12 800"],
        ["Au-delà, ou aucun trajet en voiture", "–", "570"],
    ]
    assert not any("étape du même nom" in text for text in report_texts(drawn))
    assert any("à 30 minutes ou moins" in text for text in report_texts(small_diagnosis()))


CHANGED = {
    "apl": {"bornes_min": [7, 13, 26], "poids": [1, 0.6, 0.2]},
    "deficit": {"seuil_apl": 2.875},
    "offre": {"consultations_par_mg": 4111, "consultations_par_etp": 5222},
    "flux": {"part_conservee": 0.987},
}
QUOTED = {
    "apl.bornes_min[0]": (r"\b10 min", r"\b7 min"),
    "apl.bornes_min[1]": (r"\b15 min", r"\b13 min"),
    "apl.bornes_min[2]": (r"\b20 min", r"\b26 min"),
    "deficit.seuil_apl": (r"\b2,5 consultations|seuil (d'APL )?de 2,5\b", r"\b2,875\b"),
    "offre.consultations_par_mg": (r"\b4 220 consultations", r"\b4 111 consultations"),
    "offre.consultations_par_etp": (r"\b5 400 ", r"\b5 222 "),
    "flux.part_conservee": (r"\b99,5 %", r"\b98,7 %"),
}


def test_every_sentence_follows_the_parameters_of_the_run():
    # Bands of the inhabitants bear the bounds that they were counted with.
    d = replace(small_diagnosis(), bandes=schema.empty(tables.BANDES))
    usual = "\n".join(report_texts(d))
    changed = "\n".join(report_texts(replace(d, parameters=override(Parameters(), CHANGED))))
    for key, (default, wanted) in QUOTED.items():
        assert re.search(default, usual), f"{key} n'est plus cité : le test ne mesure rien"
        assert not re.search(default, changed), key
        assert re.search(wanted, changed), key


@pytest.mark.parametrize(
    ("bornes", "labels"),
    [
        ((10.0, 15.0, 25.0), ["Moins de 10 min", "De 10 à moins de 15 min", "De 15 à 25 min",
                              "Plus de 25 à 30 min", "Plus de 30 min"]),
        ((12.5, 30.0), ["Moins de 12,5 min", "De 12,5 à 30 min", "Plus de 30 min"]),
        ((20.0,), ["Au plus 20 min", "Plus de 20 à 30 min", "Plus de 30 min"]),
    ],
)  # fmt: skip
def test_bands_follow_the_steps_of_the_apl(bornes, labels):
    inside = totals(small_diagnosis()).interieur
    rows = bands(inside, bornes)
    assert [n for n, _ in rows] == [
        "Un médecin dans la commune", *labels, "Aucun trajet en voiture"
    ]  # fmt: skip
    assert sum(g.communes for _, g in rows) == len(inside)


def test_unknown_gps_are_neither_present_nor_absent():
    # Saint-Élan and L'Isle-Perdue unknown: 9 GPs over 12 000 + 450 + 0 inhabitants.
    d = without_gp_counts()
    t = totals(d)
    assert t.densite == pytest.approx(9 / 1.245)
    assert (t.sans_mg.communes, t.sans_mg.population) == (2, 450)
    assert t.sans_mg.part == pytest.approx(450 / 12450)
    assert (t.mg_inconnu.communes, t.mg_inconnu.population) == (2, 920)
    page = Page(render(d))
    first = plain(page.text.partition("Sommaire")[0])
    assert "Le nombre de médecins de 2 communes (920 habitants) est inconnu" in first
    assert "9 (inconnu pour 2 communes)" in first
    text = plain(page.text)
    assert "2 communes sur 3 (Vaumont et Morne-Plaine), soit 450 habitants" in text
    assert "parmi les 3 communes où leur nombre est connu" in text


def test_no_known_gp_is_not_no_gp():
    d = small_diagnosis()
    d = with_communes(d, mg_nb=None, mg_etp=np.nan)
    d = replace(d, bilan=replace(d.bilan, communes_mg_inconnu=5, population_mg_inconnu=13370))
    points = plain(" ".join(sentences.salient_points(open_dossier(d))))
    assert "Le nombre de ses médecins généralistes libéraux est inconnu" in points
    assert "Aucun médecin" not in points
    assert "n. d. (inconnu pour 5 communes)" in plain(Page(render(d)).text)


def test_needs_compare_two_populations_of_the_same_year():
    # Standardised 1.02 x the municipal population; published total of another year: 1.5 x it.
    d = small_diagnosis()
    published = [18000.0, 1200.0, np.nan, np.nan, 0.0, 4500.0]
    d = with_communes(d, population_totale_publiee=published)
    text = plain("\n".join(report_texts(d)))
    # 1.02 x 12 800 / 19 200 = 0.68, over the two inhabited communes where both are published.
    assert "compte en moyenne pour 0,68 habitant standardisé" in text
    assert "elle n'est pas publiée pour 2 communes, laissées de côté" in text
    assert "2 communes (570 habitants) n'est pas publiée" in plain(Page(render(d)).text)


def test_needs_are_silent_where_nothing_is_published():
    d = with_communes(small_diagnosis(), population_totale_publiee=np.nan)
    text = plain("\n".join(report_texts(d)))
    assert "leurs besoins selon l'âge ne sont pas connus" in text
    assert "habitant standardisé, les deux" not in text


def test_shares_of_zones_are_over_the_known_zones():
    # Belair (12 000 of 13 370) unknown: ZIP 570 and ZAC 800 of 1 370.
    d = with_communes(small_diagnosis(), zonage_mg=[None, "ZAC", "ZIP", "ZIP", "HZ", "ZAC"])
    text = plain("\n".join(report_texts(d)))
    assert "41,6 % de la population dont la zone est connue vit en zone d'intervention" in text
    assert "58,4 % en zone d'action complémentaire (ZAC)" in text
    assert "zone inconnue pour 89,8 % de la population" in text
    views = next(
        b for c in build(d).chapitres for b in c.blocs
        if isinstance(b, Tableau) and b.titre.startswith("Les difficultés")
    )  # fmt: skip
    rows = {r[0]: [plain(x) for x in r[1:]] for r in views.lignes}
    assert rows["Zone officielle ZIP ou ZAC"] == ["3", "1 370", "100,0 %"]
    assert "Zone inconnue pour 89,8 % de la population" in plain(views.note)


def test_published_share_under_the_threshold_is_the_one_of_the_comparison():
    d = small_diagnosis()
    d = with_communes(d, population_totale_publiee=[20000.0, 1000.0, np.nan, 150.0, 0.0, 3000.0])
    under = under_published(totals(d).interieur, 2.5)
    # Under: Saint-Élan 1 000, Vaumont 450 (municipal), L'Isle-Perdue 150; known: 20 000 more.
    assert (under.communes, under.population) == (3, 1600)
    assert under.part == pytest.approx(1600 / 21600)
    base = d.communes.loc[d.communes["dans_territoire"]].rename(
        columns={"population_totale_publiee": "population_totale"}
    )
    base = pd.DataFrame(base.drop(columns="geometry")).assign(mg_connu=True)
    out = comparaisons(base, d.territory, 2.5, schema.empty(tables.LIBELLES))
    assert out["part_population_sous_seuil"].iloc[0] == pytest.approx(under.part)


def test_an_apl_just_under_the_threshold_never_reads_as_the_threshold():
    d = with_communes(small_diagnosis(), apl=[2.46, 2.5, 2.496, 0.0, 2.54, 2.4], deficit=[
        True, False, True, True, False, True])  # fmt: skip
    table = next(
        b for c in build(d).chapitres for b in c.blocs
        if isinstance(b, Tableau) and b.titre == "Toutes les communes"
    )  # fmt: skip
    assert {r[0]: r[6] for r in table.lignes} == {
        "Belair": "2,46", "Saint-Élan-l'Œuvre": "2,5", "Vaumont": "2,496", "L'Isle-Perdue": "0,0",
        "Morne-Plaine": "2,5",
    }  # fmt: skip


def test_limits_are_those_of_the_documentation():
    page = (Path(__file__).resolve().parents[1] / "docs" / "limites.md").read_text(encoding="utf-8")
    # What is checked of the files has a part of its own.
    bullets = page.partition("\n## ")[0]
    said = re.findall(r"^- \*\*(.+?)\.\*\* (.+?)(?=^- |\Z)", bullets, flags=re.M | re.S)
    assert [(t, " ".join(x.split())) for t, x in said] == list(LIMITES)


def test_communes_beyond_the_layer_are_named():
    d = small_diagnosis()
    d = replace(
        with_communes(d, mg_proche_code=["00001", "00001", "99999", None, "00001", "00006"]),
        noms={**d.noms, "99999": "Lointaine"},
    )
    assert "Lointaine" in Page(render(d)).text
