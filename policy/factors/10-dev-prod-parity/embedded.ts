import { isEmbeddedDatabase } from "../../detect/backing.js";
import { EVERYWHERE, on, variables } from "../../judges.js";
import { resourceRule } from "../../rule.js";
import { isOpaque } from "../../values.js";
import { fail, judge, opaque, pass } from "../../verdict.js";

export const disallowEmbeddedDatabase = resourceRule(
    {
        name: "disallow-embedded-database",
        factor: 10,
        severity: "medium",
        level: "mandatory",
        description:
            "Development and production use the same kind of backing service: a database in a file behaves differently, and is gone with the process.",
        mend: "Use the engine that production uses, in every environment.",
    },
    on(
        EVERYWHERE,
        variables(({ value, reference, where }) => {
            if (reference !== undefined) return isOpaque(reference) ? opaque(reference, where) : pass;
            return judge(value, where, (known) =>
                isEmbeddedDatabase(known) ? fail(`${where} is a database in a file`, "a backing service") : pass,
            );
        }),
    ),
);
