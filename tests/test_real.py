"""Real Corsica, where everything coincides: the figures of the official files, to the unit."""

import numpy as np
import pytest

from conftest import SilentProgress
from diagterritoire.diagnosis import diagnose
from diagterritoire.errors import UsageError
from diagterritoire.parameters import Parameters
from diagterritoire.preparation import find_territory, gather, read_country

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def real(real_data, tmp_path_factory):
    """Diagnose any territory of the real files, read once."""
    parameters, cache = Parameters(), tmp_path_factory.mktemp("cache")
    country = read_country(real_data, parameters, SilentProgress())

    def run(text):
        raw = country.raw
        chosen = find_territory(text, raw.appartenance, raw.libelles, raw.points)
        return diagnose(gather(country, chosen, cache, parameters, SilentProgress()), parameters)

    return run


@pytest.mark.parametrize(
    ("text", "slug", "communes", "habitants", "medecins"),
    [
        ("2A", "dep-2A", 124, 168_306, 174),
        ("2B", "dep-2B", 236, 187_180, 159),
        ("reg:94", "reg-94", 360, 355_486, 333),
        ("200040764", "epci-200040764", 7, None, None),
        ("bv:2A004", "bv-2A004", None, None, None),
        ("2A004", "com-2A004", 1, None, 80),
    ],
)
def test_counts(real, text, slug, communes, habitants, medecins):
    diagnosis = real(text)
    inside = diagnosis.communes.loc[diagnosis.communes["dans_territoire"]]
    assert diagnosis.territory.slug == slug
    assert len(inside) == (communes or len(inside)) > 0
    assert habitants in (None, inside["population"].sum())
    assert medecins in (None, inside["mg_nb"].sum())
    assert not diagnosis.approximate
    served = diagnosis.communes["population_standardisee"] * diagnosis.communes["apl"]
    np.testing.assert_allclose(served.sum(), diagnosis.bilan.consultations_offertes, rtol=1e-9)


def test_a_departement_is_the_same_alone_or_in_its_region(real):
    """The buffer makes the inside exact: 2A alone gives the figures of 2A within Corsica."""
    region = real("reg:94").communes.set_index("code_commune")
    alone = real("2A").communes.set_index("code_commune")
    inside = alone.loc[alone["dans_territoire"]]
    reference = region.loc[inside.index]
    for column in ("temps_mg_min", "apl", "deficit_consultations", "taux_fuite"):
        np.testing.assert_allclose(inside[column], reference[column], rtol=1e-9)


def test_every_point_of_corsica_is_on_the_road(real):
    diagnosis = real("reg:94")
    assert diagnosis.communes["atteignable"].all()
    assert diagnosis.communes["rattachement_m"].max() == pytest.approx(3762, abs=5)


def test_without_a_road_file_the_straight_line_is_said(real):
    diagnosis = real("14118")
    assert diagnosis.approximate
    inside = diagnosis.communes.loc[diagnosis.communes["dans_territoire"]]
    assert (inside["origine_temps"] == "approche").all()


def test_unknown_commune_of_another_year_is_named(real):
    with pytest.raises(UsageError, match="Territoire inconnu"):
        real("2A999")
