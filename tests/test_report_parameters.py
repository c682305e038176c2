"""The table of the parameters, as a reader of the report sees it."""

from __future__ import annotations

from dataclasses import replace

from diagterritoire.outputs.report import annexes
from diagterritoire.outputs.report.dossier import open_dossier
from factory import small_diagnosis


def test_a_year_is_no_number_and_nothing_has_no_unit():
    diagnosis = small_diagnosis()
    told = diagnosis.parametres.assign(modifie=True)
    table = annexes._parameters(open_dossier(replace(diagnosis, parametres=told)))
    values = {ligne[0].removesuffix(" (modifié)"): ligne[1] for ligne in table.lignes}
    assert values["population.annee"] == "2023"
    assert values["implantation.points"] == "aucun"
    assert values["implantation.minutes"].replace("\xa0", " ") == "15 min"
