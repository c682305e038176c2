"""What the page and the screen say of two deliveries of the same territory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from diagterritoire.core.verdict import evolution
from diagterritoire.errors import UsageError
from diagterritoire.french import accord, entier, enumeration, mot
from diagterritoire.outputs.evolution import laid_out
from diagterritoire.outputs.evolution.laid_out import Tableau
from diagterritoire.outputs.evolution.reading import Livraison
from diagterritoire.outputs.evolution.words import INDICATEURS

_NAMES = 6


@dataclass(frozen=True)
class Evolution:
    """What moved between two deliveries, ready to be shown."""

    avant: Livraison
    apres: Livraison
    titre: str
    alertes: tuple[str, ...]
    phrases: tuple[str, ...]
    livraisons: Tableau
    totaux: Tableau
    indicateurs: Tableau
    plus_grandes: tuple[Tableau, ...]
    seuil: tuple[str, ...]
    zonage: Tableau
    apparues: Tableau
    disparues: Tableau
    parametres: Tableau
    sources: Tableau
    communes: Tableau


def build(avant: Livraison, apres: Livraison) -> Evolution:
    """Set two deliveries of the same territory side by side.

    Raises
    ------
    UsageError
        They are not of the same territory.
    """
    if avant.territoire != apres.territoire:
        raise UsageError(
            f"« {avant.nom} » ({avant.slug}) et « {apres.nom} » ({apres.slug}) ne sont pas le même "
            "territoire.",
            "Comparez deux livraisons du même territoire, par exemple de deux millésimes.",
        )
    present = evolution.presence(avant.communes, apres.communes)
    joined = evolution.side_by_side(avant.communes, apres.communes)
    moves = evolution.movements(joined, {name: m.pas for name, m in INDICATEURS.items()})
    parameters = evolution.changed_rows(
        avant.parametres, apres.parametres, ["valeur", "signification"]
    )
    both = parameters["valeur_avant"].notna() & parameters["valeur_apres"].notna()
    moved = both & (parameters["valeur_avant"] != parameters["valeur_apres"])
    changed, one_only = parameters.loc[moved], parameters.loc[~both]
    sources = evolution.changed_rows(
        avant.sources, apres.sources, ["titre", "millesime", "fichier", "sha256"]
    )
    # A version under way adds parameters before it takes its number.
    renewed = avant.version != apres.version or not one_only.empty
    return Evolution(
        avant=avant,
        apres=apres,
        titre=f"{apres.nom} : de {_name(avant)} à {_name(apres)}",
        alertes=tuple(_alerts(avant, apres, joined, changed, method=renewed)),
        phrases=tuple(_sentences(avant, apres, present, moves, (changed, one_only, sources))),
        livraisons=laid_out.deliveries(avant, apres),
        totaux=laid_out.totals(avant, apres),
        indicateurs=laid_out.counts(moves),
        plus_grandes=tuple(laid_out.largest(moves)),
        seuil=tuple(_threshold(joined)),
        zonage=laid_out.zones(joined),
        apparues=laid_out.only("Communes apparues", present.apparues),
        disparues=laid_out.only("Communes disparues", present.disparues),
        parametres=laid_out.parameters(changed),
        sources=laid_out.sources(sources),
        communes=laid_out.communes(joined, moves),
    )


def _name(livraison: Livraison) -> str:
    return f"« {livraison.dossier} » ({livraison.run_id[:8]})"


def _alerts(
    avant: Livraison,
    apres: Livraison,
    joined: pd.DataFrame,
    parameters: pd.DataFrame,
    *,
    method: bool,
) -> Iterable[str]:
    if apres.fictif:
        yield "Territoire fictif : données inventées."
    for one in (avant, apres):
        if not one.intacte:
            yield (
                f"Le GeoPackage de {_name(one)} n'est plus celui de son manifeste : il a été "
                "modifié depuis sa livraison."
            )
        if one.scenario:
            yield (
                f"{_name(one)} est la livraison d'un scénario : sa situation présente est "
                "comparée ici, pas ce que le scénario change."
            )
    if method:
        told = (
            "certains paramètres n'existent que dans une livraison"
            if avant.version == apres.version
            else f"version {avant.version or 'inconnue'}, puis {apres.version or 'inconnue'}"
        )
        yield (
            f"Le logiciel a changé ({told}) : une différence peut venir de la méthode (journal des "
            "changements)."
        )
    if parameters["cle"].eq("deficit.seuil_apl").any():
        yield "Le seuil de déficit a changé : les déficits ne se comparent pas."
    changed = joined["origine_temps_avant"] != joined["origine_temps_apres"]
    if changed.any():
        shown = accord(int(changed.sum()), "commune", feminin=True)
        yield (
            f"{shown} : le temps vient de la route dans une livraison et du vol d'oiseau dans "
            "l'autre, et ne se compare pas."
        )


def _sentences(
    avant: Livraison,
    apres: Livraison,
    present: evolution.Presence,
    moves: pd.DataFrame,
    changes: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> Iterable[str]:
    shown = f"{accord(present.communes, 'commune', feminin=True)} {_are(present.communes)}"
    yield (
        f"{shown} dans les deux livraisons, {_count(present.apparues, 'apparue')} et "
        f"{_count(present.disparues, 'disparue')}."
    )
    stable = {evolution.STABLE, evolution.INCONNU}
    moved = moves.loc[~moves["sens"].isin(stable), "code_commune"].nunique()
    yield (
        f"{accord(moved, 'commune', feminin=True)} "
        f"{mot(moved, 'a', 'ont')} au moins un indicateur qui a bougé."
        if moved
        else "Aucun indicateur n'a bougé."
    )
    parameters, one_only, sources = changes
    causes = [
        accord(len(sources), "source changée", "sources changées", feminin=True),
        accord(len(parameters), "paramètre changé", "paramètres changés"),
        *(
            [
                f"{accord(len(one_only), 'paramètre')} "
                f"{mot(len(one_only), 'connu')} d'une seule des deux"
            ]
            if len(one_only)
            else []
        ),
        "version du logiciel changée"
        if avant.version != apres.version
        else "même numéro de version du logiciel",
    ]
    yield (
        f"Entre les deux : {enumeration(causes)}. Une différence n'est une évolution du territoire "
        "que si ni la méthode, ni les paramètres, ni la façon de compter n'ont changé."
    )


def _are(count: int) -> str:
    return mot(count, "est", "sont")


def _count(communes: pd.DataFrame, word: str) -> str:
    return f"{entier(len(communes)) if len(communes) else 'aucune'} {mot(len(communes), word)}"


def _threshold(joined: pd.DataFrame) -> Iterable[str]:
    """Say which communes crossed the threshold of deficit."""
    before, after = (joined[f"deficit_{side}"].astype(bool) for side in ("avant", "apres"))
    for moved, forms in (
        (after & ~before, ("entrée en déficit", "entrées en déficit")),
        (before & ~after, ("sortie du déficit", "sorties du déficit")),
    ):
        names = list(joined.loc[moved, "nom"])
        if names:
            shown = accord(len(names), "commune", feminin=True)
            verb = f"{_are(len(names))} {mot(len(names), *forms)}"
            yield f"{shown} {verb} : {enumeration(names, _NAMES)}."
    if not (before != after).any():
        yield "Aucune commune n'est entrée en déficit ni n'en est sortie."
