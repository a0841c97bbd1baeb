/** One JSON line on stdout (factor XI): where lines go, and how long they are kept, is not this process's business. */
export function log(level, message, fields = {}) {
    process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}
