"""How far the computed APL follows the published one, commune by commune, in words."""

from __future__ import annotations

from diagterritoire.french import nombre
from diagterritoire.outputs.report.dossier import Dossier

# Correlations from which the computed APL follows the published one, closely or about.
_CLOSE, _FAIR = 0.85, 0.65


def far_from_published(d: Dossier) -> bool:
    """Tell whether the computed APL is far from the published one, commune by commune."""
    r = _correlation(d)
    return r is not None and r < _FAIR


def _correlation(d: Dossier) -> float | None:
    """Give the correlation of both APL over the communes, weighted where it may be."""
    b = d.diagnosis.bilan
    return b.correlation_apl if b.correlation_apl_ponderee is None else b.correlation_apl_ponderee


def reliability(d: Dossier) -> str | None:
    """Write how far the computed APL follows the published one."""
    r = _correlation(d)
    if r is None:
        return None
    niveau = (
        "suit de près"
        if r >= _CLOSE
        else "suit à peu près"
        if r >= _FAIR
        else "s'écarte nettement, commune par commune, de"
    )
    return (
        f"L'APL calculée ici {niveau} l'APL publiée (corrélation {nombre(r, 2)}, où 1 serait "
        "l'accord parfait) : pour une commune donnée, regardez toujours les deux valeurs."
    )
