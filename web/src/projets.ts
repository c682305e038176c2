/** What could be done, in words: the moves of a scenario, and the places of new sites. */
import { indicateurDe, mouvementsDe, type Donnees, type Genre, type Implantation } from "./donnees";
import { el, vider } from "./dom";
import { dessin } from "./couches/signes";
import type { Magasin } from "./etat";
import { pluriel } from "./format";

const MAXIMUM = 12;
const CLES: Record<Exclude<Genre, "profession">, string> = {
  ouvrir: "site ouvert ou renforcé",
  fermer: "site fermé",
  retirer: "départ de médecins",
  deplacer: "site déplacé (signe à l'arrivée)",
  antenne: "antenne",
  accelerer: "route plus rapide",
};

function bascule(magasin: Magasin, cle: "projet" | "implantations", titre: string): HTMLElement {
  const case_ = el("input", { type: "checkbox", name: cle });
  case_.checked = magasin.etat[cle];
  case_.addEventListener("change", () => magasin.changer({ [cle]: case_.checked }));
  return el("label", { class: "choix" }, case_, el("span", {}, titre));
}

/** Key and list of what the scenario does. */
export function projet(donnees: Donnees, magasin: Magasin): HTMLElement[] {
  if (!donnees.mouvements.length) return [];
  const contenu = el("div", { class: "reperes" });
  magasin.observer((etat, change) => {
    if (!change.has("projet") && !change.has("indicateur")) return;
    const mouvements = mouvementsDe(donnees, indicateurDe(donnees, etat.indicateur));
    const genres = Object.entries(CLES).filter(([genre]) => mouvements.some((m) => m.genre === genre));
    const cles = genres.map(([genre, texte]) =>
      el("li", {}, dessin(genre as keyof typeof CLES), el("span", {}, texte)),
    );
    const phrases = mouvements.slice(0, MAXIMUM).map(({ texte }) => el("li", {}, texte));
    const reste = mouvements.length - phrases.length;
    if (reste > 0) phrases.push(el("li", {}, `et ${pluriel(reste, "autre mouvement")} (rapport)`));
    vider(
      contenu,
      ...(mouvements.length
        ? []
        : [el("p", { class: "phrase" }, "Choisissez un indicateur d'un scénario pour voir ce qu'il fait.")]),
      ...(etat.projet && cles.length ? [el("ul", { class: "cles" }, ...cles)] : []),
      ...(phrases.length ? [el("ul", { class: "gestes" }, ...phrases)] : []),
    );
  });
  const titre = el("legend", {}, "Ce que fait le scénario");
  return [el("fieldset", { class: "bloc" }, titre, bascule(magasin, "projet", "Montrer sur la carte"), contenu)];
}

/** Lines of the card of a choice: what is said, and its value. */
export function lignesDe(choix: Implantation): [string, string][] {
  return [
    ["But", choix.but],
    [choix.sites_nb > 1 ? "Lieux" : "Lieu", choix.lieux],
    ...(choix.etp ? ([["Médecins à temps plein", choix.etp]] as [string, string][]) : []),
    ["Gain", choix.gain],
    ["Aujourd'hui", choix.avant],
    ["Calcul", choix.ex_aequo ? `${choix.preuve} ; d'autres choix le valent` : choix.preuve],
  ];
}

/** Choice of the aim and of the number of sites, and the card of what was found. */
export function implantations(donnees: Donnees, magasin: Magasin): HTMLElement[] {
  if (!donnees.implantations.length) return [];
  const groupes = new Map<string, HTMLOptGroupElement>();
  donnees.implantations.forEach(({ but, sites_nb }, rang) => {
    const groupe = groupes.get(but) ?? el("optgroup", { label: but });
    groupes.set(but, groupe);
    groupe.append(el("option", { value: rang }, `${pluriel(sites_nb, "site")} : ${but.toLowerCase()}`));
  });
  const liste = el("select", { name: "lieux" }, ...groupes.values());
  liste.addEventListener("change", () => magasin.changer({ lieux: Number(liste.value) }));
  const fiche = el("div", { class: "reperes", "aria-live": "polite" });
  const choisi = el("label", { class: "liste" }, el("span", {}, "But et nombre de sites"), liste);
  magasin.observer((etat, change) => {
    if (!change.has("implantations") && !change.has("lieux")) return;
    choisi.hidden = fiche.hidden = !etat.implantations;
    liste.value = String(etat.lieux);
    const choix = donnees.implantations[etat.lieux];
    if (!choix) return;
    const lignes = lignesDe(choix).flatMap(([nom, texte]) => [el("dt", {}, nom), el("dd", {}, texte)]);
    vider(
      fiche,
      el("ul", { class: "cles" }, el("li", {}, dessin("lieu"), el("span", {}, "lieu proposé"))),
      el("dl", { class: "lieux" }, ...lignes),
      el("p", { class: "avertissement" }, donnees.mise_en_garde),
    );
  });
  const titre = el("legend", {}, "Où placer de nouveaux sites");
  const montrer = bascule(magasin, "implantations", "Montrer les meilleurs lieux calculés");
  return [el("fieldset", { class: "bloc" }, titre, montrer, choisi, fiche)];
}
