// What tsc leaves undone: executable bits on the command line entry, and files that are not TypeScript.
import { chmodSync, cpSync, existsSync, symlinkSync } from "node:fs";

for (const asset of ["providers/local/queue/schema.sql"]) {
    if (existsSync(asset)) cpSync(asset, `dist/${asset}`);
}
if (existsSync("dist/cli/main.js")) chmodSync("dist/cli/main.js", 0o755);

// Programs and services in this repository import the package by its name, as everybody else's do.
if (existsSync("node_modules") && !existsSync("node_modules/twelvefold")) symlinkSync("..", "node_modules/twelvefold");
