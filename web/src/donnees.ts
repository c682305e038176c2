/** What the Python side embeds in the page (outputs/map_data.py), and how to read it. */
import type { Geometry } from "geojson";
import { contours, deplier, lignes, type Contours, type Lignes, type Pliee } from "./topologie";

export type Valeur = number | string | boolean | null;
export type Motif = "plein" | "hachures" | "croise" | "points";

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
  /** Key of the same indicator in the present situation; empty when there is none. */
  avant: string;
  /** Rank of the scenario that it is of; 0 for the present situation. */
  scenario: number;
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
interface Limite {
  cle: string;
  titre: string;
  /** Share of the population for which basins agree with it, or nothing. */
  accord: string;
  trace: Geometry;
}

export type Genre =
  | "ouvrir"
  | "fermer"
  | "retirer"
  | "deplacer"
  | "antenne"
  | "accelerer"
  | "profession";

/** What a scenario does at one place, or from one place to another. */
export interface Mouvement {
  scenario: number;
  genre: Genre;
  texte: string;
  position: [number, number] | null;
  vers: [number, number] | null;
}

/** The best choice of places for so many new sites, for one aim. */
export interface Implantation {
  but: string;
  sites_nb: number;
  lieux: string;
  etp: string;
  gain: string;
  avant: string;
  preuve: string;
  ex_aequo: boolean;
  positions: [number, number][];
}

/** Structures of one category, in columns of equal length. */
export interface Structures {
  cle: string;
  titre: string;
  noms: string[];
  commune: number[];
  position: [number, number][];
}

/** A measure of which the card shows the place of the commune, and what it is set beside. */
export interface Comparee {
  titre: string;
  colonne: string;
  unite: string;
  decimales: number;
  /** Whether the column is divided by the population. */
  pour_10000: boolean;
  reperes: { niveau: "departement" | "france"; code: string; nom: string; valeur: number }[];
}

/** Area between two isochrones. */
interface Bande {
  titre: string;
  couleur: string;
  habitants: number;
  trace: Geometry;
}

interface ImageTemps {
  png: string;
  /** West, south, east, north. */
  emprise: [number, number, number, number];
  echelle: { minutes: number; couleur: string }[];
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
  structures: Structures[];
  comparees: Comparee[];
  isochrones: Bande[];
  /** Inhabitants that no band holds; nothing without bands. */
  au_dela: { titre: string; habitants: number } | null;
  image_temps: ImageTemps | null;
  flux: {
    nature: "observe" | "modelise";
    ecartes: number;
    residence: number[];
    exercice: number[];
    patients: number[];
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
  mouvements: Mouvement[];
  implantations: Implantation[];
  /** What a best place does not say. */
  mise_en_garde: string;
  aire: {
    notes: { cle: string; titre: string; mesure: string; valeur: string; note: string }[];
    accords: { cle: string; titre: string; source: string; zones: string; part: string; inverse: string }[];
  };
  notes: { titre: string; texte: string }[];
  sources: Record<string, string>[];
  licences: string;
}

/** The same as the page holds it: shapes as letters, columns of few values too. */
type Ecrites = Omit<
  Donnees,
  "contours" | "territoire" | "routes" | "limites" | "communes" | "indicateurs"
> & {
  contours: Contours;
  territoire: Contours;
  routes: (Omit<Donnees["routes"][number], "trace"> & { trace: Lignes })[];
  limites: (Omit<Limite, "trace"> & { trace: Lignes })[];
  communes: Record<string, Pliee<Valeur>>;
  indicateurs: (Omit<Indicateur, "classes"> & { classes: Pliee<number> })[];
};

export function lire(identifiant: string): Donnees {
  const texte = document.getElementById(identifiant)?.textContent;
  if (!texte) throw new Error(`Données absentes de la page : ${identifiant}`);
  return ouvrir(JSON.parse(texte) as Ecrites);
}

function ouvrir(ecrites: Ecrites): Donnees {
  const [territoire] = contours(ecrites.territoire);
  if (!territoire) throw new Error("Contour du territoire absent de la page");
  return {
    ...ecrites,
    territoire,
    contours: contours(ecrites.contours),
    routes: ecrites.routes.map((route) => ({ ...route, trace: lignes(route.trace) })),
    limites: ecrites.limites.map((limite) => ({ ...limite, trace: lignes(limite.trace) })),
    communes: Object.fromEntries(
      Object.entries(ecrites.communes).map(([nom, colonne]) => [nom, deplier(colonne)]),
    ),
    indicateurs: ecrites.indicateurs.map((indicateur) => ({
      ...indicateur,
      classes: deplier(indicateur.classes),
    })),
  };
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

export function indicateurDe(donnees: Donnees, cle: string): Indicateur {
  const trouve = donnees.indicateurs.find((i) => i.cle === cle) ?? donnees.indicateurs[0];
  if (!trouve) throw new Error("Aucun indicateur dans la page");
  return trouve;
}

/** The same indicator in the present situation, for one that is after a scenario. */
export function avantDe(donnees: Donnees, indicateur: Indicateur): Indicateur | null {
  return donnees.indicateurs.find(({ cle }) => indicateur.avant && cle === indicateur.avant) ?? null;
}

/** What the scenario of an indicator does; that of the page when it has only one. */
export function mouvementsDe(donnees: Donnees, indicateur: Indicateur): Mouvement[] {
  const seul = donnees.indicateurs.every(({ scenario }) => scenario <= 1) ? 1 : 0;
  return donnees.mouvements.filter(({ scenario }) => scenario === (indicateur.scenario || seul));
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
