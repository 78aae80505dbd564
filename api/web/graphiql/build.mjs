// Bundles GraphiQL into static files that load nothing from elsewhere, and writes what a test compares them with.
//
//   npm ci --ignore-scripts && npm run build [-- <output folder>]
//
// GraphiQL 4, not 5: 4.1 is the newest line on CodeMirror and comes to 1.5 MB with one script. 5 brings the Monaco editor, three workers
// and 7.6 MB, for a page that runs a query. CodeMirror 5's slow regular expression (CVE-2025-6493) is in its Markdown mode, which is not
// bundled.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "../static/graphiql"));
const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.|$)/i;

// GraphiQL's style sheet carries 270 kB of Roboto and Fira Code; without them it falls back to the fonts of the system.
const withoutFonts = {
  name: "without-fonts",
  setup(build) {
    build.onLoad({ filter: /graphiql\/dist\/style\.css$/ }, async ({ path }) => {
      const contents = (await readFile(path, "utf8")).replace(/@font-face\s*\{[^}]*\}/g, "");
      return { contents, loader: "css" };
    });
  },
};

const result = await build({
  absWorkingDir: here,
  entryPoints: { graphiql: "src/main.jsx" },
  outdir: out,
  write: false,
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "external",
  banner: { js: "/*! The licences of what is bundled here: NOTICE.txt */", css: "/*! The licences of what is bundled here: NOTICE.txt */" },
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [withoutFonts],
});

const files = new Map();
let legal = "";
for (const { path, text } of result.outputFiles) {
  if (path.endsWith(".LEGAL.txt")) legal += text;
  else files.set(path.slice(out.length + 1), text);
}
files.set("NOTICE.txt", await notice(bundledPackages(result.metafile), legal));

const sources = ["build.mjs", "package.json", "package-lock.json", ...(await readdir(join(here, "src"))).map((name) => `src/${name}`)];
const manifest = {
  sources: Object.fromEntries(await Promise.all(sources.sort().map(async (name) => [name, sha256(await readFile(join(here, name)))]))),
  files: Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => [name, sha256(text)])),
};
files.set("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);

await mkdir(out, { recursive: true });
for (const [name, text] of files) {
  await writeFile(join(out, name), text);
  console.log(`${name}: ${Buffer.byteLength(text)} bytes`);
}

function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

/** The folders, below this one, of the packages that gave the bundle at least a byte. */
function bundledPackages({ outputs }) {
  const folders = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const [folder] = path.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/) ?? [];
      if (folder && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].sort();
}

async function notice(folders, legal) {
  const parts = ["The files in this folder contain the packages below, each under its own licence."];
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(join(here, folder, "package.json"), "utf8"));
    if (!license) throw new Error(`${folder} states no licence`);
    const texts = [];
    for (const file of (await readdir(join(here, folder))).sort()) {
      if (LICENCE_FILE.test(file)) texts.push((await readFile(join(here, folder, file), "utf8")).replaceAll("\r\n", "\n").trim());
    }
    parts.push(`${"=".repeat(80)}\n${name} ${version} (${license})\n\n${texts.join("\n\n") || "The package holds no licence text of its own."}`);
  }
  parts.push(`${"=".repeat(80)}\n${legal.trim()}`);
  return `${parts.join("\n\n")}\n`;
}
