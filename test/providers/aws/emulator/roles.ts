import {
    AttachRolePolicyCommand,
    CreateRoleCommand,
    GetRoleCommand,
    GetRolePolicyCommand,
    IAMClient,
    ListAttachedRolePoliciesCommand,
    PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { type Emulated, type Endpoint, must, physicalName, tagList } from "./emulated.js";

/** Roles and what they may do. */
export function roles(at: Endpoint): Readonly<Record<string, Emulated>> {
    const iam = new IAMClient(at);
    return {
        "aws:iam/role:Role": {
            async create(inputs, name) {
                const RoleName = physicalName(inputs, name);
                const { Role } = await iam.send(
                    new CreateRoleCommand({
                        RoleName,
                        AssumeRolePolicyDocument: inputs.assumeRolePolicy,
                        PermissionsBoundary: inputs.permissionsBoundary,
                        Tags: tagList(inputs.tags),
                    }),
                );
                return { id: RoleName, name: RoleName, arn: must(Role?.Arn, "Arn") };
            },
            async read({ id }) {
                const { Role } = await iam.send(new GetRoleCommand({ RoleName: id }));
                return { assumeRolePolicy: decodeURIComponent(must(Role?.AssumeRolePolicyDocument, "document")) };
            },
        },
        "aws:iam/rolePolicy:RolePolicy": {
            async create(inputs, name) {
                const PolicyName = physicalName(inputs, name);
                await iam.send(
                    new PutRolePolicyCommand({ RoleName: inputs.role, PolicyName, PolicyDocument: inputs.policy }),
                );
                return { id: `${inputs.role}:${PolicyName}`, name: PolicyName };
            },
            async read({ name }, { role }) {
                const { PolicyDocument } = await iam.send(
                    new GetRolePolicyCommand({ RoleName: role, PolicyName: String(name) }),
                );
                return { policy: decodeURIComponent(must(PolicyDocument, "document")) };
            },
        },
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
            async create({ role, policyArn }) {
                await iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn: policyArn }));
                return { id: `${role}/${policyArn}` };
            },
            async read(_, { role }) {
                const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role }));
                return { policyArn: AttachedPolicies?.[0]?.PolicyArn };
            },
        },
    };
}
