/** Best places found for new sites, for the aim and the number of sites chosen. */
import * as L from "leaflet";
import type { Donnees } from "../donnees";
import type { Magasin } from "../etat";
import { repere } from "./signes";

export function ajouterImplantations(carte: L.Map, donnees: Donnees, magasin: Magasin): void {
  const groupe = L.layerGroup().addTo(carte);
  magasin.observer((etat, change) => {
    if (!change.has("implantations") && !change.has("lieux")) return;
    groupe.clearLayers();
    const choix = etat.implantations ? donnees.implantations[etat.lieux] : undefined;
    if (!choix) return;
    const texte = `Lieu proposé (${choix.but.toLowerCase()}) : ${choix.lieux}`;
    for (const position of choix.positions) groupe.addLayer(repere(position, "lieu", texte));
  });
}
