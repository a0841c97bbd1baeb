/** What the engine itself takes: as many dynamic resources as the shop has, which do nothing. */
import * as pulumi from "@pulumi/pulumi";

const nothing =
    "exports.handler=()=>({create:async(i)=>({id:i.number,outs:i}),diff:async(_,a,b)=>({changes:a.number!==b.number})," +
    "update:async(_,a,b)=>({outs:b}),read:async(id,p)=>({id,props:p}),delete:async()=>{}})";

class Nothing extends pulumi.CustomResource {
    constructor(index: number, parent: pulumi.Resource) {
        super(
            "pulumi-nodejs:dynamic:Resource",
            `nothing-${index}`,
            { number: `${index}`, __provider: nothing },
            { parent },
        );
    }
}

class Group extends pulumi.ComponentResource {
    constructor(index: number) {
        super("bench:index:Group", `group-${index}`);
        new Nothing(index, this);
        this.registerOutputs({});
    }
}

const count = new pulumi.Config().requireNumber("count");
for (let index = 0; index < count; index++) new Group(index);
