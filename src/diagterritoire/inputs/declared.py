"""What a study declares of its territory: answers of the professionals, maturity of structures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from diagterritoire import ledger, schema, tables
from diagterritoire.core.communes.cog import correspondence
from diagterritoire.territory import arrondissement_parent


def survey_here(
    enquete: pd.DataFrame,
    codes: Iterable[str],
    mouvements: pd.DataFrame,
    cog: Mapping[str, int],
    *,
    secret: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers of the professionals of a territory, and the account of the others.

    An answer without a commune is kept: the survey is that of the territory. The account names no
    commune and no profession, and does not part so few that they could be told.

    Parameters
    ----------
    enquete : DataFrame
        Table `enquete`; may be empty. Its codes are of any year.
    codes : iterable of str
        Communes of the territory.
    mouvements : DataFrame
        Table `mouvements`.
    cog : mapping of str to int
        Year of the codes of `appartenance`.
    secret : int
        Least number of respondents that is told (`enquete.secret_reponses`).

    Returns
    -------
    (DataFrame, DataFrame)
        Table `enquete`, and rows of `tables.CONTROLE`.

    Examples
    --------
    >>> rows = {c: [None] * 3 for c in tables.ENQUETE.noms}
    >>> rows |= {"profession": ["infirmier"] * 3, "code_commune": ["18001", "75056", None]}
    >>> found, told = survey_here(
    ...     pd.DataFrame(rows),
    ...     ["18001"],
    ...     schema.empty(tables.MOUVEMENTS),
    ...     {"appartenance": 2024},
    ...     secret=5,
    ... )
    >>> len(found), told["nombre"].tolist()
    (2, [])
    """
    if enquete.empty:
        return enquete, schema.empty(tables.CONTROLE)
    here = _followed(enquete["code_commune"], codes, mouvements, cog)
    kept = enquete.loc[enquete["code_commune"].isna() | here.notna()]
    elsewhere = len(enquete) - len(kept)
    source = ledger.origin(tables.ENQUETE)
    if 0 < len(kept) < secret or 0 < elsewhere < secret:
        motif = f"répondants, dont moins de {secret} d'ici : partage non montré"
        shown = len(enquete) if len(enquete) >= secret else 0
        if len(kept) >= secret:
            # Those of here are told with what they answer: beside all, so would the others be.
            motif = f"répondants d'ici, moins de {secret} autres non comptés"
            shown = len(kept)
        return kept.reset_index(drop=True), ledger.entry(source, motif, (), shown, nombre=shown)
    motif = "répondants d'une autre commune : non comptés"
    controle = ledger.balance(
        source,
        len(enquete),
        {"répondants du territoire": len(kept)},
        {motif: elsewhere},
    )
    return kept.reset_index(drop=True), controle


def survey_counted(sources: pd.DataFrame, controle: pd.DataFrame) -> pd.DataFrame:
    """Give the file of a survey the number of answers that its account tells, never another.

    Parameters
    ----------
    sources : DataFrame
        Table `sources`.
    controle : DataFrame
        What `survey_here` told.

    Examples
    --------
    >>> files = pd.DataFrame({"cle": ["enquete", "points"], "enregistrements": [29, 40]})
    >>> told = pd.DataFrame({"nombre": [25]})
    >>> survey_counted(files, told)["enregistrements"].tolist()
    [25, 40]
    """
    number = int(controle["nombre"].iloc[0]) if len(controle) else 0
    ours = sources["cle"] == tables.ENQUETE.nom
    return sources.assign(enregistrements=sources["enregistrements"].mask(ours, number))


def maturity_here(
    maturite: pd.DataFrame,
    codes: Iterable[str],
    mouvements: pd.DataFrame,
    cog: Mapping[str, int],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Maturity declared of the structures of a territory, under today's codes, and the account.

    Parameters
    ----------
    maturite : DataFrame
        Table `maturite_exercice`; may be empty.
    codes, mouvements, cog
        As for `survey_here`.
    """
    if maturite.empty:
        return maturite, schema.empty(tables.CONTROLE)
    here = _followed(maturite["code_commune"], codes, mouvements, cog)
    kept = maturite.assign(code_commune=here).loc[here.notna()]
    kept = kept.drop_duplicates(list(tables.MATURITE_EXERCICE.cle))
    lost = len(maturite) - len(kept)
    controle = ledger.balance(
        ledger.origin(tables.MATURITE_EXERCICE),
        len(maturite),
        {"éléments déclarés du territoire": len(kept)},
        {"d'une autre commune, ou répétés après une fusion : non montrés": lost},
    )
    order = [*tables.MATURITE_EXERCICE.cle[:2]]
    rank = kept["element"].map({e: k for k, e in enumerate(tables.ELEMENTS_EXERCICE)})
    table = kept.assign(rang=rank).sort_values([*order, "rang"], ignore_index=True)
    return schema.conform(table, tables.MATURITE_EXERCICE), controle


def _followed(
    given: pd.Series[str],
    codes: Iterable[str],
    mouvements: pd.DataFrame,
    cog: Mapping[str, int],
) -> pd.Series[str]:
    """Commune of the territory that each code leads to, null where none."""
    year = cog[tables.APPARTENANCE.nom]
    whole = given.map(arrondissement_parent, na_action="ignore")
    wanted = pd.Series(sorted(codes), dtype="str")
    pairs = correspondence(
        mouvements, whole.dropna().drop_duplicates(), wanted, year, year, cumul=True
    )
    known = pairs.dropna(subset=["code_cible"]).drop_duplicates("code_source")
    return whole.map(known.set_index("code_source")["code_cible"])
