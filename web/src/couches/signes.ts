/** Signs of what is done at a place: told apart by their shape as much as by their colour. */
import * as L from "leaflet";
import { el } from "../dom";

type Signe = "ouvrir" | "fermer" | "retirer" | "deplacer" | "antenne" | "accelerer" | "lieu";

const COTE = 24;
const ESPACE = "http://www.w3.org/2000/svg";

// Outline of the badge, then the mark inside it, in a square of 24.
const CERCLE = "M12 2a10 10 0 1 0 .01 0z";
const FORMES: Record<Signe, { couleur: string; fond: string; marque: string }> = {
  ouvrir: { couleur: "#00664f", fond: CERCLE, marque: "M12 6.5v11M6.5 12h11" },
  fermer: { couleur: "#9c1c1c", fond: "M3 3h18v18h-18z", marque: "M7.5 7.5l9 9M16.5 7.5l-9 9" },
  retirer: { couleur: "#9c1c1c", fond: CERCLE, marque: "M6.5 12h11" },
  deplacer: { couleur: "#174a8c", fond: "M12 1l11 11-11 11-11-11z", marque: "M7 12h9M12.5 8l4 4-4 4" },
  antenne: { couleur: "#6b3fa0", fond: "M12 1.5l11 20h-22z", marque: "M12 9v9M8 13.5h8" },
  accelerer: { couleur: "#8a4b00", fond: "M1 6h22v12h-22z", marque: "M5 12h5M14 12h5" },
  lieu: {
    couleur: "#a3005c",
    fond: "M12 1l3.2 7.3 7.8.8-5.9 5.2 1.8 7.7-6.9-4.1-6.9 4.1 1.8-7.7-5.9-5.2 7.8-.8z",
    marque: "",
  },
};

export function couleurDe(signe: Signe): string {
  return FORMES[signe].couleur;
}

function trace(attributs: Record<string, string>): SVGPathElement {
  const chemin = document.createElementNS(ESPACE, "path");
  for (const [nom, valeur] of Object.entries(attributs)) chemin.setAttribute(nom, valeur);
  return chemin;
}

/** The same sign for the map and for its key. */
export function dessin(signe: Signe): SVGSVGElement {
  const { couleur, fond, marque } = FORMES[signe];
  const svg = document.createElementNS(ESPACE, "svg");
  for (const [nom, valeur] of Object.entries({
    viewBox: "0 0 24 24",
    width: String(COTE),
    height: String(COTE),
    class: "signe",
    "aria-hidden": "true",
  })) {
    svg.setAttribute(nom, valeur);
  }
  svg.append(
    trace({ d: fond, fill: couleur, stroke: "#ffffff", "stroke-width": "1.6", "stroke-linejoin": "round" }),
    trace({ d: marque, fill: "none", stroke: "#ffffff", "stroke-width": "2.4", "stroke-linecap": "round" }),
  );
  return svg;
}

/** A sign on the map; what it says is also in the panel, where the keyboard reads it. */
export function repere(position: [number, number], signe: Signe, texte: string): L.Marker {
  const marqueur = L.marker(position, {
    icon: L.divIcon({
      className: "repere-signe",
      html: el("span", {}, dessin(signe)),
      iconSize: [COTE, COTE],
    }),
    keyboard: false,
    zIndexOffset: 1000, // over the names of communes
  });
  return marqueur.bindTooltip(el("span", {}, texte), {
    className: "bulle",
    direction: "top",
    offset: [0, -10],
  });
}
