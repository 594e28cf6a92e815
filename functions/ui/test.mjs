/** Runs the unit tests: bundled first, because Node 20 does not read TypeScript. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const entries = (await readdir(join(HERE, "tests"))).filter((name) => name.endsWith(".test.ts"));
// Beside node_modules, so that what stays outside the bundles is found.
const out = await mkdtemp(join(HERE, "node_modules", ".tests-"));
try {
  await esbuild.build({
    entryPoints: entries.map((name) => join(HERE, "tests", name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    packages: "external",
    define: { UI_FOLDER: JSON.stringify(HERE) },
  });
  const files = (await readdir(out)).map((name) => join(out, name));
  process.exitCode =
    spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
