/** Sites of GPs: circles whose area grows with their number, gathered where they would overlap. */
import * as L from "leaflet";
import { nom, type Donnees } from "../donnees";
import type { Magasin } from "../etat";
import { nombre, pluriel } from "../format";
import { cadre, chiffre, grappes } from "./grappes";

const RAYON_MIN = 2.5;
const RAYON_MAX = 24;
const RAYON_MAX_ETROIT = 15; // on a telephone
/** Under this radius, no number fits in the circle of several sites. */
const RAYON_GRAPPE = 10;
const DISTANCE_PX = 16;

const BLEU = "#1f3a5f";

/** Radius in pixels: `mg` GPs where the largest site has `maximum`. */
export function rayon(mg: number, maximum: number): number {
  const plafond = window.innerWidth < 900 ? RAYON_MAX_ETROIT : RAYON_MAX;
  const plein = Math.min(plafond, 3.4 * Math.sqrt(maximum));
  return Math.max(RAYON_MIN, plein * Math.sqrt(mg / maximum));
}

export function maximumMedecins(donnees: Donnees): number {
  return Math.max(1, ...donnees.sites.mg_nb);
}

/** GPs of several sites. */
export function somme(donnees: Donnees, rangs: readonly number[]): number {
  const total = rangs.reduce((s, rang) => s + (donnees.sites.mg_nb[rang] ?? 0), 0);
  return Math.round(100 * total) / 100;
}

/** What is said of gathered sites; the largest come first in the data. */
export function texteGrappe(donnees: Donnees, rangs: readonly number[]): string {
  const noms = rangs.slice(0, 3).map((rang) => nom(donnees, donnees.sites.commune[rang] ?? 0));
  const suite = rangs.length > noms.length ? "…" : "";
  const total = pluriel(somme(donnees, rangs), "médecin");
  return `${total} dans ${rangs.length} communes (${noms.join(", ")}${suite}) : rapprocher la carte`;
}

export function ajouterMedecins(carte: L.Map, donnees: Donnees, magasin: Magasin): L.FeatureGroup {
  const maximum = maximumMedecins(donnees);
  const { position } = donnees.sites;
  const auZoom = grappes(position, DISTANCE_PX);
  const groupe = L.featureGroup();
  const nombres = L.layerGroup();

  function cercle(lieu: [number, number], rangs: number[]): L.CircleMarker {
    const seul = rangs.length === 1;
    const r = rayon(somme(donnees, rangs), maximum);
    return L.circleMarker(lieu, {
      radius: seul ? r : Math.max(RAYON_GRAPPE, r),
      color: "#ffffff",
      weight: seul ? 1.2 : 2.4,
      fillColor: BLEU,
      fillOpacity: 0.82,
      interactive: false,
    });
  }

  function compte(lieu: [number, number], rangs: number[]): L.Marker {
    return chiffre(carte, lieu, {
      nombre: nombre(Math.round(somme(donnees, rangs))),
      texte: texteGrappe(donnees, rangs),
      cote: 2 * Math.max(RAYON_GRAPPE, rayon(somme(donnees, rangs), maximum)),
      classe: "grappe",
      bornes: cadre(position, rangs),
    });
  }

  function placer(): void {
    groupe.clearLayers();
    nombres.clearLayers();
    if (!magasin.etat.medecins) return;
    for (const { rangs } of auZoom(carte.getZoom())) {
      // Where the most GPs are: the largest site comes first.
      const lieu = position[rangs[0] ?? 0] ?? [0, 0];
      groupe.addLayer(cercle(lieu, rangs));
      if (rangs.length > 1) nombres.addLayer(compte(lieu, rangs));
    }
  }

  nombres.addTo(carte);
  carte.on("zoomend", placer);
  magasin.observer((etat, change) => {
    if (!change.has("medecins")) return;
    placer();
    if (etat.medecins) groupe.addTo(carte);
    else groupe.remove();
  });
  return groupe;
}
