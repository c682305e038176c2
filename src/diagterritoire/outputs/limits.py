"""The list of docs/limites.md and of the annex of the report: what figures do not say."""

from __future__ import annotations

LIMITES: tuple[tuple[str, str], ...] = (
    (
        "Activité des médecins",
        "Les données ouvertes comptent des médecins, pas leur activité, leur âge ni leurs jours "
        "de présence. L'APL calculée leur prête à tous la même activité, sauf fichier d'activité, "
        "ou recalage demandé par bassin de vie ; les grandes villes en sortent trop haut. "
        "L'APL publiée, elle, connaît l'activité réelle : les deux sont toujours montrées côte "
        "à côte.",
    ),
    (
        "Médecins comptés",
        "Le compte est celui d'une source et d'une date : le RPPS, sinon la base permanente des "
        "équipements, sinon l'Observatoire des territoires ; le rapport dit laquelle. Ceux qui se "
        "sont installés ou sont partis depuis n'y sont pas ; les salariés des centres de santé ne "
        "sont comptés que par le RPPS. Deux sources ne comptent pas les mêmes médecins.",
    ),
    (
        "Nombre de médecins inconnu",
        "Une commune absente du fichier des médecins a un nombre de médecins inconnu, pas nul, "
        "sauf dans un répertoire (RPPS, base des équipements) qui couvre son département. Les "
        "calculs n'y placent aucun médecin : les temps y sont des maximums, l'APL et le nombre "
        "de médecins à portée des minimums, là et dans les communes voisines.",
    ),
    (
        "Points des communes",
        "Une commune est représentée par un point : son bourg, deviné à la densité des rues, ou "
        "sans routes un point proche de son centre. Une commune à plusieurs bourgs n'en a qu'un "
        "ici, pas toujours celui de la mairie. Ses médecins sans position connue y sont tous : "
        "en ville, les temps des habitants sont alors des maximums.",
    ),
    (
        "Un seul temps par commune",
        "Celui de son point, 0 si elle a un médecin, même loin de ses hameaux ; l'APL et les flux "
        "en partent. Les temps des habitants partent d'où ils vivent ; sans population carroyée, "
        "leurs rues en tiennent lieu, à parts égales : un immeuble y vaut une maison.",
    ),
    (
        "Vitesses",
        "Elles dépendent de la classe de voie, de sa limite connue et des traversées de ville, "
        "devinées à la densité des rues, sans feux, embouteillages, neige, virages ni pentes. Une "
        "rocade rapide dont la limite n'est pas connue y est prise pour une rue. Le temps "
        "d'attente d'un rendez-vous n'est pas compté.",
    ),
    ("Voiture seulement", "Ni transports en commun, ni traversées en bac."),
    (
        "Temps par cellule",
        "Le raster et les isochrones comptent, du centre de chaque cellule de 200 m, une ligne "
        "droite jusqu'à une rue proche : un relief ou une rivière sans pont n'y est pas vu.",
    ),
    (
        "Rattachement",
        "Un point rejoint la rue la plus proche à vol d'oiseau, qui n'est pas toujours celle de sa "
        "porte. Quand le fichier routier ne donne pas le tracé d'une rue, elle est prise pour la "
        "droite qui joint ses bouts, ou ne se rejoint qu'à ceux-ci si elle tourne trop.",
    ),
    (
        "Îles",
        "Une île sans route n'est pas atteinte, même reliée par un bateau régulier. L'île d'une"
        " commune du continent (Porquerolles, à Hyères) n'a que ses propres routes, si les "
        "contours la dessinent à part. Dans le modèle à vol d'oiseau, en revanche, un bras de "
        "mer n'arrête pas le trajet.",
    ),
    (
        "Millésimes",
        "Populations, médecins, APL et zones ne sont pas de la même année ; le rapport donne celle "
        "de chaque source.",
    ),
    (
        "Sensibilité de l'APL",
        "L'APL dépend beaucoup des paliers de temps choisis ; elle compare des territoires, elle "
        "ne mesure pas les refus de nouveaux patients.",
    ),
    (
        "Fermeté",
        "Les intervalles disent ce que changent les nombres choisis dans leurs plages, qui sont "
        "des conventions. Les comptes de médecins et d'habitants n'y varient pas, ni l'itinéraire "
        "propre à chacun : ce ne sont pas des marges d'erreur.",
    ),
    (
        "Flux",
        "Sans fichier de l'Assurance maladie, ils sont modélisés : ils ignorent les habitudes, le "
        "travail, l'école et le médecin traitant déclaré. Observés, ils ne comptent pas les flux "
        "sous le secret, souvent vers des communes peu fréquentées : la fuite du territoire, les "
        "heures et les "
        "kilomètres sont ceux des flux montrés, donc plutôt en dessous du vrai. Les kilomètres "
        "sont à vol d'oiseau.",
    ),
    (
        "Bassins de patientèle",
        "Ils dépendent des seuils et du modèle de flux : un autre seuil donne un autre tracé. Ceux "
        "qui débordent dans le pourtour y sont partiels.",
    ),
    (
        "Bord",
        "Les communes du pourtour ont une APL partielle. Au-delà des frontières et des mers, ni "
        "patients ni médecins ne sont comptés.",
    ),
    (
        "Zonage",
        "Il est lu dans le fichier fourni ; seul l'arrêté de l'agence régionale de santé fait foi.",
    ),
    (
        "Bassins de vie",
        "Leurs valeurs décrivent le bassin entier, pas seulement les communes du territoire.",
    ),
    (
        "Implantation",
        "Les lieux sont cherchés pour un but à la fois, du point de chaque commune, les médecins "
        "en place ne bougeant pas. « Habitants retenus » suppose que chacun va au plus proche, ce "
        "que quatre habitants sur dix ne font pas. Un optimum calculé n'est pas une décision.",
    ),
    (
        "Scénarios",
        "Ils supposent que rien d'autre ne change et que les habitants suivent le modèle : un "
        "poste ouvert trouve son médecin, un patient va au plus commode. Une antenne compte comme "
        "un lieu dès sa première demi-journée. Le pourtour reste celui de la situation présente. "
        "L'APL ancrée sur la publiée est arrêtée à 0 là où le modèle perd plus que ce qui est "
        "publié.",
    ),
    (
        "Exercice coordonné",
        "Une forme possible est une composition atteinte par des comptes publics, sans rien dire "
        "de l'envie des professionnels, de leurs locaux ni de leur disponibilité. Les spécialistes "
        "et les auxiliaires que les sources ne comptent pas n'y sont pas. Les compositions et les "
        "aides sont relevées dans des textes datés, à vérifier auprès de chaque agence.",
    ),
    (
        "Enquête",
        "Ceux qui répondent ne sont pas tous les professionnels, ni leur image. Une réponse "
        "masquée l'est pour tous : les croisements par profession demandent assez de réponses "
        "dans chaque case.",
    ),
)
