"""Tables of coordinated practice: forms that a team allows, what it leans on, aid, the grid."""

from __future__ import annotations

from diagterritoire.schema import Table
from diagterritoire.tables.columns import COMMUNE, booleen, entier, nombre, texte
from diagterritoire.tables.vocabulary import CATEGORIES_STRUCTURES

PERMISE, MANQUE, INCONNU, SANS_MINIMUM = "permise", "manque", "inconnu", "sans_minimum"
# How firm a figure that comes from a text is: read in it, read in the page of another region,
# second-hand, or to be checked.
LUE, LUE_EN_REGION, SECONDE_MAIN = "lue", "lue_en_region", "seconde_main"
A_VERIFIER = "a_verifier"
FERMETES_TEXTE = (LUE, LUE_EN_REGION, SECONDE_MAIN, A_VERIFIER)
VERDICTS_FORMES = (PERMISE, MANQUE, A_VERIFIER, INCONNU, SANS_MINIMUM)
_FERMETES = (
    "lue (dans la source), lue_en_region (règle nationale lue dans la page d'une région), "
    "seconde_main ou a_verifier"
)
GROUPE = "groupe"
SANS_PROJET, AVEC_PROJET, PROJET_INCONNU = "sans_projet_connu", "projet_coordonne", "inconnu"
PROJETS = (SANS_PROJET, AVEC_PROJET, PROJET_INCONNU)
OUVERTES = (
    "zone_presente",
    "zone_absente",
    "zone_inconnue",
    "sans_condition_de_zone",
    "zonage_non_lu",
    "fermee",
)
FAVORABLE, DEFAVORABLE, A_INSTRUIRE = "favorable", "defavorable", "a_instruire"
LECTURES = (FAVORABLE, DEFAVORABLE, A_INSTRUIRE)

# What a declared questionnaire tells of a structure: four axes of maturity, four protocols.
ELEMENTS_EXERCICE = {
    "projet_sante": "projet de santé écrit et suivi",
    "patients": "place faite aux patients",
    "equipe": "travail en équipe (réunions, protocoles)",
    "systeme_information": "système d'information partagé",
    "asalee_diabete": "Asalée : diabète de type 2",
    "asalee_cardiovasculaire": "Asalée : risque cardiovasculaire",
    "asalee_bpco": "Asalée : BPCO et tabac",
    "asalee_cognitif": "Asalée : troubles cognitifs",
}
NIVEAUX_EXERCICE = ("absent", "en projet", "en place", "en place et évalué")

_FORME = texte("forme", "forme d'exercice coordonné : ESP, ESP CLAP, MSP, CDS, PSLA, SISA ou CPTS")

FORMES_EXERCICE = Table(
    "formes_exercice",
    "Formes d'exercice coordonné que les professionnels en place permettent",
    ("niveau", "code", "forme", "regle"),
    (
        texte(
            "niveau",
            "territoire ; bassin (pourtour compris) ; commune : candidate, avec les communes à "
            "exercice.equipe_min minutes ou moins",
            valeurs=("territoire", "bassin", "commune"),
        ),
        texte("code", "code de la zone"),
        texte("nom", "nom de la zone"),
        _FORME,
        texte("regle", "composition demandée : nationale, ou d'une région, les sources différant"),
        texte(
            "verdict",
            "permise ; manque ; a_verifier (il manque quelqu'un, mais des personnes sont comptées "
            "par parts, et peuvent être plus nombreuses) ; inconnu (un nombre de professionnels "
            "l'est) ; sans_minimum",
            valeurs=VERDICTS_FORMES,
        ),
        texte(
            "manque",
            "ce qui manque à la composition, au plus là où l'on compte par parts, ou ce qui est "
            "inconnu",
            vide=True,
        ),
        booleen(
            "regle_d_ici",
            "vrai si la règle vaut dans la région et le département de la zone ; faux si elle est "
            "d'ailleurs",
        ),
        entier("population", "habitants", "population municipale de la zone"),
        nombre(
            "mg_nb",
            "médecins",
            "médecins généralistes comptés ; un médecin sur n lieux compte 1/n à chacun : ils sont "
            "au moins ce nombre",
            vide=True,
        ),
        nombre(
            "medicaux_nb",
            "personnes",
            "professions médicales comptées : généralistes, chirurgiens-dentistes, sages-femmes",
            vide=True,
        ),
        nombre(
            "auxiliaires_nb",
            "personnes",
            "auxiliaires médicaux comptés : infirmiers, masseurs-kinésithérapeutes, "
            "orthophonistes, orthoptistes",
            vide=True,
        ),
        nombre(
            "professionnels_nb",
            "personnes",
            "les mêmes, et les pharmaciens : professionnels de premier recours",
            vide=True,
        ),
        entier("taille_cpts", "", "taille (1 à 4) d'une CPTS de cette population", vide=True),
        texte("exige", "composition la plus petite"),
        texte("source", "texte qui la donne"),
        texte(
            "fermete",
            _FERMETES,
            valeurs=FERMETES_TEXTE,
        ),
    ),
)

APPUIS = Table(
    "appuis",
    "Ce sur quoi un projet peut s'appuyer, à portée du pôle de chaque bassin",
    (),
    (
        texte("bassin", "code du bassin : sa commune pôle"),
        texte(
            "categorie",
            "catégorie de la structure, ou groupe (généralistes à la même adresse)",
            valeurs=(*CATEGORIES_STRUCTURES, GROUPE),
        ),
        texte("nom", "nom de la structure ; du groupe, identifiant de son site"),
        COMMUNE,
        nombre("temps_min", "min", "temps en voiture du point du pôle ; 0 dans sa commune"),
        nombre("mg_nb", "médecins", "généralistes du groupe ; vide pour une structure", vide=True),
        texte(
            "projet",
            "du groupe : sans_projet_connu, projet_coordonne (une MSP ou un centre de santé est "
            "là) ou inconnu (sans fichier des structures) ; vide pour une structure",
            vide=True,
            valeurs=PROJETS,
        ),
    ),
)

MATURITE_EXERCICE = Table(
    "maturite_exercice",
    "Maturité des structures et protocoles Asalée, tels qu'un questionnaire les déclare",
    ("code_commune", "structure", "element"),
    (
        COMMUNE,
        texte("structure", "nom de la structure"),
        texte("element", "ce qui est déclaré", valeurs=tuple(ELEMENTS_EXERCICE)),
        entier(
            "niveau", "", "niveau déclaré : 0 absent, 1 en projet, 2 en place, 3 en place et évalué"
        ),
    ),
)

AIDES = Table(
    "aides",
    "Aides et financeurs, et ce que les zones du territoire ouvrent : montré, jamais promis",
    ("aide",),
    (
        texte("aide", "nom court de l'aide"),
        texte("titre", "ce que c'est"),
        texte("financeur", "qui finance"),
        texte("zones", "zones officielles demandées, ou ce qui en tient lieu"),
        texte(
            "ouverture",
            "zone_presente, zone_absente, zone_inconnue, sans_condition_de_zone, zonage_non_lu "
            "ou fermee",
            valeurs=OUVERTES,
        ),
        entier("communes_nb", "communes", "communes du territoire dans ces zones", vide=True),
        entier("population", "habitants", "leurs habitants", vide=True),
        texte(
            "montant", "montant ou taux que dit la source ; vide si elle n'en dit pas", vide=True
        ),
        texte("depuis", "date d'effet, si la source la dit", vide=True),
        texte("jusqu_a", "date de fin, si la source la dit", vide=True),
        texte("conditions", "conditions principales, et ce qu'il faut vérifier", vide=True),
        texte("source", "texte ou page qui le dit"),
        texte("source_date", "date de cette page ; vide si elle n'en porte pas", vide=True),
        texte(
            "fermete",
            _FERMETES,
            valeurs=FERMETES_TEXTE,
        ),
    ),
)

GRILLE = Table(
    "grille",
    "Opportunité et faisabilité d'un exercice coordonné : critères, seuils, lecture",
    ("critere",),
    (
        texte("axe", "opportunite ou faisabilite", valeurs=("opportunite", "faisabilite")),
        texte("critere", "nom court du critère"),
        texte("titre", "ce qui est mesuré"),
        nombre("valeur", "voir unite", "valeur du territoire ; vide si inconnue", vide=True),
        texte("unite", "unité de la valeur et du seuil"),
        nombre("seuil", "voir unite", "valeur à laquelle elle est comparée", vide=True),
        texte("source", "d'où viennent la valeur et le seuil, ou quel fichier manque"),
        texte("fermete", "ce qui est sûr de la valeur"),
        texte("lecture", "favorable, defavorable ou a_instruire", valeurs=LECTURES),
        texte("phrase", "la même chose en une phrase"),
    ),
)
