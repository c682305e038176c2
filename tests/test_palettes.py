"""Palettes of the map, as readers see them who do not tell some colours apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from diagterritoire.outputs.classes import INDICATEURS, legend
from diagterritoire.outputs.scenario_views import APL_DIFFERENCE, TIME_DIFFERENCE

# Machado, Oliveira and Fernandes (2009), severity 1: linear RGB as each reader sees it.
READERS = {
    "trichromate": np.eye(3),
    "protanope": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranope": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanope": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# A difference of colour (CIE 1976) of 2 is just seen side by side; of 10, at a glance.
LEAST = 10.0


def lab(colour, reader):
    """L*, a*, b* (D65) of `#rrggbb` for a reader."""
    rgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(READERS[reader]) @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = (
        np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in to_xyz @ seen / [0.95047, 1.0, 1.08883]
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_colours_are_measured_as_known():
    assert lab("#ffffff", "trichromate") == pytest.approx([100, 0, 0], abs=0.1)
    assert lab("#ff0000", "trichromate") == pytest.approx([53.2, 80.1, 67.2], abs=0.2)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "indicateur", [*INDICATEURS, APL_DIFFERENCE, TIME_DIFFERENCE], ids=lambda i: i.cle
)
def test_no_two_classes_look_alike(indicateur, reader):
    plain = [c.couleur for c in legend(indicateur) if c.motif == "plein"]
    seen = {colour: lab(colour, reader) for colour in plain}
    for one, other in combinations(plain, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= LEAST, (one, other)
