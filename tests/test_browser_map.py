"""The map opened in a real browser with the network cut: nothing fetched, no error, no script."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from pypdf import PdfReader

from browsers import MARKS, cut_off
from diagterritoire.outputs import cautions
from diagterritoire.outputs.classes import INDICATEURS
from diagterritoire.outputs.map import write_map
from diagterritoire.parameters import Parameters
from factory import small_diagnosis, with_care_area, without_gp_counts
from places import with_places
from projects import with_projects
from voronoi import voronoi_diagnosis

pytestmark = [
    *MARKS,
    pytest.mark.skipif(
        not (resources.files("diagterritoire") / "assets" / "carte.js").is_file(),
        reason="interface de la carte non assemblée : lancez « make » (npm run build)",
    ),
]

selenium = pytest.importorskip("selenium.webdriver", reason="selenium absent")
By = pytest.importorskip("selenium.webdriver.common.by").By
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
Wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait

PAYLOADS = [
    "<img src=x onerror=alert(1)>${alert(1)}",
    "</script><script>alert(1)</script>",
    "`{{7*7}}${document.title='x'}`",
    "\"' onmouseover='alert(1)",
    "=1+1 \u202efini \U0001f600",
]


@pytest.fixture(scope="module")
def browser():
    with cut_off(selenium) as driver:
        yield driver


class _Page:
    """The page as a reader uses it."""

    def __init__(self, driver, path: Path) -> None:
        self.driver = driver
        driver.get_log("browser"), driver.get_log("performance")
        driver.get(path.as_uri())
        self.wait(lambda _: self.all(".folium-map canvas"))

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css):
        """Find an element, which a handler may not have drawn yet."""
        return self.wait(lambda driver: driver.find_element(By.CSS_SELECTOR, css))

    def wait(self, condition):
        return Wait(self.driver, 10).until(condition)

    def search(self, text, *keys):
        field = self.one("#recherche")
        field.clear()
        field.send_keys(text, *keys)

    def choose(self, cle):
        """Open the family of an indicator, and choose it."""
        button = self.one(f"input[value='{cle}']")
        if not button.is_displayed():
            self.driver.execute_script(
                "arguments[0].closest('details').firstElementChild.click()", button
            )
        button.click()

    def pixels(self, css=".leaflet-overlay-pane canvas"):
        """Fingerprint of what the canvas shows."""
        return self.driver.execute_async_script(
            "const [css, done] = arguments;"
            "requestAnimationFrame(() => requestAnimationFrame(() =>"
            " done(document.querySelector(css).toDataURL())));",
            css,
        )

    def requests(self):
        """Addresses asked for, the page's own images apart."""
        events = (json.loads(e["message"])["message"] for e in self.driver.get_log("performance"))
        asked = [
            e["params"]["request"]["url"]
            for e in events
            if e["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in asked if not url.startswith("data:")]

    def assert_quiet(self):
        """No console message, and no request but the file's."""
        assert self.driver.get_log("browser") == []
        asked = self.requests()
        assert asked, "le journal du réseau est vide : la mesure ne mesure rien"
        assert [url for url in asked if not url.startswith("file:")] == []


@pytest.fixture
def opened(browser, tmp_path):
    def opener(diagnosis):
        path = tmp_path / "carte.html"
        write_map(diagnosis, path)
        return _Page(browser, path)

    return opener


def test_each_indicator_has_its_colours_and_its_legend(opened):
    page = opened(with_care_area(voronoi_diagnosis(120)))
    keys = [e.get_attribute("value") for e in page.all("input[name=indicateur]")]
    shown = [i for i in INDICATEURS if i.cle in keys]
    assert len(shown) == len(keys) - 1 == 13  # four analyses lack their file or code
    seen = set()
    for indicateur in shown:
        page.choose(indicateur.cle)
        page.wait(lambda _, t=indicateur.notion.titre: page.one(".legende h2").text.startswith(t))
        told = page.one(".legende .phrase").get_property("textContent")
        assert told == indicateur.notion.phrase(Parameters())
        seen.add(page.pixels())
    assert page.one(".legende .resume").text.startswith("Territoire : note ")
    page.choose("bassin")
    seen.add(page.pixels())
    # Uniform scores look alike.
    assert len(seen) >= len(keys) - 1
    page.assert_quiet()


def test_legend_counts_the_communes_of_the_territory(opened):
    diagnosis = voronoi_diagnosis(120)
    page = opened(diagnosis)
    counts = [int(e.text) for e in page.all(".legende .compte")]
    assert sum(counts) == diagnosis.communes["dans_territoire"].sum()
    caution = cautions.POURTOUR.titre
    for cle, partial in (("temps", False), ("apl", True), ("apl_publiee", False)):
        page.choose(cle)
        shown = page.wait(lambda _: page.one(".ligne-pourtour")).text
        assert shown == (caution if partial else "Pourtour")


def test_search_without_accents_opens_the_card_by_keyboard(opened):
    page = opened(small_diagnosis())
    page.search("saint elan l oeu")
    assert [e.text.split("\n")[0] for e in page.all("#suggestions li")] == ["Saint-Élan-l'Œuvre"]
    page.one("#recherche").send_keys(Keys.ARROW_DOWN)
    assert "8,4 min" in page.one(".bulle").text
    page.one("#recherche").send_keys(Keys.ENTER)
    card = page.wait(lambda _: page.one(".fiche"))
    assert card.is_displayed()
    assert page.driver.switch_to.active_element.text == "Saint-Élan-l'Œuvre"
    for expected in ("800", "8,4 min", "2,60", "2,40", "ZAC, zone d'action complémentaire"):
        assert expected in card.text
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not card.is_displayed()
    page.search("zzz")
    assert "Aucune commune" in page.one("[role=status]").text
    page.assert_quiet()


def test_card_tells_unknown_zero_and_unreachable_apart(opened):
    page = opened(small_diagnosis())
    page.search("isle", Keys.ENTER)
    assert "non atteignable" in page.one(".fiche").text
    page.search("morne", Keys.ENTER)
    text = page.one(".fiche").text
    assert "inconnu" in text
    assert "non atteignable" not in text
    page.search("hautecombe", Keys.ENTER)
    assert "déficit et recours partiels" in page.one(".fiche").text


def test_unknown_gps_are_told_on_top_in_the_card_and_by_the_pointer(opened):
    page = opened(without_gp_counts())
    assert "Le nombre de médecins de 2 communes" in page.one("header .medecins_inconnus").text
    page.search("saint elan", Keys.ARROW_DOWN)
    assert "nombre de médecins inconnu" in page.one(".bulle").text
    page.one("#recherche").send_keys(Keys.ENTER)
    text = page.one(".fiche").text
    for expected in ("nombre inconnu", "au plus 8,4 min", "au moins 2,60"):
        assert expected in text
    page.assert_quiet()


def test_pointer_shows_the_name_and_opens_the_card(opened):
    page = opened(small_diagnosis())
    zone = page.one(".folium-map")
    actions = selenium.ActionChains(page.driver).move_to_element_with_offset(zone, 0, 60)
    actions.pause(0.2).perform()
    assert page.one(".bulle strong").text
    name = page.one(".bulle strong").text
    selenium.ActionChains(page.driver).click().perform()
    assert page.one(".fiche h2").text == name
    page.one(".fermer").click()
    assert not page.one(".fiche").is_displayed()


def test_layers_are_switched_on_and_off(opened):
    page = opened(with_care_area(voronoi_diagnosis(120)))
    for name in ("routes", "limite-bassins", "limite-epci"):
        before = page.pixels()
        page.one(f"[name={name}]").click()
        assert page.pixels() != before, name
    start = page.pixels()
    page.one("[name=patientele]").click()
    assert "Choisissez une commune" in page.one(".reperes").text
    page.one("[name=patientele]").click()
    page.one(".aire summary").click()
    assert "Manque : fichier FINESS" in page.one(".aire").text
    page.one("[name=flux]").click()
    with_flows = page.pixels()
    assert with_flows != start
    assert "Habitants attribués" in page.one(".reperes").text
    page.search("roc", Keys.ENTER)
    assert "sortent" in page.one(".reperes").text
    page.one(".vue-generale").click()
    page.one(".fermer").click()
    page.one("[name=medecins]").click()
    page.one("[name=limites]").click()
    assert page.pixels() not in {start, with_flows}
    assert page.all(".nom-commune")
    page.one("[name=noms]").click()
    assert not page.all(".nom-commune")
    page.assert_quiet()


def test_a_walk_through_every_layer_asks_for_nothing(opened):
    """One reader: what colours the land, points, search, card, flows, table, paper."""
    diagnosis = with_places(with_care_area(voronoi_diagnosis(60)))
    page = opened(diagnosis)
    start = page.pixels()
    page.one("[name=fond][value=isochrones]").click()
    assert "10 min ou moins" in page.one(".surface").text
    assert not page.one(".legende").is_displayed()
    assert page.pixels(".leaflet-surfaces-pane canvas") != page.pixels()
    page.one("[name=fond][value=temps]").click()
    picture = page.one(".image-temps")
    assert picture.get_property("naturalWidth") == 3
    assert "40 min et plus" in page.one(".surface").text
    page.one("[name=fond][value=communes]").click()
    assert page.one(".legende").is_displayed()
    assert page.pixels() == start

    for box in page.all("[name^=structure-]"):
        box.click()
    gathered = page.one(".grappe-structures")
    assert (gathered.text, gathered.get_attribute("role")) == ("2", "button")
    assert gathered.accessible_name.startswith("2 structures")
    assert page.one(".repere-structure").text == "P"
    for box in page.all(".calques [type=checkbox]:not(:checked), [name^=limite-]"):
        box.click()
    assert page.pixels() != start

    page.search("00001", Keys.ENTER)
    card = page.wait(lambda _: page.one(".fiche"))
    assert "Parmi les communes du territoire" in card.text
    assert "Département fictif 3,40 · Ensemble fictif 3,70" in card.text
    assert len(page.all(".fiche svg.place")) == 3  # its times are unknown
    assert "Pharmacie du Bourg" in card.text
    away = diagnosis.flux.loc[diagnosis.flux["code_residence"] != diagnosis.flux["code_exercice"]]
    page.search(min({*away["code_residence"]} & {*away["code_exercice"]}), Keys.ENTER)
    assert "Où vont les habitants" in card.text
    assert "D'où viennent les patients" in card.text
    drawn = set()
    page.one("[name=sens][value='']").click()
    for sens in ("sortants", "entrants", "tous", ""):
        drawn.add(page.pixels())
        page.one("[name=sens]:checked").send_keys(Keys.ARROW_DOWN)
        assert page.one("[name=sens]:checked").get_attribute("value") == sens
    assert len(drawn) == 4
    assert not page.one("[name=flux]").is_selected()

    page.one(".tableau summary").click()
    page.one(".tableau thead th:nth-child(2) button").click()
    people = [
        int("".join(filter(str.isdigit, e.text))) for e in page.all(".tableau td:nth-child(2)")
    ]
    assert people == sorted(people)
    assert len(people) > 5

    # The page chooses its sheet.
    options = {"preferCSSPageSize": True, "printBackground": True}
    written = page.driver.execute_cdp_cmd("Page.printToPDF", options)["data"]
    paper = PdfReader(io.BytesIO(base64.b64decode(written)))
    (sheet,) = paper.pages
    assert [round(float(v)) for v in sheet.mediabox[2:]] == [842, 595]  # A4, lying
    words = " ".join(sheet.extract_text().split())
    for told in ("Les Mille Cellules", "Temps d'accès au médecin", "Sources et dates des données"):
        assert told in words
    assert "Chercher une commune" not in words
    page.wait(lambda _: not page.all(".impression"))
    assert page.one("#recherche").is_displayed()
    assert not page.one("[name=plan]").is_selected()
    assert "A besoin du réseau" in page.one("#plan-note").text
    page.assert_quiet()


def test_the_plan_of_the_ign_is_asked_for_once_ticked_and_given_up_without_network(opened):
    page = opened(small_diagnosis())
    page.assert_quiet()
    page.one("[name=plan]").click()
    page.wait(lambda _: "ne répond pas" in page.one("#plan-note + .annonce").text)
    asked = page.requests()
    assert asked
    assert {url.split("?")[0] for url in asked} == {"https://data.geopf.fr/wmts"}
    assert not page.one("[name=plan]").is_selected()
    # The browser itself writes each failed image to the console.
    assert all("ERR_" in entry["message"] for entry in page.driver.get_log("browser"))


@pytest.mark.parametrize("nom", PAYLOADS)
def test_hostile_text_is_shown_and_never_run(opened, nom):
    diagnosis = small_diagnosis(nom=nom)
    diagnosis = replace(
        diagnosis,
        territory=replace(diagnosis.territory, nom=nom),
        sources=diagnosis.sources.assign(titre=nom, producteur=nom, licence=nom),
    )
    page = opened(diagnosis)
    title = page.driver.title
    page.search("00001", Keys.ARROW_DOWN)
    assert page.one(".bulle strong").get_property("textContent") == nom
    assert page.one("#suggestions li span").get_property("textContent") == nom
    page.one("#recherche").send_keys(Keys.ENTER)
    assert page.one(".fiche h2").get_property("textContent") == nom
    assert page.one("h1").get_property("textContent") == nom
    assert page.one(".sources strong").get_property("textContent") == nom
    page.one("[name=flux]").click()
    assert page.driver.title == title
    assert not page.all("img[onerror], [onmouseover]")
    page.assert_quiet()  # an alert would have made every call above fail


def test_narrow_screen_does_not_overflow(opened):
    page = opened(small_diagnosis(approximate=True))
    metrics = {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        page.driver.refresh()
        page.search("belair", Keys.ENTER)
        width = page.driver.execute_script("return document.documentElement.scrollWidth")
        assert width == 400
        assert "Temps estimés à vol d'oiseau" in page.one("header").text
        # Card and map share the screen; the telephone's own button closes the card.
        seen = "return arguments[0].getBoundingClientRect()"
        carte = page.wait(
            lambda d: abs((r := d.execute_script(seen, page.one(".folium-map")))["top"]) < 1 and r
        )
        card = page.driver.execute_script(seen, page.one(".fiche"))
        assert carte["bottom"] - 1 <= card["top"] < card["bottom"] <= 800
        page.driver.back()
        page.wait(lambda _: not page.one(".fiche").is_displayed())
        page.one(".replier").click()
        assert "Temps estimés" not in page.one("header").text
        assert page.one(".replier").text == "Afficher 2 avertissements"
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_before_and_after_share_the_map_at_a_bar_moved_by_keyboard(opened):
    page = opened(with_projects(small_diagnosis()))
    assert page.one(".legende h2").text == "Temps : avant et après"
    assert "avant et après" in page.one(".legende").text
    bar = page.one("[name=barre]")
    bar.send_keys(Keys.HOME)
    assert bar.get_attribute("aria-valuetext") == "toute la carte montre après"
    edges = "return [...document.querySelectorAll('.leaflet-avant-pane, .leaflet-apres-pane')]"
    clips = page.driver.execute_script(f"{edges}.map((e) => e.style.clip)")
    bar.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert page.driver.execute_script(f"{edges}.map((e) => e.style.clip)") != clips
    page.search("belair", Keys.ARROW_DOWN)
    assert ", avant : " in page.one(".bulle").text
    assert "Après : " in page.one(".bulle").text
    signs = len(page.all(".repere-signe"))
    page.one("[name=projet]").click()
    assert (signs, len(page.all(".repere-signe"))) == (3, 0)
    page.one("[name=implantations]").click()
    assert cautions.OPTIMUM.texte in page.one(".avertissement").text
    assert len(page.all(".repere-signe")) == 1
    page.choose("temps")
    assert not bar.is_displayed()
    page.one(".tableau summary").click()
    page.one(".tableau thead th:nth-child(2) button").click()
    page.one(".tableau thead th:nth-child(2) button").click()
    assert page.one(".tableau [aria-sort]").get_attribute("aria-sort") == "descending"
    first = page.one(".tableau tbody button")
    name = first.text
    first.click()
    assert page.one(".fiche h2").text == name
    page.wait(lambda driver: "indicateur=temps&commune=00" in driver.current_url)
    address = page.driver.current_url
    page.driver.get("about:blank")
    page.driver.get(address)
    page.wait(lambda _: page.one(".fiche h2").text == name)
    page.wait(lambda _: page.one(".legende h2").text.startswith("Temps"))
    page.assert_quiet()


def test_every_control_has_a_name_and_the_page_a_language(opened):
    page = opened(with_projects(with_care_area(small_diagnosis())))
    assert page.one("html").get_attribute("lang") == "fr"
    assert len(page.all("h1")) == 1
    # What is folded, or waits for its layer, is not shown, so has no name.
    page.one("[name=implantations]").click()
    page.driver.execute_script(
        "for (const d of document.querySelectorAll('details')) {"
        " d.removeAttribute('name'); d.open = true; }"
    )
    for control in page.all("input, button, select, summary, .leaflet-control-zoom a"):
        assert control.accessible_name, control.get_attribute("outerHTML")
    page.assert_quiet()
