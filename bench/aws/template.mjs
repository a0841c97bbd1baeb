/** Turns recorded resources into a program without the library: values that other resources gave become references. */

/** Outputs that resources are referred to by. */
const OUTPUTS = [
    "id",
    "arn",
    "name",
    "url",
    "address",
    "arnSuffix",
    "arnWithoutRevision",
    "dnsName",
    "hex",
    "repoDigest",
    "repositoryUrl",
    "resourceId",
    "result",
    "versionId",
    "zoneId",
    "taskArn",
    "served",
];
/** Shorter ones would be found where they are not meant. */
const SHORTEST = 8;

export function templateOf({ resources, componentNames }) {
    const known = new Map();
    // Longest first: a child's name begins with its component's.
    const components = [...componentNames].sort((a, b) => b.length - a.length);
    const filled = resources.map(({ type, name, inputs, state }) => {
        const filled = withReferences(inputs, known, name);
        for (const output of OUTPUTS) {
            const value = state[output];
            if (typeof value === "string" && value.length >= SHORTEST && !known.has(value))
                known.set(value, { name, output });
        }
        const of = components.find((component) => name.startsWith(`${component}-`));
        return { type, name, inputs: filled, of };
    });
    return { components, resources: filled };
}

function withReferences(value, known, self) {
    if (Array.isArray(value)) return value.map((item) => withReferences(item, known, self));
    if (typeof value === "object" && value !== null) {
        return Object.fromEntries(
            Object.entries(value).map(([key, item]) => [
                key,
                key === "__provider" ? item : withReferences(item, known, self),
            ]),
        );
    }
    if (typeof value !== "string") return value;
    const parts = split(value, known);
    if (parts.length === 1) return parts[0];
    return { $join: parts };
}

/** A text in pieces: its own, and those that are another resource's, longest first. */
function split(text, known) {
    let best;
    for (const [value, { name, output }] of known) {
        const index = text.indexOf(value);
        if (index >= 0 && (best === undefined || value.length > best.value.length))
            best = { value, index, name, output };
    }
    if (best === undefined) return [text];
    const { value, index, name, output } = best;
    const before = text.slice(0, index);
    const after = text.slice(index + value.length);
    return [
        ...(before === "" ? [] : split(before, known)),
        { $of: name, output },
        ...(after === "" ? [] : split(after, known)),
    ];
}
