// Bundles the tests of the front end's pure functions, and runs them with node's own runner.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const web = dirname(fileURLToPath(import.meta.url));
const sources = (await readdir(join(web, "tests"))).filter((f) => f.endsWith(".test.ts")).sort();
const folder = await mkdtemp(join(tmpdir(), "carte-"));
try {
  await build({
    absWorkingDir: web,
    entryPoints: sources.map((f) => `tests/${f}`),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node18",
    // Leaflet needs a window as soon as it is loaded; no pure function calls it.
    alias: { leaflet: "./tests/sans-leaflet.ts" },
    logLevel: "error",
  });
  const files = sources.map((f) => join(folder, f.replace(/\.ts$/, ".mjs")));
  process.exitCode = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  await rm(folder, { recursive: true });
}
