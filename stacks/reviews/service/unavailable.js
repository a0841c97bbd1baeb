/** Something behind this process does not answer at the moment: nobody's mistake, and trying again soon may help. */
export class Unavailable extends Error {
    constructor(what) {
        super(`The ${what} is not available at the moment; try again.`);
    }
}
