/** Fills: plain, hatches for the unknown, crossed for the unreachable, dots for what is secret. */
import type { Classe, Motif } from "./donnees";

const PAS = 8;
const TRAIT: Record<Motif, string> = {
  plein: "",
  hachures: "#8a8f96",
  croise: "#ffffff",
  points: "#6b5b3e",
};

function dessiner(ctx: CanvasRenderingContext2D, classe: Classe): void {
  ctx.fillStyle = classe.couleur;
  ctx.fillRect(0, 0, PAS, PAS);
  if (classe.motif === "points") {
    ctx.fillStyle = TRAIT.points;
    for (const [x, y] of [[2, 2], [6, 6]] as const) {
      ctx.beginPath();
      ctx.arc(x, y, 1.2, 0, 2 * Math.PI);
      ctx.fill();
    }
    return;
  }
  ctx.strokeStyle = TRAIT[classe.motif];
  ctx.lineWidth = 1.1;
  ctx.beginPath();
  for (const decalage of [-PAS, 0, PAS]) {
    ctx.moveTo(decalage - 1, PAS + 1);
    ctx.lineTo(decalage + PAS + 1, -1);
    if (classe.motif === "croise") {
      ctx.moveTo(decalage - 1, -1);
      ctx.lineTo(decalage + PAS + 1, PAS + 1);
    }
  }
  ctx.stroke();
}

function tuile(classe: Classe): HTMLCanvasElement {
  const canevas = document.createElement("canvas");
  canevas.width = canevas.height = PAS;
  const ctx = canevas.getContext("2d");
  if (ctx) dessiner(ctx, classe);
  return canevas;
}

/** Fill of a class on a canvas. Leaflet hands it over to the canvas as it is, pattern or colour. */
export function remplissage(): (classe: Classe) => string {
  const ctx = document.createElement("canvas").getContext("2d");
  const faits = new Map<string, CanvasPattern>();
  return (classe) => {
    if (classe.motif === "plein" || !ctx) return classe.couleur;
    const cle = classe.motif + classe.couleur;
    const motif = faits.get(cle) ?? ctx.createPattern(tuile(classe), "repeat");
    if (!motif) return classe.couleur;
    faits.set(cle, motif);
    return motif as unknown as string;
  };
}

/** The same fill for a legend. */
export function pastille(element: HTMLElement, classe: Classe): void {
  element.style.backgroundColor = classe.couleur;
  if (classe.motif !== "plein") {
    element.style.backgroundImage = `url(${tuile(classe).toDataURL()})`;
  }
}
