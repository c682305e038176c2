"""Texts written to harm whoever shows them, put in every free text of what is delivered.

A field is a column of a table, or a text that a user gives. Each gets a payload that ends with the
field's own name, so that a payload that runs, or is lost, says where it was.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.outputs.delivered import frames
from diagterritoire.study.bundles import Diagnosis

PWNED = "window.__pwned"
PAYLOADS = {
    "balise": f"<img src=x onerror=\"{PWNED}='img'\">&amp;&lt;b&gt;",
    "script": f"<script>{PWNED}='script'</script><iframe srcdoc='<script>alert(1)</script>'>",
    "accents graves": f"`${{{PWNED}='grave'}}` #read(\"/etc/passwd\") $x$ *b* _i_ \\u{{41}}",
    "gabarits": f"${{{PWNED}='dollar'}}{{{{7*7}}}}{{% raw %}}<%= 1 %>#{{1}}",
    "fermetures": f"</script></style></title></textarea>--><svg onload=\"{PWNED}='fin'\">]]>",
    "formule": "=cmd|' /C calc'!A0",
    "formules": "@SUM(1)+1-2|cmd' /C calc'!A0",
    "chemins": "../../../etc/passwd\\..\\C:\\Windows\\x%2e%2e/\"';--",
    "sens, dessins": "\u202eenvers\u2066 \u200fdroite\u2069 \U0001f600\U0001f1eb e\u0301",
    "long": "Saint-" + "Très-Long-" * 400 + "Nom",
}
# Texts of the data, or of a user; the others are ours, and closed sets.
FREE = frozenset(
    "nom titre producteur licence millesime fichier usage motif exemples lieux indicateur "
    "structure question modalite note nom_scenario projet libelle signification phrase montant "
    "conditions source".split()
)


def payload(rank: int, field: str) -> str:
    """Payload of a field, at a place in the round of payloads."""
    names = list(PAYLOADS)
    return f"{PAYLOADS[names[rank % len(names)]]} [{field}]"


def filled(diagnosis: Diagnosis, offset: int) -> tuple[Diagnosis, dict[str, str]]:
    """Put a payload in each free column of each table, and in the name of the territory."""
    given: dict[str, str] = {}

    def text(field: str) -> str:
        return given.setdefault(field, payload(offset + len(given), field))

    own: dict[str, pd.DataFrame] = {}
    compared: dict[str, object] = {}
    for table, frame in frames(diagnosis):
        free = [c.nom for c in table.colonnes if c.nom in FREE and not c.valeurs]
        free = [c for c in free if frame[c].notna().any()]
        if not free:
            continue
        values = {c: frame[c].mask(frame[c].notna(), text(f"{table.nom}.{c}")) for c in free}
        for c in set(free) & set(table.cle):
            values[c] = values[c] + pd.Series(range(len(frame)), index=frame.index).astype("str")
        changed = schema.conform(frame.assign(**values), table)
        (compared if table in tables.SCENARIOS else own)[table.nom] = changed
    place = replace(diagnosis.territory, nom=text("territoire.nom"))
    name = given.get("communes.nom", "")
    changed = replace(diagnosis, territory=place, noms=dict.fromkeys(diagnosis.noms, name), **own)  # type: ignore[arg-type]
    if diagnosis.scenarios is not None:
        names = dict.fromkeys(diagnosis.scenarios.noms, text("scenarios.noms"))
        scenarios = replace(diagnosis.scenarios, noms=names, **compared)  # type: ignore[arg-type]
        changed = replace(changed, scenarios=scenarios)
    return changed, given


def squeezed(text: str) -> str:
    """Text without spaces nor soft cuts, its apostrophes curly: what French typography changes."""
    return re.sub(r"[\s\u00a0\u202f\u200b\u2011]+", "", text).replace("'", "\u2019")


# --- What is written in a workbook, a document --------------------------------------------------


def live_cells(path: Path) -> list[str]:
    """Formulas, links and outside calls of a workbook, read as the parts of its archive."""
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if "externalLink" in name or "vbaProject" in name:
                found.append(name)
            if b'TargetMode="External"' in content or b"<hyperlink" in content:
                found.append(f"{name} : lien")
            if name.startswith("xl/worksheets/") and re.search(rb"<f[ >/]", content):
                found.append(f"{name} : formule")
    return found


def texts_of(path: Path, part: str) -> str:
    """All the text of the parts of an Office archive whose names start so."""
    with zipfile.ZipFile(path) as archive:
        roots = [
            ElementTree.fromstring(archive.read(name))  # noqa: S314 - written by ourselves
            for name in archive.namelist()
            if name.startswith(part) and name.endswith(".xml")
        ]
    return "\n".join("".join(root.itertext()) for root in roots)


# --- What a browser runs -----------------------------------------------------------------------

# Any dialog counts as a script that ran, and stops nothing.
SENTINEL = """
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = () => { window.__pwned = name; };
document.addEventListener("securitypolicyviolation", (e) => {
  window.__pwned = "politique : " + e.violatedDirective; });
"""
_OPEN_ALL = """
for (const d of document.querySelectorAll('details')) { d.removeAttribute('name'); d.open = true; }
// The plan of the IGN asks the network for pictures, as its box says: it is left alone.
for (const i of document.querySelectorAll('input[type=checkbox]:not(:disabled):not([name=plan])'))
  if (!i.checked) i.click();
"""
_OVER = """
for (const e of document.querySelectorAll('.leaflet-marker-icon, .leaflet-interactive'))
  for (const kind of ['mouseover', 'mousemove', 'click'])
    e.dispatchEvent(new MouseEvent(kind, {bubbles: true, clientX: 9, clientY: 9}));
"""
_SUSPECT = """
const found = [];
for (const e of document.querySelectorAll('*'))
  for (const a of e.attributes)
    if (a.name.startsWith('on') || a.name === 'srcdoc' || /^\\s*javascript:/i.test(a.value))
      found.push(e.tagName + ' ' + a.name);
for (const e of document.querySelectorAll('iframe, object, embed, base')) found.push(e.tagName);
return found;
"""


def visited(driver, path: Path) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """Open a page, use all that it offers, and yield what ran or could."""
    driver.get_log("browser")
    driver.get(path.as_uri())
    texts = [_shown(driver)]
    if driver.find_elements("css selector", ".folium-map"):
        texts += _map(driver)
    ran = driver.execute_script("return String(window.__pwned ?? '')")
    if ran:
        yield f"{path.name} : exécuté ({ran})"
    yield from (f"{path.name} : {one}" for one in driver.execute_script(_SUSPECT))
    yield from (f"{path.name} : {e['message'][:200]}" for e in driver.get_log("browser"))
    driver.texte = "\n".join(texts)


def _map(driver) -> list[str]:  # type: ignore[no-untyped-def]
    driver.execute_script(_OPEN_ALL)
    texts = [_shown(driver)]
    driver.execute_script(_OVER)
    texts.append(_shown(driver))
    for choice in driver.find_elements("css selector", "input[name=indicateur]"):
        driver.execute_script("arguments[0].click()", choice)
        texts.append(_shown(driver))
    field = driver.find_element("css selector", "#recherche")
    driver.execute_script(
        "arguments[0].value = '0000'; arguments[0].dispatchEvent(new Event('input'))", field
    )
    texts.append(_shown(driver))
    for key in ("ArrowDown", "Enter"):
        driver.execute_script(
            "arguments[0].dispatchEvent(new KeyboardEvent('keydown', "
            "{key: arguments[1], bubbles: true}))",
            field,
            key,
        )
        texts.append(_shown(driver))
    return texts


def _shown(driver) -> str:  # type: ignore[no-untyped-def]
    text: str = driver.execute_script("return document.body.innerText + document.title")
    return text
