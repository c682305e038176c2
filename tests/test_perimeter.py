import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from diagterritoire.core.communes.perimeter import (
    build_communes,
    build_elsewhere,
    build_sites,
    closed_area,
)
from diagterritoire.errors import DataError
from diagterritoire.territory import Territory

COMMUNES = pd.DataFrame({"code_commune": ["01004", "01002", "01003", "01001", "01005"]})


def test_buffer_includes_its_bound_and_unreachable_communes_of_the_territory():
    minutes = pd.Series({"01001": np.nan, "01002": 60.0, "01003": 60.01, "01004": np.nan})
    out = closed_area(COMMUNES, ["01001"], minutes, tampon_min=60.0)
    assert out.to_numpy().tolist() == [["01001", True], ["01002", False]]


def test_zero_buffer_keeps_the_territory():
    out = closed_area(COMMUNES, ["01003", "01001"], pd.Series(dtype=float), tampon_min=0)
    assert out["code_commune"].tolist() == ["01001", "01003"]


def test_missing_commune_is_named():
    with pytest.raises(DataError, match="99999"):
        closed_area(COMMUNES, ["01001", "99999"], pd.Series(dtype=float))


@given(
    st.lists(st.floats(0, 120), min_size=5, max_size=5),
    st.floats(0, 120),
    st.floats(0, 120),
    st.permutations(range(5)),
)
def test_wider_keeps_more_and_order_is_nothing(times, one, other, order):
    minutes = pd.Series(times, index=COMMUNES["code_commune"])
    narrow, wide = (
        closed_area(COMMUNES, ["01001"], minutes, tampon_min=t) for t in sorted((one, other))
    )
    assert set(narrow["code_commune"]) <= set(wide["code_commune"])
    again = closed_area(
        COMMUNES.iloc[list(order)], ["01001"], minutes.iloc[list(order)], tampon_min=max(one, other)
    )
    pd.testing.assert_frame_equal(wide, again)


def area(crs="EPSG:2154"):
    codes = ["01002", "01001", "01003"]
    base = pd.DataFrame({"code_commune": codes, "nom": list("BAC"), "mg_nb": [2, 0, 5]})
    points = gpd.GeoDataFrame(
        {"code_commune": codes, "x": [1500.0, 500.0, 9e4], "y": 500.0, "landmass": [0, 0, 1]},
        geometry=[box(1e3, 0, 2e3, 1e3), box(0, 0, 1e3, 1e3), box(8e4, 0, 9e4, 1e3)],
        crs=crs,
    )
    return base, points


def test_communes_and_sites_of_the_closed_area():
    base, points = area()
    here = Territory("com-01001", "A", "commune", ("01001",), "EPSG:2154")
    minutes = pd.Series({"01001": 0.0, "01002": 9.0, "01003": 90.0})
    communes = build_communes(base, points, here, minutes, tampon_min=60.0)
    assert communes["code_commune"].tolist() == ["01001", "01002"]
    assert communes["dans_territoire"].tolist() == [True, False]
    assert communes.crs == "EPSG:2154"
    assert communes["landmass"].tolist() == [0, 0]
    sites = build_sites(communes)
    assert sites["site_id"].tolist() == ["mg-01002"]
    assert (sites.geometry.x[0], sites.geometry.y[0]) == (1500.0, 500.0)
    assert sites["origine_position"].tolist() == ["centre_commune"]
    elsewhere = build_elsewhere(base, points, communes)
    assert elsewhere[["code_commune", "nom", "mg_nb"]].to_numpy().tolist() == [["01003", "C", 5]]
    assert build_sites(elsewhere)["site_id"].tolist() == ["mg-01003"]


def test_an_unknown_number_of_gps_is_no_site():
    base, points = area()
    base = base.assign(mg_nb=pd.array([2, None, 5], dtype="Int64"))
    here = Territory("com-01001", "A", "commune", ("01001",), "EPSG:2154")
    minutes = pd.Series({"01002": 9.0})
    communes = build_communes(base, points, here, minutes, tampon_min=60.0)
    assert communes["mg_nb"].tolist() == [pd.NA, 2]
    assert build_sites(communes)["site_id"].tolist() == ["mg-01002"]


def test_no_gp_no_site():
    base, points = area()
    here = Territory("com-01001", "A", "commune", ("01001",), "EPSG:2154")
    communes = build_communes(base, points, here, pd.Series({"01001": 0.0}), tampon_min=0)
    assert build_sites(communes).empty


def test_other_projection_is_refused():
    base, points = area("EPSG:2975")
    here = Territory("com-01001", "A", "commune", ("01001",), "EPSG:2154")
    with pytest.raises(DataError, match="projections"):
        build_communes(base, points, here, pd.Series(dtype=float))
