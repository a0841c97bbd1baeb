/** What looks like a secret and is none: values to be filled in, names of secrets, hashes, public things. */

/** A value that stands for another: a variable, a template, a mask, nothing at all. */
export function isPlaceholder(text: string): boolean {
    return (
        text === "" ||
        /^(?:\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|\{\{[^}]*\}\}|\{[\w.-]+\}|<[^<>]*>|\[[\w .-]+\])$/.test(
            text,
        ) ||
        /^([*xX•.#-])\1*$/.test(text) ||
        /^\[?(?:redacted|secret|hidden|masked|filtered|sensitive)\]$/i.test(text)
    );
}

const WORDS = new Set(
    "true false yes no on off none null nil undefined enabled disabled required optional auto default n/a tbd todo".split(
        " ",
    ),
);

/** Tells where a secret is, and is not one itself. */
const REFERENCES: readonly RegExp[] = [
    /^arn:aws[\w-]*:/,
    /^\/subscriptions\/[0-9a-f-]{36}\//i,
    /^https:\/\/[\w-]+\.(?:vault\.azure\.net|vault\.usgovcloudapi\.net)\/(?:secrets|keys|certificates)\//i,
    /^projects\/[\w-]+\/(?:secrets|locations)\//,
    /^(?:vault|ssm|awssm|aws-ssm|gcpsm|op|secretsmanager|secretref|secret|ref\+\w+|keyvault|doppler|infisical|bws|sops|env|file):/i,
    /^@Microsoft\.KeyVault\(/i,
    /^\{\{(?:resolve|secret)[:\w]/i,
    /^(?:file:\/\/|[a-z]:\\|\.{0,2}\/)[^\s]*$/i,
    /^[\w.-]+\/[\w./-]+\.(?:pem|key|crt|json|txt|ya?ml|env)$/i,
];

/** Random to look at, and made to be shown. */
const PUBLIC: readonly RegExp[] = [
    /-----BEGIN (?:CERTIFICATE|PUBLIC KEY|RSA PUBLIC KEY|PGP PUBLIC KEY BLOCK|CERTIFICATE REQUEST|X509 CRL)-----/,
    /^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\S+|sk-\S+@openssh\.com) AAAA/,
    /^AAAA[BCE][23]N/,
    /^MII[A-Za-z0-9+/]{60,}/,
    /^pk_(?:live|test)_/,
    /^\$(?:2[aby]|argon2\w*|5|6|pbkdf2[\w-]*|scrypt)\$/,
    /^(?:sha(?:1|224|256|384|512)|md5|blake2b)[-:]/i,
    /@sha256:[0-9a-f]{64}$/,
    /^(?:https?|wss?|s3|gs|git|ssh|tcp|udp|unix|amqps?|rediss?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|nats|kafka|ldaps?|smtps?|grpcs?|dns|jdbc:\w+):\/\//i,
    /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/,
    /^(?:[\w-]+\.)+[a-z]{2,24}(?::\d{1,5})?(?:\/\S*)?$/i,
    /^v?\d+(?:\.\d+)+(?:[-+][\w.-]+)?$/,
    /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?$/,
];

/** Certainly not a secret, whatever its name is. */
export function isHarmless(text: string): boolean {
    if (WORDS.has(text.toLowerCase()) || /^-?\d{1,5}(?:\.\d+)?(?:ms|s|m|h|d|w|%|[kmgt]i?b?)?$/i.test(text)) return true;
    return REFERENCES.some((pattern) => pattern.test(text)) || PUBLIC.some((pattern) => pattern.test(text));
}
