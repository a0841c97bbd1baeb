const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * Calls back on the first stop signal. Listening takes away the default action, which is to die at once; a second
 * signal finds no listener of ours any more and has it back. Returns how to stop listening.
 */
export function onStopSignal(callback: () => void): () => void {
    const forget = () => {
        for (const signal of SIGNALS) process.removeListener(signal, stop);
    };
    const stop = () => {
        forget();
        callback();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
    return forget;
}
