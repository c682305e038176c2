/** Shapes and columns as the page holds them (outputs/map_topology.py says how), and their reading. */
import type { MultiLineString, MultiPolygon, Position } from "geojson";

export interface Lignes {
  /** Step of the grid, degrees. */
  pas: number;
  arcs: string;
}

export interface Contours extends Lignes {
  contours: string;
}

/** A column as it is, or the few values that it takes and the rank of each commune's. */
export type Pliee<T> = T[] | { valeurs: T[]; rangs: string };

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const RANGS = new Uint8Array(128);
for (let k = 0; k < ALPHABET.length; k++) RANGS[ALPHABET.charCodeAt(k)] = k;

function* nombres(texte: string): Generator<number, undefined> {
  let lu = 0;
  let poids = 0;
  for (let k = 0; k < texte.length; k++) {
    const lettre = RANGS[texte.charCodeAt(k)] ?? 0;
    lu |= (lettre & 31) << poids;
    poids += 5;
    if (lettre & 32) continue;
    yield lu & 1 ? ~(lu >>> 1) : lu >>> 1;
    lu = poids = 0;
  }
}

/** Reads whole numbers one after another; past the end they are missing. */
function lecteur(texte: string): () => number | undefined {
  const suite = nombres(texte);
  return () => suite.next().value;
}

function lireArcs({ pas, arcs }: Lignes): Position[][] {
  const suivant = lecteur(arcs);
  const lus: Position[][] = [];
  // Divided by the steps in a degree: 1234 steps of 1e-5 are 0.01234, with no digit more.
  const pas_par_degre = Math.round(1 / pas);
  let [x, y] = [0, 0];
  for (let n = suivant(); n !== undefined; n = suivant()) {
    const points: Position[] = [];
    for (let k = 0; k < n; k++) {
      x += suivant() ?? 0;
      y += suivant() ?? 0;
      points.push([x / pas_par_degre, y / pas_par_degre]);
    }
    lus.push(points);
  }
  return lus;
}

/** Lines of one layer. */
export function lignes(ecrites: Lignes): MultiLineString {
  return { type: "MultiLineString", coordinates: lireArcs(ecrites) };
}

/** Outlines, in the order of the page. */
export function contours(ecrits: Contours): MultiPolygon[] {
  const arcs = lireArcs(ecrits);
  const suivant = lecteur(ecrits.contours);
  let numero = 0;

  function arc(): Position[] {
    numero += suivant() ?? 0;
    const points = arcs[numero >> 1] ?? [];
    return numero & 1 ? points.slice().reverse() : points;
  }

  function anneau(): Position[] {
    const points: Position[] = [];
    for (let n = suivant() ?? 0; n > 0; n--) {
      // A line starts where the one before ends.
      for (const point of points.length ? arc().slice(1) : arc()) points.push(point);
    }
    return points;
  }

  function repeter<T>(lire: () => T, n = suivant() ?? 0): T[] {
    return Array.from({ length: n }, lire);
  }

  const lus: MultiPolygon[] = [];
  for (let n = suivant(); n !== undefined; n = suivant()) {
    lus.push({ type: "MultiPolygon", coordinates: repeter(() => repeter(anneau), n) });
  }
  return lus;
}

export function deplier<T>(colonne: Pliee<T>): T[] {
  if (Array.isArray(colonne)) return colonne;
  const { valeurs, rangs } = colonne;
  return Array.from(rangs, (lettre) => valeurs[RANGS[lettre.charCodeAt(0)] ?? 0] as T);
}
