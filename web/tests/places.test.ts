import assert from "node:assert/strict";
import test from "node:test";
import { barres, departementDe, nombreDe, phraseDe, placeDe, reperesDe } from "../src/places";
import type { Comparee, Donnees } from "../src/donnees";
import { donnees } from "./donnees-essai";

const apl: Comparee = {
  titre: "APL",
  colonne: "apl",
  unite: "",
  decimales: 2,
  pour_10000: false,
  reperes: [
    { niveau: "departement", code: "00", nom: "Ici", valeur: 3.4 },
    { niveau: "departement", code: "2A", nom: "Ailleurs", valeur: 3 },
    { niveau: "france", code: "FR", nom: "France", valeur: 3.7 },
  ],
};
const six = {
  points: Array.from({ length: 6 }, () => [0, 0]),
  communes: {
    dans_territoire: [true, true, true, true, true, false],
    code_commune: ["00001", "00002", "00003", "00004", "00005", "00006"],
    apl: [1, 2, 2, 4, 6, 100],
    mg_nb: [1, 0, null, 3, 0, 9],
    population: [5000, 100, 100, 0, 400, 100],
  },
} as unknown as Donnees;

test("a commune stands among those of the territory, equals on neither side", () => {
  const place = placeDe(six, apl, 1);
  assert.deepEqual(place, { valeur: 2, plusBas: 1, plusHaut: 2, mediane: 2, toutes: [1, 2, 2, 4, 6] });
});

test("four known communes are too few to stand among", () => {
  assert.equal(placeDe(donnees, apl, 0), null);
});

test("what is unknown has no place, and no inhabitant no density", () => {
  const densite = { ...apl, colonne: "mg_nb", pour_10000: true };
  assert.equal(nombreDe(six, densite, 0), 2);
  assert.equal(nombreDe(six, densite, 1), 0);
  assert.equal(nombreDe(six, densite, 2), null);
  assert.equal(nombreDe(six, densite, 3), null);
});

test("a commune is set beside its own departement and the country", () => {
  assert.deepEqual(reperesDe(six, apl, 0).map(({ nom }) => nom), ["Ici", "France"]);
  assert.deepEqual(["2A004", "97411", "01001"].map(departementDe), ["2A", "974", "01"]);
});

test("the drawing has its words", () => {
  const place = placeDe(six, apl, 0);
  assert.equal(
    place && phraseDe(place, apl, reperesDe(six, apl, 0)),
    "Plus bas : aucune commune ; plus haut : 4 communes, sur 5. Médiane 2,00 · Ici 3,40 · France 3,70",
  );
});

test("bars hold every commune, all alike in one bar", () => {
  assert.equal(barres([1, 2, 2, 4, 6], 1, 6).filter((h) => h > 0).length, 4);
  assert.equal(barres([3, 3], 3, 3)[0], 1);
});
