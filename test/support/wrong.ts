import { type Output, output } from "@pulumi/pulumi";
import { App, LoadBalancer } from "twelvefold";
import { type Recorded, runProgram } from "twelvefold/testing";

/** Code that every target takes. */
export const code = { build: { context: "test/support/fixtures/app" } } as const;

export function web(): App {
    return new App("web", { ...code, port: 8080 });
}

export function twoAppsOnOnePath(): void {
    const front = new LoadBalancer("front");
    new App("orders", { ...code, port: 8080, routes: [{ loadBalancer: front, path: "/orders" }] });
    new App("basket", { ...code, port: 8080, routes: [{ loadBalancer: front, path: "/orders" }] });
}

/** The message that a program ends with. */
export async function messageOf(program: () => unknown): Promise<string> {
    try {
        await runProgram(
            () => {
                // What a program returns is its stack's outputs: an Output that fails must fail the program.
                (output(program()) as Output<unknown>).apply(() => {});
            },
            { state: exportedByShop },
        );
    } catch (error) {
        return (error as Error).message.replaceAll(process.cwd(), "<cwd>");
    }
    return "no error";
}

/** What another stack exported. */
function exportedByShop({ type }: Recorded): Record<string, unknown> | undefined {
    if (type !== "pulumi:pulumi:StackReference") return undefined;
    const db = { target: "local", kind: "Database", key: "shop/dev/db", secrets: { url: "postgresql://…" } };
    return {
        name: "acme/shop/dev",
        outputs: { db: { handle: db }, cloudDb: { handle: { ...db, target: "aws" } }, url: "http://localhost:8080" },
        secretOutputNames: [],
    };
}
