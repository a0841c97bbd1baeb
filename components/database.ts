import * as pulumi from "@pulumi/pulumi";
import type { Attachable, Attachment, Binding, DatabaseRequest, Handle } from "../providers/contract.js";
import { compact } from "./base/args-reader.js";
import { attachmentOf, type Bindable, bindingTo, type Imported, importComponent, intentOf } from "./base/attach.js";
import { anyText, flag, listOf, objectOf, oneOf, text, wholeNumber } from "./base/fields.js";
import type { Intent } from "./base/intent.js";
import { askedFor, type CommonArgs, type Plan, plan } from "./base/plan.js";
import { supports } from "./base/settings.js";

/** A backup to start from: one snapshot, or another database at a moment (default: the latest possible). */
export type RestoreArgs =
    | {
          /** Name of the snapshot, as the target has it. */
          readonly snapshot: string;
      }
    | {
          /** Name of the database, as the target has it. */
          readonly database: string;
          /** RFC 3339 time, for example "2026-01-31T12:00:00Z". Default: the latest possible. */
          readonly pointInTime?: string;
      };

export interface DatabaseArgs extends CommonArgs<"Database"> {
    /** The only engine so far. Default: postgres. */
    readonly engine?: "postgres" | undefined;
    /** Major version. Default: "17". */
    readonly version?: pulumi.Input<string> | undefined;
    /** Size of the disk in GiB, 1 to 65,536. Default: 20. Rounded up to what the target allows. */
    readonly storageGiB?: pulumi.Input<number> | undefined;
    /** small, medium, large, or a class of the target's own. Default: small; medium in production. */
    readonly size?: pulumi.Input<string> | undefined;
    /** A standby in another zone takes over by itself. Default: false; true in production. */
    readonly highlyAvailable?: pulumi.Input<boolean> | undefined;
    /** Days that backups are kept, 1 to 35. Default: 7; 14 in production. */
    readonly backupRetentionDays?: pulumi.Input<number> | undefined;
    /** Refuse deletion, on the target's side too. Plain. Default: false; true in production. */
    readonly deletionProtection?: boolean | undefined;
    /** The backup that a new database starts from. Plain: it counts at creation only. Default: empty. */
    readonly restoreFrom?: RestoreArgs | undefined;
    /** PostgreSQL extensions to create. Default: none. */
    readonly extensions?: pulumi.Input<readonly string[]> | undefined;
    /** The platform that it belongs to. Default: the stack's own. */
    readonly platform?: Attachable<"Platform"> | undefined;
}

/** A database of another stack. */
export type ImportedDatabase = Imported<"Database"> & Bindable;

/**
 * A PostgreSQL database. Apps reach it through a binding, which puts its URL into their environment by reference and
 * opens the network for them alone (factor IV).
 *
 * @throws ArgumentError when an argument is wrong or asks for what the target does not support
 */
export class Database extends pulumi.ComponentResource implements Attachable<"Database">, Bindable {
    /** Host name or address of its server. */
    readonly host!: pulumi.Output<string>;
    /** Port of its server. */
    readonly port!: pulumi.Output<number>;
    /** Name of the database on its server. */
    readonly name!: pulumi.Output<string>;
    /** The login that bindings use. */
    readonly username!: pulumi.Output<string>;
    /** `postgresql://user:password@host:port/name?sslmode=…`; a secret. */
    readonly url!: pulumi.Output<string>;
    /** What other components attach to; plain data, secrets marked. */
    readonly handle!: pulumi.Output<Handle>;

    constructor(name: string, args?: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        const made = planDatabase(name, args);
        super(made.type, name, made.intent, opts);
        made.build(this);
    }

    /** What was asked for; plain data. */
    get intent(): Intent {
        return intentOf(this);
    }

    /** What other components attach to: kind, name, handle. */
    get attachment(): Attachment<"Database"> {
        return attachmentOf<"Database">(this);
    }

    /** A binding that may connect, with a login of this database alone. */
    get binding(): Binding {
        return bindingTo(this.attachment, "connect");
    }

    /** The database that another stack exported under this name. */
    static fromStack(reference: pulumi.StackReference, name: string): ImportedDatabase {
        const imported = importComponent("Database", reference, name, ["host", "port", "name", "username", "url"]);
        return { ...imported, binding: bindingTo(imported.attachment, "connect") };
    }
}

function planDatabase(name: string, given: DatabaseArgs | undefined): Plan<"Database"> {
    return plan("Database", name, given, (args, settings) => {
        const production = settings.profile === "production";
        return {
            request: compact<DatabaseRequest>({
                engine: args.plain("engine", oneOf("postgres"), "postgres"),
                version: args.input("version", text(/^[1-9]\d$/, 'a major version in quotes, for example "17"'), "17"),
                storageGiB: args.input("storageGiB", wholeNumber(1, 65_536, "GiB"), 20),
                size: args.input("size", anyText, production ? "medium" : "small"),
                highlyAvailable: args.input(
                    "highlyAvailable",
                    flag,
                    production && supports(settings, "Database.highlyAvailable"),
                ),
                backupRetentionDays: args.input("backupRetentionDays", wholeNumber(1, 35, "days"), production ? 14 : 7),
                deletionProtection: args.plain("deletionProtection", flag, production),
                restoreFrom: args.plain("restoreFrom", restoreFrom),
                extensions: args.input<readonly string[]>(
                    "extensions",
                    listOf(text(/^[a-z][a-z0-9_-]*$/, "the name of an extension"), { what: "extensions" }),
                    [],
                ),
            }),
            asked: askedFor("Database", args, [
                "version",
                "storageGiB",
                "size",
                "highlyAvailable",
                "backupRetentionDays",
                "deletionProtection",
                "restoreFrom",
                "extensions",
            ]),
        };
    });
}

const restoreShape = objectOf({
    snapshot: { check: anyText },
    database: { check: anyText },
    pointInTime: {
        check: text(
            /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
            'a time such as "2026-01-31T12:00:00Z"',
        ),
    },
});

function restoreFrom(value: unknown, path: string): readonly string[] {
    const wrong = restoreShape(value, path);
    if (wrong.length > 0) return wrong;
    const { snapshot, database, pointInTime } = value as Record<string, unknown>;
    if ((snapshot === undefined) === (database === undefined)) {
        return [
            `${path} is ${JSON.stringify(value)}; allowed: either a snapshot, or a database with or without pointInTime.`,
        ];
    }
    return snapshot !== undefined && pointInTime !== undefined
        ? [`${path}.pointInTime goes with database; a snapshot is a moment already.`]
        : [];
}
