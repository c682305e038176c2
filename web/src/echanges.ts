/** Where the inhabitants of a commune go, where its patients come from: in words, and on the map. */
import { nom, type Donnees } from "./donnees";
import { el } from "./dom";
import { fluxDe, type Flux } from "./couches/flux";
import type { Etat, Magasin, Sens } from "./etat";
import { nombre } from "./format";

const LIGNES = 5;
const CHOIX: [Sens | "", string][] = [
  ["", "aucun"],
  ["sortants", "où vont les habitants"],
  ["entrants", "d'où viennent les patients"],
  ["tous", "les deux"],
];

/** Main flows, and how many are not named. */
export function resumer(flux: readonly Flux[], lignes = LIGNES): { premiers: Flux[]; reste: number } {
  // One line too many says more than « and one other ».
  const gardes = flux.length <= lignes + 1 ? flux.length : lignes;
  return { premiers: flux.slice(0, gardes), reste: flux.length - gardes };
}

/** Two at least: one more would have been named. */
function autres(reste: number): string {
  return `et ${nombre(reste)} autres communes`;
}

function liste(donnees: Donnees, titre: string, flux: readonly Flux[], bout: "residence" | "exercice"): HTMLElement[] {
  if (!flux.length) return [];
  const { premiers, reste } = resumer(flux);
  const lignes = premiers.flatMap((f) => [
    el("dt", {}, nom(donnees, f[bout])),
    el("dd", {}, nombre(f.patients)),
  ]);
  const suite = reste ? [el("p", { class: "phrase" }, autres(reste))] : [];
  return [el("h4", {}, titre), el("dl", {}, ...lignes), ...suite];
}

function bascule(magasin: Magasin): HTMLElement {
  const boutons = CHOIX.map(([sens, titre]) => {
    const bouton = el("input", { type: "radio", name: "sens", value: sens });
    bouton.addEventListener("change", () => {
      magasin.changer(sens === "" ? { flux: false } : { flux: true, sens });
    });
    return el("label", { class: "choix" }, bouton, el("span", {}, titre));
  });
  return el("fieldset", { class: "bascule" }, el("legend", {}, "Tracer sur la carte"), ...boutons);
}

/** Ticks the choice that the map shows, wherever it was made. */
export function cocher(panneau: HTMLElement, { flux, sens }: Readonly<Etat>): void {
  for (const bouton of panneau.querySelectorAll<HTMLInputElement>("[name=sens]")) {
    bouton.checked = bouton.value === (flux ? sens : "");
  }
}

export function echanges(donnees: Donnees, magasin: Magasin, commune: number): HTMLElement[] {
  const sortants = fluxDe(donnees, commune, "sortants");
  const entrants = fluxDe(donnees, commune, "entrants");
  if (!sortants.length && !entrants.length) return [];
  const observe = donnees.flux.nature === "observe";
  const unite = observe ? "patients" : "habitants attribués";
  const faibles = "Les plus faibles flux de chaque commune sont répartis entre ceux-ci ; les taux les comptent tous.";
  return [
    el(
      "section",
      { class: "echanges" },
      el("h3", {}, "Flux de patients ", el("small", {}, unite)),
      bascule(magasin),
      ...liste(donnees, "Où vont les habitants", sortants, "exercice"),
      ...liste(donnees, "D'où viennent les patients", entrants, "residence"),
      ...(observe ? [] : [el("p", { class: "phrase" }, faibles)]),
    ),
  ];
}
