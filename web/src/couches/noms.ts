/** Names of the most populated communes in view that do not overlap. */
import * as L from "leaflet";
import { dansTerritoire, nom, valeur, type Donnees } from "../donnees";
import { el } from "../dom";
import type { Magasin } from "../etat";
import { maximumMedecins, rayon } from "./medecins";

const NOMS_MAX = 26;
const POLICE = "600 12px system-ui, sans-serif";
const HAUTEUR = 18;

export function ajouterNoms(carte: L.Map, donnees: Donnees, magasin: Magasin): void {
  const groupe = L.layerGroup();
  const mesure = document.createElement("canvas").getContext("2d");
  if (mesure) mesure.font = POLICE;
  const maximum = maximumMedecins(donnees);
  const medecins = new Map(donnees.sites.commune.map((c, k) => [c, donnees.sites.mg_nb[k] ?? 0]));
  const habitants = (commune: number) => Number(valeur(donnees, "population", commune));
  const ordre = donnees.points
    .map((_, commune) => commune)
    .filter((commune) => dansTerritoire(donnees, commune))
    .sort((a, b) => habitants(b) - habitants(a) || a - b);

  /** Room left above the name for the circle of the commune's GPs. */
  function dessous(commune: number): number {
    const mg = magasin.etat.medecins ? (medecins.get(commune) ?? 0) : 0;
    return mg ? rayon(mg, maximum) + HAUTEUR / 2 : 0;
  }

  function etiquette(commune: number, largeur: number): L.Marker {
    const texte = el("span", {}, nom(donnees, commune));
    return L.marker(donnees.points[commune] ?? [0, 0], {
      icon: L.divIcon({
        className: "nom-commune",
        html: texte,
        iconSize: [largeur, HAUTEUR],
        iconAnchor: [largeur / 2, HAUTEUR / 2 - dessous(commune)],
      }),
      interactive: false,
      keyboard: false,
    });
  }

  function placer(): void {
    groupe.clearLayers();
    if (!magasin.etat.noms) return;
    const vue = L.bounds([0, 0], carte.getSize());
    const places: L.Bounds[] = [];
    for (const commune of ordre) {
      if (places.length >= NOMS_MAX) break;
      const point = carte.latLngToContainerPoint(donnees.points[commune] ?? [0, 0]);
      const centre = point.add([0, dessous(commune)]);
      const texte = nom(donnees, commune);
      if (texte.length > 40) continue;
      const largeur = Math.ceil(mesure?.measureText(texte).width ?? 7 * texte.length) + 8;
      const demi = L.point(largeur / 2 + 14, HAUTEUR / 2 + 9);
      const boite = L.bounds(centre.subtract(demi), centre.add(demi));
      if (!vue.contains(boite) || places.some((autre) => autre.intersects(boite))) continue;
      places.push(boite);
      groupe.addLayer(etiquette(commune, largeur));
    }
  }

  groupe.addTo(carte);
  carte.on("moveend zoomend resize", placer);
  magasin.observer((_, change) => {
    if (change.has("noms") || change.has("medecins")) placer();
  });
}
