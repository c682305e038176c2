"""The register of aid: each fact with its source and its date. No amount that no source gives."""

from __future__ import annotations

from dataclasses import dataclass

from diagterritoire.tables import A_VERIFIER, LUE, SECONDE_MAIN

ASSURANCE = "Assurance maladie"
ARS = "agence régionale de santé (FIR)"
OCCITANIE = "portail d'appui aux professionnels de santé, Occitanie, aides individuelles"
CENTRE = "portail d'appui aux professionnels de santé, Centre-Val de Loire, aides à l'installation"
LIGERIENS = "portail d'appui aux professionnels de santé, Pays de la Loire, aides à l'installation"
URML = "union régionale des médecins libéraux des Pays de la Loire, « Les zonages, quelles aides »"
HAUTS = "portail d'appui aux professionnels de santé, Hauts-de-France, exonérations fiscales"
DIX_ANS = (
    "pas plus d'une aide de la même catégorie en dix ans (décret 2025-231 du 12 mars 2025) ; "
    "secteur 1, ou secteur 2 avec option tarifaire maîtrisée"
)


@dataclass(frozen=True)
class Aide:
    """One aid, as its source tells it.

    Attributes
    ----------
    cle, titre, financeur : str
    source, source_date : str
        Where it is said, and the date of that page (ISO; None when it has none).
    fermete : str
        One of `tables.FERMETES_TEXTE`.
    zones : tuple of str
        Zones of GPs that open it (`tables.ZONES_MG`); empty: no such condition.
    montant : str or None
        As the source writes it; None when it gives none.
    depuis, jusqu_a : str or None
        First and last day (ISO), when the source says them.
    conditions : str or None
    regions, departements : tuple of str
        Codes outside which it is not offered; empty: everywhere.
    autre_zonage : str
        Another zoning that opens it, which no file read here gives.
    fermee : bool
        True when the source says that nobody can ask for it any more.
    """

    cle: str
    titre: str
    financeur: str
    source: str
    source_date: str | None
    fermete: str
    zones: tuple[str, ...] = ()
    montant: str | None = None
    depuis: str | None = None
    jusqu_a: str | None = None
    conditions: str | None = None
    regions: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    autre_zonage: str = ""
    fermee: bool = False


AIDES: tuple[Aide, ...] = (
    Aide(
        "primo_installation_zip",
        "Aide ponctuelle à la première installation en libéral, ZIP",
        ASSURANCE,
        f"{OCCITANIE} ; convention médicale 2024-2029, article 27",
        "2026-01-26",
        LUE,
        ("ZIP",),
        "10 000 €, une fois",
        "2026-01-01",
        conditions=DIX_ANS,
    ),
    Aide(
        "primo_installation_zac",
        "Aide ponctuelle à la première installation en libéral, ZAC",
        ASSURANCE,
        f"{OCCITANIE} ; convention médicale 2024-2029, article 27",
        "2026-01-26",
        LUE,
        ("ZAC",),
        "5 000 €, une fois",
        "2026-01-01",
        conditions=DIX_ANS,
    ),
    Aide(
        "cabinet_secondaire_zip",
        "Aide ponctuelle à l'ouverture d'un cabinet secondaire, ZIP",
        ASSURANCE,
        f"{OCCITANIE} ; convention médicale 2024-2029",
        "2026-01-26",
        LUE,
        ("ZIP",),
        "3 000 €, une fois",
        "2026-01-01",
        conditions=DIX_ANS,
    ),
    Aide(
        "forfait_primo_zip",
        "Majoration du forfait médecin traitant, première installation en ZIP",
        ASSURANCE,
        f"{URML} ; convention médicale 2024-2029, article 26",
        "2026-02",
        SECONDE_MAIN,
        ("ZIP",),
        "50 % la première année, 30 % la deuxième, 10 % la troisième (partie socle)",
        "2026-01-01",
        conditions="ouverte aussi en quartier prioritaire de la ville, qui n'est pas lu ici",
    ),
    Aide(
        "forfait_zip",
        "Majoration du forfait médecin traitant, médecin installé en ZIP",
        ASSURANCE,
        f"{URML} ; convention médicale 2024-2029, article 26",
        "2026-02",
        SECONDE_MAIN,
        ("ZIP",),
        "10 % par an (partie socle)",
        "2026-01-01",
        conditions="ouverte aussi en quartier prioritaire de la ville, qui n'est pas lu ici",
    ),
    Aide(
        "caim",
        "Contrat d'aide à l'installation des médecins (CAIM), remplacé par les aides qui précèdent",
        ASSURANCE,
        f"{CENTRE} ; {LIGERIENS}",
        "2026-02-05",
        LUE,
        ("ZIP",),
        "jusqu'à 50 000 € pour les contrats signés jusqu'au 31 décembre 2025",
        jusqu_a="2025-12-31",
        conditions="un contrat en cours va à son terme, sauf résiliation par le médecin",
        fermee=True,
    ),
    Aide(
        "contrat_debut_exercice",
        "Contrat de début d'exercice (CDE)",
        "État",
        f"{CENTRE} ; loi de financement de la sécurité sociale pour 2023, article 38",
        "2026-02-05",
        LUE,
        ("ZIP", "ZAC"),
        jusqu_a="2023-12-31",
        fermee=True,
    ),
    Aide(
        "permanence_exoneration",
        "Exonération d'impôt sur les rémunérations de permanence des soins",
        "État",
        HAUTS,
        None,
        A_VERIFIER,
        ("ZIP", "ZAC"),
        "jusqu'à 60 jours de permanence par an",
        conditions="secteur de garde qui compte au moins une commune en ZIP ou en ZAC",
    ),
    Aide(
        "france_ruralites",
        "Exonération d'impôt sur les bénéfices, France ruralités revitalisation (ex-ZRR)",
        "État",
        HAUTS,
        None,
        A_VERIFIER,
        montant="totale cinq ans, puis dégressive trois ans (75, 50 et 25 %)",
        depuis="2024-07-01",
        conditions="durée et taux de seconde main ; exclusions à vérifier auprès des impôts",
        autre_zonage="zonage France ruralités revitalisation",
    ),
    Aide(
        "fir_msp",
        "Étude et démarrage d'une équipe, d'une maison de santé ou d'une CPTS",
        ARS,
        "fédérations régionales et portails d'appui (Île-de-France, Auvergne-Rhône-Alpes) ; "
        "MG France, « L'exercice coordonné »",
        None,
        A_VERIFIER,
        montant="selon l'agence : jusqu'à 35 000 € d'étude et 100 000 € de démarrage en "
        "Île-de-France (ZIP, ZAC), 50 000 € de démarrage en Auvergne-Rhône-Alpes",
        conditions="projet de santé conforme au projet régional ; la seule aide d'une ESP simple ; "
        "montants de votre agence à demander",
    ),
    Aide(
        "aci_msp",
        "Rémunération d'équipe d'une maison de santé (accord conventionnel interprofessionnel)",
        ASSURANCE,
        "ameli.fr, structures concernées par l'ACI (accord du 20 avril 2017)",
        "2020-10-09",
        LUE,
        conditions="constituée en SISA ; selon la patientèle et l'atteinte des indicateurs",
        depuis="2017-04-20",
    ),
    Aide(
        "aci_cpts",
        "Financement d'une CPTS (accord conventionnel interprofessionnel)",
        ASSURANCE,
        "Sénat, rapport d'information n° 32 (2025-2026) sur les CPTS",
        "2025-10-15",
        LUE,
        montant="fonctionnement : de 50 000 à 90 000 € par an selon la taille ; missions en plus",
        conditions="convention avec la caisse et l'agence",
    ),
    Aide(
        "accord_cds",
        "Rémunération d'équipe d'un centre de santé (accord national)",
        ASSURANCE,
        "plaquette régionale de l'exercice coordonné en Pays de la Loire",
        None,
        LUE,
        conditions="gestionnaire à but non lucratif, tiers payant ; montants à demander",
    ),
    Aide(
        "feder",
        "Investissement immobilier",
        "Union européenne (FEDER)",
        "Ordre des médecins d'Aquitaine, 2010 (enveloppes de ce type citées)",
        "2010-01-23",
        A_VERIFIER,
        conditions="programme régional en cours à vérifier auprès de la Région",
    ),
    Aide(
        "collectivites",
        "Soutien financier, logistique ou immobilier des collectivités",
        "Région, département, intercommunalité, commune",
        "MG France, « L'exercice coordonné » ; ARS Normandie, page PSLA du 12 avril 2024",
        "2024-04-12",
        LUE,
        conditions="montants propres à chaque collectivité, à demander ; l'immobilier doit suivre "
        "le projet de santé",
    ),
    Aide(
        "region_normandie_psla",
        "Construction ou réhabilitation du pôle central d'un PSLA",
        "Région Normandie",
        "guide des aides de la Région Normandie",
        None,
        A_VERIFIER,
        montant="25 % de l'assiette éligible, au plus 175 000 € ; 50 000 € de plus si 15 "
        "professionnels au moins signent le projet de santé",
        conditions="commune ou intercommunalité ; page sans date",
        regions=("28",),
    ),
    Aide(
        "orne_psla",
        "Investissement immobilier d'un PSLA",
        "Département de l'Orne",
        "Départements de France, initiatives",
        None,
        A_VERIFIER,
        montant="20 %, au plus 100 000 €",
        conditions="page sans date",
        departements=("61",),
    ),
    Aide(
        "seine_maritime_psla",
        "Construction ou réhabilitation d'un PSLA",
        "Département de la Seine-Maritime",
        "guide des aides de la Seine-Maritime",
        None,
        A_VERIFIER,
        ("ZIP",),
        "25 % des dépenses hors taxes subventionnables",
        conditions="commune ou intercommunalité ; page sans date",
        departements=("76",),
    ),
    Aide(
        "region_ile_de_france",
        "Création ou extension d'une structure d'exercice collectif",
        "Région Île-de-France",
        "ville de Courbevoie, aides à l'installation",
        None,
        A_VERIFIER,
        montant="30 % de l'acquisition et des travaux, au plus 250 000 €",
        conditions="citée par un tiers, page sans date",
        regions=("11",),
    ),
)
