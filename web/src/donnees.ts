/** What the Python side embeds in the page (outputs/map_data.py), and how to read it. */
import type { Geometry } from "geojson";

export type Valeur = number | string | boolean | null;
export type Motif = "plein" | "hachures" | "croise";

export interface Classe {
  libelle: string;
  couleur: string;
  motif: Motif;
  chiffree: boolean;
}

export interface Indicateur {
  cle: string;
  titre: string;
  /** Heading under which it is listed. */
  famille: string;
  phrase: string;
  unite: string;
  colonne: string;
  decimales: number;
  /** Whether its values are partial around the territory. */
  partiel: boolean;
  legende: Classe[];
  /** Place in the legend of each commune. */
  classes: number[];
}

export interface Ligne {
  libelle: string;
  colonne: string;
  unite: string;
  decimales: number;
  genre: "nombre" | "intervalle" | "taux" | "booleen" | "texte" | "commune" | "zonage";
  annee: string;
  /** Column of the upper end of an interval. */
  haut: string;
}

export type ClasseRoute = "motorway" | "trunk" | "primary";

/** Borders of a zoning that are set against the others. */
export interface Limite {
  cle: string;
  titre: string;
  /** Share of the population for which basins agree with it, or nothing. */
  accord: string;
  trace: Geometry;
}

export interface Donnees {
  titre: string;
  sous_titre: string;
  bandeaux: { genre: string; texte: string }[];
  /** West, south, east, north. */
  emprise: [number, number, number, number];
  indicateurs: Indicateur[];
  fiche: { titre: string; unite: string; lignes: Ligne[] }[];
  pourtour: { nom: string; partiel: string; texte: string };
  communes: Record<string, Valeur[]>;
  /** Names by code of the communes beyond the map. */
  noms_hors_carte: Record<string, string>;
  contours: Geometry[];
  territoire: Geometry;
  /** Latitude and longitude of each commune. */
  points: [number, number][];
  sites: { commune: number[]; mg_nb: number[]; mg_etp: number[]; position: [number, number][] };
  flux: {
    nature: "observe" | "modelise";
    ecartes: number;
    residence: number[];
    exercice: number[];
    patients: number[];
    temps_min: (number | null)[];
  };
  routes: { classe: ClasseRoute; titre: string; trace: Geometry }[];
  limites: Limite[];
  /** Communes that the pole of each basin draws; communes by their rank. */
  patienteles: {
    seuils: [number, number];
    pole: number[];
    commune: number[];
    part: number[];
    primaire: boolean[];
  };
  aire: {
    notes: { cle: string; titre: string; mesure: string; valeur: string; note: string }[];
    accords: { cle: string; titre: string; source: string; zones: string; part: string; inverse: string }[];
  };
  notes: { titre: string; texte: string }[];
  sources: Record<string, string>[];
  licences: string;
}

export function lire(identifiant: string): Donnees {
  const texte = document.getElementById(identifiant)?.textContent;
  if (!texte) throw new Error(`Données absentes de la page : ${identifiant}`);
  return JSON.parse(texte) as Donnees;
}

export function valeur(donnees: Donnees, colonne: string, commune: number): Valeur {
  return donnees.communes[colonne]?.[commune] ?? null;
}

export function nom(donnees: Donnees, commune: number): string {
  return String(valeur(donnees, "nom", commune));
}

export function dansTerritoire(donnees: Donnees, commune: number): boolean {
  return valeur(donnees, "dans_territoire", commune) === true;
}

/** Name of the buffer, with its caution where the indicator is partial there. */
export function nomDuPourtour(donnees: Donnees, indicateur: Indicateur): string {
  return indicateur.partiel ? donnees.pourtour.partiel : donnees.pourtour.nom;
}

export function classeDe(indicateur: Indicateur, commune: number): Classe {
  const classe = indicateur.legende[indicateur.classes[commune] ?? indicateur.legende.length - 1];
  if (!classe) throw new Error(`Classe inconnue pour ${indicateur.cle}`);
  return classe;
}
