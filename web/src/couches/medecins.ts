/** Sites of GPs: circles whose area grows with their number. */
import * as L from "leaflet";
import type { Donnees } from "../donnees";
import type { Magasin } from "../etat";

const RAYON_MIN = 2.5;
const RAYON_MAX = 24;
const RAYON_MAX_ETROIT = 15; // on a telephone

/** Radius in pixels: `mg` GPs where the largest site has `maximum`. */
export function rayon(mg: number, maximum: number): number {
  const plafond = window.innerWidth < 900 ? RAYON_MAX_ETROIT : RAYON_MAX;
  const plein = Math.min(plafond, 3.4 * Math.sqrt(maximum));
  return Math.max(RAYON_MIN, plein * Math.sqrt(mg / maximum));
}

export function maximumMedecins(donnees: Donnees): number {
  return Math.max(1, ...donnees.sites.mg_nb);
}

export function ajouterMedecins(carte: L.Map, donnees: Donnees, magasin: Magasin): L.FeatureGroup {
  const maximum = maximumMedecins(donnees);
  const groupe = L.featureGroup(
    donnees.sites.position.map((position, k) =>
      L.circleMarker(position, {
        radius: rayon(donnees.sites.mg_nb[k] ?? 0, maximum),
        color: "#ffffff",
        weight: 1.2,
        fillColor: "#1f3a5f",
        fillOpacity: 0.82,
        interactive: false,
      }),
    ),
  );
  magasin.observer((etat, change) => {
    if (!change.has("medecins")) return;
    if (etat.medecins) groupe.addTo(carte);
    else groupe.remove();
  });
  return groupe;
}
