/** Card of the chosen commune: all its figures, and where its inhabitants go. */
import { dansTerritoire, nom, valeur, type Donnees, type Ligne } from "./donnees";
import { el, vider } from "./dom";
import type { Magasin } from "./etat";
import { INCONNU, nombre, texteLigne } from "./format";

const DESTINATIONS = 5;

export function fiche(donnees: Donnees, magasin: Magasin): HTMLElement {
  const panneau = el("aside", { class: "fiche", "aria-label": "Fiche de la commune", hidden: true });
  let origine: Element | null = null;

  function fermer(): void {
    magasin.changer({ commune: null });
    if (origine instanceof HTMLElement) origine.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && magasin.etat.commune !== null) fermer();
  });
  magasin.observer((etat, change) => {
    if (!change.has("commune")) return;
    panneau.hidden = etat.commune === null;
    if (etat.commune === null) return;
    if (!panneau.contains(document.activeElement)) origine = document.activeElement;
    const titre = el("h2", { tabindex: -1 }, nom(donnees, etat.commune));
    const bouton = el("button", { type: "button", class: "fermer" }, "Fermer");
    bouton.addEventListener("click", fermer);
    vider(panneau, el("header", {}, titre, bouton), ...contenu(donnees, etat.commune));
    panneau.scrollTop = 0;
    titre.focus({ preventScroll: true });
  });
  return panneau;
}

function contenu(donnees: Donnees, commune: number): HTMLElement[] {
  const code = String(valeur(donnees, "code_commune", commune));
  const blocs: HTMLElement[] = [el("p", { class: "code" }, `Code commune ${code}`)];
  if (!dansTerritoire(donnees, commune)) {
    blocs.push(el("p", { class: "avertissement" }, donnees.pourtour.texte));
  }
  for (const groupe of donnees.fiche) {
    if (!dansTerritoire(donnees, commune) && muet(donnees, groupe.lignes, commune)) continue;
    const lignes = groupe.lignes.flatMap((ligne) => rendreLigne(donnees, ligne, commune));
    const titre = el("h3", {}, groupe.titre);
    if (groupe.unite) titre.append(" ", el("small", {}, groupe.unite));
    blocs.push(el("section", {}, titre, el("dl", {}, ...lignes)));
  }
  const destinations = principales(donnees, commune);
  if (destinations) blocs.push(destinations);
  return blocs;
}

/** Whether nothing is known of a commune: what is only measured in the territory. */
function muet(donnees: Donnees, lignes: Ligne[], commune: number): boolean {
  return lignes.every(({ colonne }) => valeur(donnees, colonne, commune) === null);
}

function rendreLigne(donnees: Donnees, ligne: Ligne, commune: number): HTMLElement[] {
  const annee = ligne.annee ? valeur(donnees, ligne.annee, commune) : null;
  const texte = texteLigne(donnees, ligne, commune);
  const approche =
    ligne.colonne === "temps_mg_min" && valeur(donnees, "origine_temps", commune) === "approche";
  return [
    el("dt", {}, annee === null ? ligne.libelle : `${ligne.libelle} (${annee})`),
    el("dd", texte.endsWith(INCONNU) ? { class: "inconnu" } : {}, approche ? `${texte} (estimé)` : texte),
  ];
}

function principales(donnees: Donnees, commune: number): HTMLElement | null {
  const { residence, exercice, patients } = donnees.flux;
  const rangs = residence.flatMap((r, k) => (r === commune ? [k] : [])).slice(0, DESTINATIONS);
  if (!rangs.length) return null;
  const observe = donnees.flux.nature === "observe";
  const lignes = rangs.flatMap((k) => [
    el("dt", {}, nom(donnees, exercice[k] ?? commune)),
    el("dd", {}, nombre(patients[k] ?? 0)),
  ]);
  const titre = observe ? "Principales destinations (patients)" : "Principales destinations (habitants attribués)";
  return el("section", {}, el("h3", {}, titre), el("dl", {}, ...lignes));
}
