/** What the address of the page keeps: the indicator, the commune and the view, to be sent to others. */
import * as L from "leaflet";
import type { Donnees } from "./donnees";
import type { Magasin } from "./etat";

const ATTENTE_MS = 300; // a browser refuses an address that changes too often

interface Vue {
  centre: [number, number];
  zoom: number;
}

interface Lien {
  indicateur: string;
  /** Rank of the commune whose card is open. */
  commune: number | null;
  vue: Vue | null;
}

export function ecrire(donnees: Donnees, { indicateur, commune, vue }: Lien): string {
  const parts = new URLSearchParams({ indicateur });
  const code = commune === null ? undefined : donnees.communes["code_commune"]?.[commune];
  if (code !== undefined) parts.set("commune", String(code));
  if (vue) {
    const [latitude, longitude] = vue.centre.map((degres) => degres.toFixed(4));
    parts.set("vue", `${latitude}_${longitude}_${vue.zoom}`);
  }
  return `#${parts}`;
}

/** What an address asks for that the page holds; the rest is left as it is. */
export function comprendre(donnees: Donnees, ancre: string): Partial<Lien> {
  const parts = new URLSearchParams(ancre.replace(/^#/, ""));
  const lu: Partial<Lien> = {};
  const indicateur = parts.get("indicateur");
  if (indicateur !== null && donnees.indicateurs.some(({ cle }) => cle === indicateur)) {
    lu.indicateur = indicateur;
  }
  const commune = donnees.communes["code_commune"]?.indexOf(parts.get("commune")) ?? -1;
  if (commune >= 0) lu.commune = commune;
  const [latitude, longitude, zoom] = (parts.get("vue") ?? "").split("_").map(Number);
  if (
    latitude !== undefined &&
    longitude !== undefined &&
    zoom !== undefined &&
    Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180 &&
    zoom >= 0 &&
    zoom <= 20
  ) {
    lu.vue = { centre: [latitude, longitude], zoom };
  }
  return lu;
}

export function suivreAdresse(carte: L.Map, donnees: Donnees, magasin: Magasin): void {
  function aller(): void {
    const { vue, ...choix } = comprendre(donnees, window.location.hash);
    magasin.changer(choix);
    if (vue) carte.setView(vue.centre, vue.zoom, { animate: false });
  }

  let attente = 0;
  function noter(): void {
    window.clearTimeout(attente);
    attente = window.setTimeout(() => {
      const { lat, lng } = carte.getCenter();
      const vue: Vue = { centre: [lat, lng], zoom: carte.getZoom() };
      const { indicateur, commune } = magasin.etat;
      try {
        window.history.replaceState(null, "", ecrire(donnees, { indicateur, commune, vue }));
      } catch {
        // Inside another page, the address may not be ours to write.
      }
    }, ATTENTE_MS);
  }

  aller();
  window.addEventListener("hashchange", aller);
  let prete = false; // the address changes once the reader does something
  magasin.observer((_, change) => {
    if (prete && (change.has("indicateur") || change.has("commune"))) noter();
  });
  carte.on("moveend", noter);
  prete = true;
}
