/** What a name says about its value. */

/** `secret`: the value is one. `key`: it is one if it looks so. `public`: it is made to be shown. `none`: nothing. */
export type NameHint = "secret" | "key" | "public" | "none";

/** The last word tells what the value is: of these, a name with "secret" in it is about a secret, and holds none. */
const ABOUT = new Set(
    (
        "age alg algorithm alias arn attempts audience backend bits bucket bytes change charset checksum class client column complexity " +
        "cost count days dir directory disabled driver duration email enabled encoding endpoint engine env expiration expires " +
        "expiry field file filename fingerprint folder format function group hash hashed header hint host hostname hours id ids " +
        "interval issuer kind label language length len level lifetime limit location manager max method min minutes mode ms name names " +
        "namespace num option options param parameter path pattern period policy port prefix project provider queue ratio ref reference regex " +
        "region regexp required reset retries role rotation rounds rule scope scopes seconds selector separator service sha sha256 size source " +
        "status store strategy strength subject suffix table template threshold timeout title topic ttl type types uri url user " +
        "username validator vault version window zone"
    ).split(" "),
);

const SECRET = new Set(
    "password passwords passwd passphrase passcode pass pwd secret secrets token tokens apikey apitoken credential credentials creds pin pat pw".split(
        " ",
    ),
);
const KEYS = new Set(
    "api access account admin auth authentication client consumer deploy encryption encrypt fernet hmac host jwt license master private rest root secret service session shared signing ssh storage write".split(
        " ",
    ),
);
const MAYBE = new Set("key keys auth authorization seed salt cookie connectionstring conn signature nonce".split(" "));
const NOT_ONE = new Set(
    "max min num use enable disable allow require required is has skip show count total no public publishable".split(
        " ",
    ),
);

/** Words of a name in any spelling: `dbPassword`, `DB_PASSWORD`, `db.password` and `db-password` are the same. */
export function wordsOf(name: string): readonly string[] {
    return name
        .slice(-256)
        .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
        .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter((word) => word !== "");
}

export function nameHint(name: string): NameHint {
    // A number at the end counts variables: PASSWORD_2 is a password.
    const words = wordsOf(name).filter((word, at, all) => at < all.length - 1 || !/^\d+$/.test(word));
    const last = words.at(-1);
    if (last === undefined) return "none";
    if (words.some((word) => word === "public" || word === "publishable")) return "public";
    if (NOT_ONE.has(words[0] ?? "") || ABOUT.has(last) || (words.length === 1 && last === "pwd")) return "none";
    const before = words.at(-2) ?? "";
    if (SECRET.has(last) || /(?:password|passwd|secret|apikey|token)$/.test(last)) return "secret";
    if (last === "key" && (KEYS.has(before) || before === "api")) return before === "host" ? "key" : "secret";
    if (last === "string" && before === "connection") return "key";
    if (last === "value" && words.some((word) => SECRET.has(word))) return "secret";
    return MAYBE.has(last) || words.some((word) => SECRET.has(word)) ? "key" : "none";
}
