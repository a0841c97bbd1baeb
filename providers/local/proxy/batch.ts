const waiting: (() => void)[] = [];

/**
 * Does small writes of one turn of the event loop together at its end. Each of them on its own would wake its reader,
 * which under load costs more than the write.
 */
export function together(write: () => void): void {
    if (waiting.push(write) === 1) setImmediate(flush);
}

function flush(): void {
    for (const write of waiting.splice(0)) write();
}
