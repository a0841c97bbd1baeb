/**
 * Values that are secrets under any name, because who issues them gives them a form of their own. Anchored where the
 * form allows it; no pattern can backtrack over more than one run of characters.
 */
import type { SecretFinding } from "./index.js";

interface Shape extends SecretFinding {
    readonly pattern: RegExp;
}

const shape = (kind: string, what: string, pattern: RegExp): Shape => ({ kind, reason: `is ${what}`, pattern });

const SHAPES: readonly Shape[] = [
    // RFC 7468; OpenSSH and PGP use the same armour.
    shape("private-key", "a private key in PEM form", /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/),
    shape("private-key", "a private key (PKCS #1 or #8) in base64", /^MI[IG][A-Za-z0-9+/]{3,5}I?B(?:AAKC|ADAN|ADAT)/),
    shape("private-key", "an elliptic curve's private key in base64", /^M(?:Hc|IG)CAQ[EA]/),
    shape("private-key", "an age identity", /^AGE-SECRET-KEY-1[A-Z0-9]{50,}/),
    shape("aws-access-key", "an access key of AWS", /(?:^|[^A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?:[^A-Za-z0-9]|$)/),
    shape("github-token", "a token of GitHub", /(?:^|[^A-Za-z0-9])(?:gh[opsur]_[A-Za-z0-9]{36,}|github_pat_\w{60,})/),
    shape("gitlab-token", "a token of GitLab", /(?:^|[^A-Za-z0-9])gl(?:pat|dt|rt|ptt|cbt|oas)-[\w-]{20,}/),
    shape("slack-token", "a token of Slack", /(?:^|[^A-Za-z0-9])xox[abeoprs]-[A-Za-z0-9-]{10,}/),
    shape("slack-token", "an app token of Slack", /^xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+/),
    shape(
        "webhook",
        "a webhook address, which whoever knows it can post to",
        /^https:\/\/hooks\.slack\.com\/(?:services|workflows)\/\S{20,}/,
    ),
    shape(
        "webhook",
        "a webhook address, which whoever knows it can post to",
        /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/\d+\/\S{20,}/,
    ),
    shape(
        "webhook",
        "a webhook address, which whoever knows it can post to",
        /^https:\/\/[\w-]+\.webhook\.office\.com\/webhookb2\/\S{20,}/,
    ),
    shape("stripe-key", "a secret key of Stripe", /^(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}/),
    shape("stripe-key", "a webhook signing secret", /^whsec_[A-Za-z0-9+/=]{20,}/),
    shape("google-key", "an API key of Google", /^AIza[\w-]{35}$/),
    shape("google-token", "an OAuth secret or token of Google", /^(?:GOCSPX-[\w-]{20,}|ya29\.[\w.-]{20,})/),
    // RFC 7519, signed (RFC 7515) or encrypted (RFC 7516).
    shape("jwt", "a JSON Web Token", /(?:^|\s)eyJ[\w-]{8,}\.(?:eyJ)?[\w-]{8,}\.[\w-]{8,}/),
    shape("npm-token", "a token of npm", /(?:^|[^A-Za-z0-9])npm_[A-Za-z0-9]{36}/),
    shape("pypi-token", "a token of PyPI", /^pypi-AgE[\w-]{50,}/),
    shape("rubygems-token", "a key of RubyGems", /^rubygems_[a-f0-9]{48}$/),
    shape("sendgrid-key", "a key of SendGrid", /^SG\.[\w-]{16,}\.[\w-]{16,}/),
    shape("mailgun-key", "a key of Mailgun", /^key-[0-9a-f]{32}$/),
    shape("twilio-key", "a key of Twilio", /^SK[0-9a-f]{32}$/),
    shape("openai-key", "a key of a model provider", /^sk-(?:ant-|proj-|svcacct-|or-)?[\w-]{20,}$/),
    shape("huggingface-token", "a token of Hugging Face", /^hf_[A-Za-z0-9]{30,}$/),
    shape("digitalocean-token", "a token of DigitalOcean", /^do[opr]_v1_[a-f0-9]{64}$/),
    shape("vault-token", "a token of Vault", /^hv[sbr]\.[\w-]{20,}/),
    shape("doppler-token", "a token of Doppler", /^dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{20,}/),
    shape("terraform-token", "a token of HCP Terraform", /^[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}/),
    shape("pulumi-token", "a token of Pulumi", /^pul-[a-f0-9]{40}$/),
    shape("databricks-token", "a token of Databricks", /^dapi[a-f0-9]{32}(?:-\d)?$/),
    shape("grafana-token", "a token of Grafana", /^gl(?:c|sa)_[\w+/=-]{20,}/),
    shape("newrelic-key", "a key of New Relic", /^NRAK-[A-Z0-9]{27}$/),
    shape("shopify-token", "a token of Shopify", /^shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}$/),
    shape("square-token", "a token of Square", /^(?:sq0csp-|EAAA)[\w-]{40,}/),
    shape("linear-key", "a key of Linear", /^lin_(?:api|oauth)_[A-Za-z0-9]{32,}/),
    shape("notion-token", "a token of Notion", /^(?:secret_|ntn_)[A-Za-z0-9]{40,}$/),
    shape("telegram-token", "a bot token of Telegram", /^\d{8,10}:[\w-]{35}$/),
    shape("discord-token", "a bot token of Discord", /^[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}$/),
    shape("azure-client-secret", "a client secret of Microsoft Entra ID", /^[\w~.-]{3}\dQ~[\w~.-]{31,34}$/),
    shape("authorization-header", "the value of an Authorization header", /^(?:bearer|token)\s+[\w.~+/-]{16,}=*$/i),
    shape("authorization-header", "the value of an Authorization header", /^basic\s+[A-Za-z0-9+/]{8,}={0,2}$/i),
    shape("htpasswd", "a password file's line", /^[\w.-]+:\$(?:2[aby]|apr1|5|6)\$\S{20,}/),
];

/** The form of a secret that the value has. */
export function shapeOf(text: string): SecretFinding | undefined {
    const found = SHAPES.find(({ pattern }) => pattern.test(text));
    return found && { kind: found.kind, reason: found.reason };
}

/** Every kind that a form can have, for tests and documents. */
export const SHAPE_KINDS: readonly string[] = [...new Set(SHAPES.map(({ kind }) => kind))];
