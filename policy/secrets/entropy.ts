/** Whether a text was written by a generator rather than by a person. */

/** Shannon's entropy of the characters, in bits a character. */
export function entropy(text: string): number {
    const counts = new Map<string, number>();
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    let bits = 0;
    for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
    return bits;
}

/** Changes between small letters, capitals, digits and signs, per pair of neighbours: words change seldom, keys at random. */
export function changes(text: string): number {
    let count = 0;
    for (let at = 1; at < text.length; at++) if (classOf(text, at) !== classOf(text, at - 1)) count++;
    return text.length < 2 ? 0 : count / (text.length - 1);
}

function classOf(text: string, at: number): "lower" | "upper" | "digit" | "sign" {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) return "digit";
    if (code >= 65 && code <= 90) return "upper";
    return code >= 97 && code <= 122 ? "lower" : "sign";
}

/** One run of a key's characters, all classes of them, with as many different ones and changes as chance makes. */
export function isRandom(text: string): boolean {
    if (text.length > 4096 || !/^[A-Za-z0-9+/_.~!@#$%^&*=-]{16,}$/.test(text)) return false;
    if (!/[0-9].*[0-9]/.test(text) || !/[A-Z]/.test(text) || !/[a-z]/.test(text)) return false;
    // The most that so few characters can have is log2 of their number; generated ones come near it.
    const most = Math.log2(Math.min(text.length, 64));
    return entropy(text) >= 0.8 * most && changes(text) >= 0.45;
}
