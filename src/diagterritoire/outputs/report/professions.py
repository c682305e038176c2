"""Chapter 4, other professions: their number, and their density beside other zones."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french, tables
from diagterritoire.french import decompte, nombre
from diagterritoire.outputs.report.blocks import Bloc, Encadre, Paragraphe, Tableau
from diagterritoire.outputs.report.dossier import Dossier

ZONES_MAX = 5
PAR = f"100{french.FINE}000"


def professions(d: Dossier) -> list[Bloc]:
    """Table of the professions that a source counts, and what would give the others."""
    table = d.diagnosis.densites
    own = table.loc[table["niveau"] == "territoire"].set_index("profession")
    numbers = {str(p): float(n) for p, n in own["nombre"].dropna().items()}
    known = [p for p in tables.PROFESSIONS if p in numbers]
    missing = [p for p in tables.PROFESSIONS if p not in known]
    blocs: list[Bloc] = []
    others = [p for p in known if p != tables.GENERALISTE]
    if others:
        blocs += [Paragraphe(_sentence({p: numbers[p] for p in others})), _table(d, table, known)]
    if missing:
        blocs.append(_awaited(missing, bool(others)))
    return blocs


def _sentence(numbers: dict[str, float]) -> str:
    counts = [f"{tables.NOMS_PROFESSIONS[p]}, {decompte(number)}" for p, number in numbers.items()]
    return (
        f"Sont comptés dans le territoire : {' ; '.join(counts)}. Une personne qui exerce "
        "en n lieux compte pour 1/n à chacun. Ces comptes publics ne relèvent pas du secret."
    )


def _table(d: Dossier, table: pd.DataFrame, known: list[str]) -> Tableau:
    zones = table.drop_duplicates(["niveau", "code"])
    same = (zones["niveau"] != "territoire") & (zones["nom"] == d.diagnosis.territory.nom)
    zones = zones.loc[~same]
    if len(zones) > ZONES_MAX:
        zones = zones.loc[zones["niveau"] != "departement"].head(ZONES_MAX)
    pairs = list(zip(zones["niveau"], zones["code"], strict=True))
    densities = table.set_index(["niveau", "code", "profession"])["densite_100000"]
    own = table.loc[table["niveau"] == "territoire"].set_index("profession")
    return Tableau(
        f"Professions de premier recours : nombre et densité pour {PAR} habitants",
        ("Profession", "Nombre dans le territoire", *(str(nom) for nom in zones["nom"])),
        tuple(
            (
                french.majuscule(tables.NOMS_PROFESSIONS[p]),
                decompte(float(own["nombre"][p])),
                *(nombre(float(densities[(*pair, p)])) for pair in pairs),
            )
            for p in known
        ),
        " ; ".join(dict.fromkeys(d.source(str(own["source"][p]), "") for p in known)),
        note=f"Densités pour {PAR} habitants des communes où le nombre est connu. Les pharmacies "
        "comptent des officines, les pharmaciens des personnes.",
    )


def _awaited(missing: list[str], some: bool) -> Encadre:
    names = french.enumeration([tables.NOMS_PROFESSIONS[p] for p in missing])
    start = "Aucune source lue ne compte" if some else "Aucun fichier fourni ne compte"
    return Encadre(
        "Donnée à fournir",
        f"{start} : {names}. L'extraction en libre accès du RPPS (annuaire santé) et la base "
        "permanente des équipements de l'Insee les donnent par commune.",
        "attente",
    )
