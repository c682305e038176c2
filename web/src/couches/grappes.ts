/** Points that would hide each other, gathered while the map is zoomed out. */
import * as L from "leaflet";
import Supercluster from "supercluster";
import { el } from "../dom";

// Leaflet's tiles have 256 pixels: distances are then those of the screen.
const TUILE = 256;
const ZOOM_SEPARE = 13;
const MARGE_PX = 60;

interface Grappe {
  position: [number, number];
  /** Ranks of its points: one alone is not gathered. */
  rangs: number[];
}

interface Point {
  rang: number;
}

/** Index of points (latitude, longitude), to be asked for at each zoom. */
export function grappes(
  positions: readonly [number, number][],
  distance_px: number,
): (zoom: number) => Grappe[] {
  const index = new Supercluster<Point>({ radius: distance_px, extent: TUILE, maxZoom: ZOOM_SEPARE });
  index.load(
    positions.map(([latitude, longitude], rang) => ({
      type: "Feature",
      properties: { rang },
      geometry: { type: "Point", coordinates: [longitude, latitude] },
    })),
  );
  return (zoom) =>
    index.getClusters([-180, -90, 180, 90], Math.round(zoom)).map(({ geometry, properties }) => {
      const [longitude = 0, latitude = 0] = geometry.coordinates;
      if (!("cluster" in properties)) {
        const { rang } = properties as Point;
        return { position: positions[rang] ?? [latitude, longitude], rangs: [rang] };
      }
      const membres = index.getLeaves(properties.cluster_id as number, Infinity);
      const rangs = membres.map((m) => (m.properties as Point).rang).sort((a, b) => a - b);
      return { position: [latitude, longitude], rangs };
    });
}

/** Bounds of some points: south and west, then north and east. */
export function cadre(
  positions: readonly [number, number][],
  rangs: readonly number[],
): [[number, number], [number, number]] {
  const siennes = rangs.flatMap((rang) => (positions[rang] ? [positions[rang]] : []));
  const latitudes = siennes.map(([latitude]) => latitude);
  const longitudes = siennes.map(([, longitude]) => longitude);
  return [
    [Math.min(...latitudes), Math.min(...longitudes)],
    [Math.max(...latitudes), Math.max(...longitudes)],
  ];
}

/** Number of gathered points, reached and pressed by the keyboard, that brings the map nearer. */
export function chiffre(
  carte: L.Map,
  lieu: [number, number],
  { nombre, texte, cote, classe, bornes }: {
    nombre: string;
    texte: string;
    cote: number;
    classe: string;
    bornes: [[number, number], [number, number]];
  },
): L.Marker {
  const marqueur = L.marker(lieu, {
    icon: L.divIcon({ className: classe, html: el("span", {}, nombre), iconSize: [cote, cote] }),
    title: texte,
  });
  // A button is named by its content before its title.
  marqueur.on("add", () => marqueur.getElement()?.setAttribute("aria-label", texte));
  return marqueur.on("click", () => {
    carte.fitBounds(bornes, { padding: [MARGE_PX, MARGE_PX], maxZoom: ZOOM_SEPARE + 1 });
  });
}
