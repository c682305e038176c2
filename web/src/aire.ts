/** The care area: its six analyses, and how the basins agree with other zonings. */
import type { Donnees } from "./donnees";
import { el } from "./dom";
import type { Magasin } from "./etat";

type Ligne = (Node | string)[];

function tableau(titre: string, entetes: string[], lignes: Ligne[]): HTMLElement {
  return el(
    "table",
    {},
    el("caption", {}, titre),
    el("thead", {}, el("tr", {}, ...entetes.map((texte) => el("th", { scope: "col" }, texte)))),
    el(
      "tbody",
      {},
      ...lignes.map(([tete, ...reste]) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, tete ?? ""),
          ...reste.map((cellule) => el("td", {}, cellule)),
        ),
      ),
    ),
  );
}

export function aire(donnees: Donnees, magasin: Magasin): HTMLElement[] {
  const { notes, accords } = donnees.aire;
  if (!notes.length && !accords.length) return [];
  const bloc = el(
    "details",
    { class: "bloc aire" },
    el("summary", {}, "Aire de santé : analyses et zonages"),
  );
  if (notes.length) {
    const lignes = notes.map(({ cle, titre, mesure, valeur, note }) => {
      const nom = el("div", {}, enCarte(donnees, magasin, `aire_${cle}`, titre));
      return [el("div", {}, nom, el("small", {}, mesure)), valeur, note];
    });
    const titre = "Les six analyses, notées de 0 (tout désigne un autre territoire) à 1 (celui-ci)";
    bloc.append(tableau(titre, ["Analyse", "Valeur", "Note"], lignes));
  }
  if (accords.length) {
    const lignes = accords.map(({ titre, source, zones, part, inverse }) => [
      el("div", {}, titre, el("small", {}, source)),
      zones,
      part,
      inverse,
    ]);
    const titre = "Accord des bassins de patientèle avec les autres zonages";
    bloc.append(
      tableau(titre, ["Zonage", "Zones", "Accord", "Inverse"], lignes),
      el(
        "p",
        { class: "phrase" },
        "Accord : part des habitants qui vivent dans la zone où habite le plus de monde de leur bassin. Inverse : dans le bassin où habite le plus de monde de leur zone. Une zone seule est toujours en accord dans un sens.",
      ),
    );
  }
  return [bloc];
}

/** Name of an analysis, which shows its map where there is one. */
function enCarte(donnees: Donnees, magasin: Magasin, cle: string, titre: string): Node | string {
  if (!donnees.indicateurs.some((i) => i.cle === cle)) return titre;
  const bouton = el("button", { type: "button", class: "lien", title: "Voir la carte" }, titre);
  bouton.addEventListener("click", () => magasin.changer({ indicateur: cle }));
  return bouton;
}
