/** The bar between before and after: a slider over the whole width of the map. */
import { avantDe, indicateurDe, type Donnees } from "./donnees";
import { el } from "./dom";
import type { Magasin } from "./etat";
import { nombre } from "./format";

/** What a screen reader says of the bar. */
export function position(barre: number): string {
  if (barre <= 0) return "toute la carte montre après";
  if (barre >= 100) return "toute la carte montre avant";
  return `avant sur ${nombre(barre)} % de la carte, à gauche ; après à droite`;
}

export function barre(donnees: Donnees, magasin: Magasin): HTMLElement {
  const curseur = el("input", {
    type: "range",
    min: 0,
    max: 100,
    step: 1,
    name: "barre",
    "aria-label": "Barre entre avant (à gauche) et après (à droite)",
  });
  curseur.addEventListener("input", () => magasin.changer({ barre: Number(curseur.value) }));
  const trait = el(
    "div",
    { class: "barre", "aria-hidden": "true" },
    el("span", { class: "cote" }, "Avant"),
    el("span", { class: "cote" }, "Après"),
  );
  const bloc = el("section", { class: "comparaison", "aria-label": "Comparaison avant et après" }, trait, curseur);
  magasin.observer((etat, change) => {
    if (change.has("indicateur") || change.has("fond")) {
      const compare = avantDe(donnees, indicateurDe(donnees, etat.indicateur)) !== null;
      bloc.hidden = !compare || etat.fond !== "communes";
    }
    if (!change.has("barre")) return;
    curseur.value = String(etat.barre);
    curseur.setAttribute("aria-valuetext", position(etat.barre));
    trait.style.left = `${etat.barre}%`;
  });
  return bloc;
}
