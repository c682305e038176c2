"""The interactive map's page: what it holds, and what it must never hold."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from diagterritoire import schema, tables
from diagterritoire.errors import DiskError
from diagterritoire.outputs import map as carte
from diagterritoire.outputs import page
from diagterritoire.outputs.classes import INDICATEURS, class_numbers, legend
from diagterritoire.outputs.map_data import map_data
from diagterritoire.outputs.mapped import mapped
from diagterritoire.outputs.report.maps import indicateur as mapped_indicator
from diagterritoire.parameters import Parameters, override
from factory import small_diagnosis, without_gp_counts
from topologies import read_outlines
from voronoi import voronoi_diagnosis

BUILT = (resources.files("diagterritoire") / "assets" / "carte.js").is_file()
needs_assets = pytest.mark.skipif(
    not BUILT, reason="interface de la carte non assemblée : lancez « make » (npm run build)"
)


class _Addresses(HTMLParser):
    """Every attribute and style of a page that could fetch something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts: list[dict[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.found += [
            v or "" for k, v in attrs if k in {"src", "href", "srcset", "action", "data"}
        ]
        if tag == "script":
            self.scripts.append(dict(attrs))
        assert tag not in {"link", "iframe", "img", "object", "base"}


def _written(diagnosis, folder: Path, name: str = "carte.html") -> str:
    path = folder / name
    carte.write_map(diagnosis, path)
    return path.read_text(encoding="utf-8")


def _data(html: str) -> dict:
    found = re.search(r'<script type="application/json" id="donnees">(.*?)</script>', html, re.S)
    assert found is not None
    return json.loads(found[1])


@needs_assets
def test_page_names_no_address_and_fetches_nothing(tmp_path):
    html = _written(small_diagnosis(), tmp_path)
    addresses = _Addresses()
    addresses.feed(html)
    assert addresses.found == []
    assert not re.search(r"""(?:src|href)\s*=\s*\\?["']?\s*(?:https?:)?//""", html)
    assert not re.search(r"""url\(\s*["']?(?!data:|#|\$)[^)]""", html.split("<script")[0])
    assert "@import" not in html
    assert set(re.findall(r"https?://[^\s\"'<)\\;]+", html)) <= {
        "http://www.w3.org/2000/svg",
        # Asked for only once the reader has ticked it (test_browser_map).
        "https://data.geopf.fr",
    }
    assert "jquery" not in html.lower()
    assert "default-src 'none'" in html
    assert html.count("<script>") == 2
    assert '<html lang="fr">' in html
    assert "user-scalable" not in html


@needs_assets
def test_same_diagnosis_same_bytes(tmp_path):
    first = _written(small_diagnosis(), tmp_path, "a.html")
    assert first == _written(small_diagnosis(), tmp_path, "b.html")
    assert not re.search(r"20\d\d-\d\d-\d\d", first.split('id="donnees"')[1].split("</script>")[0])


@needs_assets
@pytest.mark.parametrize(
    "nom",
    [
        "<img src=x onerror=alert(1)>${alert(1)}",
        "</script><script>alert(1)</script>",
        "{{ 7 * 7 }}{% for a in b %}{# x #}",
        "`${document.title='x'}`",
        "\u202erevers\u2028\u2029 \U0001f600 " + "x" * 5000,
        "<!--<script>",
    ],
)
def test_hostile_name_is_only_text(tmp_path, nom):
    html = _written(small_diagnosis(nom=nom), tmp_path)
    assert _data(html)["communes"]["nom"]["valeurs"] == [nom]
    assert html.count("<script>") == 2
    if "<" in nom:
        assert nom not in html


@needs_assets
def test_three_hundred_communes_are_light(tmp_path):
    carte.write_map(voronoi_diagnosis(360), tmp_path / "carte.html")
    assert (tmp_path / "carte.html").stat().st_size < 1_500_000


def test_missing_assets_say_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(page.resources, "files", lambda _: tmp_path)
    with pytest.raises(DiskError, match="pas assemblée") as error:
        page.read_asset("carte.js")
    assert "make" in error.value.remede


@needs_assets
def test_unwritable_place_is_a_disk_error(tmp_path):
    with pytest.raises(DiskError, match="Accès impossible"):
        carte.write_map(small_diagnosis(), tmp_path / "absent" / "carte.html")


@given(st.recursive(st.text() | st.integers() | st.booleans() | st.none(), st.lists, max_leaves=8))
def test_embedded_json_is_the_data_and_holds_no_markup(data):
    text = page.embed_json(data)
    assert json.loads(text) == data
    assert not set(text) & set("<>&\u2028\u2029")


def test_embedded_json_refuses_what_json_has_not():
    with pytest.raises(ValueError, match="JSON"):
        page.embed_json([float("nan")])


def test_policy_names_each_script_by_its_hash():
    # Known value: the SHA-256 of "alert(1)" in base 64.
    html = page.seal(page.policy().render() + page.inline_script("alert(1)").render())
    assert "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='" in html
    assert "unsafe-inline'; img-src" in html
    assert "script-src 'unsafe-inline'" not in html


def test_classes_of_the_small_diagnosis():
    communes = mapped(small_diagnosis())
    labels = {
        i.cle: [legend(i)[k].libelle for k in class_numbers(i, communes)] for i in INDICATEURS
    }
    assert labels["temps"] == [
        "médecin dans la commune",
        "de 5 à moins de 10",
        "de 15 à moins de 20",
        "aucun médecin atteignable en voiture",
        "de 10 à moins de 15",
        "médecin dans la commune",
    ]
    assert labels["apl"][:4] == ["de 2,5 à moins de 3,5"] * 2 + ["moins de 1,5"] * 2
    assert labels["apl_publiee"][4] == "donnée inconnue"
    # The uninhabited commune under the threshold is in deficit though it lacks no consultation.
    assert labels["deficit"][0] == "pas de déficit"
    assert labels["deficit"][4] == "moins de 500"
    # Out of the territory nothing was drawn; a share on a break is in the upper class.
    assert labels["fermete"] == [
        "moins de 10",
        "de 25 à moins de 50",
        *["90 et plus"] * 2,
        "de 75 à moins de 90",
        "donnée inconnue",
    ]
    assert labels["zonage"][3:5] == ["ZIP, zone d'intervention prioritaire", "donnée inconnue"]


def test_a_hidden_value_is_neither_unknown_nor_shown():
    """Two communes observed, the flow of one to itself hidden; two without any use known."""
    small = small_diagnosis()
    margins = pd.DataFrame(
        {
            "code_residence": ["00001", "00002"],
            "patients_observes": [820.0, float("nan")],
            "patients_montres": [820.0, 0.0],
        }
    )
    rates = [0.25, None, 1.0, None, 0.5, 0.95]
    communes = small.communes.assign(
        taux_fuite=pd.Series(rates, dtype="float64"),
        apl_65=pd.Series([2.6, None, None, 1.0, 1.0, 1.0], dtype="float64"),
    )
    diagnosis = replace(
        small,
        communes=communes,
        marges_observees=schema.conform(margins, tables.MARGES_OBSERVEES),
    )
    data = map_data(diagnosis, "")
    told = {
        i["cle"]: [i["legende"][k]["libelle"] for k in i["classes"]] for i in data["indicateurs"]
    }
    secret, inconnue = "non montrée : secret statistique", "donnée inconnue"
    assert told["fuite_commune"] == [
        *("de 25 à moins de 50", secret, "95 et plus", inconnue),
        *("de 50 à moins de 75", "95 et plus"),
    ]
    assert told["apl_65"][1:3] == [secret] * 2
    assert data["communes"]["fuite_masquee"] == [False, True, *[False] * 4]
    assert data["communes"]["fuite_pct"][:2] == [25, None]
    (hidden,) = (c for c in legend(mapped_indicator("fuite_commune")) if c.motif == "points")
    assert hidden.couleur != legend(mapped_indicator("fuite_commune"))[-1].couleur
    # Without file of ages nothing is hidden: the indicator is not listed.
    bare = map_data(small, "")
    assert "apl_65" not in [i["cle"] for i in bare["indicateurs"]]


def with_apl(*values):
    """The small diagnosis with other computed APL, deficits and classes following."""
    diagnosis = small_diagnosis()
    communes = diagnosis.communes.copy()
    communes.loc[: len(values) - 1, "apl"] = values
    communes["deficit"] = communes["apl"] < diagnosis.parameters.deficit.seuil_apl
    return replace(diagnosis, communes=communes)


def test_map_card_and_deficit_agree_beside_the_threshold():
    data = map_data(with_apl(2.494, 2.496, 2.5, 2.504, 2.5 - 1e-15), "")
    apl = next(i for i in data["indicateurs"] if i["cle"] == "apl")
    labels = [apl["legende"][k]["libelle"] for k in apl["classes"][:5]]
    assert data["communes"]["deficit"][:5] == [True, True, False, False, True]
    under, over = "de 1,5 à moins de 2,5", "de 2,5 à moins de 3,5"
    assert labels == [under, under, over, over, under]
    assert data["communes"]["apl"][:5] == [2.49, 2.496, 2.5, 2.5, 2.5 - 1e-15]


def test_card_keeps_the_side_of_any_threshold():
    diagnosis = with_apl(2.8696, 2.8704)
    changed = override(Parameters(), {"deficit": {"seuil_apl": 2.87}})
    data = map_data(replace(diagnosis, parameters=changed), "")
    assert data["communes"]["apl"][:2] == [2.8696, 2.87]
    assert "2,87 " in next(i for i in data["indicateurs"] if i["cle"] == "deficit")["phrase"]
    assert map_data(diagnosis, "")["communes"]["apl"][:2] == [2.87, 2.87]


def test_a_small_lack_is_not_shown_as_none():
    diagnosis = small_diagnosis()
    communes = diagnosis.communes.assign(deficit_etp=[0, 0.02, 0.26, 0, 0, 0])
    data = map_data(replace(diagnosis, communes=communes), "")
    assert data["communes"]["deficit_etp"][:3] == [0, 0.02, 0.3]


def test_every_class_has_one_colour_and_a_label():
    for indicateur in INDICATEURS:
        assert indicateur.categories or len(indicateur.couleurs) == len(indicateur.bornes) + 1
        plain = [c.couleur for c in legend(indicateur) if c.motif == "plein"]
        assert len(set(plain)) == len(plain)
        assert list(indicateur.bornes) == sorted(set(indicateur.bornes))


def test_data_hold_unknown_as_null_and_one_geometry_a_commune():
    data = map_data(small_diagnosis(), "licence")
    n = len(data["communes"]["nom"])
    assert n == len(read_outlines(data["contours"])) == len(data["points"]) == 6
    assert {len(c) for c in data["communes"].values()} == {n}
    assert data["communes"]["temps_mg_min"][3] is None
    assert data["communes"]["apl_publiee"][4] is None
    assert data["communes"]["apl"][3] == 0
    # The flow inside Belair is not drawn; the largest comes first.
    assert data["flux"]["residence"] == [1, 2]
    assert data["flux"]["patients"] == [800, 450]
    assert "bassin" not in [x["colonne"] for g in data["fiche"] for x in g["lignes"]]


def test_banners_say_what_is_invented_or_estimated():
    def texts(diagnosis):
        return [b["texte"] for b in map_data(diagnosis, "")["bandeaux"]]

    assert texts(small_diagnosis()) == ["Territoire fictif : données inventées."]
    assert texts(small_diagnosis(approximate=True))[1].startswith(
        "Temps estimés à vol d'oiseau : aucun réseau routier ne couvre"
    )


def test_unknown_gps_are_told_on_top_and_stay_null():
    data = map_data(without_gp_counts(), "")
    (banner,) = [b["texte"] for b in data["bandeaux"] if b["genre"] == "medecins_inconnus"]
    assert banner == (
        "Le nombre de médecins de 2\u00a0communes (920\u00a0habitants) est inconnu : temps et APL "
        "y sont des bornes."
    )
    assert data["communes"]["mg_nb"] == [9, None, 0, None, 0, 2]
    assert data["communes"]["mg_etp"][1] is None


def test_communes_beyond_the_map_are_named():
    diagnosis = small_diagnosis()
    beyond = replace(diagnosis, noms={**diagnosis.noms, "99999": "Lointaine"})
    assert map_data(beyond, "")["noms_hors_carte"] == {"99999": "Lointaine"}
    assert map_data(diagnosis, "")["noms_hors_carte"] == {}


def test_flows_beyond_the_map_are_counted():
    diagnosis = small_diagnosis()
    flux = diagnosis.flux.assign(code_exercice=["00001", "99999", "00001"])
    data = map_data(replace(diagnosis, flux=flux), "")
    assert data["flux"]["patients"] == [450]
    assert data["flux"]["ecartes"] == 1


def declared(source, name):
    """Keys of an interface of the front end, those of its nested objects left out."""
    body = re.search(rf"export interface {name} \{{\n(.*?)\n\}}", source, re.S)[1]
    return set(re.findall(r"^  (\w+)\??:", body, re.M))


def test_the_front_end_reads_what_is_written():
    source = (Path(__file__).parents[1] / "web" / "src" / "donnees.ts").read_text(encoding="utf-8")
    data = map_data(small_diagnosis(), "licence")
    assert declared(source, "Donnees") == set(data)
    assert declared(source, "Indicateur") == set(data["indicateurs"][0])
    assert declared(source, "Classe") == set(data["indicateurs"][0]["legende"][0])
    assert declared(source, "Ligne") == set(data["fiche"][0]["lignes"][0])
    flux = re.search(r"  flux: \{\n(.*?)\n  \};", source, re.S)[1]
    assert set(re.findall(r"^    (\w+):", flux, re.M)) == set(data["flux"])
    sites = re.search(r"  sites: \{(.*?)\};", source)[1]
    assert set(re.findall(r"(\w+):", sites)) == set(data["sites"])
    lignes = [ligne for groupe in data["fiche"] for ligne in groupe["lignes"]]
    lines = {ligne[end] for ligne in lignes for end in ("colonne", "haut") if ligne[end]}
    read = set(re.findall(r'valeur\(donnees, "(\w+)"', "".join(
        f.read_text(encoding="utf-8") for f in (Path(__file__).parents[1] / "web/src").rglob("*.ts")
    )))  # fmt: skip
    assert lines | read <= set(data["communes"])


def test_neighbours_keep_the_same_border_once_simplified():
    data = map_data(voronoi_diagnosis(80), "")
    shapes = read_outlines(data["contours"])
    assert shapely.coverage_is_valid(np.array(shapes))
    total = sum(len(shapely.get_coordinates(s)) for s in shapes)
    before = shapely.get_coordinates(voronoi_diagnosis(80).communes.geometry.to_numpy())
    assert total < len(before) / 2


def test_row_order_changes_nothing():
    diagnosis = small_diagnosis()
    shuffled = replace(
        diagnosis,
        communes=diagnosis.communes.iloc[::-1],
        flux=diagnosis.flux.iloc[::-1],
        sites=diagnosis.sites.iloc[::-1],
    )
    assert map_data(shuffled, "") == map_data(diagnosis, "")


def test_territory_without_doctor_nor_flow():
    small = small_diagnosis()
    data = map_data(
        replace(
            small,
            sites=schema.empty(tables.SITES, small.territory.crs),
            flux=schema.empty(tables.FLUX, small.territory.crs),
        ),
        "",
    )
    assert data["sites"]["position"] == []
    assert data["flux"]["patients"] == []
    assert len(data["points"]) == 6
