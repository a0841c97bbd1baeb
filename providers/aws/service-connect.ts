/** Whether other apps can call an app by its name. */
export class Door {
    /** Known when the program has declared everything that it declares at once. */
    readonly open: Promise<boolean>;
    private wanted: boolean;
    private closed = false;

    constructor(always: boolean) {
        this.wanted = always;
        this.open = new Promise((resolve) => {
            setImmediate(() => {
                this.closed = true;
                resolve(this.wanted);
            });
        });
    }

    /** Asks for a name. Returns whether there is still time. */
    knock(): boolean {
        if (!this.closed) this.wanted = true;
        return this.wanted;
    }
}
