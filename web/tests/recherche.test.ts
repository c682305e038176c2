import assert from "node:assert/strict";
import test from "node:test";
import { trouver } from "../src/recherche";
import { donnees } from "./donnees-essai";

test("a name is found without its accents, from the start of any of its words", () => {
  assert.deepEqual(trouver(donnees, "saint elan l oeu"), [1]);
  assert.deepEqual(trouver(donnees, "OEUVRE"), [1]);
  assert.deepEqual(trouver(donnees, "perd"), [3]);
});

test("the whole name comes before longer ones, the territory before its surroundings", () => {
  assert.deepEqual(trouver(donnees, "belair"), [0, 4]);
  assert.deepEqual(trouver(donnees, "aira"), [4]);
});

test("a code is found, whatever its case", () => {
  assert.deepEqual(trouver(donnees, "2a003"), [2]);
  assert.deepEqual(trouver(donnees, "0000"), [0, 3, 1, 4]);
});

test("nothing typed, or nothing found, suggests nothing", () => {
  assert.deepEqual(trouver(donnees, "  -' "), []);
  assert.deepEqual(trouver(donnees, "zzz"), []);
});
