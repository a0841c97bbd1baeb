import { expect, test } from "vitest";
import { parseProcfile, readProcfile, shellCommand } from "#dist/providers/procfile.js";

test("reads entries, and passes over comments and empty lines", () => {
    const text = "# how it runs\nweb: node web.js --port $PORT\n\nrelease:node migrate.js\r\nworker : node worker.js\n";
    expect([...parseProcfile(text)]).toEqual([
        ["web", "node web.js --port $PORT"],
        ["release", "node migrate.js"],
        ["worker", "node worker.js"],
    ]);
});

test("names the line that it cannot read", () => {
    expect(() => parseProcfile("web: node web.js\nworker node worker.js", "Procfile")).toThrow(
        'Procfile:2 is "worker node worker.js"; allowed: a name, a colon and a command, for example "web: node server.js".',
    );
});

test("refuses two lines for one process type", () => {
    expect(() => parseProcfile("web: a\nweb: b", "Procfile")).toThrow(
        'Procfile:2 declares "web" again; each process type has one line.',
    );
});

test("a folder without a Procfile has none", () => {
    expect(readProcfile("test/support/fixtures/no-procfile")).toBeUndefined();
});

test("the program, not the shell, gets the signals", () => {
    expect(shellCommand("node web.js")).toEqual(["/bin/sh", "-c", "exec node web.js"]);
});
