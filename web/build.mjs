// Bundles the map's front end, Leaflet included, into the Python package's assets.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const web = dirname(fileURLToPath(import.meta.url));
const assets = join(web, "..", "src", "diagterritoire", "assets");

// Leaflet's credit is a link to its site: the page holds no address, and names Leaflet in words.
const LINK = /prefix: '<a href=[^\n]*Leaflet<\/a>'/;

const withoutLink = {
  name: "without-link",
  setup(api) {
    api.onLoad({ filter: /leaflet-src(\.esm)?\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!LINK.test(text)) throw new Error(`Lien de crédit introuvable dans ${path}`);
      return { contents: text.replace(LINK, "prefix: 'Leaflet'"), loader: "js" };
    });
  },
};

async function bundle() {
  const result = await build({
    absWorkingDir: web,
    entryPoints: { carte: "src/main.ts" },
    outdir: assets,
    bundle: true,
    format: "iife",
    target: "es2021",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    loader: { ".png": "dataurl" },
    plugins: [withoutLink],
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(result.metafile.inputs);
}

/** Folders of the packages whose code or images are in the bundle. */
function packagesOf(inputs) {
  const found = inputs.map((p) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(p)?.[1]);
  return [...new Set(found.filter(Boolean))].sort();
}

async function licenceOf(name) {
  const folder = join(web, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).sort().find((f) => /^licen[cs]e/i.test(f));
  if (!license || !file) throw new Error(`Licence de ${name} introuvable`);
  const text = (await readFile(join(folder, file), "utf8")).trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}

await mkdir(assets, { recursive: true });
const packages = packagesOf(await bundle());
const licences = await Promise.all(packages.map(licenceOf));
await writeFile(join(assets, "LICENCES-web.txt"), licences.join("\n\n"));
