"""Salient points and sentences, each written from a figure and only when the figure allows it."""

from __future__ import annotations

from collections.abc import Callable

from diagterritoire import french
from diagterritoire.core.flows.exchanges import leak_between, unseen
from diagterritoire.french import accord, entier, enumeration, nombre, portion, pourcent
from diagterritoire.outputs import cautions
from diagterritoire.outputs.definitions import ZONES
from diagterritoire.outputs.report.dossier import Dossier
from diagterritoire.outputs.report.reliability import reliability
from diagterritoire.outputs.report.residents import near_and_far
from diagterritoire.outputs.report.totals import Groupe, Totaux

NOMS_MAX = 3


def habitants(groupe: Groupe) -> str:
    """Write the population of a group and its share of the territory's.

    Examples
    --------
    >>> habitants(Groupe(1, 450, 0.0337, ("Vaumont",))).replace("\u00a0", " ")
    '450 habitants (3,4 % de la population)'
    """
    if not groupe.population:
        return "sans habitant"
    texte = accord(groupe.population, "habitant")
    return texte if groupe.part is None else f"{texte} ({population(groupe.part)})"


def population(fraction: float | None) -> str:
    """Write a share of the population.

    Examples
    --------
    >>> population(0.25).replace("\u00a0", " "), population(1)
    ('25,0 % de la population', 'toute la population')
    """
    return portion(fraction, "de la population", "toute la population")


def qui(groupe: Groupe, total: int) -> str:
    """Write « 3 communes sur 5 (A, B et C), soit 1 370 habitants (10,2 % de la population) ».

    Up to `NOMS_MAX` communes are all named, beyond only the most populated ones.
    """
    noms = enumeration(groupe.noms[:NOMS_MAX])
    if groupe.communes > NOMS_MAX:
        noms = f"dont {noms}"
    if groupe.communes == total:
        sujet = "la seule commune du territoire" if total == 1 else f"les {entier(total)} communes"
    else:
        sujet = f"{communes(groupe.communes)} sur {entier(total)}"
    lien = ", soit " if groupe.population else ", "
    return f"{sujet} ({noms}){lien}{habitants(groupe)}"


def communes(nombre_: int) -> str:
    """Write a number of communes.

    Examples
    --------
    >>> communes(0)
    'aucune commune'
    """
    return accord(nombre_, "commune", feminin=True)


def verbe(groupe: Groupe, singulier: str, au_pluriel: str) -> str:
    """Choose the verb that agrees with a number of communes."""
    return au_pluriel if groupe.communes > 1 else singulier


def supply(d: Dossier) -> str:
    """Write the population and the number of GPs."""
    t = d.totaux
    debut = f"Le territoire compte {communes(t.communes)} et {_population(t)}. "
    if t.mg_inconnu.communes == t.communes:
        return f"{debut}Le nombre de ses {d.medecins[1]} est inconnu."
    if not t.mg_nb:
        suite = (
            " dans les communes où leur nombre est connu."
            if t.mg_inconnu.communes
            else " : ses habitants dépendent des médecins des communes voisines."
        )
        return f"{debut}Aucun {d.medecins[0]} n'y est compté{suite}"
    medecins = accord(t.mg_nb, *d.medecins)
    y_est = "y sont comptés" if french.pluriel(t.mg_nb, 1) else "y est compté"
    if t.densite is None:
        return f"{debut}{french.majuscule(medecins)} {y_est}."
    connues = " des communes où leur nombre est connu" if t.mg_inconnu.communes else ""
    face = d.face_a("mg_pour_10000", nombre)
    return (
        f"{debut}{medecins} {y_est}, soit {nombre(t.densite)} pour 10{french.FINE}000 "
        f"habitants{connues}{face}."
    )


def _population(t: Totaux) -> str:
    return accord(t.population, "habitant") if t.population else "aucun habitant"


def without_gp(d: Dossier) -> str | None:
    """Write which communes have no GP; None when the territory has none at all (said above)."""
    t = d.totaux
    if not t.mg_nb:
        return None
    connues = t.communes - t.mg_inconnu.communes
    if t.sans_mg.communes:
        n_a_pas = verbe(t.sans_mg, "n'a pas", "n'ont pas")
        phrase = f"{qui(t.sans_mg, connues)}, {n_a_pas} de {d.medecins[0]}"
    elif connues == 1:
        phrase = f"la commune a au moins un {d.medecins[0]}"
    else:
        phrase = f"chaque commune du territoire a au moins un {d.medecins[0]}"
    reste = (
        f", parmi les {entier(connues)} communes où leur nombre est connu"
        if t.mg_inconnu.communes
        else ""
    )
    return french.majuscule(f"{phrase}{reste}.")


def times(d: Dossier) -> str:
    """Write who is near, far, or cannot reach a GP."""
    t = d.totaux
    phrases = [near_and_far(d) or _near_communes(d)]
    if t.loin.communes:
        est = verbe(t.loin, "est", "sont")
        phrases.append(
            french.majuscule(
                f"{qui(t.loin, t.communes)}, {est} à plus de {d.portee} minutes, comptées du point "
                "de la commune."
            )
        )
    if t.inatteignables.communes:
        peut = verbe(t.inatteignables, "ne peut", "ne peuvent")
        phrases.append(
            french.majuscule(
                f"{qui(t.inatteignables, t.communes)}, {peut} atteindre aucun médecin en voiture."
            )
        )
    return " ".join(phrases)


def _near_communes(d: Dossier) -> str:
    """Write how many communes are near a GP, where nobody lives."""
    proches, est = d.totaux.proches, verbe(d.totaux.proches, "est", "sont")
    base = ", selon des temps estimés à vol d'oiseau" if d.mentions.approche else ""
    combien = french.majuscule(communes(proches.communes))
    return f"{combien} {est} à moins de {d.proche} minutes d'un médecin généraliste{base}."


def published_apl(d: Dossier) -> str | None:
    """Write the mean published APL beside France's, or the computed one when it is missing."""
    b = d.diagnosis.bilan
    if b.apl_publiee_moyenne is None:
        if b.apl_moyenne is None:
            return None
        return (
            "L'accessibilité calculée aux médecins généralistes (APL) est en moyenne de "
            f"{consultations(b.apl_moyenne)} par an et par habitant ; aucune valeur publiée "
            "n'est disponible pour la comparer."
        )
    annee = (
        f" en {enumeration([str(a) for a in d.totaux.apl_annees])}" if d.totaux.apl_annees else ""
    )
    france = d.repere("france", "apl_publiee")
    suite = ""
    if france:
        ecart = b.apl_publiee_moyenne / france - 1
        sens = "de moins" if ecart < 0 else "de plus"
        nom = "l'ensemble de comparaison" if d.mentions.fictif else "la moyenne nationale"
        suite = (
            f", {pourcent(abs(ecart), 0)} {sens} que {nom} ({nombre(france)})"
            if abs(ecart) >= 0.01
            else f", au niveau de {nom} ({nombre(france)})"
        )
    return (
        "L'accessibilité aux médecins généralistes publiée par le ministère de la santé (APL)"
        f"{annee} est en moyenne de {consultations(b.apl_publiee_moyenne)} par an et par "
        f"habitant{suite}."
    )


def consultations(valeur: float) -> str:
    """Write a number of consultations with one decimal."""
    return french.quantite(valeur, "consultation")


def deficits(d: Dossier) -> str:
    """Write which communes are under the threshold and what they lack.

    `cautions.POSTES` goes with it.
    """
    t, seuil = d.totaux, d.seuil
    if not t.deficit.communes:
        return (
            f"Aucune commune du territoire n'est sous le seuil de {seuil} consultations par an "
            "et par habitant (APL calculée)."
        )
    est = verbe(t.deficit, "est", "sont")
    phrase = french.majuscule(
        f"{qui(t.deficit, t.communes)}, {est} sous le seuil de {seuil} consultations par an et "
        "par habitant (APL calculée)."
    )
    if t.deficit_consultations < 0.5:
        return phrase
    return (
        f"{phrase} L'écart au seuil y est de {entier(t.deficit_consultations)} consultations par "
        f"an, l'activité de {etp(t.deficit_etp)}."
    )


def etp(valeur: float) -> str:
    """Write a number of full-time GPs."""
    return french.quantite(valeur, "médecin à temps plein", "médecins à temps plein")


def leak_bounds(d: Dossier) -> str:
    """Write between what and what the leak is; nothing when no flow is hidden, or who knows."""
    rate, caches = d.diagnosis.bilan.taux_fuite, unseen(d.diagnosis.marges_observees)
    if rate is None or not caches:
        return ""
    ends = leak_between(rate, float(d.diagnosis.echanges["patients"].sum()), caches)
    least, most = (pourcent(end) for end in ends)
    return f"entre {least} et {most}"


def leaving(d: Dossier) -> str | None:
    """Write the share of the use that leaves the territory, as modelled or observed."""
    fuite = d.diagnosis.bilan.taux_fuite
    if fuite is None:
        return None
    nature = natures(d)
    if between := leak_bounds(d):
        return (
            f"Selon les flux {nature}, {between} des recours des habitants au médecin généraliste "
            f"se font hors du territoire : {pourcent(fuite)} de ceux dont le flux est montré."
        )
    if unseen(d.diagnosis.marges_observees) is None:
        return (
            f"Selon les flux {nature}, {pourcent(fuite)} des recours des habitants au médecin "
            "généraliste dont le flux est montré se font hors du territoire."
        )
    if fuite == 0:
        return (
            f"Selon les flux {nature}, tous les recours des habitants au médecin généraliste "
            "restent dans le territoire."
        )
    reste = d.diagnosis.bilan.taux_autosuffisance
    suite = f" ; {pourcent(reste)} y restent" if reste else ""
    sujet = portion(
        fuite,
        "des recours des habitants au médecin généraliste",
        "tous les recours des habitants au médecin généraliste",
    )
    return f"Selon les flux {nature}, {sujet} se font hors du territoire{suite}."


def modelled(d: Dossier) -> bool:
    """Tell whether the flows are modelled (an empty table counts as modelled)."""
    return cautions.flows(d.diagnosis) is cautions.MODELISE


def natures(d: Dossier) -> str:
    """Word that goes with « flux »."""
    return "modélisés" if modelled(d) else "observés"


def zoning(d: Dossier) -> str | None:
    """Write the share of population in the zones that open a right to aid; None if unknown."""
    t = d.totaux
    groupes = dict(t.zones)
    if not groupes:
        return None
    inconnue = unknown_zone(t)
    connue = "la population dont la zone est connue" if inconnue else "la population"
    parts: list[str] = []
    for zone in ("ZIP", "ZAC"):
        if zone in groupes and groupes[zone].part:
            vit = portion(groupes[zone].part, f"de {connue} vit", f"toute {connue} vit")
            vit = pourcent(groupes[zone].part) if parts else vit
            parts.append(f"{vit} en {ZONES[zone]} ({zone})")
    if not parts:
        debut = "Aucun habitant du territoire ne vit en ZIP ni en ZAC (zonage officiel)"
        return f"{debut}{f' ; {inconnue}' if inconnue else ''}."
    suite = f" ; {inconnue}" if inconnue else ""
    return f"Dans le zonage officiel des médecins généralistes, {' et '.join(parts)}{suite}."


def unknown_zone(t: Totaux) -> str:
    """Write for which share of the population the zone is unknown; empty when it is for none."""
    if not t.zone_inconnue.population:
        return ""
    return f"zone inconnue pour {population(t.zone_inconnue.part)}"


_POINTS: tuple[Callable[[Dossier], str | None], ...] = (
    supply,
    without_gp,
    times,
    published_apl,
    deficits,
    leaving,
    zoning,
    reliability,
)


def salient_points(d: Dossier) -> tuple[str, ...]:
    """Write the points to keep in mind, at most eight; what is unknown gives none."""
    return tuple(p for p in (point(d) for point in _POINTS) if p)
