"""Chosen numbers: within which ranges the others are drawn, to say how firm a figure is."""

from __future__ import annotations

from dataclasses import dataclass

from diagterritoire.parameters.declaration import CONVENTION, DREES, number


@dataclass(frozen=True)
class FermeteParameters:
    """Draws of the parameters that are known within a range only."""

    tirages: int = number(
        20,
        unit="tirages",
        meaning="calculs refaits avec des nombres tirés dans leurs plages ; 0 : aucun",
        source=CONVENTION + " : 100 affine les intervalles, pour cinq fois le temps",
    )
    graine: int = number(1, unit="sans", meaning="graine des tirages", source=CONVENTION)
    intervalle: tuple[float, ...] = number(
        (0.05, 0.95),
        unit="fraction",
        meaning="quantiles des tirages entre lesquels l'intervalle est donné",
        source=CONVENTION,
    )
    part_ferme: float = number(
        0.9,
        unit="fraction",
        meaning="part des tirages d'un même avis (sous le seuil d'APL, ou non) à partir de "
        "laquelle il est dit ferme",
        source=CONVENTION,
    )
    vitesses: float = number(
        0.1,
        unit="fraction",
        meaning="plage des vitesses, toutes ensemble : de moins à plus cette part",
        source=CONVENTION,
    )
    vitesses_classes: float = number(
        0.1,
        unit="fraction",
        meaning="plage de la vitesse de chaque classe de voie, en plus de la précédente",
        source=CONVENTION,
    )
    vitesse_urbaine: float = number(
        0.1,
        unit="fraction",
        meaning="plage de reseau.limite_urbaine_kmh, en plus de celle de toutes les vitesses",
        source=CONVENTION,
    )
    approche: float = number(
        0.15,
        unit="fraction",
        meaning="plage des temps à vol d'oiseau, tous ensemble",
        source=CONVENTION + " : plus large que celle des vitesses, le détour étant supposé",
    )
    bornes_min: float = number(
        2.0,
        unit="min",
        meaning="plage des bornes de apl.bornes_min, déplacées ensemble",
        source=CONVENTION + " : les bornes sont une règle de calcul, les patients n'en ont pas",
    )
    activite: float = number(
        0.1,
        unit="fraction",
        meaning="plage de l'activité moyenne d'un médecin (offre.consultations_par_mg)",
        source=CONVENTION,
    )
    activite_site: float = number(
        0.2,
        unit="fraction",
        meaning="plage de l'activité d'un site d'un seul médecin, en plus de la précédente ; "
        "divisée par la racine du nombre de médecins, qui se compensent",
        source=CONVENTION + f" ; à titre de repère, {DREES} compte de 3 600 à 6 000 actes par "
        "médecin",
    )
    position_commune_m: float = number(
        400.0,
        unit="m",
        meaning="rayon où est tiré le point d'une commune, sauf s'il est celui de la mairie",
        source=CONVENTION + " : celui de points.bourg_rayon_m",
    )
    position_site_m: float = number(
        400.0,
        unit="m",
        meaning="rayon où est tirée la position d'un site placé au point de sa commune, faute "
        "d'adresse",
        source=CONVENTION + " : le même",
    )
    tampon_bas_min: float = number(
        40.0,
        unit="min",
        meaning="pourtour le plus étroit qui soit tiré ; le plus large est territoire.tampon_min",
        source="deux fois la portée de 20 min de l'APL",
    )
