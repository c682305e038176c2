/** Numbers and values the French way. */
import { classeDe, valeur, type Donnees, type Indicateur, type Ligne, type Valeur } from "./donnees";

export const INCONNU = "inconnu";
const MASQUE = "non montré (secret)";
/** How the names of the times to GPs start. */
const TEMPS = "temps_mg";

function ecrit(x: number, minimumFractionDigits: number, maximumFractionDigits: number): string {
  const texte = x.toLocaleString("fr-FR", { minimumFractionDigits, maximumFractionDigits });
  // As in the legend and in the report: what rounds to zero has no sign.
  return /[1-9]/.test(texte) ? texte.replace("-", "\u2212") : texte.replace("-", "");
}

export function nombre(x: number, decimales = 0): string {
  return ecrit(x, decimales, decimales);
}

/** The same, with all the decimals of a value that rounding would put across a threshold. */
export function nombreFin(x: number, decimales: number): string {
  return ecrit(x, decimales, 20);
}

export function pluriel(n: number, mot: string): string {
  return `${nombreFin(n, 0)} ${mot}${Math.abs(n) >= 2 ? "s" : ""}`;
}

/** Says on which side the truth is where the commune's GPs are unknown, counted as none. */
export function borne(donnees: Donnees, colonne: string, commune: number): string {
  if (valeur(donnees, "mg_nb", commune) !== null) return "";
  if (colonne.startsWith(TEMPS)) return "au plus ";
  return colonne === "apl" || colonne === "mg_15min" ? "au moins " : "";
}

function avecUnite(texte: string, unite: string): string {
  return unite ? `${texte} ${unite}` : texte;
}

/** Value of an indicator in words: its number where it has one, else the label of its class. */
export function texteIndicateur(donnees: Donnees, indicateur: Indicateur, commune: number): string {
  const classe = classeDe(indicateur, commune);
  const x = valeur(donnees, indicateur.colonne, commune);
  if (!classe.chiffree || typeof x !== "number") return classe.libelle;
  const texte = avecUnite(nombreFin(x, indicateur.decimales), indicateur.unite);
  return borne(donnees, indicateur.colonne, commune) + texte;
}

/** Time within which two or three GPs are found. */
const PLUSIEURS = /^temps_mg[23]_min$/;

/** Times of a scenario, and their column after it. */
const SCENARIO = /^(s\d+_temps_mg_min_)(apres|difference)$/;

/** What the null time of a scenario says: whether a GP is reached before, and after. */
function atteinte(donnees: Donnees, colonne: string, commune: number): string | null {
  const trouve = SCENARIO.exec(colonne);
  if (!trouve) return null;
  if (valeur(donnees, `${trouve[1]}apres`, commune) !== null) return "devient atteignable";
  return valeur(donnees, "temps_mg_min", commune) === null ? "non atteignable" : "n'est plus atteignable";
}

/** Value of a line of the commune card; null is unknown, never zero. */
export function texteLigne(donnees: Donnees, ligne: Ligne, commune: number): string {
  const x = valeur(donnees, ligne.colonne, commune);
  if (x === null) {
    if (ligne.colonne === "mg_nb") return `nombre ${INCONNU}`;
    if (ligne.colonne === "bassin") return "hors des bassins";
    const dite = atteinte(donnees, ligne.colonne, commune);
    if (dite !== null) return dite;
    if (ligne.genre === "taux" && valeur(donnees, "fuite_masquee", commune) === true) return MASQUE;
    const perdue = ligne.colonne.startsWith(TEMPS) || ligne.genre === "commune";
    const isolee = valeur(donnees, "atteignable", commune) === false;
    if (perdue && isolee) return "non atteignable";
    // Where the GPs are known, so many are not within reach.
    const connus = valeur(donnees, "mg_nb", commune) !== null;
    return connus && PLUSIEURS.test(ligne.colonne) ? "non trouvés" : INCONNU;
  }
  if (typeof x === "boolean") return x ? "oui" : "non";
  if (ligne.genre === "commune") return nomDuCode(donnees, String(x));
  if (ligne.genre === "zonage") return libelleZonage(donnees, commune);
  if (typeof x === "string") return x;
  if (ligne.genre === "taux") return `${nombre(100 * x, 1)} %`;
  if (ligne.genre === "intervalle") return intervalle(ligne, x, valeur(donnees, ligne.haut, commune));
  const texte = avecUnite(nombreFin(x, x === 0 ? 0 : ligne.decimales), ligne.unite);
  return borne(donnees, ligne.colonne, commune) + texte;
}

function intervalle(ligne: Ligne, bas: number, haut: Valeur): string {
  const premier = nombreFin(bas, bas === 0 ? 0 : ligne.decimales);
  if (typeof haut !== "number" || haut === bas) return avecUnite(premier, ligne.unite);
  return avecUnite(`${premier} à ${nombreFin(haut, ligne.decimales)}`, ligne.unite);
}

function nomDuCode(donnees: Donnees, code: string): string {
  const rang = donnees.communes["code_commune"]?.indexOf(code) ?? -1;
  return rang < 0 ? (donnees.noms_hors_carte[code] ?? code) : String(valeur(donnees, "nom", rang));
}

function libelleZonage(donnees: Donnees, commune: number): string {
  const zonage = donnees.indicateurs.find((i) => i.colonne === "zonage_mg");
  return zonage ? classeDe(zonage, commune).libelle : INCONNU;
}

/** Letters and digits only, without accents nor case: what a search compares. */
export function simplifier(texte: string): string {
  return texte
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/æ/g, "ae")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}
