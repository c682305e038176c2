/** Communes, coloured by the chosen indicator; territory outline; pointed and chosen communes. */
import * as L from "leaflet";
import type { Geometry } from "geojson";
import {
  avantDe,
  classeDe,
  dansTerritoire,
  indicateurDe,
  nom,
  nomDuPourtour,
  valeur,
  type Donnees,
  type Indicateur,
} from "../donnees";
import { el } from "../dom";
import type { Etat, Magasin } from "../etat";
import { pluriel, texteIndicateur } from "../format";
import { remplissage } from "../motifs";

const OPACITE = 0.92;
const OPACITE_POURTOUR = 0.3;
const OPACITE_SUR_PLAN = 0.6;
/** Choices that colour the communes again. */
const COLORENT = ["indicateur", "limites", "fond", "plan"] as const;

export function opacite(donnees: Donnees, commune: number): number {
  return dansTerritoire(donnees, commune) ? OPACITE : OPACITE_POURTOUR;
}

export function couche(contour: Geometry, options: L.PolylineOptions): L.Polygon {
  const polygone = L.GeoJSON.geometryToLayer({
    type: "Feature",
    properties: {},
    geometry: contour,
  }) as L.Polygon;
  polygone.setStyle(options);
  Object.assign(polygone.options, options);
  return polygone;
}

/** Adds the communes; returns the bounds of one of them. */
export function ajouterCommunes(
  carte: L.Map,
  donnees: Donnees,
  magasin: Magasin,
): (commune: number) => L.LatLngBounds {
  const remplir = remplissage();
  const polygones = donnees.contours.map((contour, commune) => {
    const polygone = couche(contour, { smoothFactor: 0.5 });
    polygone.on("mouseover mousemove", (e) => {
      magasin.changer({ survol: commune });
      bulle.setLatLng((e as L.LeafletMouseEvent).latlng);
    });
    polygone.on("mouseout", () => magasin.changer({ survol: null }));
    polygone.on("click", () => magasin.changer({ commune }));
    return polygone.addTo(carte);
  });
  couche(donnees.territoire, {
    interactive: false,
    fill: false,
    color: "#22303d",
    weight: 2.2,
  }).addTo(carte);

  function colorer(indicateur: Indicateur, { fond, limites, plan }: Readonly<Etat>): void {
    // Compared, or timed place by place, the colours are below: here is what the pointer finds.
    const dessous = fond !== "communes" || avantDe(donnees, indicateur) !== null;
    const voile = plan ? OPACITE_SUR_PLAN : 1;
    polygones.forEach((polygone, commune) => {
      const fillColor = remplir(classeDe(indicateur, commune));
      const fillOpacity = dessous ? 0 : voile * opacite(donnees, commune);
      polygone.setStyle({
        fillColor,
        fillOpacity,
        color: limites ? "#ffffff" : fillColor,
        opacity: limites ? 0.9 : fillOpacity,
        weight: limites ? 0.8 : 0.6,
      });
    });
  }

  const bulle = L.tooltip({ direction: "top", offset: [0, -8], className: "bulle" });
  const cadre = L.layerGroup().addTo(carte);

  function entourer(commune: number | null, survol: number | null): void {
    cadre.clearLayers();
    const traits: [number | null, L.PathOptions][] = [
      [survol, { color: "#22303d", weight: 2 }],
      [commune, { color: "#ffffff", weight: 6 }],
      [commune, { color: "#a3005c", weight: 3 }],
    ];
    for (const [rang, style] of traits) {
      const contour = rang === null ? undefined : donnees.contours[rang];
      if (!contour) continue;
      cadre.addLayer(couche(contour, { ...style, fill: false, interactive: false }));
    }
  }

  function decrire(survol: number | null): void {
    const point = survol === null ? undefined : donnees.points[survol];
    if (survol === null || !point) {
      bulle.remove();
      return;
    }
    bulle.setContent(contenuBulle(donnees, indicateurDe(donnees, magasin.etat.indicateur), survol));
    if (!carte.hasLayer(bulle)) bulle.setLatLng(point).addTo(carte);
  }

  magasin.observer((etat, change) => {
    if (COLORENT.some((cle) => change.has(cle))) {
      colorer(indicateurDe(donnees, etat.indicateur), etat);
    }
    if (change.has("commune") || change.has("survol")) entourer(etat.commune, etat.survol);
    if (change.has("survol")) decrire(etat.survol);
  });
  return (commune) => polygones[commune]?.getBounds() ?? carte.getBounds();
}

function contenuBulle(donnees: Donnees, indicateur: Indicateur, commune: number): HTMLElement {
  const medecins = valeur(donnees, "mg_nb", commune);
  const contenu = el(
    "div",
    {},
    el("strong", {}, nom(donnees, commune)),
    ...valeursBulle(donnees, indicateur).map(([titre, i]) =>
      el("div", {}, `${titre} : ${texteIndicateur(donnees, i, commune)}`),
    ),
  );
  if (medecins === null) contenu.append(el("div", {}, "nombre de médecins inconnu"));
  else if (Number(medecins) > 0) contenu.append(el("div", {}, pluriel(Number(medecins), "médecin")));
  if (!dansTerritoire(donnees, commune)) {
    contenu.append(el("div", { class: "note" }, nomDuPourtour(donnees, indicateur)));
  }
  return contenu;
}

/** The value that is pointed at, or both of those that the bar parts. */
function valeursBulle(donnees: Donnees, indicateur: Indicateur): [string, Indicateur][] {
  const avant = avantDe(donnees, indicateur);
  if (!avant) return [[indicateur.titre, indicateur]];
  return [[`${avant.titre}, avant`, avant], ["Après", indicateur]];
}
