/** The communes in a table, beside the map: sorted by any column, a name opens its card. */
import { avantDe, classeDe, dansTerritoire, indicateurDe, nom, valeur, type Donnees, type Indicateur } from "./donnees";
import { el, vider } from "./dom";
import type { Magasin } from "./etat";
import { nombre, texteIndicateur } from "./format";

type Cle = number | string | null;
export type Sens = "ascending" | "descending";

interface Colonne {
  titre: string;
  cle: (commune: number) => Cle;
  texte: (commune: number) => string;
}

/** Communes in the order of their keys; those without any stay last, whatever the way. */
export function trier(communes: readonly number[], cle: (commune: number) => Cle, sens: Sens): number[] {
  const signe = sens === "ascending" ? 1 : -1;
  return [...communes].sort((a, b) => {
    const x = cle(a);
    const y = cle(b);
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a - b;
    if (typeof x === "number" && typeof y === "number") return signe * (x - y) || a - b;
    return signe * String(x).localeCompare(String(y), "fr") || a - b;
  });
}

/** Key of a commune for an indicator: its number, the rank of its class where there is none. */
export function cleDe(donnees: Donnees, indicateur: Indicateur, commune: number): Cle {
  const x = valeur(donnees, indicateur.colonne, commune);
  if (typeof x === "number") return x;
  const chiffre = indicateur.legende.some(({ chiffree }) => chiffree);
  return chiffre ? null : indicateur.legende.indexOf(classeDe(indicateur, commune));
}

function colonnes(donnees: Donnees, indicateur: Indicateur): Colonne[] {
  const avant = avantDe(donnees, indicateur);
  const habitants: Colonne = {
    titre: "Habitants",
    cle: (c) => Number(valeur(donnees, "population", c)),
    texte: (c) => nombre(Number(valeur(donnees, "population", c))),
  };
  const situations: [string, Indicateur][] = avant
    ? [["Avant", avant], ["Après", indicateur]]
    : [[indicateur.titre, indicateur]];
  return [
    { titre: "Commune", cle: (c) => nom(donnees, c), texte: (c) => nom(donnees, c) },
    // Room for three columns only.
    ...(avant ? [] : [habitants]),
    ...situations.map(([titre, i]) => ({
      titre,
      cle: (c: number) => cleDe(donnees, i, c),
      texte: (c: number) => texteIndicateur(donnees, { ...i, unite: "" }, c),
    })),
  ];
}

export function tableau(donnees: Donnees, magasin: Magasin): HTMLElement {
  const communes = donnees.points.map((_, c) => c).filter((c) => dansTerritoire(donnees, c));
  const cadre = el("div", { class: "cadre", tabindex: 0, role: "region", "aria-label": "Tableau des communes" });
  const bloc = el("details", { class: "bloc tableau" }, el("summary", {}, "Tableau des communes"), cadre);
  let rang = 0;
  let sens: Sens = "ascending";
  let rangees = new Map<number, HTMLElement>();

  function ligne(cols: Colonne[], commune: number): HTMLElement {
    const bouton = el("button", { type: "button", class: "lien" }, nom(donnees, commune));
    bouton.addEventListener("click", () => magasin.changer({ commune }));
    const cellules = cols.slice(1).map((col) => el("td", {}, col.texte(commune)));
    const rangee = el("tr", {}, el("th", { scope: "row" }, bouton), ...cellules);
    rangees.set(commune, rangee);
    return rangee;
  }

  function entete(col: Colonne, k: number): HTMLElement {
    const bouton = el("button", { type: "button", class: "lien", title: "Trier" }, col.titre);
    bouton.addEventListener("click", () => {
      sens = k === rang && sens === "ascending" ? "descending" : "ascending";
      rang = k;
      remplir();
      cadre.querySelectorAll<HTMLElement>("thead button")[k]?.focus();
    });
    const th = el("th", { scope: "col" }, bouton);
    if (k === rang) th.setAttribute("aria-sort", sens);
    return th;
  }

  function remplir(): void {
    const indicateur = indicateurDe(donnees, magasin.etat.indicateur);
    const cols = colonnes(donnees, indicateur);
    rang = Math.min(rang, cols.length - 1);
    const choisie = cols[rang];
    if (!choisie) return;
    rangees = new Map();
    const lignes = trier(communes, choisie.cle, sens).map((commune) => ligne(cols, commune));
    const unite = indicateur.unite && ` (${indicateur.unite})`;
    const titre = `${indicateur.titre}${unite}, communes du territoire`;
    vider(
      cadre,
      el(
        "table",
        // Words ask for more room than numbers.
        indicateur.legende.some(({ chiffree }) => chiffree) ? {} : { class: "mots" },
        el("caption", {}, titre),
        el("thead", {}, el("tr", {}, ...cols.map(entete))),
        el("tbody", {}, ...lignes),
      ),
    );
    marquer(magasin.etat.commune);
  }

  function marquer(commune: number | null): void {
    for (const [c, rangee] of rangees) {
      if (c === commune) rangee.setAttribute("aria-current", "true");
      else rangee.removeAttribute("aria-current");
    }
  }

  bloc.addEventListener("toggle", () => {
    if (bloc.open) remplir();
  });
  magasin.observer((etat, change) => {
    if (!bloc.open) return;
    if (change.has("indicateur")) remplir();
    else if (change.has("commune")) marquer(etat.commune);
  });
  return bloc;
}
