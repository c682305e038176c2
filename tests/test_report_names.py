"""Names on the small maps of the report: beside their disc, over no other disc nor name."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from diagterritoire.outputs.report.ground import Ground
from diagterritoire.outputs.report.names import write_names


def written(places, radius):
    """Write two names at most on a map of 4 in for 10 km; places are (x, y, population)."""
    axes = Figure(figsize=(4, 4), dpi=100).add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 10), ylim=(0, 10))
    codes = [f"0000{k}" for k in range(len(places))]
    centres = pd.DataFrame(places, columns=["x", "y", "population"], index=codes)
    centres = centres.assign(nom=[f"Commune {k}" for k in range(len(places))], interieur=True)
    named = write_names(axes, Ground(None, (), (), centres, (0, 0, 10, 10)), 2, radius)
    boxes = {t.get_text(): t.get_window_extent() for t in axes.texts}
    return named, {name: axes.transData.inverted().transform(b) for name, b in boxes.items()}


def test_a_name_is_above_its_disc_unless_another_disc_is_there():
    """A disc of 20 pt is 20 / 72 / 4 * 10 = 0.69 km."""
    _, free = written([(5, 5, 1)], {"00000": 20.0})
    assert free["Commune 0"][0, 1] > 5.69
    _, moved = written([(5, 5, 1), (5, 6.2, 1)], {"00000": 20.0, "00001": 10.0})
    assert moved["Commune 0"][1, 1] < 5 - 0.69
    assert moved["Commune 1"][0, 1] > 6.2


def test_the_largest_discs_are_named_the_largest_whatever_it_covers():
    around = [(5 + dx, 5 + dy, 9) for dx in (-1.2, 0, 1.2) for dy in (-1.2, 0, 1.2) if dx or dy]
    radius = {"00000": 20.0} | {f"0000{k}": 15.0 for k in range(1, 9)}
    named, _ = written([(5, 5, 1), *around], radius)
    assert "00000" in named


@pytest.mark.parametrize(("gap", "count"), [(0.1, 1), (3.0, 2)])
def test_without_discs_the_most_populated_first_and_none_over_another(gap, count):
    named, _ = written([(5, 5, 10), (5, 5 + gap, 20)], None)
    assert named == {"00001", "00000"} if count == 2 else {"00001"}
    assert len(named) == count
