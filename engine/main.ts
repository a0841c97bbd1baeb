/** Gets an engine and prints its folder: PATH="$(node dist/engine/main.js):$PATH". */
import { ensureEngine } from "./index.js";
import { progressOn } from "./progress.js";

const progress = progressOn(process.stderr);
ensureEngine(progress)
    .then((engine) => console.log(engine.binFolder))
    .catch((error: Error) => {
        progress.stop();
        console.error(error.message);
        process.exitCode = 1;
    });
