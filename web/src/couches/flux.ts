/** Flows of patients: the main ones, or all those of the chosen commune. */
import * as L from "leaflet";
import type { Donnees } from "../donnees";
import type { Magasin, Sens } from "../etat";

export const PRINCIPAUX = 250;
const PAR_COMMUNE = 80;
const PAS_COURBE = 14;

export const COULEURS = { tous: "#5e2a84", sortant: "#a3005c", entrant: "#174a8c" } as const;

export interface Flux {
  residence: number;
  exercice: number;
  patients: number;
}

function tous(donnees: Donnees): Flux[] {
  return donnees.flux.residence.map((residence, k) => ({
    residence,
    exercice: donnees.flux.exercice[k] ?? residence,
    patients: donnees.flux.patients[k] ?? 0,
  }));
}

/** Flows that leave a commune, or come to it, the largest first as in the data. */
export function fluxDe(donnees: Donnees, commune: number, sens: Sens): Flux[] {
  return tous(donnees).filter(
    (f) =>
      (sens !== "entrants" && f.residence === commune) ||
      (sens !== "sortants" && f.exercice === commune),
  );
}

/** Flows shown, the largest first as in the data. */
export function choisir(donnees: Donnees, commune: number | null, sens: Sens = "tous"): Flux[] {
  if (commune === null) return tous(donnees).slice(0, PRINCIPAUX);
  return fluxDe(donnees, commune, sens).slice(0, PAR_COMMUNE);
}

/** Width in pixels: its square is the number of patients. */
export function largeur(patients: number, maximum: number): number {
  return Math.max(0.7, 8 * Math.sqrt(patients / Math.max(1, maximum)));
}

/** Largest flow shown, which has the full width. */
export function maximumFlux(donnees: Donnees, commune: number | null, sens: Sens = "tous"): number {
  return choisir(donnees, commune, sens)[0]?.patients ?? 1;
}

/** Arc bent to the right of the way from `a` to `b`: both ways of a pair stay apart. */
function courbe(carte: L.Map, a: L.LatLngExpression, b: L.LatLngExpression): L.LatLng[] {
  const zoom = 12;
  const p = carte.project(a, zoom);
  const q = carte.project(b, zoom);
  const milieu = p.add(q).divideBy(2);
  const sommet = milieu.add(L.point(p.y - q.y, q.x - p.x).multiplyBy(0.16));
  return Array.from({ length: PAS_COURBE + 1 }, (_, k) => {
    const t = k / PAS_COURBE;
    const x = (1 - t) ** 2 * p.x + 2 * t * (1 - t) * sommet.x + t ** 2 * q.x;
    const y = (1 - t) ** 2 * p.y + 2 * t * (1 - t) * sommet.y + t ** 2 * q.y;
    return carte.unproject(L.point(x, y), zoom);
  });
}

export function ajouterFlux(carte: L.Map, donnees: Donnees, magasin: Magasin): L.FeatureGroup {
  const groupe = L.featureGroup();

  function tracer(commune: number | null, choix: Sens): void {
    const maximum = maximumFlux(donnees, commune, choix);
    groupe.clearLayers();
    for (const flux of choisir(donnees, commune, choix)) {
      const depart = donnees.points[flux.residence];
      const arrivee = donnees.points[flux.exercice];
      if (!depart || !arrivee) continue;
      const sens = commune === null ? "tous" : flux.residence === commune ? "sortant" : "entrant";
      groupe.addLayer(
        L.polyline(courbe(carte, depart, arrivee), {
          color: COULEURS[sens],
          opacity: commune === null ? 0.6 : 0.8,
          weight: largeur(flux.patients, maximum),
          lineCap: "round",
          smoothFactor: 1.2,
          interactive: false,
        }),
      );
    }
  }

  magasin.observer((etat, change) => {
    if (!etat.flux) {
      groupe.remove();
    } else if (change.has("flux") || change.has("commune") || change.has("sens")) {
      tracer(etat.commune, etat.sens);
      groupe.addTo(carte);
    }
  });
  return groupe;
}
