/** Which engine, in which major version, a backing service runs. */
import { imageOf } from "../image.js";
import { type Platform, platformOf, type Resource, type Stack } from "../resource.js";
import { at, type Fields, isOpaque, type Maybe, map, text } from "../values.js";
import { asked, intentOf } from "./intent/intent.js";

export interface Engine {
    readonly resource: Resource;
    readonly engine: Maybe<string>;
    readonly major: Maybe<string>;
}

type Reader = (resource: Resource) => Omit<Engine, "resource">;

const fields =
    (engine: (props: Fields) => unknown, version: (props: Fields) => unknown): Reader =>
    ({ props }) => ({ engine: text(engine(props)), major: major(version(props)) });

const READERS: Readonly<Record<string, Reader>> = {
    "twelvefold:index:Database": (resource) => {
        const intent = intentOf(resource, "Database") ?? {};
        return { engine: text(asked(intent, "engine")), major: major(asked(intent, "version")) };
    },
    "aws:rds:Instance": fields(
        (props) => at(props, "engine"),
        (props) => at(props, "engineVersion"),
    ),
    "aws:rds:Cluster": fields(
        (props) => at(props, "engine"),
        (props) => at(props, "engineVersion"),
    ),
    "aws:elasticache:ReplicationGroup": fields(
        (props) => at(props, "engine"),
        (props) => at(props, "engineVersion"),
    ),
    "azure-native:dbforpostgresql:Server": fields(
        () => "postgresql",
        (props) => at(props, "version"),
    ),
    "azure-native:dbformysql:Server": fields(
        () => "mysql",
        (props) => at(props, "version"),
    ),
    "kubernetes:postgresql.cnpg.io:Cluster": fields(
        () => "postgresql",
        (props) => at(props, "spec", "imageCatalogRef", "major") ?? tagOf(at(props, "spec", "imageName")),
    ),
};

function tagOf(image: unknown): unknown {
    return typeof image === "string" ? imageOf(image)?.tag : image;
}

/** "17" of 17, "17.2" and "17.2-bookworm". */
function major(version: unknown): Maybe<string> {
    if (isOpaque(version)) return version;
    return map(
        text(typeof version === "number" ? String(version) : version),
        (known) => /^\d+/.exec(known)?.[0] ?? known,
    );
}

export function enginesOn(stack: Stack, platform: Platform): readonly Engine[] {
    return stack.resources.flatMap((resource) => {
        const reader = Object.hasOwn(READERS, resource.type) ? READERS[resource.type] : undefined;
        return reader === undefined || platformOf(resource.type) !== platform
            ? []
            : [{ resource, ...reader(resource) }];
    });
}
