"""Write docs/donnees.md, docs/parametres.md and docs/carte.md from the code: `make docs`."""

from __future__ import annotations

from pathlib import Path

from diagterritoire import parameters, tables
from diagterritoire.french import majuscule
from diagterritoire.outputs.classes import FAMILLES, INDICATEURS, MASQUEE, legend

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTE = (
    "<!-- Page produite par « make docs » à partir du code : ne la modifiez pas à la main. -->\n\n"
)
FICHIERS = """
## Les fichiers

**`diagnostic.gpkg`** est un GeoPackage 1.2, que lisent QGIS 3.22 et les suivants. Sa projection
est celle du territoire : EPSG:2154 en métropole, 5490 en Guadeloupe et en Martinique, 2972 en
Guyane, 2975 à La Réunion, 4471 à Mayotte. On y trouve, outre les couches et tables qui suivent :

- un style par défaut pour chaque couche : elle s'ouvre colorée, avec sa légende, une classe pour
  l'inconnu (hachures) et une pour les communes d'où aucun médecin n'est atteint. Les communes
  s'ouvrent sur le temps ; dans leurs propriétés, le bouton Style, « Charger le style », puis
  « Depuis la base de données » donnent les autres indicateurs de la carte, dans les mêmes
  classes. Les flux de moins de 20 patients, les choix de plusieurs sites et les scénarios après
  le premier sont dans la légende, à cocher ;
- un nom français pour chaque champ, avec son unité, et sa définition entière ;
- des métadonnées pour le fichier et pour chaque table : ce qu'elle est, ses avertissements,
  sources et licences. Elles ne portent aucune date : les mêmes données donnent le même fichier,
  octet pour octet.

**`temps_acces.tif`** : minutes jusqu'au généraliste le plus proche, par cellule de 200 m, en
nombres décimaux, -1 où il n'y a pas de temps ; tuiles, aperçus et statistiques sont dans le
fichier. Un TIFF de nombres décimaux ne contient pas de couleurs : QGIS les prend dans
**`temps_acces.qml`**, à laisser à côté. Ce sont les classes de la carte.

**`indicateurs.xlsx`** : la note de lecture d'abord, puis la feuille « Colonnes » (unité, sens et
source de chaque colonne, d'après les fichiers lus), puis une feuille par table. Les codes sont du
texte, aucune cellule ne contient de formule, et chaque feuille s'imprime en A4, l'en-tête répété.
"""


def parametres_page() -> str:
    """Markdown page of every parameter."""
    lines = [
        NOTE + "# Paramètres\n\n"
        "Chaque nombre choisi, avec son unité et sa source. Pour en changer, donnez un fichier "
        "TOML qui ne contient que les différences :\n\n"
        "```toml\n[deficit]\nseuil_apl = 3.0\n\n[reseau.vitesses_kmh]\nresidential = 20\n```\n\n"
        "puis `make diagnostic TERRITOIRE=2A PARAMETRES=mes_parametres.toml`. Une clé inconnue "
        "est une erreur qui nomme les clés connues ; le rapport signale chaque valeur modifiée.\n",
    ]
    group = ""
    for item in parameters.describe(parameters.Parameters(), presentation=True):
        name, _, key = item.cle.partition(".")
        if name != group:
            group = name
            lines.append(
                f"\n## [{name}]\n\n| paramètre | valeur | unité | ce qu'il règle | source |\n"
                "|---|---|---|---|---|\n"
            )
        cells = (f"`{key}`", item.valeur, item.unite, item.signification, item.source)
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def donnees_page() -> str:
    """Markdown page of every delivered table."""
    lines = [
        NOTE + "# Dictionnaire des données livrées\n\n"
        "Les couches et tables de `diagnostic.gpkg`, reprises en feuilles dans "
        "`indicateurs.xlsx`. Une valeur vide est une valeur inconnue, jamais zéro. Les taux et "
        "les parts vont de 0 à 1. Les tables `scenario` et suivantes n'existent que dans la "
        "livraison d'un scénario.\n" + FICHIERS,
    ]
    for table in (*tables.DELIVERED, *tables.SCENARIOS):
        key = ", ".join(f"`{c}`" for c in table.cle) or "aucune"
        lines.append(
            f"\n## {table.nom}\n\n{table.titre}. Géométrie : {table.geometrie or 'aucune'}. "
            f"Clé : {key}.\n\n| colonne | type | unité | sens | peut être vide |\n"
            "|---|---|---|---|---|\n"
        )
        lines += [
            f"| `{c.nom}` | {c.kind} | {c.unite} | {c.sens} | {'oui' if c.vide else 'non'} |\n"
            for c in table.colonnes
        ]
    return "".join(lines)


MOTIFS = {
    "plein": "plein",
    "hachures": "hachures",
    "croise": "hachures croisées",
    "points": "points",
}


def carte_page() -> str:
    """Markdown page of the classes and colours of the map."""
    lines = [
        NOTE + "# Classes et couleurs de la carte\n\n"
        "Les classes sont fixes : les mêmes pour tous les territoires, avant et après un scénario, "
        "dans la carte, le rapport et le style QGIS. Une valeur égale à une borne est dans la "
        "classe du dessus. Une valeur est classée telle qu'elle est calculée, et montrée avec "
        "autant de décimales qu'il en faut pour rester du même côté de chaque borne et du seuil "
        "de déficit : une APL de 2,496 se lit 2,496, non 2,50, et reste sous 2,5 partout.\n\n"
        "Les palettes viennent de ColorBrewer (BrBG, YlOrBr, Purples, PRGn, YlGnBu) ; que les "
        "lecteurs daltoniens distinguent leurs classes est mesuré par les tests. Le brun dit "
        "toujours un accès plus difficile. Ce qui n'est pas un nombre a son motif, toujours le "
        "même, dit dans la légende : hachures pour une donnée inconnue, points pour une donnée "
        "connue que le secret statistique interdit de montrer, hachures croisées où aucun médecin "
        "n'est atteignable. La légende garde les classes vides et compte les communes de chacune. "
        "Les bassins prennent des couleurs qui ne font que les distinguer : deux voisins n'ont "
        "jamais la même, sauf s'il en manque.\n\n"
        f"« {majuscule(MASQUEE.libelle)} » : un flux observé trop petit, ou trop peu de médecins "
        "d'âge connu. Un taux caché n'est jamais montré comme inconnu, ni comme nul.\n",
    ]
    chosen = parameters.Parameters()
    for famille in FAMILLES:
        lines.append(f"\n## {famille}\n")
        for item in (i for i in INDICATEURS if i.famille == famille):
            unit = f" Unité : {item.notion.unite}." if item.notion.unite else ""
            lines.append(
                f"\n### {item.notion.titre}\n\n{item.notion.phrase(chosen)}{unit} Colonne : "
                f"`{item.colonne}`.\n\n| classe | couleur | motif |\n|---|---|---|\n"
            )
            lines += [
                f"| {c.libelle} | `{c.couleur}` | {MOTIFS[c.motif]} |\n" for c in legend(item)
            ]
    return "".join(lines)


def pages() -> dict[str, str]:
    """Return the generated pages by file name."""
    return {
        "parametres.md": parametres_page(),
        "donnees.md": donnees_page(),
        "carte.md": carte_page(),
    }


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
