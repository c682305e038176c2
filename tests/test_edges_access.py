"""Causes of a low access, at the edge."""

from __future__ import annotations

import pandas as pd

from diagterritoire.core.access.causes import CAUSES
from test_causes import OFFER, OLDER, RAW, TIMES, run


def test_a_site_of_less_than_one_consultation_still_counts() -> None:
    # A thousandth of the supply and of the reference: a thousandth of each gap.
    small = run(TIMES, RAW, OLDER, {site: n / 1000 for site, n in OFFER.items()}, 2.5 / 1000)
    whole = run(TIMES, RAW, OLDER, OFFER, 2.5)
    parts = ["ecart", *(f"ecart_{name}" for name in CAUSES)]
    pd.testing.assert_frame_equal(small[parts] * 1000, whole[parts])
    assert small["cause_principale"].equals(whole["cause_principale"])
