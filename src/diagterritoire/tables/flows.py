"""Tables delivered about flows of patients and basins, beside their layers."""

from __future__ import annotations

from diagterritoire.schema import Table
from diagterritoire.tables.columns import COMMUNE, entier, nombre, texte
from diagterritoire.tables.vocabulary import MODELISE, OBSERVE

NATURES = (OBSERVE, MODELISE)

ECHANGES = Table(
    "echanges",
    "Qui part et qui vient, et ce que parcourent les habitants de chaque commune du territoire",
    ("code_commune",),
    (
        COMMUNE,
        texte("nature", "nature des flux de ses habitants", valeurs=NATURES),
        nombre("patients", "habitants", "habitants dont la destination est connue"),
        nombre("sortants", "habitants", "de ceux-là, ceux qui consultent dans une autre commune"),
        nombre("entrants", "habitants", "habitants d'une autre commune qui viennent consulter"),
        nombre("solde", "habitants", "entrants moins sortants", minimum=None),
        nombre(
            "taux_attraction",
            "fraction",
            "part des patients de ses médecins qui habitent ailleurs ; vide sans patient",
            vide=True,
            maximum=1,
        ),
        nombre(
            "heures_an",
            "h/an",
            "heures de route des habitants pour consulter, aller et retour, au recours national",
            vide=True,
        ),
        nombre(
            "km_an",
            "km/an",
            "kilomètres à vol d'oiseau des mêmes trajets : la route est plus longue",
            vide=True,
        ),
    ),
)

DESTINATIONS = Table(
    "destinations",
    "Premières destinations des habitants de chaque commune du territoire",
    ("code_residence", "rang"),
    (
        texte("code_residence", "commune de résidence"),
        entier("rang", "", "rang de la destination, 1 pour la première"),
        texte("code_exercice", "commune d'exercice du médecin"),
        nombre("patients", "habitants", "habitants qui y vont"),
        nombre("part", "fraction", "part des habitants dont la destination est connue", maximum=1),
        nombre("temps_min", "min", "temps en voiture"),
        texte("nature", "nature du flux", valeurs=NATURES),
    ),
)

JUGEMENT_FLUX = Table(
    "jugement_flux",
    "Ce que vaut le modèle de flux, à côté de modèles simples et de la référence nationale",
    ("modele",),
    (
        texte("modele", "modèle, flux observés ou référence"),
        nombre(
            "cpc",
            "fraction",
            "part commune avec les flux observés des communes laissées de côté au calage ; vide "
            "sans flux observés",
            vide=True,
            maximum=1,
        ),
        nombre(
            "srmse",
            "sans",
            "écart quadratique moyen aux mêmes flux, rapporté au flux moyen",
            vide=True,
        ),
        nombre(
            "part_commune", "fraction", "part des recours dans la commune", vide=True, maximum=1
        ),
        nombre(
            "part_plus_proche",
            "fraction",
            "part des recours dans la commune équipée la plus proche",
            vide=True,
            maximum=1,
        ),
        nombre("temps_moyen_min", "min", "temps moyen d'un recours, aller", vide=True),
        entier("communes_nb", "communes", "communes de résidence jugées", vide=True),
        texte("note", "ce qu'il faut savoir de la ligne"),
    ),
)

BANDES_FLUX = Table(
    "bandes_flux",
    "Recours des habitants du territoire par temps de trajet, à côté de la référence nationale",
    ("bande",),
    (
        texte("bande", "commune de résidence, puis ailleurs par temps"),
        nombre("part", "fraction", "part des recours", vide=True, maximum=1),
        nombre(
            "part_reference",
            "fraction",
            "référence nationale (IRDES), jamais ajustée au territoire",
            maximum=1,
        ),
    ),
)

CALAGE_FLUX = Table(
    "calage_flux",
    "Paramètres du modèle de flux, et d'où ils viennent",
    ("parametre",),
    (
        texte("parametre", "nom du paramètre"),
        nombre("valeur", "selon le paramètre", "valeur utilisée"),
        texte("unite", "unité"),
        texte("origine", "déclaré, ou calé sur les flux observés"),
    ),
)

MARGES_OBSERVEES = Table(
    "marges_observees",
    "Patients observés de chaque commune, et part dont la destination est montrée",
    ("code_residence",),
    (
        texte("code_residence", "commune de résidence"),
        nombre(
            "patients_observes",
            "personnes",
            "patients de la commune ; vide si le total est inconnu ou sous le secret",
            vide=True,
        ),
        nombre("patients_montres", "personnes", "de ceux-là, ceux dont le flux est montré"),
    ),
)

INVERSION_FLUX = Table(
    "inversion_flux",
    "Ce qui ferait du territoire la première destination de ses habitants, selon le modèle",
    ("pole",),
    (
        texte("pole", "commune du territoire où l'offre changerait"),
        texte("destination", "première destination hors du territoire", vide=True),
        nombre("patients_destination", "habitants", "habitants du territoire qui y vont"),
        nombre("patients_territoire", "habitants", "habitants qui consultent dans le territoire"),
        nombre(
            "consultations_a_ajouter",
            "consultations/an",
            "au pôle, pour que les deux soient égaux ; 0 si c'est déjà fait, vide si rien n'y "
            "suffit",
            vide=True,
        ),
        nombre(
            "minutes_a_gagner",
            "min",
            "sur chaque trajet vers le pôle, pour la même chose ; vide si aucun gain n'y suffit",
            vide=True,
        ),
    ),
)

PATIENTELES = Table(
    "patienteles",
    "Communes qu'attire le pôle de chaque bassin",
    ("pole", "code_commune"),
    (
        texte("pole", "commune d'exercice"),
        COMMUNE,
        nombre("part", "fraction", "part de ses habitants qui consultent au pôle", maximum=1),
        texte("aire", "primaire ou secondaire", valeurs=("primaire", "secondaire")),
    ),
)

COMPARAISON_BASSINS = Table(
    "comparaison_bassins",
    "Accord des bassins de patientèle avec les autres zonages du territoire",
    ("zonage",),
    (
        texte("zonage", "zonage comparé"),
        entier("zones_nb", "zones", "zones qui comptent une commune comparée", vide=True),
        entier("bassins_nb", "bassins", "bassins qui en comptent une", vide=True),
        nombre(
            "part_population",
            "fraction",
            "part de la population qui vit dans la zone où habite le plus de monde de son bassin",
            vide=True,
            maximum=1,
        ),
        nombre(
            "part_inverse",
            "fraction",
            "part qui vit dans le bassin où habite le plus de monde de sa zone",
            vide=True,
            maximum=1,
        ),
        texte("note", "fichier utilisé, ou qui manque"),
    ),
)

ZONAGES = Table(
    "zonages",
    "Zones de chaque commune du territoire et du pourtour dans les zonages comparés aux bassins",
    ("code_commune", "zonage"),
    (
        COMMUNE,
        texte("zonage", "epci, bassin_vie, zone_emploi ou secteur_garde"),
        texte("zone", "code ou nom de la zone"),
    ),
)

AIRE_SANTE = Table(
    "aire_sante",
    "Les six analyses de l'aire de santé, notées par commune du territoire",
    (),
    (
        texte("niveau", "territoire ou commune", valeurs=("territoire", "commune")),
        texte("code_commune", "commune ; vide pour le territoire", vide=True),
        texte("analyse", "secteur_garde, dynamique, temps, flux, appui ou epci"),
        nombre("valeur", "voir unite", "ce qui est mesuré", vide=True),
        texte("unite", "unité de la valeur"),
        nombre("score", "note", "de 0 à 1 ; vide si le fichier manque", vide=True, maximum=1),
        texte("source", "d'où vient la valeur, ou ce qui manque"),
    ),
)
