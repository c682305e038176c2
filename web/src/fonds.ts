/** Choice of what colours the land, with its legend; and the plan of the IGN, which asks the network. */
import type { Donnees } from "./donnees";
import { el, vider } from "./dom";
import type { Fond, Magasin } from "./etat";
import { nombre } from "./format";

const TITRES: Record<Exclude<Fond, "communes">, string> = {
  isochrones: "par bandes",
  temps: "en chaque lieu",
};
const PHRASES: Record<Exclude<Fond, "communes">, string> = {
  isochrones:
    "Chaque endroit du territoire selon son temps en voiture jusqu'au médecin le plus proche. Sans couleur : plus loin, ou aucun médecin atteignable.",
  temps:
    "Temps en voiture jusqu'au médecin le plus proche, par carreaux de 200 mètres (plus grands sur un grand territoire). Sans couleur : aucun médecin atteignable.",
};

/** Said of what no scenario changes in the page. */
function jour(donnees: Donnees): string {
  return donnees.mouvements.length ? " d'aujourd'hui" : "";
}

/** Ways to colour the land that the page has something for. */
export function fondsDe(donnees: Donnees): [Fond, string][] {
  const temps = `les temps d'accès${jour(donnees)}`;
  return [
    ["communes", "l'indicateur, par commune"],
    ...(donnees.isochrones.length
      ? ([["isochrones", `${temps}, par bandes (isochrones)`]] as [Fond, string][])
      : []),
    ...(donnees.image_temps ? ([["temps", `${temps}, en chaque lieu`]] as [Fond, string][]) : []),
  ];
}

export function fonds(donnees: Donnees, magasin: Magasin): HTMLElement[] {
  const offerts = fondsDe(donnees);
  if (offerts.length < 2) return [];
  const boutons = offerts.map(([fond, titre]) => {
    const bouton = el("input", { type: "radio", name: "fond", value: fond });
    bouton.addEventListener("change", () => magasin.changer({ fond }));
    return { bouton, choix: el("label", { class: "choix" }, bouton, el("span", {}, titre)) };
  });
  const cles = el("div", { class: "surface", "aria-live": "polite" });
  magasin.observer((etat, change) => {
    if (!change.has("fond")) return;
    for (const { bouton } of boutons) bouton.checked = bouton.value === etat.fond;
    vider(cles, ...(etat.fond === "communes" ? [] : legende(donnees, etat.fond)));
  });
  const titre = el("legend", {}, "Colorer la carte selon");
  return [el("fieldset", { class: "bloc fonds" }, titre, ...boutons.map((b) => b.choix), cles)];
}

function legende(donnees: Donnees, fond: Exclude<Fond, "communes">): HTMLElement[] {
  const titre = el("h2", {}, `Temps d'accès${jour(donnees)}, ${TITRES[fond]}`);
  const present = donnees.mouvements.length ? " Situation présente, sans scénario." : "";
  const phrase = el("p", { class: "phrase" }, PHRASES[fond] + present);
  return [titre, ...(fond === "isochrones" ? cleBandes(donnees) : cleImage(donnees)), phrase];
}

function cleBandes(donnees: Donnees): HTMLElement[] {
  const entete = el(
    "p",
    { class: "entete-legende" },
    el("span", {}, "temps en voiture"),
    el("span", {}, "habitants"),
  );
  const reste = donnees.au_dela ? [{ ...donnees.au_dela, couleur: "var(--fond)" }] : [];
  const lignes = [...donnees.isochrones, ...reste].map(({ titre, couleur, habitants }) => {
    const carre = el("span", { class: "pastille", "aria-hidden": "true" });
    carre.style.backgroundColor = couleur;
    const compte = el("span", { class: "compte" }, nombre(habitants));
    return el("li", {}, carre, el("span", { class: "libelle" }, titre), compte);
  });
  return [entete, el("ul", { class: "cles" }, ...lignes)];
}

/** Where a number of minutes stands along the scale, in hundredths. */
export function placeEchelle(minutes: number, maximum: number): number {
  return (100 * minutes) / Math.max(1, maximum);
}

function cleImage(donnees: Donnees): HTMLElement[] {
  const echelle = donnees.image_temps?.echelle ?? [];
  const maximum = echelle[echelle.length - 1]?.minutes ?? 0;
  const arrets = echelle.map((e) => `${e.couleur} ${placeEchelle(e.minutes, maximum)}%`);
  const rampe = el("div", { class: "rampe", "aria-hidden": "true" });
  rampe.style.backgroundImage = `linear-gradient(90deg, ${arrets.join(", ")})`;
  const graduations = [0, 10, 20, 30, maximum].map((minutes) =>
    el("li", {}, minutes === maximum ? `${nombre(minutes)} min et plus` : nombre(minutes)),
  );
  return [rampe, el("ul", { class: "graduations" }, ...graduations)];
}

/** The tick that asks the IGN for its plan, what it sends said beside it, and how it went. */
export function plan(magasin: Magasin): { bloc: HTMLElement; annoncer: (texte: string) => void } {
  const case_ = el("input", { type: "checkbox", name: "plan", "aria-describedby": "plan-note" });
  case_.addEventListener("change", () => magasin.changer({ plan: case_.checked }));
  const note = el(
    "p",
    { class: "phrase", id: "plan-note" },
    "A besoin du réseau. Une fois la case cochée, la page demande à l'IGN (data.geopf.fr) les images de la zone regardée : l'IGN reçoit l'adresse Internet de votre poste et les numéros de ces images, aucune donnée du diagnostic. Case décochée, rien n'est demandé.",
  );
  const annonce = el("p", { class: "annonce", role: "status" });
  magasin.observer((etat, change) => {
    if (change.has("plan")) case_.checked = etat.plan;
  });
  const choix = el("label", { class: "choix" }, case_, el("span", {}, "Plan de l'IGN sous la carte"));
  const titre = el("legend", {}, "Fond de plan");
  const bloc = el("fieldset", { class: "bloc" }, titre, choix, note, annonce);
  return { bloc, annoncer: (texte) => void (annonce.textContent = texte) };
}
