import { Configuration, type ConfigurationArgs } from "@pulumi/azure-native/dbforpostgresql";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseRequest, Scope } from "../contract.js";
import { child } from "./child.js";

export interface SettingInputs {
    readonly resourceGroupName: pulumi.Input<string>;
    readonly serverName: pulumi.Input<string>;
    readonly dependsOn: readonly pulumi.Resource[];
}

/** Parameters of a server, one after the other: it refuses two changes at a time. @returns what they end with */
export function configure(scope: Scope, request: DatabaseRequest, inputs: SettingInputs): readonly pulumi.Resource[] {
    const { resourceGroupName, serverName } = inputs;
    const wanted: (readonly [key: string, parameter: string, value: pulumi.Input<string>])[] = [];
    if (scope.profile === "production") {
        wanted.push(["tls", "require_secure_transport", "on"], ["min-tls", "ssl_min_protocol_version", "TLSv1.2"]);
    }
    const { extensions } = request;
    if (!Array.isArray(extensions) || extensions.length > 0) {
        const list = pulumi.output(extensions).apply((names) =>
            [...names]
                .sort()
                .map((name) => name.toUpperCase())
                .join(","),
        );
        wanted.push(["extensions", "azure.extensions", list]);
    }
    let before = inputs.dependsOn;
    for (const [key, configurationName, value] of wanted) {
        const made = child(
            scope,
            key,
            {
                resourceGroupName,
                serverName,
                configurationName,
                value,
                source: "user-override",
            } satisfies ConfigurationArgs,
            Configuration,
            { dependsOn: [...before] },
        );
        before = [made];
    }
    return before;
}
