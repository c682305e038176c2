/** Scales of the circles and of the flows, shown with their layer. */
import { nom, type Donnees } from "./donnees";
import { el, vider } from "./dom";
import { COULEURS, PRINCIPAUX, largeur, maximumFlux } from "./couches/flux";
import { maximumMedecins, rayon } from "./couches/medecins";
import { OPACITES, VIOLET, patienteleDe } from "./couches/patientele";
import { TRAITS_ROUTES } from "./couches/routes";
import { echantillon } from "./couches/traits";
import type { Etat, Magasin } from "./etat";
import { nombre, pluriel } from "./format";

/** Round values (1, 2 or 5 times a power of ten), at most `maximum`: three steps down from it. */
export function paliers(maximum: number): number[] {
  const ronds: number[] = [];
  for (let puissance = 1; puissance <= maximum; puissance *= 10) {
    ronds.push(...[1, 2, 5].map((m) => m * puissance).filter((v) => v <= maximum));
  }
  const haut = ronds[ronds.length - 1];
  if (haut === undefined) return [];
  const milieu = ronds[Math.max(0, ronds.length - 3)] ?? haut;
  const bas = ronds[Math.max(0, ronds.length - 6)] ?? milieu;
  return [...new Set([bas, milieu, haut])];
}

function trait(couleur: string, epaisseur: number): HTMLElement {
  const ligne = el("span", { class: "trait", "aria-hidden": "true" });
  ligne.style.backgroundColor = couleur;
  ligne.style.height = `${epaisseur}px`;
  return ligne;
}

function echelleMedecins(donnees: Donnees): HTMLElement {
  const maximum = maximumMedecins(donnees);
  const cercles = paliers(maximum).map((n) => {
    const cercle = el("span", { class: "cercle", "aria-hidden": "true" });
    cercle.style.width = cercle.style.height = `${2 * rayon(n, maximum)}px`;
    return el("li", {}, cercle, nombre(n));
  });
  const grappe = el("span", { class: "cercle grappe-cle", "aria-hidden": "true" }, "5");
  return el(
    "div",
    {},
    el("p", {}, "Nombre de médecins"),
    el("ul", { class: "rangee" }, ...cercles),
    el("p", { class: "sens" }, grappe, "plusieurs communes, séparées quand la carte se rapproche"),
  );
}

function echelleFlux(donnees: Donnees, etat: Readonly<Etat>): HTMLElement {
  const maximum = maximumFlux(donnees, etat.commune, etat.sens);
  const sien = etat.sens === "entrants" ? COULEURS.entrant : COULEURS.sortant;
  const couleur = etat.commune === null ? COULEURS.tous : sien;
  const traits = paliers(maximum).map((n) =>
    el("li", {}, trait(couleur, largeur(n, maximum)), nombre(n)),
  );
  const bloc = el(
    "div",
    {},
    el("p", {}, donnees.flux.nature === "observe" ? "Patients" : "Habitants attribués"),
    el("ul", { class: "rangee" }, ...traits),
  );
  if (etat.commune !== null) {
    const sortants = el("p", { class: "sens" }, trait(COULEURS.sortant, 4), "habitants qui sortent de la commune");
    const entrants = el("p", { class: "sens" }, trait(COULEURS.entrant, 4), "patients qui y viennent");
    if (etat.sens !== "entrants") bloc.append(sortants);
    if (etat.sens !== "sortants") bloc.append(entrants);
  } else {
    const n = Math.min(PRINCIPAUX, donnees.flux.residence.length);
    const texte = `Les ${nombre(n)} principaux flux ; choisissez une commune pour voir tous les siens.`;
    bloc.append(el("p", { class: "phrase" }, texte));
  }
  return bloc;
}

function clesRoutes(donnees: Donnees): HTMLElement {
  const lignes = donnees.routes.map(({ classe, titre }) =>
    el("li", {}, echantillon(TRAITS_ROUTES[classe]), titre),
  );
  return el("div", {}, el("p", {}, "Routes"), el("ul", { class: "rangee" }, ...lignes));
}

function clesPatientele(donnees: Donnees, etat: Readonly<Etat>): HTMLElement {
  const trouvee = patienteleDe(donnees, etat.commune);
  if (!trouvee) {
    const texte =
      etat.commune === null
        ? "Choisissez une commune pour voir la patientèle de son bassin."
        : "Cette commune n'est dans aucun bassin du territoire.";
    return el("p", { class: "phrase" }, texte);
  }
  const [primaire, secondaire] = donnees.patienteles.seuils.map((s) => `${nombre(100 * s)} %`);
  const cles: [keyof typeof OPACITES, string][] = [
    ["primaire", `primaire : ${primaire} ou plus (${pluriel(trouvee.primaire.length, "commune")})`],
    ["secondaire", `secondaire : ${secondaire} ou plus (${pluriel(trouvee.secondaire.length, "commune")})`],
  ];
  const lignes = cles.map(([cle, texte]) => {
    const carre = el("span", { class: "pastille", "aria-hidden": "true" });
    carre.style.backgroundColor = VIOLET;
    carre.style.opacity = String(OPACITES[cle] + 0.1);
    return el("li", {}, carre, texte);
  });
  const titre = `Part des habitants qui consultent à ${nom(donnees, trouvee.pole)}`;
  return el("div", {}, el("p", {}, titre), el("ul", { class: "rangee" }, ...lignes));
}

const SUIVIS = ["medecins", "flux", "routes", "patientele", "commune", "sens"] as const;

export function ajouterReperes(bloc: HTMLElement, donnees: Donnees, magasin: Magasin): void {
  magasin.observer((etat, change) => {
    if (!SUIVIS.some((cle) => change.has(cle))) return;
    vider(
      bloc,
      ...(etat.medecins && donnees.sites.mg_nb.length ? [echelleMedecins(donnees)] : []),
      ...(etat.flux && donnees.flux.residence.length ? [echelleFlux(donnees, etat)] : []),
      ...(etat.flux && !donnees.flux.residence.length
        ? [el("p", { class: "phrase" }, "Aucun flux entre deux communes.")]
        : []),
      ...(etat.routes && donnees.routes.length ? [clesRoutes(donnees)] : []),
      ...(etat.patientele ? [clesPatientele(donnees, etat)] : []),
    );
  });
}
