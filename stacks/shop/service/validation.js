import { HttpError } from "./server.js";

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}$/;
const MAX_QUANTITY = 100;

/** What a request orders; throws with everything that is wrong, not only the first thing. */
export function parseOrder(body) {
    const problems = {};
    const item = typeof body.item === "string" ? body.item.trim() : "";
    if (!item) problems.item = "is missing";

    const email = typeof body.email === "string" ? body.email.trim() : "";
    if (!EMAIL.test(email)) problems.email = "is not an e-mail address";

    const quantity = parseQuantity(body.quantity);
    if (!(quantity >= 1 && quantity <= MAX_QUANTITY)) {
        problems.quantity = `is not a whole number from 1 to ${MAX_QUANTITY}`;
    }
    if (Object.keys(problems).length > 0)
        throw new HttpError(422, "This order cannot be placed.", { details: { problems } });
    return { item, email, quantity };
}

// JSON has a number, a form has text.
function parseQuantity(value = 1) {
    if (typeof value === "string" && /^\d{1,9}$/.test(value)) return Number(value);
    return Number.isInteger(value) ? value : Number.NaN;
}
