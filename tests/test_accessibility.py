"""Every page judged by axe-core against WCAG 2.1, levels A and AA, in a browser without network."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from browsers import MARKS, cut_off
from diagterritoire.outputs.evolution import compare_deliveries
from diagterritoire.outputs.geopackage import write_geopackage
from diagterritoire.outputs.manifest import write_manifest
from diagterritoire.outputs.map import write_map
from diagterritoire.outputs.report import write_report
from diagterritoire.store import RUN_ID
from factory import small_diagnosis, with_care_area
from projects import with_projects

AXE = Path(__file__).parents[1] / "web/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
JUDGE = """
const [tags, done] = arguments;
axe.run({runOnly: tags}).then(found => done([
  found.passes.length,
  found.violations.flatMap(v => v.nodes.map(n => `${v.id} : ${n.html} : ${n.failureSummary}`)),
]), error => done([0, [String(error)]]));
"""
# A control that Tab reaches: its name, whether it was met before, is seen, shows it is reached.
# The slider between before and after shows it on its handle, whose style no script can read.
REACHED = """
const here = document.activeElement, label = here.closest('label');
const style = getComputedStyle(here), box = here.getBoundingClientRect();
const around = label ? getComputedStyle(label) : style;
const met = here === document.body || here.dataset.met === '1';
here.dataset.met = '1';
return [
  `${here.tagName}#${here.id} ${here.className} « ${here.textContent.trim().slice(0, 30)} »`,
  met,
  box.width > 0 && box.height > 0,
  [style, around].some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0)
    || style.boxShadow !== 'none' || here.type === 'range',
];
"""

pytestmark = [
    *MARKS,
    pytest.mark.skipif(
        not AXE.is_file(),
        reason="axe-core absent : les pages ne sont pas jugées (npm ci dans web/)",
    ),
    pytest.mark.skipif(
        not (resources.files("diagterritoire") / "assets" / "carte.js").is_file(),
        reason="interface de la carte non assemblée : lancez « make » (npm run build)",
    ),
]

selenium = pytest.importorskip("selenium.webdriver", reason="selenium absent")
By = pytest.importorskip("selenium.webdriver.common.by").By
Wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys


@pytest.fixture(scope="module")
def browser():
    with cut_off(selenium) as driver:
        driver.set_script_timeout(120)
        yield driver


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """One of each page: map, report, index, comparison of two deliveries."""
    root = tmp_path_factory.mktemp("pages")
    whole = with_care_area(small_diagnosis())
    old = replace(whole, sources=whole.sources[:1])
    for place, diagnosis in ((root / "avant", old), (root, whole)):
        maps, processed = place / "maps/demo", place / "processed/demo"
        for folder in (maps, processed):
            folder.mkdir(parents=True)
        write_geopackage(diagnosis, processed / "diagnostic.gpkg")
        mark = write_manifest(diagnosis, maps, processed)
        for folder in (maps, processed):
            (folder / RUN_ID).write_text(f"{mark}\n")
    write_map(with_projects(whole), root / "maps/demo/carte.html")
    write_report(whole, root / "maps/demo/rapport.html")
    before = root / "avant/processed/demo"
    page = compare_deliveries(str(before), "demo", root / "maps", root / "processed").page
    return {
        "carte": root / "maps/demo/carte.html",
        "rapport": root / "maps/demo/rapport.html",
        "index": root / "maps/index.html",
        "comparaison": page,
    }


def judged(browser):
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    passed, violations = browser.execute_async_script(JUDGE, TAGS)
    assert passed > 10, "axe n'a rien jugé"
    return violations


@pytest.mark.parametrize(
    ("nom", "width"), [("rapport", 1360), ("rapport", 500), ("index", 500), ("comparaison", 1360)]
)
def test_a_page_of_text_has_no_violation(browser, pages, nom, width):
    browser.set_window_size(width, 900)
    browser.get(pages[nom].as_uri())
    assert judged(browser) == []


def test_the_map_has_no_violation_at_rest_nor_when_all_is_open(browser, pages):
    browser.set_window_size(1360, 900)
    browser.get(pages["carte"].as_uri())
    assert judged(browser) == []
    browser.find_element(By.ID, "recherche").send_keys("morne", Keys.ENTER)
    browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true;")
    card = (By.CSS_SELECTOR, ".fiche")
    Wait(browser, 10).until(lambda driver: driver.find_element(*card).is_displayed())
    assert judged(browser) == []


def test_the_controls_of_the_map_are_reached_by_tab_and_show_it(browser, pages):
    browser.get(pages["carte"].as_uri())
    reached = []
    while len(reached) < 60:
        browser.switch_to.active_element.send_keys(Keys.TAB)
        name, met, seen, marked = browser.execute_script(REACHED)
        if met:
            break
        reached.append(name)
        assert seen, f"{name} est atteint sans être visible"
        assert marked, f"{name} est atteint sans que cela se voie"
    assert "recherche" in reached[0] or "recherche" in reached[1]
    assert len(reached) > 8, reached
