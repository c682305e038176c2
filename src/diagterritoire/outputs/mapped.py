"""The communes as maps colour them: their layer, and what other tables say of each."""

from __future__ import annotations

import geopandas as gpd

from diagterritoire.core.basins.care_area import ANALYSES
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.tables import OBSERVE

PART_TIRAGES = "tirages_deficit_pct"
PART_FUITE = "fuite_pct"
PREFIXE_NOTE = "note_"
_INTERVALLES = ("apl_bas", "apl_haut", "temps_mg_bas_min", "temps_mg_haut_min")


def mapped(diagnosis: Diagnosis) -> gpd.GeoDataFrame:
    """Add to the layer of communes what is mapped of their firmness and of the care area.

    Parameters
    ----------
    diagnosis : Diagnosis

    Returns
    -------
    GeoDataFrame
        `tables.COMMUNES`, in its order, with the bounds of `tables.FERMETE`, `tirages_deficit_pct`
        (draws in deficit, in hundredths), and `note_<analyse>` for each of the six analyses. Null
        out of the territory, and where a table says nothing. `fuite_pct` is `taux_fuite` in
        hundredths; `fuite_masquee` and `apl_65_masquee` are true where the value is null because
        secrecy hides it.
    """
    firm = diagnosis.fermete[["code_commune", *_INTERVALLES]].assign(
        **{PART_TIRAGES: 100.0 * diagnosis.fermete["part_tirages_deficit"]}
    )
    table = diagnosis.aire_sante
    scores = table.loc[table["niveau"] == "commune"].pivot(
        index="code_commune", columns="analyse", values="score"
    )
    notes = scores.reindex(columns=[a.cle for a in ANALYSES]).add_prefix(PREFIXE_NOTE)
    communes = diagnosis.communes.merge(firm, on="code_commune", how="left", validate="1:1")
    communes = communes.merge(notes, left_on="code_commune", right_index=True, how="left",
                              validate="1:1")  # fmt: skip
    communes = communes.assign(
        **{PART_FUITE: 100.0 * communes["taux_fuite"]},
        fuite_masquee=communes["taux_fuite"].isna()
        & communes["code_commune"].isin(_observed(diagnosis)),
        # Without ages every value is null, and none is hidden.
        apl_65_masquee=communes["apl_65"].isna() & communes["apl_65"].notna().any(),
    )
    return gpd.GeoDataFrame(communes, geometry="geometry", crs=diagnosis.communes.crs)


def _observed(diagnosis: Diagnosis) -> set[str]:
    """Communes some flow of which is observed: their own is hidden when it is not known."""
    flux = diagnosis.flux
    seen = flux.loc[flux["nature"] == OBSERVE, "code_residence"]
    return {*diagnosis.marges_observees["code_residence"], *seen}
