/** Tiles of the IGN's plan, asked for only while the reader wants them. */
import * as L from "leaflet";
import type { Magasin } from "../etat";

const SERVEUR = "https://data.geopf.fr";
const PLAN =
  `${SERVEUR}/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2` +
  "&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}";
const ZOOM_MAX = 18;
const ECHECS_MAX = 3;

const INJOIGNABLE = "Le plan de l'IGN ne répond pas : la carte reste sur son fond neutre.";

/** Adds the plan; `annoncer` is told what the reader should know, empty when all is well. */
export function ajouterPlan(
  carte: L.Map,
  magasin: Magasin,
  annoncer: (texte: string) => void,
): void {
  const credit = L.control.attribution({ prefix: false });
  let tuiles: L.TileLayer | null = null;

  function retirer(): void {
    tuiles?.remove();
    tuiles = null;
    credit.remove();
  }

  function demander(): void {
    let echecs = 0;
    tuiles = L.tileLayer(PLAN, {
      maxZoom: ZOOM_MAX,
      attribution: "Fond de plan : © IGN, Géoplateforme",
      referrerPolicy: "no-referrer",
      crossOrigin: false,
    });
    tuiles.on("tileerror", () => {
      echecs += 1;
      // Behind a closed proxy every tile fails: no more is asked for.
      if (echecs < ECHECS_MAX || !tuiles) return;
      magasin.changer({ plan: false });
      annoncer(INJOIGNABLE);
    });
    credit.addTo(carte);
    tuiles.addTo(carte);
  }

  magasin.observer((etat, change) => {
    if (!change.has("plan")) return;
    carte.getContainer().classList.toggle("sur-plan", etat.plan);
    retirer();
    if (!etat.plan) return;
    annoncer("");
    demander();
  });
}
