/**
 * Filter patterns of CloudWatch Logs: a phrase in quotes, or a regular expression between percent signs, whose syntax is
 * a part of JavaScript's.
 */

/** Characters that may stand in a regular expression there as they are. */
const PLAIN = /^[A-Za-z0-9_#=@/;,^$?[\]{}|*+.-]$/;
const CLASSES = "dDsSwW";

/** The pattern for an alert's `match`, or the sentence why there is none. */
export function filterPattern(match: string): { readonly pattern: string } | { readonly problem: string } {
    const expression = /^\/(.+)\/$/s.exec(match)?.[1];
    if (expression === undefined) return { pattern: `"${match.replace(/["\\]/g, "\\$&")}"` };
    const problem = problemOf(expression);
    return problem === undefined ? { pattern: `%${translate(expression)}%` } : { problem };
}

export function isRegex(match: string): boolean {
    return /^\/(.+)\/$/s.test(match);
}

function problemOf(expression: string): string | undefined {
    // Escapes and classes are characters, whatever stands in them.
    const bare = expression.replace(/\\./gs, "a").replace(/\[[^\]]*\]/g, "a");
    if (/[()]/.test(bare))
        return "CloudWatch Logs knows no parentheses in a regular expression; write alternatives out.";
    if (/[*+?}]\?/.test(bare)) return "CloudWatch Logs knows no lazy quantifiers; leave the question mark out.";
    if (/[^\x20-\x7e\t]/.test(expression)) return "CloudWatch Logs takes ASCII in a regular expression only.";
    const unknown = /\\(?![dDsSwW]|x[0-9A-Fa-f]{2})([A-Za-z0-9])/.exec(expression.replace(/\\\\/g, ""))?.[0];
    return (
        unknown && `CloudWatch Logs does not know ${unknown} in a regular expression; allowed: \\d \\D \\s \\S \\w \\W.`
    );
}

/** What is not in their alphabet goes by its number. */
function translate(expression: string): string {
    return expression.replace(/\\x[0-9A-Fa-f]{2}|\\?./gs, (token) => {
        if (/^\\x../.test(token)) return token;
        const escaped = token.startsWith("\\");
        const character = escaped ? token.slice(1) : token;
        if (escaped && CLASSES.includes(character)) return token;
        return !escaped && PLAIN.test(character) ? character : hex(character);
    });
}

function hex(character: string): string {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
