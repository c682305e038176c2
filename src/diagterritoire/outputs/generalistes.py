"""Where the GPs of a diagnosis come from, in words: source used, those set aside, places."""

from __future__ import annotations

from diagterritoire import tables
from diagterritoire.french import accord, enumeration
from diagterritoire.outputs.cautions import Caution
from diagterritoire.sources.library import GENERALISTES
from diagterritoire.study.bundles import Diagnosis

REPERTOIRE, EQUIPEMENTS, OBSERVATOIRE = GENERALISTES
_COMPTE = {
    REPERTOIRE: (
        "Les médecins généralistes sont ceux de l'annuaire santé (RPPS)",
        "libéraux en cabinet et salariés de centres de santé, un médecin qui exerce en n lieux "
        "comptant pour 1/n à chacun ; l'hôpital, la téléconsultation et les autres spécialités "
        "n'y sont pas",
    ),
    EQUIPEMENTS: (
        "Les médecins généralistes sont ceux de la base permanente des équipements (Insee)",
        "libéraux, chacun à son lieu d'exercice",
    ),
    OBSERVATOIRE: (
        "Les médecins généralistes sont ceux de l'Observatoire des territoires",
        "libéraux, en nombre par commune, sans position",
    ),
}
_LIEUX = (
    (tables.POSITION_SOURCE, "à la position que donne la source"),
    (tables.POSITION_ADRESSE, "à une adresse géocodée"),
    (tables.POSITION_CENTRE, "au point de la commune"),
)


def source_of(diagnosis: Diagnosis) -> str:
    """Catalogue name of the source of the GPs; the Observatoire when nothing says so."""
    table = diagnosis.densites
    told = table.loc[table["profession"] == tables.GENERALISTE, "source"].dropna()
    return str(told.iloc[0]) if len(told) else OBSERVATOIRE


def named(diagnosis: Diagnosis) -> tuple[str, str]:
    """Name of the GPs that are counted, singular and plural: the RPPS has salaried ones too."""
    if source_of(diagnosis) == REPERTOIRE:
        return "médecin généraliste", "médecins généralistes"
    return "médecin généraliste libéral", "médecins généralistes libéraux"


def counted(diagnosis: Diagnosis) -> Caution:
    """Say who is counted, from which source, which ones were set aside, and where the sites are."""
    chosen = source_of(diagnosis)
    court, who = _COMPTE[chosen]
    if diagnosis.territory.fictif:
        court = court.replace("sont ceux de", "sont inventés, au format de")
    rows = diagnosis.sources.drop_duplicates("cle").set_index("cle")["titre"]
    aside = [f"« {rows[cle]} »" for cle in GENERALISTES if cle != chosen and cle in rows]
    sets = (
        f" Moins {'fine' if len(aside) == 1 else 'fines'}, "
        f"{enumeration(aside)} {'est écartée' if len(aside) == 1 else 'sont écartées'} du compte."
        if aside
        else ""
    )
    return Caution(
        "generalistes",
        "Médecins comptés",
        f"{court}.",
        f"{court} : {who}.{_places(diagnosis)}{sets}",
    )


def _places(diagnosis: Diagnosis) -> str:
    counts = diagnosis.sites["origine_position"].value_counts()
    told = [f"{accord(int(counts[o]), 'site')} {where}" for o, where in _LIEUX if o in counts]
    if not told:
        return ""
    around = bool((~diagnosis.communes["dans_territoire"].astype(bool)).any())
    return f" Dans le calcul{', pourtour compris' if around else ''} : {enumeration(told)}."
