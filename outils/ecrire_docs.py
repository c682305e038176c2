"""Write docs/donnees.md and docs/parametres.md from the code: `make docs`."""

from __future__ import annotations

from pathlib import Path

from diagterritoire import parameters, tables

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTE = (
    "<!-- Page produite par « make docs » à partir du code : ne la modifiez pas à la main. -->\n\n"
)


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
        "livraison d'un scénario.\n",
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


def pages() -> dict[str, str]:
    """Return the generated pages by file name."""
    return {"parametres.md": parametres_page(), "donnees.md": donnees_page()}


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
