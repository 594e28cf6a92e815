/** Bundles src/ into dist/ (or the folder given with --out): hashed assets, an index.html that names them, and a check of the size budget. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import zopfli from "@gfx/zopfli";
import esbuild from "esbuild";
import { minify } from "terser";

const HERE = dirname(fileURLToPath(import.meta.url));
const { values: given } = parseArgs({ options: { watch: { type: "boolean" }, out: { type: "string" } } });
const DIST = given.out ?? join(HERE, "dist");
const isWatch = given.watch ?? false;

/** Kilobytes as they travel, gzipped: what the first screen loads, all scripts, all styles. */
const BUDGET = { "first screen": 35, scripts: 60, styles: 10 };

const ENTRY = "src/main.ts";

const options = {
  absWorkingDir: HERE,
  entryPoints: { app: join(HERE, ENTRY) },
  outdir: join(DIST, "assets"),
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["chrome123", "firefox121", "safari17.5"],
  minify: !isWatch,
  sourcemap: isWatch ? "inline" : false,
  legalComments: "none",
  // What is named so is ours, never the API's, and of the browser's names only these.
  mangleProps: /^is[A-Z]/,
  reserveProps: /^is(Array|Integer|Finite|NaN|Connected|Composing|Intersecting|Trusted)$/,
  // Elements as calls of h(): the children of an object each would be named once more, which is two kilobytes in all.
  tsconfigRaw: {
    compilerOptions: {
      verbatimModuleSyntax: true,
      jsx: "react",
      jsxFactory: "$element",
      jsxFragmentFactory: "$fragment",
    },
  },
  inject: [join(HERE, "src/parts/elements.ts")],
  metafile: true,
};

const SMALLER = { module: true, ecma: 2022, compress: { passes: 3, ecma: 2022, keep_fargs: false, inline: 1 } };

const sha = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();

async function icon() {
  const bytes = await readFile(join(HERE, "src/icon.svg"));
  const name = `icon-${sha(bytes)}.svg`;
  await writeFile(join(DIST, "assets", name), bytes);
  return `/assets/${name}`;
}

const nameOf = (meta, source) => Object.keys(meta.outputs).find((path) => meta.outputs[path].entryPoint === source);

/** A script with everything that it cannot run without. */
function withImports(meta, path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const needed = meta.outputs[path].imports.filter((one) => one.kind === "import-statement");
  needed.forEach((one) => withImports(meta, one.path, found));
  return found;
}

/** What the first screen waits for: the frame and the room of conversations. */
const firstScripts = (meta) => [...withImports(meta, nameOf(meta, ENTRY))];

async function page(meta) {
  const template = await readFile(join(HERE, "src/index.html"), "utf8");
  const entry = nameOf(meta, ENTRY);
  const ahead = firstScripts(meta).filter((path) => path !== entry);
  const places = {
    icon: await icon(),
    style: `/assets/${basename(meta.outputs[entry].cssBundle)}`,
    script: `/assets/${basename(entry)}`,
    ahead: ahead.map((path) => `<link rel="modulepreload" href="/assets/${basename(path)}" />`).join("\n    "),
  };
  const html = template.replace(/\{(\w+)\}/g, (_, place) => places[place]);
  await writeFile(join(DIST, "index.html"), html);
}

async function size(paths) {
  const all = await Promise.all(paths.map(async (path) => (await readFile(`${path}.gz`)).length));
  return all.reduce((sum, one) => sum + one, 0) / 1000;
}

/** Print what a visitor downloads, and fail when it is more than was promised. */
async function report(meta) {
  const outputs = Object.keys(meta.outputs);
  const files = (paths) => paths.map((path) => join(HERE, path));
  const sizes = {
    "first screen": await size(files(firstScripts(meta))),
    scripts: await size(files(outputs.filter((path) => path.endsWith(".js")))),
    styles: await size(files(outputs.filter((path) => path.endsWith(".css")))),
  };
  for (const [name, kb] of Object.entries(sizes)) console.log(`${name}: ${kb.toFixed(1)} of ${BUDGET[name]} KB gzip`);
  const over = Object.keys(sizes).filter((name) => sizes[name] > BUDGET[name]);
  if (over.length > 0) throw new Error(`over budget: ${over.join(", ")}`);
}

/** Write a file of the bundle, and as it travels; what esbuild made small, terser makes smaller, and zopfli packs it tighter than gzip. */
async function keep({ path, text }) {
  const small = path.endsWith(".js") ? (await minify(text, SMALLER)).code : text;
  await writeFile(path, small);
  await writeFile(`${path}.gz`, await zopfli.gzipAsync(Buffer.from(small), { numiterations: 15 }));
}

async function build() {
  await rm(DIST, { recursive: true, force: true });
  await mkdir(join(DIST, "assets"), { recursive: true });
  const { metafile, outputFiles } = await esbuild.build({ ...options, write: false });
  await Promise.all(outputFiles.map(keep));
  await page(metafile);
  await report(metafile);
}

async function watch() {
  const plugin = { name: "page", setup: (build) => build.onEnd(({ metafile }) => metafile && page(metafile)) };
  await mkdir(join(DIST, "assets"), { recursive: true });
  const context = await esbuild.context({
    ...options,
    entryNames: "[name]-dev",
    chunkNames: "[name]-[hash]",
    plugins: [plugin],
  });
  await context.watch();
}

await (isWatch ? watch() : build());
