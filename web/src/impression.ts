/** The page on paper: A4 lying, the map, its title, its legend, its sources. */
import * as L from "leaflet";
import type { Donnees } from "./donnees";
import { el } from "./dom";

const RETOUR_MS = 250;
const TAILLE_MIN = 0.6;

/** Sources in one line each: what, whose, of when. */
export function sourcesEnLignes(donnees: Donnees): string[] {
  return donnees.sources.map(({ titre, producteur, millesime }) =>
    [titre, producteur, millesime].filter(Boolean).join(", "),
  );
}

/** What is only on paper, under the map. */
export function pied(donnees: Donnees): HTMLElement {
  const lignes = sourcesEnLignes(donnees);
  const texte = lignes.length ? `Sources et dates des données : ${lignes.join(" ; ")}.` : "";
  return el("footer", { class: "pied", "aria-hidden": "true" }, el("p", {}, texte), el("p", {}, "Carte : diagterritoire."));
}

/**
 * Copies the canvases of the map, so that what is under each shows on paper; gives the copies.
 *
 * A browser prints a canvas as what was drawn on it, line by line: sharp, but what was cleared
 * before is then white, and hides the surfaces below.
 */
function copier(conteneur: HTMLElement): HTMLElement[] {
  if (conteneur.querySelectorAll("canvas, .image-temps, .leaflet-tile").length < 2) return [];
  return Array.from(conteneur.querySelectorAll("canvas"), (canevas) => {
    const copie = canevas.cloneNode() as HTMLCanvasElement;
    if (canevas.width && canevas.height) copie.getContext("2d")?.drawImage(canevas, 0, 0);
    canevas.after(copie);
    canevas.hidden = true;
    return copie;
  });
}

/** Shrinks a column until it fits its height: on paper nobody scrolls. */
function ajuster(colonne: HTMLElement): void {
  for (let taille = 1; taille > TAILLE_MIN && colonne.scrollHeight > colonne.clientHeight; taille -= 0.05) {
    for (const bloc of Array.from(colonne.children) as HTMLElement[]) bloc.style.zoom = String(taille);
  }
}

/** Lays the map out for the paper before it is printed, and as it was afterwards. */
export function suivreImpression(carte: L.Map): void {
  const retina = L.Browser.retina;
  let vue: { centre: L.LatLng; zoom: number; defile: number } | null = null;
  let copies: HTMLElement[] = [];
  const reglages = document.querySelector<HTMLElement>(".reglages");

  function disposer(impression: boolean): void {
    document.documentElement.classList.toggle("impression", impression);
    // Twice the points on the canvas: a screen's would be coarse on paper.
    (L.Browser as { retina: boolean }).retina = impression || retina;
    carte.invalidateSize({ animate: false, pan: false });
  }

  window.addEventListener("beforeprint", () => {
    if (vue) return;
    const limites = carte.getBounds();
    vue = { centre: carte.getCenter(), zoom: carte.getZoom(), defile: reglages?.scrollTop ?? 0 };
    disposer(true);
    reglages?.scrollTo(0, 0);
    carte.fitBounds(limites, { animate: false });
    if (reglages) ajuster(reglages);
    copies = copier(carte.getContainer());
  });
  window.addEventListener("afterprint", () => {
    if (!vue) return;
    for (const copie of copies) copie.remove();
    for (const bloc of Array.from(reglages?.children ?? []) as HTMLElement[]) bloc.style.zoom = "";
    for (const canevas of carte.getContainer().querySelectorAll("canvas")) canevas.hidden = false;
    const { centre, zoom, defile } = vue;
    vue = null;
    const rendre = () => {
      disposer(false);
      carte.setView(centre, zoom, { animate: false });
    };
    rendre();
    reglages?.scrollTo(0, defile);
    // The page takes the size of the screen again a little later.
    window.setTimeout(rendre, RETOUR_MS);
  });
}
