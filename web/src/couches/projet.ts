/** Sites that a scenario opens, closes or moves, and the roads that it makes faster. */
import * as L from "leaflet";
import { indicateurDe, mouvementsDe, type Donnees, type Mouvement } from "../donnees";
import type { Magasin } from "../etat";
import { couleurDe, repere } from "./signes";

function lien({ position, vers, genre }: Mouvement): L.Layer[] {
  if (!position || !vers || genre === "profession") return [];
  const base = { interactive: false, pane: "markerPane", renderer: L.svg({ pane: "markerPane" }) };
  return [
    L.polyline([position, vers], { ...base, color: "#ffffff", weight: 6, opacity: 0.85 }),
    L.polyline([position, vers], {
      ...base,
      color: couleurDe(genre),
      weight: 3,
      dashArray: genre === "accelerer" ? "" : "7 5",
    }),
  ];
}

/** Points where the sign of a move is: where it arrives, the middle of a road. */
export function place({ position, vers, genre }: Mouvement): [number, number] | null {
  if (!position || !vers) return position;
  if (genre !== "accelerer") return vers;
  return [(position[0] + vers[0]) / 2, (position[1] + vers[1]) / 2];
}

export function ajouterProjet(carte: L.Map, donnees: Donnees, magasin: Magasin): void {
  if (!donnees.mouvements.length) return;
  const groupe = L.layerGroup().addTo(carte);
  magasin.observer((etat, change) => {
    if (!change.has("projet") && !change.has("indicateur")) return;
    groupe.clearLayers();
    if (!etat.projet) return;
    const mouvements = mouvementsDe(donnees, indicateurDe(donnees, etat.indicateur));
    for (const trait of mouvements.flatMap(lien)) groupe.addLayer(trait);
    for (const mouvement of mouvements) {
      const point = place(mouvement);
      if (!point || mouvement.genre === "profession") continue;
      groupe.addLayer(repere(point, mouvement.genre, mouvement.texte));
    }
  });
}
