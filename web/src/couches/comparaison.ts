/** Before and after a scenario, each on its side of a bar: two panes under the map, both clipped. */
import * as L from "leaflet";
import { avantDe, classeDe, indicateurDe, type Donnees, type Indicateur } from "../donnees";
import type { Magasin } from "../etat";
import { remplissage } from "../motifs";
import { couche, opacite } from "./communes";

const HAUTEUR_PANNEAU = 350; // under the overlays, so that roads and circles stay on top
const COTES = ["avant", "apres"] as const;

/** Horizontal extent of each side, in pixels of the map, for a bar at `barre` hundredths. */
export function cotes(barre: number, largeur: number): Record<(typeof COTES)[number], [number, number]> {
  const x = (Math.min(100, Math.max(0, barre)) / 100) * largeur;
  return { avant: [0, x], apres: [x, largeur] };
}

export function ajouterComparaison(carte: L.Map, donnees: Donnees, magasin: Magasin): void {
  if (!donnees.indicateurs.some(({ avant }) => avant)) return;
  const remplir = remplissage();
  const cotesDessines = COTES.map((nom) => {
    const panneau = carte.createPane(nom);
    panneau.style.zIndex = String(HAUTEUR_PANNEAU);
    panneau.style.pointerEvents = "none";
    // Wide enough for a map that is dragged; each side has its own canvas, clipped as a whole.
    const renderer = L.canvas({ pane: nom, padding: 0.3 });
    const polygones = donnees.contours.map((contour) =>
      couche(contour, { pane: nom, renderer, interactive: false, smoothFactor: 0.5, weight: 0.6 }),
    );
    return { nom, panneau, polygones, groupe: L.layerGroup(polygones) };
  });

  function colorer(polygones: L.Polygon[], indicateur: Indicateur): void {
    polygones.forEach((polygone, commune) => {
      const couleur = remplir(classeDe(indicateur, commune));
      const fond = opacite(donnees, commune);
      polygone.setStyle({ fillColor: couleur, color: couleur, fillOpacity: fond, opacity: fond });
    });
  }

  function couper(): void {
    const taille = carte.getSize();
    const etendues = cotes(magasin.etat.barre, taille.x);
    for (const { nom, panneau } of cotesDessines) {
      const [debut, fin] = etendues[nom];
      const haut = carte.containerPointToLayerPoint([debut, 0]);
      const bas = carte.containerPointToLayerPoint([fin, taille.y]);
      panneau.style.clip = `rect(${haut.y}px, ${bas.x}px, ${bas.y}px, ${haut.x}px)`;
    }
  }

  carte.on("move resize zoomend", couper);
  magasin.observer((etat, change) => {
    if (change.has("indicateur") || change.has("fond")) {
      const apres = indicateurDe(donnees, etat.indicateur);
      const avant = etat.fond === "communes" ? avantDe(donnees, apres) : null;
      for (const { nom, polygones, groupe } of cotesDessines) {
        if (!avant) {
          groupe.remove();
          continue;
        }
        colorer(polygones, nom === "avant" ? avant : apres);
        groupe.addTo(carte);
      }
    }
    if (change.has("indicateur") || change.has("fond") || change.has("barre")) couper();
  });
}
