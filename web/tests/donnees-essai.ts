/** Five communes by hand: the smallest data that the pure functions need. */
import type { Classe, Donnees, Indicateur, Ligne } from "../src/donnees";

const classe = (libelle: string, chiffree = false): Classe => ({
  libelle,
  couleur: "#ffffff",
  motif: "plein",
  chiffree,
});

export const temps: Indicateur = {
  cle: "temps",
  titre: "Temps",
  famille: "Temps",
  phrase: "",
  unite: "min",
  colonne: "temps_mg_min",
  decimales: 1,
  partiel: false,
  legende: [classe("médecin dans la commune"), classe("moins de 5", true), classe("inconnue")],
  classes: [0, 1, 1, 2, 1],
  avant: "",
  scenario: 0,
};

export const zonage: Indicateur = {
  ...temps,
  cle: "zonage",
  unite: "",
  colonne: "zonage_mg",
  legende: [classe("ZIP, prioritaire"), classe("inconnue")],
  classes: [0, 1, 1, 1, 0],
};

export const donnees = {
  indicateurs: [temps, zonage],
  communes: {
    nom: ["Belair", "Saint-Élan-l'Œuvre", "Vaumont", "L'Isle-Perdue", "Belairac"],
    code_commune: ["00001", "00002", "2A003", "00004", "00005"],
    dans_territoire: [true, true, true, true, false],
    mg_nb: [9, 0, null, 0, 1],
    temps_mg_min: [0, 8.4, 1234.5, null, 3],
    temps_mg_moyen_min: [4, 9, 20.5, null, null],
    temps_mg2_min: [0, null, null, null, 3],
    mg_15min: [9, 1, 2, 0, 1.5],
    apl: [3.1, 2.496, 0.9, 0, 2.2],
    atteignable: [true, true, true, false, true],
    taux_fuite: [0.123, 1, 1, null, 0],
    mg_proche_code: ["00001", "00001", "99999", null, "00005"],
    zonage_mg: ["ZIP", null, null, null, "ZIP"],
    bassin: ["00001", "00001", "2A003", "00001", null],
    apl_bas: [2.4, 1, 0, null, null],
    apl_haut: [2.496, 1, 0.75, null, null],
  },
  patienteles: {
    seuils: [0.5, 0.25],
    pole: [0, 0, 0, 2],
    commune: [0, 1, 4, 2],
    part: [0.9, 0.6, 0.3, 0.8],
    primaire: [true, true, false, true],
  },
  pourtour: { nom: "Pourtour", partiel: "Pourtour : partiel", texte: "" },
  noms_hors_carte: { "99999": "Lointaine" },
  points: [[0, 0], [0, 0], [0, 0], [0, 0], [0, 0]],
  flux: {
    nature: "modelise",
    ecartes: 0,
    residence: [1, 2, 0],
    exercice: [0, 0, 4],
    patients: [800, 450, 12.5],
  },
} as unknown as Donnees;

export function ligne(colonne: string, partiel: Partial<Ligne> = {}): Ligne {
  return { libelle: "", colonne, unite: "", decimales: 0, genre: "nombre", annee: "", haut: "", ...partiel };
}
