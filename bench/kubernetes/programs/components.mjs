/** The program as a user of the library writes it. */
import twelvefold from "twelvefold";
import registry from "#dist/providers/registry.js";
import { environmentOf, GROUPS, IMAGE } from "./size.mjs";

const { App, LoadBalancer } = twelvefold;
// Loaded before the clock starts, as the modules of the hand-written program are.
registry.loadTarget("kubernetes");

export function program(apps) {
    const fronts = Array.from({ length: GROUPS }, (_, index) => new LoadBalancer(`front-${index}`));
    for (let index = 0; index < apps; index++) {
        new App(`app-${index}`, {
            image: IMAGE,
            port: 8080,
            replicas: 2,
            environment: environmentOf(index),
            routes: [{ loadBalancer: fronts[index % GROUPS], path: `/app-${index}` }],
        });
    }
}
