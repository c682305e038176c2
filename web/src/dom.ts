/** The only place that makes elements: a text is always a text node, never markup. */

type Attributs = Record<string, string | number | boolean>;
type Enfant = Node | string;

export function el<K extends keyof HTMLElementTagNameMap>(
  balise: K,
  attributs: Attributs = {},
  ...enfants: Enfant[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(balise);
  for (const [nom, valeur] of Object.entries(attributs)) {
    if (valeur === false) continue;
    element.setAttribute(nom, valeur === true ? "" : String(valeur));
  }
  element.append(...enfants);
  return element;
}

export function vider(element: Element, ...enfants: Enfant[]): void {
  element.replaceChildren(...enfants);
}
