import type { Context, ObjectKindHandler } from "../context.js";

/** Databases of the stack's one PostgreSQL cluster. */
export function databases({ postgres }: Context): ObjectKindHandler<"database"> {
    return {
        async apply({ name, spec, progress }) {
            progress(`PostgreSQL ${spec.version}`);
            await postgres.ensure(spec.version);
            const { url, ...result } = await postgres.cluster.createDatabase(name, spec);
            return { result, secretResult: { url } };
        },
        async drift({ name }) {
            if (!(await postgres.running())) return ["PostgreSQL is not running"];
            return (await postgres.cluster.databaseExists(name)) ? [] : [`the database "${name}" is gone`];
        },
        checkRemoval({ name, spec }) {
            if (!spec.deletionProtection) return;
            throw new Error(
                `Database "${name}" is protected against deletion. ` +
                    "Set deletionProtection to false, run pulumi up, then destroy.",
            );
        },
        async remove(name) {
            await postgres.drop((cluster) => cluster.dropDatabase(name), `database/${name}`);
        },
    };
}
