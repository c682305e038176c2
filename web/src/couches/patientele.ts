/** Communes that the pole of the chosen commune's basin draws. */
import * as L from "leaflet";
import { valeur, type Donnees } from "../donnees";
import type { Magasin } from "../etat";
import { couche } from "./communes";

export const VIOLET = "#5e2a84";
export const OPACITES = { primaire: 0.5, secondaire: 0.2 } as const;

interface Patientele {
  pole: number;
  primaire: number[];
  secondaire: number[];
}

/** Catchment of the basin of a commune; nothing where it is in none of the territory. */
export function patienteleDe(donnees: Donnees, commune: number | null): Patientele | null {
  const bassin = commune === null ? null : valeur(donnees, "bassin", commune);
  if (bassin === null) return null;
  const pole = donnees.communes["code_commune"]?.indexOf(bassin) ?? -1;
  if (pole < 0) return null;
  const rangs = donnees.patienteles.pole.flatMap((p, k) => (p === pole ? [k] : []));
  const communes = (primaire: boolean) =>
    rangs
      .filter((k) => donnees.patienteles.primaire[k] === primaire)
      .map((k) => donnees.patienteles.commune[k] ?? pole);
  return { pole, primaire: communes(true), secondaire: communes(false) };
}

export function ajouterPatientele(carte: L.Map, donnees: Donnees, magasin: Magasin): L.FeatureGroup {
  const groupe = L.featureGroup().addTo(carte);

  function ajouter(commune: number, style: L.PathOptions): void {
    const contour = donnees.contours[commune];
    if (contour) groupe.addLayer(couche(contour, { ...style, interactive: false }));
  }

  magasin.observer((etat, change) => {
    if (!change.has("patientele") && !change.has("commune")) return;
    groupe.clearLayers();
    const trouvee = etat.patientele ? patienteleDe(donnees, etat.commune) : null;
    if (!trouvee) return;
    for (const cle of ["secondaire", "primaire"] as const) {
      const style = { color: VIOLET, weight: 1.4, fillColor: VIOLET, fillOpacity: OPACITES[cle] };
      for (const commune of trouvee[cle]) ajouter(commune, style);
    }
    ajouter(trouvee.pole, { color: VIOLET, weight: 4, fill: false });
  });
  return groupe;
}
