import { test } from "vitest";
import { everything, otherStack, resources, run } from "./programs.js";
import { runShop } from "./shop.js";
test("x", async () => {
    const shop = await runShop();
    console.log(resources(shop).join("\n"));
    console.log(shop.resources.filter(r => r.parent === "platform").map(r => r.type + " " + r.name).join("\n"));
    console.log(JSON.stringify(shop.child("web", "app"), null, 1));
    console.log(JSON.stringify(shop.child("web", "serving"), null, 1));
    const all = await run(everything, { state: otherStack, profile: "production" });
    console.log(resources(all).join("\n"));
    console.log(JSON.stringify(all.child("web", "app").inputs, null, 1));
    console.log(JSON.stringify(all.child("web", "release").inputs, null, 1));
});
