/** Zoom, overview, print and scale. */
import * as L from "leaflet";
import { el } from "./dom";

export function ajouterCommandes(carte: L.Map, vueGenerale: () => void): void {
  L.control.zoom({ zoomInTitle: "Zoomer", zoomOutTitle: "Dézoomer" }).addTo(carte);
  const retour = new L.Control({ position: "topleft" });
  retour.onAdd = () => {
    const bouton = el("button", { type: "button", class: "vue-generale" }, "Vue d'ensemble");
    bouton.addEventListener("click", vueGenerale);
    L.DomEvent.disableClickPropagation(bouton);
    return bouton;
  };
  retour.addTo(carte);
  const papier = new L.Control({ position: "topleft" });
  papier.onAdd = () => {
    const bouton = el("button", { type: "button", class: "vue-generale imprimer" }, "Imprimer");
    bouton.addEventListener("click", () => window.print());
    L.DomEvent.disableClickPropagation(bouton);
    return bouton;
  };
  papier.addTo(carte);
  L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(carte);
}
