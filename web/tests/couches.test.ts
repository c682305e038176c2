import assert from "node:assert/strict";
import test from "node:test";
import { cadre, grappes } from "../src/couches/grappes";
import { choisir, fluxDe, maximumFlux } from "../src/couches/flux";
import { somme, texteGrappe } from "../src/couches/medecins";
import { choisies, lettre, structuresDe } from "../src/couches/structures";
import { resumer } from "../src/echanges";
import { fondsDe, placeEchelle } from "../src/fonds";
import { sourcesEnLignes } from "../src/impression";
import type { Donnees, Structures } from "../src/donnees";
import { donnees } from "./donnees-essai";

const lieux: [number, number][] = [
  [46.5, 2.5],
  [46.5, 2.51],
  [47.5, 2.5],
];
const categorie: Structures = {
  cle: "MSP",
  titre: "maison de santé",
  noms: ["A", "B"],
  commune: [0, 2],
  position: [
    [46.5, 2.5],
    [47, 2],
  ],
};
const avecStructures = { ...donnees, structures: [categorie] } as Donnees;

test("points that would hide each other are one, and come apart nearer", () => {
  const auZoom = grappes(lieux, 16);
  assert.deepEqual(auZoom(8).map(({ rangs }) => rangs).sort(), [[0, 1], [2]]);
  assert.equal(auZoom(13).length, 3);
  assert.deepEqual(auZoom(8).flatMap(({ rangs }) => rangs).sort(), [0, 1, 2]);
  assert.deepEqual(grappes([], 16)(8), []);
});

test("the frame of gathered points holds them all", () => {
  assert.deepEqual(cadre(lieux, [0, 2]), [
    [46.5, 2.5],
    [47.5, 2.5],
  ]);
});

test("gathered sites say how many GPs, and where", () => {
  const sites = { commune: [0, 1, 2, 3], mg_nb: [9, 1.5, 1, 1], mg_etp: [], position: [] };
  const essai = { ...donnees, sites } as unknown as Donnees;
  assert.equal(somme(essai, [0, 1]), 10.5);
  assert.equal(
    texteGrappe(essai, [0, 1, 2, 3]),
    "12,5 médecins dans 4 communes (Belair, Saint-Élan-l'Œuvre, Vaumont…) : rapprocher la carte",
  );
});

test("flows that leave, flows that come", () => {
  assert.deepEqual(fluxDe(donnees, 0, "sortants").map((f) => f.patients), [12.5]);
  assert.deepEqual(fluxDe(donnees, 0, "entrants").map((f) => f.patients), [800, 450]);
  assert.deepEqual(choisir(donnees, 0, "entrants").map((f) => f.residence), [1, 2]);
  assert.equal(maximumFlux(donnees, 0, "sortants"), 12.5);
});

test("a list leaves out several flows, never a single one", () => {
  const flux = fluxDe(donnees, 0, "tous");
  assert.deepEqual([resumer(flux, 2).premiers.length, resumer(flux, 2).reste], [3, 0]);
  assert.deepEqual([resumer(flux, 1).premiers.length, resumer(flux, 1).reste], [1, 2]);
});

test("structures of the chosen categories, and those of a commune", () => {
  assert.deepEqual(choisies(avecStructures, ["MSP"]).positions, categorie.position);
  assert.deepEqual(choisies(avecStructures, []).structures, []);
  assert.deepEqual(structuresDe(avecStructures, 2), [["maison de santé", "B"]]);
  assert.equal(lettre(categorie), "M");
  assert.equal(lettre({ ...categorie, cle: "autre", titre: "dispensaire" }), "D");
});

test("the land is coloured by what the page holds only", () => {
  const rien = { ...donnees, isochrones: [], image_temps: null, mouvements: [] } as unknown as Donnees;
  assert.deepEqual(fondsDe(rien).map(([fond]) => fond), ["communes"]);
  assert.equal(placeEchelle(10, 40), 25);
});

test("in a page of scenarios, times place by place say that they are those of today", () => {
  const seul = { ...donnees, isochrones: [{}], image_temps: null, mouvements: [] } as unknown as Donnees;
  assert.equal(fondsDe(seul)[1]?.[1], "les temps d'accès, par bandes (isochrones)");
  const projet = { ...seul, mouvements: [{}] } as unknown as Donnees;
  assert.equal(fondsDe(projet)[1]?.[1], "les temps d'accès d'aujourd'hui, par bandes (isochrones)");
});

test("sources on paper: what, whose, of when", () => {
  const sources = [{ titre: "Population", producteur: "Insee", millesime: "2023" }, { titre: "Routes" }];
  const essai = { ...donnees, sources } as unknown as Donnees;
  assert.deepEqual(sourcesEnLignes(essai), ["Population, Insee, 2023", "Routes"]);
});
