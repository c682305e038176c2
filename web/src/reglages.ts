/** Choice of the indicator and of the layers, and the legend that follows them. */
import { carreStructure } from "./couches/structures";
import { fonds } from "./fonds";
import { ajouterReperes } from "./reperes";
import {
  avantDe,
  dansTerritoire,
  indicateurDe,
  nomDuPourtour,
  type Donnees,
  type Indicateur,
} from "./donnees";
import { el, vider } from "./dom";
import { traitLimite } from "./couches/limites";
import { echantillon } from "./couches/traits";
import type { Etat, Magasin } from "./etat";
import { nombre, pluriel } from "./format";
import { pastille } from "./motifs";
import { implantations, projet } from "./projets";

export function reglages(donnees: Donnees, magasin: Magasin): HTMLElement[] {
  return [
    choixIndicateur(donnees, magasin),
    // Next to what it explains: lower, no screen of a laptop showed it.
    legende(donnees, magasin),
    ...fonds(donnees, magasin),
    ...projet(donnees, magasin),
    choixCalques(donnees, magasin),
    ...choixStructures(donnees, magasin),
    ...implantations(donnees, magasin),
    ...choixLimites(donnees, magasin),
  ];
}

function choixIndicateur(donnees: Donnees, magasin: Magasin): HTMLElement {
  const familles = new Map<string, HTMLDetailsElement>();
  const boutons = donnees.indicateurs.map((indicateur) => {
    const bouton = el("input", { type: "radio", name: "indicateur", value: indicateur.cle });
    bouton.addEventListener("change", () => magasin.changer({ indicateur: indicateur.cle, fond: "communes" }));
    const famille =
      familles.get(indicateur.famille) ??
      el("details", { class: "famille", name: "famille" }, el("summary", {}, indicateur.famille));
    familles.set(indicateur.famille, famille);
    famille.append(el("label", { class: "choix" }, bouton, el("span", {}, indicateur.titre)));
    return { bouton, famille };
  });
  magasin.observer((etat, change) => {
    if (!change.has("indicateur")) return;
    for (const { bouton, famille } of boutons) {
      bouton.checked = bouton.value === etat.indicateur;
      if (bouton.checked) famille.open = true;
    }
  });
  return el("fieldset", { class: "bloc" }, el("legend", {}, "Indicateur"), ...familles.values());
}

/** Borders of the zonings, each with its line and its agreement with the basins. */
function choixLimites(donnees: Donnees, magasin: Magasin): HTMLElement[] {
  if (!donnees.limites.length) return [];
  const choix = donnees.limites.map(({ cle, titre, accord }) => {
    const case_ = el("input", { type: "checkbox", name: `limite-${cle}` });
    case_.checked = magasin.etat.zonages.includes(cle);
    case_.addEventListener("change", () => {
      const autres = magasin.etat.zonages.filter((zonage) => zonage !== cle);
      magasin.changer({ zonages: case_.checked ? [...autres, cle] : autres });
    });
    const libelle = el("span", { class: "libelle" }, titre);
    const part = el("span", { class: "compte" }, accord);
    return el("label", { class: "choix" }, case_, echantillon(traitLimite(cle)), libelle, part);
  });
  const entete = el(
    "p",
    { class: "entete-legende" },
    el("span", {}, "Traits sur la carte"),
    el("span", {}, "accord avec les bassins"),
  );
  return [el("fieldset", { class: "bloc" }, el("legend", {}, "Limites à comparer"), entete, ...choix)];
}

/** Categories of structures, each with its letter and how many it has. */
function choixStructures(donnees: Donnees, magasin: Magasin): HTMLElement[] {
  if (!donnees.structures.length) return [];
  const choix = donnees.structures.map((categorie) => {
    const { cle, titre, noms } = categorie;
    const case_ = el("input", { type: "checkbox", name: `structure-${cle}` });
    case_.checked = magasin.etat.structures.includes(cle);
    case_.addEventListener("change", () => {
      const autres = magasin.etat.structures.filter((autre) => autre !== cle);
      magasin.changer({ structures: case_.checked ? [...autres, cle] : autres });
    });
    const libelle = el("span", { class: "libelle" }, titre);
    const compte = el("span", { class: "compte" }, nombre(noms.length));
    return el("label", { class: "choix" }, case_, carreStructure(categorie), libelle, compte);
  });
  return [el("fieldset", { class: "bloc" }, el("legend", {}, "Structures de santé"), ...choix)];
}

type Calque = "medecins" | "flux" | "routes" | "patientele" | "limites" | "noms";

function choixCalques(donnees: Donnees, magasin: Magasin): HTMLElement {
  const flux = donnees.flux.nature === "observe" ? "observés" : "modélisés";
  const calques: [Calque, string][] = [
    [
      "medecins",
      donnees.mouvements.length ? "Médecins généralistes (aujourd'hui)" : "Médecins généralistes",
    ],
    ["flux", `Flux de patients (${flux})`],
    ...(donnees.routes.length ? ([["routes", "Routes principales"]] as [Calque, string][]) : []),
    ...(donnees.patienteles.pole.length
      ? ([["patientele", "Patientèle du bassin de la commune choisie"]] as [Calque, string][])
      : []),
    ["limites", "Limites des communes"],
    ["noms", "Noms des communes"],
  ];
  const choix = calques.map(([cle, titre]) => {
    const case_ = el("input", { type: "checkbox", name: cle });
    case_.addEventListener("change", () => {
      magasin.changer({ [cle]: case_.checked } as Partial<Etat>);
    });
    // The card of a commune draws flows too.
    magasin.observer((etat, change) => {
      if (change.has(cle)) case_.checked = etat[cle];
    });
    return el("label", { class: "choix" }, case_, el("span", {}, titre));
  });
  const reperes = el("div", { class: "reperes" });
  ajouterReperes(reperes, donnees, magasin);
  return el("fieldset", { class: "bloc calques" }, el("legend", {}, "Afficher"), ...choix, reperes);
}

function legende(donnees: Donnees, magasin: Magasin): HTMLElement {
  const bloc = el("section", { class: "bloc legende", "aria-label": "Légende", "aria-live": "polite" });
  magasin.observer((etat, change) => {
    if (change.has("fond")) bloc.hidden = etat.fond !== "communes";
    if (change.has("indicateur")) {
      vider(bloc, ...contenuLegende(donnees, indicateurDe(donnees, etat.indicateur)));
    }
  });
  return bloc;
}

function contenuLegende(donnees: Donnees, indicateur: Indicateur): HTMLElement[] {
  const avant = avantDe(donnees, indicateur);
  const situations = avant ? [avant, indicateur] : [indicateur];
  const comptes = situations.map((situation) => compter(donnees, situation));
  const lignes = indicateur.legende.map((classe, k) => {
    const carre = el("span", { class: "pastille", "aria-hidden": "true" });
    pastille(carre, classe);
    const effectifs = comptes.map((compte) => compte[k] ?? 0);
    return el(
      "li",
      effectifs.some((n) => n) ? {} : { class: "vide" },
      carre,
      el("span", { class: "libelle" }, classe.libelle),
      ...effectifs.map((n) =>
        el("span", { class: "compte", title: pluriel(n, "commune") }, nombre(n)),
      ),
    );
  });
  if (donnees.contours.some((_, commune) => !dansTerritoire(donnees, commune))) {
    const carre = el("span", { class: "pastille pourtour", "aria-hidden": "true" });
    const libelle = el("span", { class: "libelle" }, nomDuPourtour(donnees, indicateur));
    lignes.push(el("li", { class: "ligne-pourtour" }, carre, libelle));
  }
  return [
    el("h2", {}, indicateur.titre),
    ...noteDuTerritoire(donnees, indicateur),
    ...(avant
      ? [el("p", { class: "resume" }, "À gauche de la barre : avant. À droite : après.")]
      : []),
    el(
      "p",
      { class: "entete-legende" },
      el("span", {}, indicateur.unite),
      el("span", {}, avant ? "communes, avant et après" : "communes"),
    ),
    el("ul", avant ? { class: "deux" } : {}, ...lignes),
    // The colours first: on a laptop, what follows them may be out of sight.
    el("p", { class: "phrase" }, indicateur.phrase),
  ];
}

/** What an analysis of the care area says of the whole territory. */
function noteDuTerritoire(donnees: Donnees, indicateur: Indicateur): HTMLElement[] {
  const analyse = donnees.aire.notes.find(({ cle }) => `aire_${cle}` === indicateur.cle);
  if (!analyse) return [];
  const texte = `Territoire : note ${analyse.note} sur 1 (${analyse.valeur}).`;
  return [el("p", { class: "resume" }, texte)];
}

/** Communes of the territory in each class. */
function compter(donnees: Donnees, indicateur: Indicateur): number[] {
  const comptes = indicateur.legende.map(() => 0);
  indicateur.classes.forEach((classe, commune) => {
    if (dansTerritoire(donnees, commune)) comptes[classe] = (comptes[classe] ?? 0) + 1;
  });
  return comptes;
}
