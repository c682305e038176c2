"""Labels of published indicators, written out: their producers shorten them to fit a column."""

from __future__ import annotations

import re

from diagterritoire.french import FINE

_WORDS = (
    (r"\bbénéf\. ophtalmo\.", "bénéficiaires en ophtalmologie"),
    (r"\bbénéf\.", "bénéficiaires"),
    (r"\bdans pop\.", "dans la population"),
    (r"\bpop\b\.?", "population"),
    (r"\bpers\.", "personnes"),
    (r"\brés\.", "résidences"),
    (r"\bhab\.", "habitants"),
    (r"\bsages-femmes lib\.", "sages-femmes libérales"),
    (r"\blib\.", "libéraux"),
    (r"\bou \+", "ou plus"),
    (r"\bde - (?=[0-9])", "de moins de "),
    (r"\bnb\b", "nombre"),
    (r"\bau LT\b", "au lieu de travail"),
    (r" \(historique depuis [0-9]{4}\)", ""),
    (r" (20[0-9]{2})$", r" (\1)"),
    (r"(?<=[0-9]) (?=[0-9]{3}\b)", FINE),
)


def spelled(indicateur: str) -> str:
    """Write the label of an indicator without the abbreviations of its producer.

    Examples
    --------
    >>> spelled("Part des pers. âgées de - 15 ans 2022")
    'Part des personnes âgées de moins de 15 ans (2022)'
    >>> spelled("Densité de sages-femmes lib. 2024")
    'Densité de sages-femmes libérales (2024)'
    """
    for short, whole in _WORDS:
        indicateur = re.sub(short, whole, indicateur)
    return indicateur
