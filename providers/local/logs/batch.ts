const BATCH_BYTES = 1024 * 1024;
/** No character has more than three bytes per UTF-16 unit. */
const BYTES_PER_UNIT = 3;
/** As many as are under way while reading is ahead of the disk; an idle writer holds none. */
const SPARE_BUFFERS = 8;

const spare: Buffer[] = [];

/**
 * Lines of one app and day that are written at once. They are bytes from the moment they come: as strings they outlived
 * the collection of young objects, which then took a third of all the time.
 */
export class Batch {
    #buffer: Buffer;
    #length = 0;

    constructor(
        readonly folder: string,
        readonly date: string,
        /** The first line, of any length. */
        first: string,
    ) {
        const most = first.length * BYTES_PER_UNIT;
        this.#buffer = most > BATCH_BYTES ? Buffer.allocUnsafeSlow(most) : takeBuffer();
        this.add(first);
    }

    /** @returns False when there is no room for it. */
    add(line: string): boolean {
        if (this.#length + line.length * BYTES_PER_UNIT > this.#buffer.length) return false;
        this.#length += this.#buffer.write(line, this.#length);
        return true;
    }

    get length(): number {
        return this.#length;
    }

    get bytes(): Buffer {
        return this.#buffer.subarray(0, this.#length);
    }

    /** Its memory is used again: nobody may have its bytes any more. */
    free(): void {
        if (this.#buffer.length === BATCH_BYTES && spare.length < SPARE_BUFFERS) spare.push(this.#buffer);
        this.#buffer = Buffer.alloc(0);
        this.#length = 0;
    }
}

function takeBuffer(): Buffer {
    return spare.pop() ?? Buffer.allocUnsafeSlow(BATCH_BYTES);
}
