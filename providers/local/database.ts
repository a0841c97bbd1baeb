import * as pulumi from "@pulumi/pulumi";
import type { Builder } from "../contract.js";
import { localChild } from "./platform.js";
import type { DatabaseSpec } from "./spec.js";

/** A database with a login of its own in the stack's PostgreSQL, which listens on loopback only. */
export const database: Builder<"Database"> = (scope, request) => {
    const spec = pulumi
        .all([request.version, request.extensions, request.deletionProtection])
        .apply(
            ([version, extensions, deletionProtection]): DatabaseSpec => ({ version, extensions, deletionProtection }),
        );
    const made = localChild(scope, "database", "database", { spec });
    const url = made.secretField("url");
    return {
        outputs: {
            host: made.field("host"),
            port: made.field("port"),
            name: made.field("name"),
            username: made.field("username"),
            url,
        },
        handle: { home: made.home, database: made.objectName, secrets: { url } },
    };
};
