import assert from "node:assert/strict";
import test from "node:test";
import { nombre, nombreFin, pluriel, simplifier, texteIndicateur, texteLigne } from "../src/format";
import { nomDuPourtour } from "../src/donnees";
import { donnees, ligne, temps, zonage } from "./donnees-essai";

test("numbers are written the French way", () => {
  assert.equal(nombre(1234.56, 1), "1\u202f234,6");
  assert.equal(nombre(0), "0");
  assert.equal(nombre(-0.86, 2), "\u22120,86");
  assert.equal(nombre(-0.04, 1), "0,0");
  assert.equal(nombre(-0.06, 1), "\u22120,1");
  assert.equal(pluriel(1, "commune"), "1 commune");
  assert.equal(pluriel(2, "commune"), "2 communes");
});

test("a value under a threshold keeps the decimals that Python left it", () => {
  assert.equal(nombreFin(2.496, 2), "2,496");
  assert.equal(nombreFin(2.5, 2), "2,50");
  assert.equal(texteLigne(donnees, ligne("apl", { decimales: 2 }), 1), "2,496");
});

test("the caution of the buffer goes with the indicators that are partial there", () => {
  assert.equal(nomDuPourtour(donnees, temps), "Pourtour");
  assert.equal(nomDuPourtour(donnees, { ...temps, partiel: true }), "Pourtour : partiel");
});

test("unknown, unreachable and zero are told apart", () => {
  assert.equal(texteLigne(donnees, ligne("mg_nb"), 2), "nombre inconnu");
  assert.equal(texteLigne(donnees, ligne("mg_nb"), 3), "0");
  assert.equal(texteLigne(donnees, ligne("temps_mg_min"), 3), "non atteignable");
  assert.equal(texteLigne(donnees, ligne("temps_mg_moyen_min"), 3), "non atteignable");
  assert.equal(texteLigne(donnees, ligne("temps_mg_moyen_min"), 4), "inconnu");
  assert.equal(texteLigne(donnees, ligne("temps_mg2_min"), 3), "non atteignable");
  assert.equal(texteLigne(donnees, ligne("temps_mg2_min"), 1), "non trouvés");
  assert.equal(texteLigne(donnees, ligne("temps_mg2_min"), 2), "inconnu");
  assert.equal(texteLigne(donnees, ligne("taux_fuite", { genre: "taux" }), 3), "inconnu");
  assert.equal(texteLigne(donnees, ligne("taux_fuite", { genre: "taux" }), 0), "12,3 %");
});

test("a scenario tells a GP reached or lost from an unknown time", () => {
  const communes = {
    ...donnees.communes,
    temps_mg_min: [null, 8, null],
    s1_temps_mg_min_apres: [6, null, null],
    s1_temps_mg_min_difference: [null, null, null],
  };
  const essai = { ...donnees, communes };
  const lu = (fin: string) => [0, 1, 2].map((c) => texteLigne(essai, ligne(`s1_temps_mg_min_${fin}`), c));
  assert.deepEqual(lu("difference"), ["devient atteignable", "n'est plus atteignable", "non atteignable"]);
  assert.deepEqual(lu("apres"), ["6", "n'est plus atteignable", "non atteignable"]);
});

test("an interval shows both ends, once when they are the same", () => {
  const apl = ligne("apl_bas", { genre: "intervalle", haut: "apl_haut", decimales: 2 });
  const lu = [0, 1, 2, 3].map((commune) => texteLigne(donnees, apl, commune));
  assert.deepEqual(lu, ["2,40 à 2,496", "1,00", "0 à 0,75", "inconnu"]);
  const bassin = ligne("bassin", { genre: "commune" });
  assert.deepEqual([2, 4].map((c) => texteLigne(donnees, bassin, c)), ["Vaumont", "hors des bassins"]);
});

test("where the GPs are unknown, time and APL are bounds", () => {
  const minutes = ligne("temps_mg_min", { unite: "min", decimales: 1 });
  assert.equal(texteLigne(donnees, minutes, 2), "au plus 1\u202f234,5 min");
  assert.equal(texteLigne(donnees, minutes, 1), "8,4 min");
  const moyen = ligne("temps_mg_moyen_min", { unite: "min", decimales: 1 });
  assert.equal(texteLigne(donnees, moyen, 2), "au plus 20,5 min");
  assert.equal(texteLigne(donnees, ligne("mg_15min"), 2), "au moins 2");
  assert.equal(texteLigne(donnees, ligne("mg_15min"), 4), "1,5");
  assert.equal(texteLigne(donnees, ligne("apl", { decimales: 1 }), 2), "au moins 0,9");
});

test("the nearest commune is named, even beyond the map", () => {
  const proche = ligne("mg_proche_code", { genre: "commune" });
  assert.equal(texteLigne(donnees, proche, 1), "Belair");
  assert.equal(texteLigne(donnees, proche, 2), "Lointaine");
});

test("an indicator reads as its number, else as its class", () => {
  assert.equal(texteIndicateur(donnees, temps, 0), "médecin dans la commune");
  assert.equal(texteIndicateur(donnees, temps, 1), "8,4 min");
  assert.equal(texteIndicateur(donnees, zonage, 0), "ZIP, prioritaire");
  assert.equal(texteLigne(donnees, ligne("zonage_mg", { genre: "zonage" }), 4), "ZIP, prioritaire");
});

test("accents, case, ligatures and punctuation do not count in a search", () => {
  assert.equal(simplifier("  Saint-Élan-l'Œuvre "), "saint elan l oeuvre");
});

test("a rate hidden by secrecy is not said to be unknown", () => {
  const masques = { ...donnees, communes: { ...donnees.communes, fuite_masquee: [false, false, false, true] } };
  const part = ligne("taux_fuite", { genre: "taux" });
  assert.equal(texteLigne(masques, part, 3), "non montré (secret)");
  assert.equal(texteLigne(donnees, part, 3), "inconnu");
});
