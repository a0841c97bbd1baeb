import { Queue } from "twelvefold";
import { runProgram } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { stack } from "./stack.js";

describe("the stack", () => {
    test("the web app may send mails and not read them", async () => {
        const run = await runProgram(stack);
        // A component's inputs are its intent: what was asked for, the same on every target.
        expect(run.component("App", "web").inputs.bindings).toEqual({
            DATABASE_URL: { kind: "Database", name: "db", right: "connect" },
            MAIL_QUEUE_URL: { kind: "Queue", name: "mail", right: "send" },
        });
    });

    test("production runs two replicas of everything", async () => {
        const run = await runProgram(stack, { profile: "production" });
        for (const app of run.components("App")) expect(app.inputs).toMatchObject({ replicas: 2 });
    });

    test("the worker opens no port", async () => {
        const run = await runProgram(stack);
        // A child's inputs are what the target was asked for.
        expect(run.child("mailer", "app").inputs.spec).toMatchObject({ process: "worker", listens: false });
    });

    test("the url is the load balancer's", async () => {
        const { value } = await runProgram(stack);
        const url = await new Promise((resolve) => value.url.apply(resolve));
        expect(url).toBe("http://localhost:8080");
    });

    test("a wrong argument fails the program", async () => {
        await expect(runProgram(() => new Queue("mail", { maxDeliveries: 0 }))).rejects.toThrow(
            'Queue "mail": maxDeliveries is 0; allowed: a whole number of deliveries from 1 to 1000.',
        );
    });
});
