/** Structures of care: a letter in a square, gathered where they would overlap. */
import * as L from "leaflet";
import { nom, type Donnees, type Structures } from "../donnees";
import { el } from "../dom";
import type { Magasin } from "../etat";
import { nombre, pluriel } from "../format";
import { cadre, chiffre, grappes } from "./grappes";

const COTE = 20;
const COTE_GRAPPE = 26;
const DISTANCE_PX = 40;

const LETTRES: Record<string, string> = {
  hopital: "H",
  hopital_local: "HP",
  EHPAD: "E",
  MSP: "M",
  CDS: "C",
  pharmacie: "P",
  SSIAD: "S",
};

/** Letters of a category; the first of its name for one that is not listed. */
export function lettre({ cle, titre }: Structures): string {
  return LETTRES[cle] ?? titre.slice(0, 1).toUpperCase();
}

/** Square of a category, the same for the map and for its key. */
export function carreStructure(categorie: Structures): HTMLElement {
  return el("span", { class: "structure", "aria-hidden": "true" }, lettre(categorie));
}

interface Structure {
  categorie: Structures;
  nom: string;
  commune: number;
}

/** Structures of the chosen categories, and where they are. */
export function choisies(
  donnees: Donnees,
  cles: readonly string[],
): { structures: Structure[]; positions: [number, number][] } {
  const categories = donnees.structures.filter(({ cle }) => cles.includes(cle));
  return {
    structures: categories.flatMap((categorie) =>
      categorie.noms.map((n, k) => ({ categorie, nom: n, commune: categorie.commune[k] ?? 0 })),
    ),
    positions: categories.flatMap(({ position }) => position),
  };
}

/** Structures of a commune: what each is, and its name. */
export function structuresDe(donnees: Donnees, commune: number): [string, string][] {
  return donnees.structures.flatMap(({ titre, noms, commune: communes }) =>
    noms.flatMap((n, k) => (communes[k] === commune ? ([[titre, n]] as [string, string][]) : [])),
  );
}

export function ajouterStructures(carte: L.Map, donnees: Donnees, magasin: Magasin): void {
  if (!donnees.structures.length) return;
  const groupe = L.layerGroup().addTo(carte);
  let choix = choisies(donnees, []);
  let auZoom = grappes([], DISTANCE_PX);

  function seule(rang: number): L.Marker | null {
    const structure = choix.structures[rang];
    const position = choix.positions[rang];
    if (!structure || !position) return null;
    const { categorie, commune } = structure;
    const texte = `${structure.nom} (${categorie.titre}), ${nom(donnees, commune)}`;
    const marqueur = L.marker(position, {
      icon: L.divIcon({
        className: "repere-structure",
        html: carreStructure(categorie),
        iconSize: [COTE, COTE],
      }),
      // What it says is in the card of its commune, where the keyboard reads it.
      keyboard: false,
    });
    marqueur.bindTooltip(el("span", {}, texte), { className: "bulle", direction: "top", offset: [0, -10] });
    return marqueur.on("click", () => magasin.changer({ commune }));
  }

  function ensemble(lieu: [number, number], rangs: number[]): L.Marker {
    return chiffre(carte, lieu, {
      nombre: nombre(rangs.length),
      texte: `${pluriel(rangs.length, "structure")} : rapprocher la carte`,
      cote: COTE_GRAPPE,
      classe: "grappe grappe-structures",
      bornes: cadre(choix.positions, rangs),
    });
  }

  /** Only what is in view: a region has thousands of them. */
  function placer(): void {
    groupe.clearLayers();
    const vue = carte.getBounds().pad(0.1);
    for (const { position, rangs } of auZoom(carte.getZoom())) {
      if (!vue.contains(position)) continue;
      const marqueur = rangs.length > 1 ? ensemble(position, rangs) : seule(rangs[0] ?? 0);
      if (marqueur) groupe.addLayer(marqueur);
    }
  }

  carte.on("moveend", placer);
  magasin.observer((etat, change) => {
    if (!change.has("structures")) return;
    choix = choisies(donnees, etat.structures);
    auZoom = grappes(choix.positions, DISTANCE_PX);
    placer();
  });
}
