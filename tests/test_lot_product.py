"""The national product of a batch: sums, ranks, files, a page that shows names as they are."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from diagterritoire.batch.journal import LIVRE, REFUSE, Outcome
from diagterritoire.batch.product import Places, write_product
from diagterritoire.outputs.geopackage import write_geopackage
from diagterritoire.outputs.lots import ranked
from factory import small_diagnosis

FIGURES = {
    "temps_mg_min": 4.25,
    "apl": 2.496,
    "apl_publiee": None,
    "communes_deficit": 3,
    "habitants_deficit": 1337,
    "communes_non_atteignables": 1,
}
NOM = "L'Isle <script>alert(1)</script> & {{ 7 * 7 }}"
DEMANDEES = pd.DataFrame(
    {"code_commune": ["00001", "00099"], "nom": ["Belair", "Loin"], "population": [12000, 31]}
)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Deliveries of the small territory: its five communes, the sixth, the second alone."""
    tmp_path = tmp_path_factory.mktemp("lot")
    diagnosis = small_diagnosis()
    other = diagnosis.communes.assign(dans_territoire=diagnosis.communes["code_commune"] == "00006")
    third = diagnosis.communes.assign(dans_territoire=diagnosis.communes["code_commune"] == "00002")
    for slug, made in (
        ("com-00001", diagnosis),
        ("com-00006", replace(diagnosis, communes=other)),
        ("com-00002", replace(diagnosis, communes=third)),
    ):
        (tmp_path / "p" / slug).mkdir(parents=True)
        write_geopackage(made, tmp_path / "p" / slug / "diagnostic.gpkg")
    (tmp_path / "m" / "com-00001").mkdir(parents=True)
    (tmp_path / "m" / "com-00001" / "carte.html").touch()
    (tmp_path / "p" / "lots" / "x").mkdir(parents=True)
    pages = tmp_path / "m" / "lots" / "x"
    return Places(tmp_path / "m", tmp_path / "p", pages, tmp_path / "p" / "lots" / "x")


def outcomes():
    return [
        Outcome("00001", LIVRE, "k", slug="com-00001", nom=NOM, figures=FIGURES),
        Outcome("00002", REFUSE, "k", erreur="Rien\nà lire <b>."),
        Outcome("00006", LIVRE, "k", slug="com-00006", nom="Hautecombe", figures=FIGURES),
    ]


def test_the_territories_add_up_and_every_commune_is_there_once(places):
    page = write_product("Communes : essai", outcomes(), DEMANDEES, places).read_text("utf-8")
    whole = gpd.read_parquet(places.donnees / "communes")
    assert sorted(whole["code_commune"]) == [f"0000{k}" for k in range(1, 7)]
    assert whole.set_index("code_commune")["territoire"]["00006"] == "com-00006"
    assert whole["apl_publiee"].isna().sum() == 1
    light = places.donnees / "national.gpkg"
    assert pyogrio.list_layers(light)[:, 0].tolist() == ["communes", "territoires"]
    zones = pyogrio.read_dataframe(light, layer="territoires")
    assert zones["population"].tolist() == [13370, 3000]
    assert zones["population"].sum() == whole["population"].sum()
    assert zones["communes_nb"].tolist() == [5, 1]
    assert zones["apl_publiee"].isna().all()
    assert zones.crs.to_epsg() == 4326
    assert "6\u00a0communes et 16\u202f370\u00a0habitants, chaque commune dans un seul" in page
    assert "1\u00a0commune demandée (31\u00a0habitants) hors de tout territoire livré" in page
    assert "Loin (00099)" in page


def test_the_page_shows_names_as_they_are_and_leads_to_what_is_there(places):
    page = write_product("Communes : essai", outcomes(), DEMANDEES, places).read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}" in page
    assert page.count('href="../../com-00001/carte.html"') == 2
    assert "com-00006/carte.html" not in page
    assert "<code>00002</code> (refusé)&nbsp;: Rien à lire &lt;b&gt;." in page
    # 2.496 is under 2.5: it is shown so, in the class under.
    assert "2,496" in page
    assert 'class="apl1' in page


def test_the_same_deliveries_give_the_same_bytes(places):
    def written():
        write_product("Communes : essai", outcomes(), DEMANDEES, places)
        files = [places.pages / "index.html", *places.donnees.rglob("*.parquet")]
        return [f.read_bytes() for f in [*files, places.donnees / "national.gpkg"]]

    assert written() == written()


def test_territories_that_overlap_are_told(places):
    both = [outcomes()[0], replace(outcomes()[0], saisi="00002", slug="com-00002")]
    page = write_product("Essai", both, DEMANDEES, places).read_text("utf-8")
    assert "Des territoires se recouvrent\u00a0: leur somme fait 6 communes" in page
    assert "pour 5\u00a0communes" in page
    assert len(gpd.read_parquet(places.donnees / "communes")) == 5


def test_nothing_delivered_is_a_page_that_says_why(places):
    page = write_product("Essai", outcomes()[1:2], DEMANDEES, places).read_text("utf-8")
    assert "Aucun territoire de ce lot n’est livré" in page
    assert "Rien à lire" in page


def test_nothing_delivered_leaves_nothing_of_an_earlier_run(places):
    write_product("Essai", outcomes(), DEMANDEES, places)
    write_product("Essai", outcomes()[1:2], DEMANDEES, places)
    assert not (places.donnees / "communes").exists()
    assert not (places.donnees / "national.gpkg").exists()


def test_ranks_are_among_the_same_size():
    table = pd.DataFrame(
        {
            "population": [14_999, 15_000, 49_999, 250_000, 20_000],
            "apl": [1.0, 3.0, 3.0, 2.0, 1.0],
            "temps_mg_min": [4.0, None, 2.0, 9.0, 1.0],
        }
    )
    out = ranked(table)
    assert out["rang_apl"].tolist() == [1, 1, 1, 1, 3]
    assert out["rang_apl_sur"].tolist() == [1, 3, 3, 1, 3]
    assert out["rang_temps"].astype("float64").fillna(-1).tolist() == [1, -1, 2, 1, 1]
    assert out["rang_temps_sur"].tolist() == [1, 2, 2, 1, 2]
