/** What the reader chose: one object, watched by every part of the page. */

/** What the land is coloured by: communes by their class, bands of time, or the image of times. */
export type Fond = "communes" | "isochrones" | "temps";
/** Which flows of the chosen commune are drawn. */
export type Sens = "tous" | "sortants" | "entrants";

export interface Etat {
  indicateur: string;
  fond: Fond;
  /** Whether tiles of the IGN are asked for. */
  plan: boolean;
  sens: Sens;
  /** Keys of the categories of structures that are shown. */
  structures: readonly string[];
  medecins: boolean;
  flux: boolean;
  limites: boolean;
  noms: boolean;
  routes: boolean;
  patientele: boolean;
  /** What the scenario of the indicator does. */
  projet: boolean;
  implantations: boolean;
  /** Rank of the choice of places that is shown. */
  lieux: number;
  /** Where the bar between before and after stands, in hundredths of the map's width. */
  barre: number;
  /** Keys of the zonings whose borders are drawn. */
  zonages: readonly string[];
  /** Commune whose card is open. */
  commune: number | null;
  /** Commune under the pointer or under the search's cursor. */
  survol: number | null;
}

type Observateur = (etat: Readonly<Etat>, change: ReadonlySet<keyof Etat>) => void;

export class Magasin {
  private readonly observateurs: Observateur[] = [];

  constructor(private courant: Etat) {}

  get etat(): Readonly<Etat> {
    return this.courant;
  }

  /** Calls `observateur` now with every key, then after each change. */
  observer(observateur: Observateur): void {
    this.observateurs.push(observateur);
    observateur(this.courant, new Set(Object.keys(this.courant) as (keyof Etat)[]));
  }

  changer(partiel: Partial<Etat>): void {
    const cles = (Object.keys(partiel) as (keyof Etat)[]).filter(
      (cle) => partiel[cle] !== this.courant[cle],
    );
    if (!cles.length) return;
    this.courant = { ...this.courant, ...partiel };
    const change = new Set(cles);
    for (const observateur of this.observateurs) observateur(this.courant, change);
  }
}
