"""Empty files to fill: the survey of the professionals, the maturity of structures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from diagterritoire import tables
from diagterritoire.errors import UsageError

ENQUETE, MATURITE = "enquete", "maturite"
_HEADERS = {
    ENQUETE: ("profession", "code_commune", "interet", "attentes", "age", "depart"),
    MATURITE: ("code_commune", "structure", "element", "niveau"),
}
_ANONYME = (
    "Une ligne par réponse, sans nom, adresse, courriel, téléphone ni numéro : une colonne qui "
    "pourrait désigner quelqu'un fait refuser le fichier. Une colonne de texte libre n'est jamais "
    "lue. Une case vide est une absence de réponse."
)
_DECLARE = (
    "Une ligne par structure et par élément déclaré. Un élément absent du fichier est inconnu, et "
    "non absent de la structure."
)


def write_template(path: Path, which: str = ENQUETE) -> tuple[Path, Path]:
    """Write an empty file with its header, and a notice of the answers that are read.

    Parameters
    ----------
    path : Path
        File to create, in a folder that exists; one that is there is never replaced.
    which : str
        `enquete` or `maturite`.

    Returns
    -------
    (Path, Path)
        The file and its notice.

    Raises
    ------
    UsageError
        A file of that name is there, its folder is not, or it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file, _ = write_template(Path(folder) / "enquete.csv")
    ...     file.read_text(encoding="utf-8-sig").split(";")[:2]
    ['profession', 'code_commune']
    """
    notice = path.with_name(f"{path.stem}-notice.txt")
    # The mark lets spreadsheets read accents.
    contents = {
        path: (";".join(_HEADERS[which]) + "\n", "utf-8-sig"),
        notice: (_notice(which), "utf-8"),
    }
    for target, (text, encoding) in contents.items():
        try:
            with target.open("x", encoding=encoding, newline="\n") as file:
                file.write(text)
        except FileExistsError as error:
            raise UsageError(
                f"« {target} » existe déjà : il n'est pas remplacé.",
                "Donnez un autre nom de fichier, ou déplacez celui-ci.",
            ) from error
        except OSError as error:
            raise UsageError(
                f"« {target} » ne peut pas être écrit : {error.strerror}.",
                "Vérifiez que le dossier existe et que vous pouvez y écrire.",
            ) from error
    return path, notice


def _notice(which: str) -> str:
    if which == MATURITE:
        niveaux = {str(k): n for k, n in enumerate(tables.NIVEAUX_EXERCICE)}
        lists: dict[str, Mapping[str, str]] = {
            "element": tables.ELEMENTS_EXERCICE,
            "niveau": niveaux,
        }
        lines = [_DECLARE, "", "code_commune : code Insee. structure : son nom."]
    else:
        lists = {
            "profession": tables.NOMS_ENQUETE,
            "interet": tables.INTERETS,
            "attentes (plusieurs, séparées par une virgule)": tables.ATTENTES,
            "age (tranche, ou âge en années)": tables.AGES_ENQUETE,
            "depart (ou nombre d'années)": tables.DEPARTS,
        }
        lines = [_ANONYME, "", "code_commune : commune d'exercice, code Insee (facultatif)."]
    for title, values in lists.items():
        lines += ["", title, *(f"  {value} : {text}" for value, text in values.items())]
    return "\n".join([*lines, "", "Les formats sont décrits dans docs/formats.md.", ""])
