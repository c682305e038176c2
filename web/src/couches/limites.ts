/** Borders of the basins and of the zonings that they are compared with. */
import * as L from "leaflet";
import type { Donnees } from "../donnees";
import type { Magasin } from "../etat";
import { tracer, type Trait } from "./traits";

// The widest first: the others are seen over it. Told apart by their dashes too, for who does not see their colours.
const TRAITS: Record<string, Trait> = {
  bassins: { couleur: "#1a1a1a", epaisseur: 4.4, tirets: [] },
  epci: { couleur: "#0058a3", epaisseur: 2.4, tirets: [10, 5] },
  bassin_vie: { couleur: "#b34700", epaisseur: 2.4, tirets: [3, 4] },
  zone_emploi: { couleur: "#007a5a", epaisseur: 2.6, tirets: [12, 4, 3, 4] },
  secteur_garde: { couleur: "#a3357d", epaisseur: 2.4, tirets: [6, 6] },
};
const AUTRE: Trait = { couleur: "#4a5764", epaisseur: 2, tirets: [4, 4] };

export function traitLimite(cle: string): Trait {
  return TRAITS[cle] ?? AUTRE;
}

export function ajouterLimites(carte: L.Map, donnees: Donnees, magasin: Magasin): L.FeatureGroup {
  const groupe = L.featureGroup().addTo(carte);
  magasin.observer((etat, change) => {
    if (!change.has("zonages")) return;
    groupe.clearLayers();
    const choisies = donnees.limites.filter(({ cle }) => etat.zonages.includes(cle));
    const lignes = choisies.map(({ cle, trace }) => ({ trace, trait: traitLimite(cle) }));
    for (const trait of tracer(lignes)) groupe.addLayer(trait);
  });
  return groupe;
}
