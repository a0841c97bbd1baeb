import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a condition holds. @throws when it does not within the time */
export async function until(holds: () => Promise<boolean>, seconds = 20): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (!(await holds())) {
        if (performance.now() > deadline) throw new Error(`The condition does not hold after ${seconds} s.`);
        await sleep(50);
    }
}
