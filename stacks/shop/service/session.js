import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { HttpError } from "./server.js";
import { setting } from "./settings.js";

// Sessions live in a signed cookie, not in this process (factor VI): every replica has the key and can check them.
const key = setting("SESSION_KEY");

/** The session of a request, or a new one with the cookie that starts it. */
export function sessionOf(request) {
    const [, id, signature] = /(?:^|;\s*)session=([\w-]+)\.([\w-]+)/.exec(request.headers.cookie ?? "") ?? [];
    if (id && same(signature, sign(`session ${id}`))) return { token: sign(`form ${id}`), headers: {} };

    const fresh = randomUUID();
    const secure = request.headers["x-forwarded-proto"] === "https" ? "; Secure" : "";
    const cookie = `session=${fresh}.${sign(`session ${fresh}`)}; Path=/; HttpOnly; SameSite=Lax${secure}`;
    return { token: sign(`form ${fresh}`), headers: { "set-cookie": cookie } };
}

/** A form must come from our own page: another site can make a browser post, but cannot know the token. */
export function requireOwnForm(request, token) {
    if (!same(String(token ?? ""), sessionOf(request).token)) {
        throw new HttpError(403, "This form is too old; load the page again.");
    }
}

function sign(text) {
    return createHmac("sha256", key).update(text).digest("base64url");
}

function same(left, right) {
    return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
