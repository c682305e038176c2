/** Card of the chosen commune: all its figures, and where its inhabitants go. */
import { dansTerritoire, nom, valeur, type Donnees, type Ligne } from "./donnees";
import { el, vider } from "./dom";
import type { Magasin } from "./etat";
import { structuresDe } from "./couches/structures";
import { cocher, echanges } from "./echanges";
import { INCONNU, texteLigne } from "./format";
import { places } from "./places";

/** As the style sheet: narrower, the card is a sheet under the map, both filling the screen. */
const ETROIT = "(max-width: 899px)";
const IMMOBILE = "(prefers-reduced-motion: reduce)";

export function fiche(donnees: Donnees, magasin: Magasin, carte: HTMLElement): HTMLElement {
  const panneau = el("aside", { class: "fiche", "aria-label": "Fiche de la commune", hidden: true });
  let origine: Element | null = null;
  let retour = false; // whether the telephone's own button closes the card

  function fermer(): void {
    magasin.changer({ commune: null });
    if (origine instanceof HTMLElement) origine.focus({ preventScroll: true });
  }

  function montrer(): void {
    if (!window.matchMedia(ETROIT).matches) return;
    const behavior = window.matchMedia(IMMOBILE).matches ? "auto" : "smooth";
    carte.scrollIntoView({ block: "start", behavior });
    if (retour) return;
    window.history.pushState(null, "");
    retour = true;
  }

  window.addEventListener("popstate", () => {
    if (retour && magasin.etat.commune !== null) fermer();
    retour = false;
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && magasin.etat.commune !== null) fermer();
  });
  magasin.observer((etat, change) => {
    if (change.has("flux") || change.has("sens")) cocher(panneau, etat);
    if (!change.has("commune")) return;
    panneau.hidden = etat.commune === null;
    if (etat.commune === null) return;
    if (!panneau.contains(document.activeElement)) origine = document.activeElement;
    const titre = el("h2", { tabindex: -1 }, nom(donnees, etat.commune));
    const bouton = el("button", { type: "button", class: "fermer" }, "Fermer");
    bouton.addEventListener("click", fermer);
    vider(panneau, el("header", {}, titre, bouton), ...contenu(donnees, magasin, etat.commune));
    cocher(panneau, etat);
    panneau.scrollTop = 0;
    titre.focus({ preventScroll: true });
    montrer();
  });
  return panneau;
}

function contenu(donnees: Donnees, magasin: Magasin, commune: number): HTMLElement[] {
  const code = String(valeur(donnees, "code_commune", commune));
  const blocs: HTMLElement[] = [el("p", { class: "code" }, `Code commune ${code}`)];
  if (!dansTerritoire(donnees, commune)) {
    blocs.push(el("p", { class: "avertissement" }, donnees.pourtour.texte));
  }
  blocs.push(...places(donnees, commune));
  for (const groupe of donnees.fiche) {
    if (!dansTerritoire(donnees, commune) && muet(donnees, groupe.lignes, commune)) continue;
    const lignes = groupe.lignes.flatMap((ligne) => rendreLigne(donnees, ligne, commune));
    const titre = el("h3", {}, groupe.titre);
    if (groupe.unite) titre.append(" ", el("small", {}, groupe.unite));
    blocs.push(el("section", {}, titre, el("dl", {}, ...lignes)));
  }
  return [...blocs, ...structures(donnees, commune), ...echanges(donnees, magasin, commune)];
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

function structures(donnees: Donnees, commune: number): HTMLElement[] {
  const siennes = structuresDe(donnees, commune);
  if (!siennes.length) return [];
  const lignes = siennes.map(([titre, n]) => el("li", {}, n, " ", el("small", {}, titre)));
  return [el("section", {}, el("h3", {}, "Structures de la commune"), el("ul", { class: "liste-fiche" }, ...lignes))];
}
