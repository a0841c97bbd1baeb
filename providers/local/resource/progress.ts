/** What takes no longer needs no words. */
const QUIET_MILLISECONDS = 2000;

/**
 * Tells how work goes on when it takes long, also what was said before that was known. What a dynamic provider prints is
 * shown by `pulumi up` while it runs.
 */
export async function telling<T>(
    name: string,
    work: (onProgress: (line: string) => void) => Promise<T>,
    print: (line: string) => void = console.log,
): Promise<T> {
    const say = (line: string) => print(`${name}: ${line}`);
    const kept: string[] = [];
    let isLong = false;
    const timer = setTimeout(() => {
        isLong = true;
        for (const line of kept) say(line);
    }, QUIET_MILLISECONDS);
    try {
        return await work((line) => {
            if (isLong) say(line);
            else kept.push(line);
        });
    } finally {
        clearTimeout(timer);
    }
}
