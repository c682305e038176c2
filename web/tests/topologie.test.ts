import assert from "node:assert/strict";
import test from "node:test";
import { contours, deplier, lignes } from "../src/topologie";

test("two squares side by side share the line between them", () => {
  // What topology() gives of box(0, 0, 1, 1) and box(1, 0, 2, 1): tests/test_map_topology.py.
  const lus = contours({ pas: 1, arcs: "ECAACIAABAABCAIAACAACBA", contours: "CCEAECCEBG" });
  assert.deepEqual(lus.map(({ coordinates }) => coordinates), [
    [[[[1, 0], [1, 1], [0, 1], [0, 0], [1, 0]]]],
    [[[[1, 1], [1, 0], [2, 0], [2, 1], [1, 1]]]],
  ]);
});

test("steps are read with their sign and their size", () => {
  // From (-0.36712, 49.18285) to (8.5, -21), hundred-thousandths of a degree.
  const { coordinates } = lignes({ pas: 1e-5, arcs: "Ev2nC6gmsJw7j2B5yrsN" });
  assert.deepEqual(coordinates, [[[-0.36712, 49.18285], [8.5, -21]]]);
  assert.deepEqual(lignes({ pas: 1, arcs: "" }).coordinates, []);
});

test("a column of few values is unfolded, another is left", () => {
  assert.deepEqual(deplier({ valeurs: ["route", null], rangs: "AAB" }), ["route", "route", null]);
  assert.deepEqual(deplier([1, 2]), [1, 2]);
});
