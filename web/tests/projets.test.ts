import assert from "node:assert/strict";
import test from "node:test";
import { position } from "../src/barre";
import { cotes } from "../src/couches/comparaison";
import { place } from "../src/couches/projet";
import { avantDe, mouvementsDe, type Donnees, type Implantation, type Mouvement } from "../src/donnees";
import { lignesDe } from "../src/projets";
import { temps } from "./donnees-essai";

const apres = { ...temps, cle: "s1_temps", avant: "temps", scenario: 1 };
const mouvement = (scenario: number): Mouvement => ({
  scenario,
  genre: "deplacer",
  texte: "",
  position: [1, 2],
  vers: [3, 4],
});

test("the bar shares the width of the map, and never leaves it", () => {
  assert.deepEqual(cotes(25, 400), { avant: [0, 100], apres: [100, 400] });
  assert.deepEqual(cotes(130, 400), { avant: [0, 400], apres: [400, 400] });
  assert.equal(position(0), "toute la carte montre après");
  assert.equal(position(100), "toute la carte montre avant");
  assert.equal(position(30).startsWith("avant sur 30 %"), true);
});

test("what is after a scenario is compared with the same indicator today", () => {
  const donnees = { indicateurs: [temps, apres] } as unknown as Donnees;
  assert.equal(avantDe(donnees, apres), temps);
  assert.equal(avantDe(donnees, temps), null);
});

test("a scenario's indicator shows its own moves; today's, those of the only scenario", () => {
  const seul = { indicateurs: [temps, apres], mouvements: [mouvement(1)] } as unknown as Donnees;
  assert.equal(mouvementsDe(seul, temps).length, 1);
  const deux = {
    indicateurs: [temps, apres, { ...apres, cle: "s2_temps", scenario: 2 }],
    mouvements: [mouvement(1), mouvement(2), mouvement(2)],
  } as unknown as Donnees;
  assert.equal(mouvementsDe(deux, temps).length, 0);
  assert.equal(mouvementsDe(deux, apres).length, 1);
});

test("a sign is where a site arrives, on the middle of a road, or where its site is", () => {
  assert.deepEqual(place(mouvement(1)), [3, 4]);
  assert.deepEqual(place({ ...mouvement(1), genre: "accelerer" }), [2, 3]);
  assert.deepEqual(place({ ...mouvement(1), vers: null }), [1, 2]);
  assert.equal(place({ ...mouvement(1), position: null, vers: null }), null);
});

test("the card of a choice leaves out the doctors that its aim does not count", () => {
  const choix = {
    but: "Temps moyen de trajet",
    sites_nb: 2,
    lieux: "Belair, Vaumont",
    etp: "",
    gain: "1,25 min",
    avant: "8,00 min en moyenne",
    preuve: "prouvé",
    ex_aequo: true,
  } as Implantation;
  const lignes = lignesDe(choix);
  assert.deepEqual(lignes.map(([nom]) => nom), ["But", "Lieux", "Gain", "Aujourd'hui", "Calcul"]);
  assert.equal(lignes[4]?.[1], "prouvé ; d'autres choix le valent");
});
