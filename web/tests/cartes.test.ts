import assert from "node:assert/strict";
import test from "node:test";
import { patienteleDe } from "../src/couches/patientele";
import { choisir, largeur, maximumFlux } from "../src/couches/flux";
import { classeDe, dansTerritoire, valeur, type Indicateur } from "../src/donnees";
import { Magasin, type Etat } from "../src/etat";
import { paliers } from "../src/reperes";
import { donnees, temps } from "./donnees-essai";

test("a commune has the class of its number, the last one when it has none", () => {
  assert.equal(classeDe(temps, 0).libelle, "médecin dans la commune");
  assert.equal(classeDe(temps, 3).libelle, "inconnue");
  assert.equal(classeDe({ ...temps, classes: [] }, 0).libelle, "inconnue");
  assert.throws(() => classeDe({ ...temps, legende: [] } satisfies Indicateur, 0));
});

test("what a page does not hold is unknown, never zero", () => {
  assert.equal(valeur(donnees, "absente", 0), null);
  assert.equal(valeur(donnees, "apl", 99), null);
  assert.equal(dansTerritoire(donnees, 4), false);
});

test("flows of a commune are those that leave it and those that come", () => {
  assert.deepEqual(choisir(donnees, 0).map((f) => f.patients), [800, 450, 12.5]);
  assert.deepEqual(choisir(donnees, 2).map((f) => f.exercice), [0]);
  assert.equal(maximumFlux(donnees, 3), 1);
  assert.equal(largeur(100, 100), 8);
  assert.equal(largeur(25, 100), 4);
  assert.equal(largeur(0, 100), 0.7);
});

test("a commune shows the catchment of the pole of its basin", () => {
  assert.deepEqual(patienteleDe(donnees, 3), { pole: 0, primaire: [0, 1], secondaire: [4] });
  assert.deepEqual(patienteleDe(donnees, 2)?.secondaire, []);
  assert.equal(patienteleDe(donnees, 4), null);
  assert.equal(patienteleDe(donnees, null), null);
});

test("the steps of a scale are round, and never above the largest value", () => {
  assert.deepEqual(paliers(87), [1, 10, 50]);
  assert.deepEqual(paliers(1), [1]);
  assert.deepEqual(paliers(0), []);
});

test("an observer hears everything once, then only what changed", () => {
  const entendu: string[][] = [];
  const magasin = new Magasin({ indicateur: "temps", flux: false } as Etat);
  magasin.observer((_, change) => entendu.push([...change]));
  magasin.changer({ flux: true, indicateur: "temps" });
  magasin.changer({ flux: true });
  assert.deepEqual(entendu, [["indicateur", "flux"], ["flux"]]);
});
