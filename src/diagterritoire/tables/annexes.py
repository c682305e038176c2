"""Tables delivered beside the layers: control, sources, parameters, comparisons."""

from __future__ import annotations

from diagterritoire.schema import Table
from diagterritoire.tables.columns import APL_UNIT, COMMUNE, booleen, entier, nombre, texte
from diagterritoire.tables.vocabulary import EFFETS, PROFESSIONS, SERIES_VERITE

CONTROLE = Table(
    "controle",
    "Contrôle des enregistrements",
    (),
    (
        texte("source", "table (et son fichier, s'il est connu) ou étape du calcul"),
        texte("motif", "ce qui est arrivé aux enregistrements"),
        entier("nombre", "enregistrements", "combien"),
        nombre("part", "fraction", "part des enregistrements concernés", vide=True, maximum=1),
        texte("exemples", "quelques exemples"),
        texte(
            "effet",
            "lu, utilise ou ecarte (pour une source : lu = utilise + ecarte), impute ou signale",
            valeurs=EFFETS,
        ),
    ),
)

SOURCES = Table(
    "sources",
    "Sources utilisées",
    ("cle", "fichier"),
    (
        texte("cle", "nom de la source dans le catalogue"),
        texte("titre", "ce que contient la source"),
        texte("producteur", "qui la produit"),
        texte("licence", "licence de réutilisation"),
        texte("millesime", "année ou édition"),
        texte("fichier", "nom du fichier lu"),
        texte("sha256", "empreinte du fichier lu ; non publiée s'il est confidentiel"),
        entier(
            "enregistrements",
            "lignes",
            "enregistrements lus ; d'une enquête, ceux que dit le contrôle, 0 s'ils sont trop peu",
        ),
        texte("usage", "à quoi elle sert ici"),
    ),
)

PARAMETRES = Table(
    "parametres",
    "Paramètres du calcul",
    ("cle",),
    (
        texte("cle", "nom du paramètre"),
        texte("valeur", "valeur utilisée"),
        texte("unite", "unité"),
        texte("signification", "ce qu'il règle"),
        texte("source", "d'où vient la valeur"),
        booleen("modifie", "vrai si la valeur diffère de la valeur livrée"),
    ),
)

COMPARAISONS = Table(
    "comparaisons",
    "Le territoire à côté du département, de la région et de la France",
    ("niveau", "code"),
    (
        texte("niveau", "niveau de la zone : territoire, departement, region ou france"),
        texte("code", "code de la zone"),
        texte("nom", "nom de la zone"),
        entier("communes_nb", "communes", "nombre de communes"),
        entier("population", "habitants", "population municipale"),
        nombre(
            "mg_nb",
            "médecins",
            "médecins généralistes des communes où leur nombre est connu",
            vide=True,
        ),
        nombre("mg_pour_10000", "pour 10 000 habitants", "densité de généralistes", vide=True),
        nombre(
            "part_population_sans_mg",
            "fraction",
            "part de la population dans une commune sans généraliste",
            vide=True,
            maximum=1,
        ),
        nombre("apl_publiee", APL_UNIT, "APL publiée moyenne, tous âges", vide=True),
        nombre("apl_publiee_65", APL_UNIT, "APL publiée moyenne, 65 ans ou moins", vide=True),
        nombre(
            "part_population_sous_seuil",
            "fraction",
            "part de la population dont l'APL publiée est sous le seuil",
            vide=True,
            maximum=1,
        ),
        nombre(
            "part_population_zip", "fraction", "part de la population en ZIP", vide=True, maximum=1
        ),
        nombre(
            "part_population_zac", "fraction", "part de la population en ZAC", vide=True, maximum=1
        ),
    ),
)

DENSITES = Table(
    "densites",
    "Professions de premier recours : densités du territoire et des zones qui le contiennent",
    ("niveau", "code", "profession"),
    (
        texte("niveau", "territoire, departement, region ou france"),
        texte("code", "code de la zone"),
        texte("nom", "nom de la zone"),
        texte("profession", "profession ; pharmacie compte des officines", valeurs=PROFESSIONS),
        nombre("nombre", "personnes", "professionnels comptés ; vide si inconnu", vide=True),
        entier(
            "population",
            "habitants",
            "population municipale des communes où leur nombre est connu",
            vide=True,
        ),
        nombre(
            "densite_100000", "pour 100 000 habitants", "nombre rapporté à la population", vide=True
        ),
        texte("source", "source qui les compte (colonne cle de la table sources)", vide=True),
        texte("motif", "pourquoi le nombre manque", vide=True),
    ),
)

PROFESSIONNELS_COMMUNES = Table(
    "professionnels_communes",
    "Professionnels de premier recours par commune du territoire",
    ("code_commune", "profession"),
    (
        COMMUNE,
        texte("profession", "profession ; pharmacie compte des officines", valeurs=PROFESSIONS),
        nombre("nombre", "personnes", "une personne sur n lieux compte 1/n à chacun"),
    ),
)

BANDES = Table(
    "bandes",
    "Habitants par tranche de temps d'accès à un médecin généraliste",
    ("niveau", "code", "rang"),
    (
        texte(
            "niveau",
            "territoire, ou epci : la part de l'intercommunalité qui est dans le territoire, s'il "
            "y en a plusieurs",
            valeurs=("territoire", "epci"),
        ),
        texte("code", "code de la zone"),
        texte("nom", "nom de la zone"),
        entier("rang", "", "rang de la tranche, de la plus proche à la plus lointaine"),
        texte("tranche", "tranche de temps, borne haute comprise"),
        nombre("temps_max_min", "min", "borne haute de la tranche, s'il y en a une", vide=True),
        entier(
            "population",
            "habitants",
            "habitants dont le temps, depuis leurs points de population, est dans la tranche ; la "
            "somme des tranches est la population de la zone",
        ),
        nombre("part", "fraction", "part de la population de la zone", vide=True, maximum=1),
    ),
)

VERITE = Table(
    "verite",
    "APL calculée et APL publiée : accord par année et par niveau",
    ("annee", "niveau", "serie"),
    (
        entier("annee", "année", "année de l'APL publiée"),
        texte("niveau", "commune, bassin_vie ou epci ; moyennes pondérées par la population"),
        texte(
            "serie",
            "ce qui est comparé : apl, apl_calibree, ou l'APL publiée l'année d'avant (precedente)",
            valeurs=SERIES_VERITE,
        ),
        booleen("ajustee", "vrai si l'offre a été calée sur cette année même : accord sans mérite"),
        entier("zones_nb", "zones", "zones comparées"),
        nombre(
            "correlation_ponderee",
            "sans",
            "corrélation pondérée par la population standardisée",
            vide=True,
            minimum=-1,
            maximum=1,
        ),
        nombre("correlation", "sans", "corrélation simple", vide=True, minimum=-1, maximum=1),
        nombre(
            "ecart_median", APL_UNIT, "médiane de calculée moins publiée", vide=True, minimum=None
        ),
    ),
)
