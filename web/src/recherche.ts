/** Search of a commune by its name or code: suggestions, arrows, Enter, Escape. */
import { dansTerritoire, nom, valeur, type Donnees } from "./donnees";
import { el, vider } from "./dom";
import type { Magasin } from "./etat";
import { simplifier } from "./format";

const SUGGESTIONS = 8;

/** Communes whose name or code starts with, or holds, the typed words; the territory's first. */
export function trouver(donnees: Donnees, saisie: string): number[] {
  const cherche = simplifier(saisie);
  if (!cherche) return [];
  const rangs: [number, number][] = [];
  donnees.points.forEach((_, commune) => {
    const texte = simplifier(nom(donnees, commune));
    const code = String(valeur(donnees, "code_commune", commune)).toLowerCase();
    const rang =
      texte === cherche || code === cherche ? 0
      : texte.startsWith(cherche) || code.startsWith(cherche) ? 1
      : ` ${texte}`.includes(` ${cherche}`) ? 2
      : texte.includes(cherche) ? 3
      : -1;
    if (rang >= 0) rangs.push([rang + (dansTerritoire(donnees, commune) ? 0 : 4), commune]);
  });
  const ordre = (a: number, b: number) => nom(donnees, a).localeCompare(nom(donnees, b), "fr");
  return rangs
    .sort(([ra, a], [rb, b]) => ra - rb || ordre(a, b) || a - b)
    .slice(0, SUGGESTIONS)
    .map(([, commune]) => commune);
}

export function recherche(
  donnees: Donnees,
  magasin: Magasin,
  choisir: (commune: number) => void,
): HTMLElement {
  const champ = el("input", {
    id: "recherche",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Nom ou code",
    "aria-expanded": "false",
    "aria-controls": "suggestions",
    "aria-autocomplete": "list",
  });
  const liste = el("ul", {
    id: "suggestions",
    role: "listbox",
    "aria-label": "Communes trouvées",
    hidden: true,
  });
  const annonce = el("p", { class: "annonce", role: "status" });
  let trouvees: number[] = [];
  let actif = -1;

  function fermer(): void {
    trouvees = [];
    actif = -1;
    liste.hidden = true;
    champ.setAttribute("aria-expanded", "false");
    champ.removeAttribute("aria-activedescendant");
    magasin.changer({ survol: null });
  }

  function prendre(commune: number): void {
    champ.value = nom(donnees, commune);
    annonce.textContent = "";
    fermer();
    choisir(commune);
  }

  function pointer(rang: number): void {
    actif = rang;
    Array.from(liste.children).forEach((option, k) =>
      option.setAttribute("aria-selected", String(k === rang)),
    );
    const commune = trouvees[rang];
    if (commune === undefined) {
      champ.removeAttribute("aria-activedescendant");
      return;
    }
    champ.setAttribute("aria-activedescendant", `suggestion-${rang}`);
    magasin.changer({ survol: commune });
  }

  function proposer(): void {
    trouvees = trouver(donnees, champ.value);
    const options = trouvees.map((commune, k) => {
      const option = el(
        "li",
        { id: `suggestion-${k}`, role: "option", "aria-selected": "false" },
        el("span", {}, nom(donnees, commune)),
        el("span", { class: "code" }, String(valeur(donnees, "code_commune", commune))),
      );
      option.addEventListener("mousedown", (e) => e.preventDefault());
      option.addEventListener("click", () => prendre(commune));
      return option;
    });
    vider(liste, ...options);
    liste.hidden = !trouvees.length;
    champ.setAttribute("aria-expanded", String(trouvees.length > 0));
    const rien = champ.value.trim() && !trouvees.length;
    annonce.textContent = rien ? "Aucune commune de la carte ne porte ce nom." : "";
    pointer(-1);
  }

  champ.addEventListener("input", proposer);
  champ.addEventListener("blur", fermer);
  champ.addEventListener("keydown", (e) => {
    const n = trouvees.length;
    if (e.key === "Escape") {
      if (n) e.stopPropagation();
      fermer();
    } else if (e.key === "Enter") {
      const commune = trouvees[Math.max(0, actif)];
      if (commune !== undefined) prendre(commune);
    } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && n) {
      e.preventDefault();
      pointer((actif + (e.key === "ArrowDown" ? 1 : actif < 0 ? 0 : -1) + n) % n);
    }
  });
  return el(
    "search",
    { class: "recherche" },
    el("label", { for: "recherche" }, "Chercher une commune"),
    champ,
    liste,
    annonce,
  );
}
