/** Times to the nearest GP, place by place: bands between isochrones, or the image of the grid. */
import * as L from "leaflet";
import type { Donnees } from "../donnees";
import type { Magasin } from "../etat";
import { couche } from "./communes";

const PANNEAU = "surfaces";
const HAUTEUR_PANNEAU = 360; // under the overlays, so that roads and circles stay on top
const OPACITE = 0.92;

export function ajouterTemps(carte: L.Map, donnees: Donnees, magasin: Magasin): void {
  const panneau = carte.createPane(PANNEAU);
  panneau.style.zIndex = String(HAUTEUR_PANNEAU);
  panneau.style.pointerEvents = "none";
  const renderer = L.canvas({ pane: PANNEAU, padding: 0.3 });
  const groupe = L.layerGroup().addTo(carte);

  function bandes(): L.Layer[] {
    return donnees.isochrones.map(({ couleur, trace }) =>
      couche(trace, {
        pane: PANNEAU,
        renderer,
        interactive: false,
        smoothFactor: 0.5,
        weight: 0.6,
        color: couleur,
        fillColor: couleur,
        opacity: OPACITE,
        fillOpacity: OPACITE,
      }),
    );
  }

  function image(): L.Layer[] {
    if (!donnees.image_temps) return [];
    const [ouest, sud, est, nord] = donnees.image_temps.emprise;
    const options = { pane: PANNEAU, opacity: OPACITE, className: "image-temps", alt: "" };
    return [L.imageOverlay(donnees.image_temps.png, [[sud, ouest], [nord, est]], options)];
  }

  magasin.observer((etat, change) => {
    if (!change.has("fond")) return;
    groupe.clearLayers();
    const couches = etat.fond === "isochrones" ? bandes() : etat.fond === "temps" ? image() : [];
    for (const surface of couches) groupe.addLayer(surface);
  });
}
