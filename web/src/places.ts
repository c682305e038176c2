/** Where a commune stands among those of the territory, its departement and the country. */
import { dansTerritoire, valeur, type Comparee, type Donnees } from "./donnees";
import { el } from "./dom";
import { borne, nombre, nombreFin, pluriel } from "./format";

const COMMUNES_MIN = 5;
const BARRES = 40;
const LARGEUR = 300;
const HAUTEUR = 30;
const PIED = 24; // where the bars stand
const MARGE = 7; // so that a mark at an end is whole
const ESPACE = "http://www.w3.org/2000/svg";

interface Place {
  valeur: number;
  plusBas: number;
  plusHaut: number;
  mediane: number;
  /** Values of the communes of the territory that have one, in order. */
  toutes: number[];
}

/** Number that is compared, null where it is unknown. */
export function nombreDe(donnees: Donnees, { colonne, pour_10000 }: Comparee, commune: number): number | null {
  const x = valeur(donnees, colonne, commune);
  if (typeof x !== "number") return null;
  if (!pour_10000) return x;
  const habitants = Number(valeur(donnees, "population", commune));
  return habitants > 0 ? (10_000 * x) / habitants : null;
}

/** Place of a commune among those of the territory; nothing where too few are known. */
export function placeDe(donnees: Donnees, comparee: Comparee, commune: number): Place | null {
  const sienne = nombreDe(donnees, comparee, commune);
  const toutes = donnees.points
    .flatMap((_, c) => (dansTerritoire(donnees, c) ? [nombreDe(donnees, comparee, c)] : []))
    .filter((x) => x !== null)
    .sort((a, b) => a - b);
  if (sienne === null || toutes.length < COMMUNES_MIN) return null;
  const milieu = toutes.length / 2;
  const mediane = ((toutes[Math.ceil(milieu) - 1] ?? 0) + (toutes[Math.floor(milieu)] ?? 0)) / 2;
  return {
    valeur: sienne,
    plusBas: toutes.filter((x) => x < sienne).length,
    plusHaut: toutes.filter((x) => x > sienne).length,
    mediane,
    toutes,
  };
}

/** Code of the departement of a commune. */
export function departementDe(code: string): string {
  return code.slice(0, /^9[78]/.test(code) ? 3 : 2);
}

/** References of a commune: its own departement, and the country. */
export function reperesDe(donnees: Donnees, comparee: Comparee, commune: number): Comparee["reperes"] {
  const departement = departementDe(String(valeur(donnees, "code_commune", commune)));
  return comparee.reperes.filter(({ niveau, code }) => niveau === "france" || code === departement);
}

/** The same in words: what a reader who does not see the drawing is told. */
export function phraseDe(place: Place, comparee: Comparee, reperes: Comparee["reperes"]): string {
  const ecrit = (x: number) => nombre(x, comparee.decimales);
  const compte = (n: number) => (n ? pluriel(n, "commune") : "aucune commune");
  const [bas, haut] = [compte(place.plusBas), compte(place.plusHaut)];
  const rang = `Plus bas : ${bas} ; plus haut : ${haut}, sur ${nombre(place.toutes.length)}`;
  const autres = reperes.map(({ nom, valeur: v }) => `${nom} ${ecrit(v)}`);
  return [`${rang}. Médiane ${ecrit(place.mediane)}`, ...autres].join(" · ");
}

/** Heights of the bars, from 0 to 1, between two ends. */
export function barres(toutes: readonly number[], bas: number, haut: number): number[] {
  const comptes = new Array<number>(BARRES).fill(0);
  for (const x of toutes) {
    const rang = haut > bas ? Math.floor((BARRES * (x - bas)) / (haut - bas)) : 0;
    const k = Math.min(BARRES - 1, rang);
    comptes[k] = (comptes[k] ?? 0) + 1;
  }
  const sommet = Math.max(1, ...comptes);
  // By the square root: a single commune beside the many that have no GP still shows.
  return comptes.map((n) => Math.sqrt(n / sommet));
}

function forme(balise: string, attributs: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(ESPACE, balise);
  for (const [cle, v] of Object.entries(attributs)) element.setAttribute(cle, String(v));
  return element;
}

const losange = (x: number, y: number) => `M${x} ${y - 5}l5 5-5 5-5-5z`;
const triangle = (x: number, y: number) => `M${x} ${y}l5.5 8h-11z`;

function dessin(place: Place, reperes: Comparee["reperes"]): SVGElement {
  const connus = [place.toutes[0] ?? 0, place.toutes[place.toutes.length - 1] ?? 0, ...reperes.map((r) => r.valeur)];
  const bas = Math.min(...connus);
  const haut = Math.max(...connus);
  const x = (v: number) => MARGE + ((LARGEUR - 2 * MARGE) * (v - bas)) / (haut - bas || 1);
  const svg = forme("svg", { viewBox: `0 0 ${LARGEUR} ${HAUTEUR + 4}`, class: "place", "aria-hidden": "true" });
  const pas = (LARGEUR - 2 * MARGE) / BARRES;
  const trace = barres(place.toutes, bas, haut)
    .map((h, k) => (h ? `M${(MARGE + k * pas).toFixed(1)} ${PIED}v${(-h * 18).toFixed(1)}h${(pas - 1).toFixed(1)}V${PIED}z` : ""))
    .join("");
  svg.append(
    forme("path", { d: trace, fill: "#a9b6c1" }),
    forme("path", { d: `M${MARGE} ${PIED + 0.5}H${LARGEUR - MARGE}`, stroke: "#7b8794" }),
    forme("path", { d: `M${x(place.mediane)} 4V${PIED}`, stroke: "#1d2833", "stroke-width": 1.6, "stroke-dasharray": "3 2" }),
    ...reperes.map(({ niveau, valeur: v }) =>
      niveau === "france"
        ? forme("circle", { cx: x(v), cy: 19, r: 4.4, fill: "#174a8c", stroke: "#fff" })
        : forme("path", { d: losange(x(v), 8), fill: "#8a4b00", stroke: "#fff" }),
    ),
    forme("path", { d: triangle(x(place.valeur), PIED + 1), fill: "#a3005c" }),
    forme("path", { d: `M${x(place.valeur)} 2V${PIED}`, stroke: "#a3005c", "stroke-width": 2.4 }),
  );
  return svg;
}

function cle(chemin: SVGElement, texte: string): HTMLElement {
  const svg = forme("svg", { viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" });
  svg.append(chemin);
  return el("li", {}, svg as unknown as Node, texte);
}

function cles(avecReperes: boolean): HTMLElement {
  return el(
    "ul",
    { class: "rangee cles-places" },
    cle(forme("path", { d: "M7 0V9M7 6l5 8H2z", fill: "#a3005c", stroke: "#a3005c", "stroke-width": 2 }), "commune"),
    cle(forme("path", { d: "M7 0V14", stroke: "#1d2833", "stroke-width": 1.6, "stroke-dasharray": "3 2" }), "médiane des communes"),
    ...(avecReperes
      ? [
          cle(forme("path", { d: losange(7, 7), fill: "#8a4b00" }), "département"),
          cle(forme("circle", { cx: 7, cy: 7, r: 4.4, fill: "#174a8c" }), "France"),
        ]
      : []),
  );
}

/** Value of the commune; one of the data keeps the decimals that hold it on its side of a bound. */
function ecrire(donnees: Donnees, comparee: Comparee, commune: number, x: number): string {
  const { colonne, decimales, pour_10000, unite } = comparee;
  if (pour_10000) return nombre(x, x === 0 ? 0 : decimales);
  return `${borne(donnees, colonne, commune)}${nombreFin(x, x === 0 ? 0 : decimales)} ${unite}`.trim();
}

export function places(donnees: Donnees, commune: number): HTMLElement[] {
  if (!dansTerritoire(donnees, commune)) return [];
  let avecReperes = false;
  const lignes = donnees.comparees.flatMap((comparee) => {
    const place = placeDe(donnees, comparee, commune);
    if (!place) return [];
    const reperes = reperesDe(donnees, comparee, commune);
    avecReperes ||= reperes.length > 0;
    const texte = ecrire(donnees, comparee, commune, place.valeur);
    return [
      el("p", { class: "mesure" }, el("span", {}, comparee.titre), el("strong", {}, texte)),
      dessin(place, reperes) as unknown as HTMLElement,
      el("p", { class: "phrase" }, phraseDe(place, comparee, reperes)),
    ];
  });
  if (!lignes.length) return [];
  const note = "Médiane des communes du territoire ; département et France : moyennes pondérées par la population.";
  return [
    el(
      "section",
      { class: "places" },
      el("h3", {}, "Parmi les communes du territoire"),
      cles(avecReperes),
      ...lignes,
      el("p", { class: "phrase" }, note),
    ),
  ];
}
