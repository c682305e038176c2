import assert from "node:assert/strict";
import test from "node:test";
import { comprendre, ecrire } from "../src/lien";
import { cleDe, trier } from "../src/tableau";
import { donnees, temps, zonage } from "./donnees-essai";

test("a table is sorted both ways, what is unknown staying last", () => {
  const cle = (commune: number) => cleDe(donnees, temps, commune);
  assert.deepEqual(trier([0, 1, 2, 3], cle, "ascending"), [0, 1, 2, 3]);
  assert.deepEqual(trier([0, 1, 2, 3], cle, "descending"), [2, 1, 0, 3]);
  const noms = ["Étang", "Zone", "Eau"];
  assert.deepEqual(trier([0, 1, 2], (c) => noms[c] ?? null, "ascending"), [2, 0, 1]);
});

test("where an indicator has no number, its classes are the order", () => {
  const codee = { ...zonage, legende: zonage.legende.map((c) => ({ ...c, chiffree: false })) };
  assert.deepEqual([0, 1].map((c) => cleDe(donnees, codee, c)), [0, 1]);
});

test("an address gives back what it was written from", () => {
  const lien = { indicateur: "zonage", commune: 2, vue: { centre: [41.9192, -8.7369], zoom: 10.25 } } as const;
  const ancre = ecrire(donnees, { ...lien, vue: { centre: [41.9192, -8.7369], zoom: 10.25 } });
  assert.equal(ancre, "#indicateur=zonage&commune=2A003&vue=41.9192_-8.7369_10.25");
  assert.deepEqual(comprendre(donnees, ancre), lien);
});

test("an address that asks for what is not there changes nothing", () => {
  for (const ancre of ["", "#", "#indicateur=x&commune=y&vue=a_b_c", "#vue=91_0_5", "#vue=1_2", "#%E0%A4%A"]) {
    assert.deepEqual(comprendre(donnees, ancre), {});
  }
});
