"""The invented territory in the official CSV layouts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from diagterritoire.demo.geography import Geography, plain
from diagterritoire.demo.shapes import to_lonlat

CODE_REGION, NOM_REGION = "00", "Région fictive"
CODE_DEPARTEMENT, NOM_DEPARTEMENT = "00", "Département fictif"
CONCEALED = "N/A - secret statistique"
UNKNOWN = "N/A - résultat non disponible"
BOM = "\ufeff"
MERGER_DATE = "2022-01-01"

# Column label, lowest and highest value, decimals.
CARTOSANTE = (
    ("Part des bénéf. ophtalmo. dans pop. 2024", 22, 36, 1),
    ("APL Médecins généralistes 2023", 0, 0, 1),
    ("Densité d'orthophonistes lib. 2024", 5, 30, 1),
    ("Densité de généralistes lib. 2024", 0, 0, 1),
    ("Densité d'infirmiers lib. 2024", 8, 35, 1),
    ("Densité de sages-femmes lib. 2024", 0.5, 4, 1),
    ("Part des bénéf. en ALD dans la pop 2024", 14, 24, 1),
    ("Densité des pharmacies pour 10 000 hab. 2024", 1.5, 4.5, 1),
)
STATLOC = (
    ("Nombre de décès domiciliés 2024", 60, 500, 0),
    ("Part des pers. âgées de 75 ans ou + 2022", 8, 17, 1),
    ("Taux de pauvreté 2021", 8, 24, 1),
    ("Médiane du niveau de vie 2021", 19_500, 26_000, -1),
    ("Part des non ou peu diplômés dans la pop. non scolarisée de 15 ans ou + 2022", 15, 33, 1),
    ("Part des ouvriers dans le nb d’emplois au LT 2022", 12, 38, 1),
    ("Part des familles monoparentales 2022", 10, 19, 1),
    ("Part des pers. âgées de - 15 ans 2022", 13, 20, 1),
    ("Taille moyenne des ménages 2022", 1.95, 2.4, 2),
    ("Part des locataires dans les rés. principales 2022", 20, 45, 1),
    ("Part des locataires HLM dans les rés. principales 2022", 3, 24, 1),
    ("Part des résidences principales en suroccupation accentuée 2022", 0, 1, 1),
    ("Part des rés. principales dans le total des logements 2022", 65, 92, 1),
    ("Part des appartements dans le total des logements 2022", 8, 48, 1),
    ("Part des maisons dans le total des logements 2022", 50, 92, 1),
    ("Densité de population (historique depuis 1876) 2022", 25, 220, 1),
)


def write_points(path: Path, geography: Geography) -> None:
    """Write the point of each commune, one commune left out."""
    communes = geography.communes
    lonlat = np.round(to_lonlat(communes[["x", "y"]].to_numpy(dtype=np.float64)), 5)
    kept = (communes["role"] != "sans_point").to_numpy()
    rows = [
        (code, nom, lat, lon)
        for code, nom, (lon, lat) in zip(
            communes["code_commune"][kept],
            communes["nom"][kept],
            lonlat[kept].tolist(),
            strict=True,
        )
    ]
    _write(path, ["code_commune", "nom", "lat", "lon"], rows, sep=",")


def write_populations(path: Path, geography: Geography, residents: pd.DataFrame) -> None:
    """Write the populations in force."""
    header = ("REG", "Région", "DEP", "CODARR", "CODCAN", "CODCOM", "COM", "Commune")
    rows = [
        (CODE_REGION, NOM_REGION, CODE_DEPARTEMENT, "1", "01", code[2:], code, nom)
        + (people, apart, people + apart)
        for code, nom, people, apart in zip(
            geography.communes["code_commune"],
            geography.communes["nom"],
            residents["population"],
            residents["comptee_a_part"],
            strict=True,
        )
    ]
    _write(path, [*header, "PMUN", "PCAP", "PTOT"], rows, end="\r\n")


def write_movements(path: Path, geography: Geography) -> None:
    """Write one merger, in the layout of the official code's movements."""
    fields = ("TYPECOM", "COM", "TNCC", "NCC", "NCCENR", "LIBELLE")
    header = ["MOD", "DATE_EFF", *(f"{field}_{when}" for when in ("AV", "AP") for field in fields)]
    old_code, old_name = geography.ancienne
    code = geography.code("role", "fusion")
    name = geography.code_name(code)

    def side(kind: str, one_code: str, one_name: str) -> tuple[str, ...]:
        return (kind, one_code, "0", plain(one_name).replace("-", " "), one_name, one_name)

    rows = [
        ("32", MERGER_DATE, *side("COM", c, n), *side(kind, *after))
        for c, n in ((code, name), (old_code, old_name))
        for kind, after in (("COM", (code, name)), ("COMD", (c, n)))
    ]
    _write(path, header, rows, sep=",", end="\r\n")


def write_zones(path: Path, geography: Geography, residents: pd.DataFrame) -> None:
    """Write the GP zone of each commune."""
    rows = zip(
        geography.communes["code_commune"],
        geography.communes["nom"],
        residents["zonage"],
        strict=True,
    )
    _write(path, [BOM + "Code", "Libellé", "Zonage_MG"], rows)


def write_cartosante(
    path: Path, geography: Geography, residents: pd.DataFrame, rng: np.random.Generator
) -> None:
    """Write care indicators by bassin de vie, a few of them kept secret."""
    table = _context(geography, CARTOSANTE, rng)
    sums = residents.assign(
        bassin=geography.communes["bassin_vie"],
        consultations=residents["apl_2023"] * residents["standardisee_2023"],
    )
    sums = sums.groupby("bassin")[
        ["consultations", "standardisee_2023", "mg_nb", "population"]
    ].sum()
    sums = sums.loc[table.index]
    apl = sums["consultations"] / sums["standardisee_2023"]
    density = 1e4 * sums["mg_nb"] / sums["population"]
    table["APL Médecins généralistes 2023"] = [_number(v, 1) for v in apl]
    table["Densité de généralistes lib. 2024"] = [_number(v, 1) for v in density]
    table.loc[table.index[0], "Part des bénéf. en ALD dans la pop 2024"] = CONCEALED
    table.loc[table.index[-1], "Densité de sages-femmes lib. 2024"] = CONCEALED
    _write_context(path, "CartoSanté", table, geography)


def write_statloc(path: Path, geography: Geography, rng: np.random.Generator) -> None:
    """Write social indicators by bassin de vie, a few of them kept secret or unknown."""
    table = _context(geography, STATLOC, rng)
    table.loc[table.index[1], "Taux de pauvreté 2021"] = CONCEALED
    table.loc[table.index[-1], "Médiane du niveau de vie 2021"] = UNKNOWN
    _write_context(path, "Insee - Statistiques locales", table, geography)


def _context(
    geography: Geography,
    columns: Sequence[tuple[str, float, float, int]],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw the indicators, texts as they are exported, one row by bassin de vie."""
    index = pd.Index(sorted(geography.poles), name="bassin_vie")
    drawn = {
        label: [_number(v, decimals) for v in rng.uniform(low, high, size=len(index))]
        for label, low, high, decimals in columns
    }
    return pd.DataFrame(drawn, index=index, dtype="str")


def _number(value: float, decimals: int) -> str:
    """Write a number as the exports do: a point, no trailing zero."""
    rounded = round(float(value), decimals)
    return (
        f"{rounded:.{max(decimals, 0)}f}".rstrip("0").rstrip(".")
        if decimals > 0
        else str(int(rounded))
    )


def _write_context(path: Path, title: str, table: pd.DataFrame, geography: Geography) -> None:
    """Write two title rows, the header and the rows, the last one without line end."""
    width = len(table.columns) + 2
    titles = (f"{title} - FICTIF", "Référentiel géographique : Territoire fictif par bassin de vie")
    lines = [";".join([text] + [" "] * (width - 1)) for text in titles]
    lines.append(";".join(["Code", "Libellé", *table.columns]))
    lines += [
        ";".join([code, geography.code_name(code), *values])
        for code, values in zip(table.index, table.to_numpy().tolist(), strict=True)
    ]
    path.write_text(BOM + "\n".join(lines), encoding="utf-8", newline="")


def _write(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    sep: str = ";",
    end: str = "\n",
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=sep, lineterminator=end)
        writer.writerow(header)
        writer.writerows(rows)
