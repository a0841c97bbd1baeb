import {
    AuthorizeSecurityGroupEgressCommand,
    AuthorizeSecurityGroupIngressCommand,
    CreateSecurityGroupCommand,
    CreateSubnetCommand,
    CreateVpcCommand,
    DescribeSecurityGroupRulesCommand,
    DescribeSecurityGroupsCommand,
    DescribeSubnetsCommand,
    EC2Client,
    RevokeSecurityGroupEgressCommand,
} from "@aws-sdk/client-ec2";
import { type Emulated, type Endpoint, type Inputs, must, physicalName } from "./emulated.js";

/** What the other services stand on. */
export function network(at: Endpoint): Readonly<Record<string, Emulated>> {
    const ec2 = new EC2Client(at);
    return {
        "aws:ec2/vpc:Vpc": {
            async create({ cidrBlock }) {
                const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: cidrBlock }));
                return { id: must(Vpc?.VpcId, "VpcId"), cidrBlock };
            },
        },
        "aws:ec2/subnet:Subnet": {
            async create({ vpcId, cidrBlock, availabilityZone }) {
                const { Subnet } = await ec2.send(
                    new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidrBlock, AvailabilityZone: availabilityZone }),
                );
                return { id: must(Subnet?.SubnetId, "SubnetId") };
            },
            async read({ id }) {
                const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
                return { cidrBlock: Subnets?.[0]?.CidrBlock, availabilityZone: Subnets?.[0]?.AvailabilityZone };
            },
        },
        "aws:ec2/securityGroup:SecurityGroup": {
            async create(inputs, name) {
                const { GroupId } = await ec2.send(
                    new CreateSecurityGroupCommand({
                        GroupName: physicalName(inputs, name),
                        Description: inputs.description,
                        VpcId: inputs.vpcId,
                    }),
                );
                const id = must(GroupId, "GroupId");
                // The provider removes the rule that AWS makes by itself.
                const all = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
                await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: all }));
                return { id, arn: `arn:aws:ec2:eu-central-1:123456789012:security-group/${id}` };
            },
            async read({ id }) {
                const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
                return { description: SecurityGroups?.[0]?.Description, vpcId: SecurityGroups?.[0]?.VpcId };
            },
        },
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule(ec2, AuthorizeSecurityGroupIngressCommand),
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule(ec2, AuthorizeSecurityGroupEgressCommand),
    };
}

type Authorize = typeof AuthorizeSecurityGroupIngressCommand | typeof AuthorizeSecurityGroupEgressCommand;

function rule(ec2: EC2Client, Command: Authorize): Emulated {
    return {
        async create(inputs) {
            const { SecurityGroupRules } = (await ec2.send(
                new Command({ GroupId: inputs.securityGroupId, IpPermissions: [permission(inputs)] }) as never,
            )) as { SecurityGroupRules?: { SecurityGroupRuleId?: string }[] };
            return { id: must(SecurityGroupRules?.[0]?.SecurityGroupRuleId, "SecurityGroupRuleId") };
        },
        async read({ id }) {
            const { SecurityGroupRules } = await ec2.send(
                new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] }),
            );
            const found = must(SecurityGroupRules?.[0], "SecurityGroupRule");
            const ports = found.FromPort === -1 ? {} : { fromPort: found.FromPort, toPort: found.ToPort };
            return {
                securityGroupId: found.GroupId,
                ipProtocol: found.IpProtocol,
                // moto keeps it for addresses only.
                ...(found.Description === undefined ? {} : { description: found.Description }),
                ...ports,
                ...(found.CidrIpv4 === undefined ? {} : { cidrIpv4: found.CidrIpv4 }),
                ...(found.ReferencedGroupInfo?.GroupId === undefined
                    ? {}
                    : { referencedSecurityGroupId: found.ReferencedGroupInfo.GroupId }),
            };
        },
    };
}

function permission({ ipProtocol, fromPort, toPort, cidrIpv4, referencedSecurityGroupId, description }: Inputs) {
    return {
        IpProtocol: ipProtocol,
        ...(fromPort === undefined ? {} : { FromPort: fromPort, ToPort: toPort }),
        ...(cidrIpv4 === undefined ? {} : { IpRanges: [{ CidrIp: cidrIpv4, Description: description }] }),
        ...(referencedSecurityGroupId === undefined
            ? {}
            : { UserIdGroupPairs: [{ GroupId: referencedSecurityGroupId, Description: description }] }),
    };
}
