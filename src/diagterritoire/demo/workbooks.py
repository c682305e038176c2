"""The invented territory in the official workbook layouts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

from diagterritoire.demo import names
from diagterritoire.demo.csv_files import (
    CODE_DEPARTEMENT,
    CODE_REGION,
    NOM_DEPARTEMENT,
    NOM_REGION,
)
from diagterritoire.demo.geography import Geography
from diagterritoire.demo.residents import YEARS_APL
from diagterritoire.parameters import Parameters

Rows = Iterable[Sequence[object]]

CREATED = datetime(2024, 1, 1)  # noqa: DTZ001  (the workbook format has no time zone)
NO_EPCI = "ZZZZZZZZZ"
AGE_BANDS = (
    "Moins de 5 ans",
    *(f"de {low} à {low + 4} ans" for low in range(5, 90, 5)),
    "Plus de 90 ans",
)
_LEVELS = {
    "CODGEO": "Code géographique",
    "LIBGEO": "Libellé géographique",
    "DEP": "Département",
    "CTCD": "Collectivité territoriale ayant les compétences départementales",
    "REG": "Région",
    "EPCI": "Intercommunalité - Métropole",
    "EPT": "Établissement public territorial",
    "ARR": "Arrondissement",
    "CANOV": "Canton-ou-ville",
    "ZE2020": "Zone d'emploi 2020",
    "UU2020": "Unité urbaine 2020",
    "AAV2020": "Aire d'attraction des villes 2020",
    "BV2022": "Bassin de vie 2022",
}


@contextmanager
def _workbook(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """Open a workbook whose bytes depend on its cells only, texts never read as formulas."""
    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    book.set_properties({"title": "Données fictives", "created": CREATED})
    with book:
        yield book


def _sheet(book: xlsxwriter.Workbook, name: str, rows: Rows) -> None:
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)


def write_membership(path: Path, geography: Geography) -> None:
    """Write the membership of the communes in each zoning, with the names of the zones."""
    communes = geography.communes
    epci = communes["code_epci"].replace("", NO_EPCI)
    body = [
        (code, nom, CODE_DEPARTEMENT, "00D", CODE_REGION, one_epci, NO_EPCI, "001", "0001", "0001")
        + ("00000", "000", bassin)
        for code, nom, one_epci, bassin in zip(
            communes["code_commune"], communes["nom"], epci, communes["bassin_vie"], strict=True
        )
    ]
    labels, codes = list(_LEVELS.values()), list(_LEVELS)
    variables = [("VAR_ID", "VAR_LIB", "VAR_LIB_LONG")]
    variables += [(code, label, label) for code, label in _LEVELS.items()]
    zones = _zones(geography, epci)
    with _workbook(path) as book:
        _sheet(book, "COM", [*_titles("Communes"), labels, codes, *body])
        arm = (*labels, "Commune englobante"), (*codes, "COM")
        _sheet(book, "ARM", [*_titles("Arrondissements municipaux"), *arm])
        head = (
            ("Niveau géographique", *labels[:2], "Nombre communes"),
            ("NIVGEO", *codes[:2], "NB_COM"),
        )
        _sheet(
            book,
            "Zones_supra_communales",
            [*_titles("Zones supra - communales"), *head, *zones],
        )
        _sheet(book, "Variables", [*_titles("Variables")[1:], (), *variables])
        note = ("Territoire inventé : aucune de ces communes n'existe.",)
        _sheet(book, "Documentation", [*_titles("Documentation"), (), note])


def _titles(what: str) -> list[tuple[str]]:
    return [
        ("Liste des communes au 1er janvier 2024 - FICTIF",),
        (f"Territoire fictif - {what}",),
        ("Mise en ligne le 18/03/2024       Géographie au 01/01/2024",),
        ("Source(s) : FICTIF, territoire inventé par diagterritoire",),
    ]


def _zones(geography: Geography, epci: pd.Series) -> list[tuple[str, str, str, int]]:
    """Name and count the zones of every level, by level then code."""
    communes = geography.communes
    size = len(communes)
    bassins = communes["bassin_vie"].value_counts()
    zones = [
        ("AAV2020", "000", "Commune hors attraction des villes", size),
        ("ARR", "001", "Arrondissement fictif", size),
        ("CANOV", "0001", "Canton fictif", size),
        ("CTCD", "00D", "Conseil départemental du Département fictif", size),
        ("DEP", CODE_DEPARTEMENT, NOM_DEPARTEMENT, size),
        ("EPT", NO_EPCI, "Sans objet", size),
        ("REG", CODE_REGION, NOM_REGION, size),
        ("UU2020", "00000", "Communes rurales (fictif)", size),
        ("ZE2020", "0001", "Zone d'emploi fictive", size),
    ]
    zones += [
        ("BV2022", code, geography.code_name(code), int(bassins[code])) for code in geography.poles
    ]
    for code, count in epci.value_counts().items():
        held = communes.loc[(epci == code) & communes["code_commune"].isin(geography.poles), "nom"]
        label = "Sans objet" if code == NO_EPCI else f"CC fictive {names.of(held.iloc[0])}"
        zones.append(("EPCI", str(code), label, int(count)))
    return sorted(zones)


def write_observatory(path: Path, geography: Geography, residents: pd.DataFrame) -> None:
    """Write the GPs by commune, in the geography of 2021: before the merger."""
    old_code, old_name = geography.ancienne
    rows = [
        (code, nom, "2020", doctors)
        for code, nom, doctors in zip(
            geography.communes["code_commune"],
            geography.communes["nom"],
            residents["mg_nb"].tolist(),
            strict=True,
        )
    ]
    merged = geography.code("role", "fusion")
    rows = [(*row[:3], row[3] - 1) if row[0] == merged else row for row in rows]
    rows.append((old_code, old_name, "2020", 1))
    head: list[Sequence[str]] = [
        ("Observatoire des territoires - FICTIF",),
        ("Offre de services de santé (Commune (2021))",),
        (),
        ("", "", "", "Nombre de médecins généralistes libéraux"),
        ("codgeo", "libgeo", "an", "nb_medg"),
    ]
    note = ("Nombre de médecins généralistes libéraux", "", "Source:", "FICTIF, territoire inventé")
    with _workbook(path) as book:
        _sheet(book, "Data", [*head, *rows])
        _sheet(
            book, "nb_medg", [(text,) for text in (*note, "", "Description:", "", "an:", "2020")]
        )


def write_apl(path: Path, geography: Geography, residents: pd.DataFrame) -> None:
    """Write the published APL of two years, one commune left out, with the sheet of parameters."""
    kept = (geography.communes["role"] != "sans_apl").to_numpy()
    table = residents.assign(nom=geography.communes["nom"]).loc[kept]
    with _workbook(path) as book:
        _sheet(book, "Paramètres", _apl_parameters())
        for year in YEARS_APL:
            columns = [f"apl_{year}", f"apl_65_{year}", f"standardisee_{year}"]
            columns = ["code_commune", "nom", *columns, f"population_{year - 2}"]
            body = table[columns].to_numpy(dtype=object).tolist()
            _sheet(book, f"APL {year}", [*_apl_head(year), *body])


def _apl_head(year: int) -> list[Sequence[str]]:
    consultations = "En nombre de consultations/visites accessibles par habitant standardisé"
    return [
        (
            "Indicateur d'accessibilité potentielle localisée (APL) "
            f"{year} aux médecins généralistes - FICTIF",
        ),
        (),
        (f"Millésime : {year}",),
        ("Sources : FICTIF, territoire inventé par diagterritoire",),
        ("Champ : médecins généralistes inventés ; territoire fictif.",),
        ("Lecture : aucune de ces valeurs ne décrit une commune réelle.",),
        ("Note : l'APL moyenne d'une zone se pondère par la population standardisée.",),
        (),
        (
            "Code commune INSEE",
            "Commune",
            "APL aux médecins généralistes",
            "APL aux médecins généralistes de moins de 65 ans",
            f"Population standardisée {year - 2} pour la médecine générale",
            f"Population totale {year - 2}",
        ),
        ("", "", consultations, consultations)
        + ("En nombre d'habitants standardisés", "En nombre d'habitants"),
    ]


def _apl_parameters() -> list[Sequence[object]]:
    """Sheet of parameters; the age weights are invented and rise with age."""
    bounds, weights = Parameters().apl.bornes_min, Parameters().apl.poids
    low, middle, high = (f"{bound:g}" for bound in bounds)
    offered = "Nombre de consultations, visites et téléconsultations"
    ages = [
        (band, round(0.6 + 0.09 * rank, 2), round(0.58 + 0.092 * rank, 2))
        for rank, band in enumerate(AGE_BANDS)
    ]
    return [
        ("Paramètres de l'indicateur d'APL aux médecins généralistes - FICTIF",),
        (),
        ("Champ de l'indicateur",),
        ("Médecins généralistes inventés",),
        (),
        ("Comptabilisation de l'activité",),
        (f"{offered} effectuées dans l'année", f"{offered} comptabilisées dans l'indicateur"),
        ("Moins de 250", 0),
        ("Entre 251 et 3 600", 3600),
        ("Entre 3 601 et 6 000", f"{offered} effectuées dans l'année"),
        ("Plus de 6 000", 6000),
        ("Exceptions : aucune, territoire fictif",),
        (),
        ("Décroissance de l'accessibilité avec la distance",),
        ("Temps de trajet entre communes", "Accessibilité"),
        (f"Moins de  {low} minutes", weights[0]),
        (f"Entre {low} et {middle} minutes", weights[1]),
        (f"Entre {middle} et {high} minutes", weights[2]),
        (f"Plus de {high} minutes", 0),
        (),
        ("Pondération de la population selon l'âge",),
        ("Tranche d'âge", *(f"Poids de la tranche d'âge en {year}" for year in YEARS_APL)),
        *ages,
        ("Sources : FICTIF, poids inventés",),
        ("Champ : territoire fictif.",),
    ]
