/**
 * A small evaluator of IAM policies, after the user guide's evaluation logic within one account: an explicit deny wins, else
 * one allow is enough. It knows the operators that the library emits, and fails on any other.
 */
export interface Request {
    readonly action: string;
    readonly resource: string;
    /** Values of condition keys. */
    readonly context?: Readonly<Record<string, string>>;
}

type Many = string | readonly string[];

interface Statement {
    readonly Effect: "Allow" | "Deny";
    readonly Action: Many;
    readonly Resource: Many;
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, Many>>>>;
}

/** Whether policies, as JSON texts, allow a request. */
export function isAllowed(policies: readonly string[], request: Request): boolean {
    const statements = policies.flatMap((policy) => JSON.parse(policy).Statement as Statement[]);
    const matching = statements.filter((statement) => matches(statement, request));
    return matching.some(({ Effect }) => Effect === "Allow") && !matching.some(({ Effect }) => Effect === "Deny");
}

function matches(statement: Statement, { action, resource, context = {} }: Request): boolean {
    for (const key of Object.keys(statement)) {
        if (!["Sid", "Effect", "Principal", "Action", "Resource", "Condition"].includes(key)) {
            throw new Error(`The evaluator does not know ${key}.`);
        }
    }
    return (
        // Actions know no case.
        list(statement.Action).some((pattern) => isLike(pattern.toLowerCase(), action.toLowerCase())) &&
        list(statement.Resource).some((pattern) => isLike(pattern, resource)) &&
        Object.entries(statement.Condition ?? {}).every(([operator, keys]) => holds(operator, keys, context))
    );
}

function holds(
    operator: string,
    keys: Readonly<Record<string, Many>>,
    context: Readonly<Record<string, string>>,
): boolean {
    return Object.entries(keys).every(([key, wanted]) => {
        const value = context[key];
        if (value === undefined) return false;
        switch (operator) {
            case "StringEquals":
            case "Bool":
                return list(wanted).includes(value);
            case "ArnEquals":
            case "ArnLike":
            case "StringLike":
                return list(wanted).some((pattern) => isLike(pattern, value));
            default:
                throw new Error(`The evaluator does not know ${operator}.`);
        }
    });
}

function list(many: Many): readonly string[] {
    return typeof many === "string" ? [many] : many;
}

/** `*` is any text, `?` one character. */
function isLike(pattern: string, text: string): boolean {
    const source = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".");
    return new RegExp(`^${source}$`).test(text);
}
