/** Who may do what to whom in a program, by the emitted policies and security group rules alone. */
import type { Recorded, Recording } from "twelvefold/testing";
import { isAllowed } from "./iam.js";

export class Access {
    constructor(private readonly recording: Recording) {}

    /** Names of the components of a kind. */
    names(kind: "App" | "Queue" | "Database" | "LoadBalancer"): readonly string[] {
        return this.recording.components(kind).map(({ name }) => name);
    }

    /** Whether the code of an app may do something to a resource. */
    code(app: string, action: string, resource: string): boolean {
        return isAllowed(this.policiesOf(`${app}-task-role`), { action, resource });
    }

    /** Whether what starts an app may read a secret into its environment. */
    starts(app: string, secret: string): boolean {
        const action = "secretsmanager:GetSecretValue";
        return isAllowed(this.policiesOf(`${app}-execution-role`), { action, resource: this.arn(secret) });
    }

    /** Whether packets of a component's tasks reach a port of another one. */
    reaches(from: string, to: string, port: number): boolean {
        const group = (name: string) => `${name}-sg-id`;
        const out = this.rules("SecurityGroupEgressRule", group(from)).some((rule) => isOpen(rule, port, group(to)));
        const into = this.rules("SecurityGroupIngressRule", group(to));
        return out && into.some((rule) => isOpen(rule, port, group(from)));
    }

    /** Whether anybody on the internet reaches a port of a component. */
    isPublic(to: string, port: number): boolean {
        const rules = this.rules("SecurityGroupIngressRule", `${to}-sg-id`);
        return rules.some((rule) => rule.inputs.cidrIpv4 === "0.0.0.0/0" && isOpen(rule, port, "0.0.0.0/0"));
    }

    /** The ARN that a resource was answered with, known from its name. */
    arn(name: string): string {
        const all = this.recording.resources.filter((resource) => resource.name === name && resource.custom);
        const [found] = all;
        if (found === undefined || all.length !== 1) throw new Error(`There are ${all.length} of "${name}".`);
        const service = found.type.split(":")[1]?.split("/")[0];
        const where = "eu-central-1:123456789012";
        return service === "sqs"
            ? `arn:aws:sqs:${where}:${physical(found)}`
            : `arn:aws:secretsmanager:${where}:secret:${physical(found)}-AbCdEf`;
    }

    private policiesOf(role: string): readonly string[] {
        return this.recording.resources
            .filter(({ type, inputs }) => type.endsWith(":RolePolicy") && isRole(inputs.role, role))
            .map(({ inputs }) => String(inputs.policy));
    }

    private rules(kind: string, group: string): readonly Recorded[] {
        return this.recording.resources.filter(
            ({ type, inputs }) => type.endsWith(`:${kind}`) && inputs.securityGroupId === group,
        );
    }
}

function physical({ name, inputs }: Recorded): string {
    const own = typeof inputs.name === "string" ? inputs.name : `${name}-0123456`;
    return own;
}

/** A policy names its role by name or by id. */
function isRole(given: unknown, name: string): boolean {
    return given === `${name}-0123456` || given === `${name}-id`;
}

/** A rule for a port whose other end is a group, or everybody. */
function isOpen({ inputs }: Recorded, port: number, other: string): boolean {
    const { ipProtocol, fromPort, toPort, cidrIpv4, referencedSecurityGroupId } = inputs;
    const ports = ipProtocol === "-1" || (Number(fromPort) <= port && port <= Number(toPort));
    // Everything that has a group is inside the network.
    const inside = cidrIpv4 === "0.0.0.0/0" || cidrIpv4 === "10.0.0.0/16";
    return ports && (referencedSecurityGroupId === other || inside);
}
