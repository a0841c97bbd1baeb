/** Reads corpus.txt, and makes its random parts: the same ones in every run. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const ALPHABETS = {
    hex: "0123456789abcdef",
    digits: "0123456789",
    lower: "abcdefghijklmnopqrstuvwxyz0123456789",
    alnum: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    ALNUM: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    AWS: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    b64: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b64url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

/**
 * @returns {{ name: string, value: string, secret: boolean, heldBack: boolean }[]}
 */
export function corpus() {
    const text = readFileSync(new URL("corpus.txt", import.meta.url), "utf8");
    return text
        .split("\n")
        .filter((line) => /^[+-] /.test(line))
        .map((line) => {
            const [, sign, name, template] = /^([+-]) ([^=]+)=(.*)$/.exec(line) ?? [];
            const hash = createHash("sha256").update(line).digest();
            const random = generator(hash.readUInt32LE(4));
            return { name, value: filled(template, random), secret: sign === "+", heldBack: hash[0] % 3 === 0 };
        });
}

function filled(template, random) {
    return template
        .replace(/\{(hex|digits|lower|alnum|ALNUM|AWS|b64|b64url):(\d+)\}/g, (_, kind, length) =>
            characters(ALPHABETS[kind], Number(length), random),
        )
        .replace(/\{uuid\}/g, () => {
            const hex = characters(ALPHABETS.hex, 32, random);
            return [
                hex.slice(0, 8),
                hex.slice(8, 12),
                `4${hex.slice(13, 16)}`,
                `a${hex.slice(17, 20)}`,
                hex.slice(20),
            ].join("-");
        })
        .replace(/\{pem:([A-Z0-9 ]+)\}/g, (_, kind) => {
            const lines = Array.from({ length: 4 }, () => characters(ALPHABETS.b64, 64, random));
            return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`].join("\\n");
        })
        .replace(/\{text:(.*)\}/g, (_, text) => Buffer.from(text).toString("base64"));
}

function characters(alphabet, length, random) {
    return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

/** Mulberry32: small, and good enough to look random. */
function generator(seed) {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}
