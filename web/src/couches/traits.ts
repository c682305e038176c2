/** Lines over the communes: a style each, drawn the same on the map and in its key. */
import * as L from "leaflet";
import type { Geometry } from "geojson";

export interface Trait {
  couleur: string;
  epaisseur: number;
  /** Lengths of dashes and gaps, in pixels; none: a plain line. */
  tirets: readonly number[];
}

const HALO = 2.2;

function ligne(geometrie: Geometry, style: L.PathOptions): L.Layer {
  const objet: GeoJSON.Feature = { type: "Feature", properties: {}, geometry: geometrie };
  const trace = L.GeoJSON.geometryToLayer(objet) as L.Polyline;
  Object.assign(trace.options, { interactive: false, fill: false, lineJoin: "round" }, style);
  return trace;
}

/** Lines over the pale halos that keep them readable on any fill: lines that run together show. */
export function tracer(lignes: { trace: Geometry; trait: Trait }[], opacite = 1): L.Layer[] {
  const halos = lignes.map(({ trace, trait }) =>
    ligne(trace, { color: "#ffffff", weight: trait.epaisseur + HALO, opacity: 0.75 * opacite }),
  );
  const traits = lignes.map(({ trace, trait }) =>
    ligne(trace, {
      color: trait.couleur,
      weight: trait.epaisseur,
      opacity: opacite,
      lineCap: trait.tirets.length ? "butt" : "round",
      dashArray: trait.tirets.join(" "),
    }),
  );
  return [...halos, ...traits];
}

/** The same line for a key. */
export function echantillon(trait: Trait): HTMLCanvasElement {
  const canevas = document.createElement("canvas");
  const densite = 2;
  canevas.width = 34 * densite;
  canevas.height = 10 * densite;
  canevas.className = "echantillon";
  canevas.setAttribute("aria-hidden", "true");
  const ctx = canevas.getContext("2d");
  if (!ctx) return canevas;
  ctx.scale(densite, densite);
  ctx.strokeStyle = trait.couleur;
  ctx.lineWidth = trait.epaisseur;
  ctx.setLineDash([...trait.tirets]);
  ctx.beginPath();
  ctx.moveTo(0, 5);
  ctx.lineTo(34, 5);
  ctx.stroke();
  return canevas;
}
