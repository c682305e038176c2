/** Reading note, sources and licences: folded until asked for. */
import type { Donnees } from "./donnees";
import { el } from "./dom";
import { nombre } from "./format";

function pli(titre: string, ...contenu: HTMLElement[]): HTMLElement {
  return el("details", {}, el("summary", {}, titre), ...contenu);
}

function source(ligne: Record<string, string>): HTMLElement {
  const details = [ligne["producteur"], ligne["millesime"], ligne["licence"], ligne["fichier"]];
  return el(
    "li",
    {},
    el("strong", {}, ligne["titre"] ?? ""),
    el("span", {}, details.filter(Boolean).join(" · ")),
  );
}

export function notes(donnees: Donnees): HTMLElement {
  const lecture = donnees.notes.flatMap(({ titre, texte }) => [
    el("h3", {}, titre),
    el("p", {}, texte),
  ]);
  if (donnees.flux.ecartes) {
    const texte = `Flux absents de cette page, petits ou vers une commune hors de la carte : ${nombre(donnees.flux.ecartes)}. Le GeoPackage les a tous.`;
    lecture.push(el("p", {}, texte));
  }
  return el(
    "div",
    { class: "bloc notes" },
    pli("Comment lire cette carte", ...lecture),
    pli("Sources et licences", el("ul", { class: "sources" }, ...donnees.sources.map(source))),
    pli(
      "Logiciels de la page",
      el("pre", { tabindex: 0, "aria-label": "Licences des logiciels" }, donnees.licences),
    ),
  );
}
