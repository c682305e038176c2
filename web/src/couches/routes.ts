/** Main roads, light enough to leave the colours of the communes readable. */
import * as L from "leaflet";
import type { ClasseRoute, Donnees } from "../donnees";
import type { Magasin } from "../etat";
import { tracer, type Trait } from "./traits";

const GRIS = "#333a42";

export const TRAITS_ROUTES: Record<ClasseRoute, Trait> = {
  motorway: { couleur: GRIS, epaisseur: 2.6, tirets: [] },
  trunk: { couleur: GRIS, epaisseur: 1.8, tirets: [] },
  primary: { couleur: GRIS, epaisseur: 0.9, tirets: [] },
};

export function ajouterRoutes(carte: L.Map, donnees: Donnees, magasin: Magasin): L.FeatureGroup {
  // The widest roads come first in the data, and are drawn last.
  const lignes = donnees.routes.map(({ classe, trace }) => ({ trace, trait: TRAITS_ROUTES[classe] }));
  const groupe = L.featureGroup(tracer(lignes.reverse(), 0.8));
  magasin.observer((etat, change) => {
    if (!change.has("routes")) return;
    if (etat.routes) groupe.addTo(carte);
    else groupe.remove();
  });
  return groupe;
}
