/** Which workload is scaled by what, and by how many copies it runs otherwise. */
import type { Resource, Stack } from "../resource.js";
import { ofType } from "../stack.js";
import { at, isKnown, isOpaque, type Maybe, number, text } from "../values.js";
import { asked, intentOf } from "./intent/intent.js";
import { namespaceOf, selects, targets } from "./kubernetes/select.js";

/** Something that runs copies of a process. */
export interface Service {
    readonly resource: Resource;
    /** Copies that the program asks for; absent where it leaves the number to others. */
    readonly count: Maybe<number>;
    /** Whether an autoscaler of this stack decides the number. */
    readonly scaled: Maybe<boolean>;
    /** Whether users reach it from outside. */
    readonly served: Maybe<boolean>;
    /** Whether the engine leaves the number alone once it is there. */
    readonly countIgnored: boolean;
}

export type Services = (stack: Stack) => readonly Service[];

export const SERVICES = { intent: apps, aws: ecsServices, azure: containerApps, kubernetes: deployments } as const;

function any(values: readonly Maybe<boolean>[]): Maybe<boolean> {
    if (values.includes(true)) return true;
    return values.find(isOpaque) ?? false;
}

function apps(stack: Stack): readonly Service[] {
    return stack.resources.flatMap((resource) => {
        const intent = intentOf(resource, "App");
        if (intent === undefined) return [];
        const routes = asked(intent, "routes");
        const autoscaler = asked(intent, "autoscaler");
        return [
            {
                resource,
                count: number(asked(intent, "replicas")),
                scaled: isOpaque(autoscaler) ? autoscaler : autoscaler !== undefined,
                served: isOpaque(routes) ? routes : Array.isArray(routes) && routes.length > 0,
                countIgnored: false,
            },
        ];
    });
}

function ecsServices(stack: Stack): readonly Service[] {
    const scalers = ofType(stack, "aws:appautoscaling:Target");
    return ofType(stack, "aws:ecs:Service")
        .filter(({ props }) => text(at(props, "schedulingStrategy")) !== "DAEMON")
        .map((resource) => {
            const balancers = at(resource.props, "loadBalancers");
            return {
                resource,
                count: number(at(resource.props, "desiredCount")),
                scaled: any(scalers.map((scaler) => scales(scaler, resource))),
                served: isOpaque(balancers) ? balancers : Array.isArray(balancers) && balancers.length > 0,
                countIgnored: resource.ignoreChanges.some((path) => path === "desiredCount" || path === "*"),
            };
        });
}

/** By dependency, or by the name at the end of `service/<cluster>/<service>`. */
function scales(scaler: Resource, service: Resource): Maybe<boolean> {
    if (scaler.dependencies.includes(service.urn)) return true;
    const id = text(at(scaler.props, "resourceId"));
    const name = text(at(service.props, "name"));
    if (!isKnown(id)) return id;
    if (isOpaque(name)) return name;
    return name !== undefined && id.startsWith("service/") && id.slice(id.lastIndexOf("/") + 1) === name;
}

function containerApps(stack: Stack): readonly Service[] {
    return ofType(stack, "azure-native:app:ContainerApp").map((resource) => {
        const most = number(at(resource.props, "template", "scale", "maxReplicas") ?? 10);
        const least = number(at(resource.props, "template", "scale", "minReplicas") ?? 0);
        const external = at(resource.props, "configuration", "ingress", "external");
        const hidden = [most, least].find(isOpaque);
        return {
            resource,
            // The scale block always decides; a fixed count is one where both bounds are equal.
            count: hidden ?? (most === least ? most : undefined),
            scaled: hidden ?? most !== least,
            served: isOpaque(external) ? external : external === true,
            countIgnored: true,
        };
    });
}

const SCALERS = ["kubernetes:autoscaling:HorizontalPodAutoscaler", "kubernetes:keda.sh:ScaledObject"];

function deployments(stack: Stack): readonly Service[] {
    const scalers = ofType(stack, ...SCALERS);
    const doors = doorsOf(stack);
    return ofType(stack, "kubernetes:apps:Deployment").map((resource) => ({
        resource,
        count: number(at(resource.props, "spec", "replicas")),
        scaled: any(scalers.map((scaler) => targets(scaler, referenceOf(scaler), resource))),
        served: any(doors.map((service) => selects(service, resource))),
        countIgnored: resource.ignoreChanges.some((path) => ["spec.replicas", "spec", "*"].includes(path)),
    }));
}

/** KEDA means a Deployment where no kind is given. */
function referenceOf(scaler: Resource): unknown {
    const reference = at(scaler.props, "spec", "scaleTargetRef");
    if (isOpaque(reference) || typeof reference !== "object") return reference;
    return { kind: "Deployment", ...reference };
}

/** Services that are open to the outside: by their type, or as the backend of an Ingress or a route. */
function doorsOf(stack: Stack): readonly Resource[] {
    const routes = ofType(
        stack,
        "kubernetes:networking.k8s.io:Ingress",
        "kubernetes:gateway.networking.k8s.io:HTTPRoute",
    );
    return ofType(stack, "kubernetes:core:Service").filter((service) => {
        const type = text(at(service.props, "spec", "type"));
        if (type === "LoadBalancer" || type === "NodePort") return true;
        const name = text(at(service.props, "metadata", "name"));
        return routes.some(
            (route) =>
                route.dependencies.includes(service.urn) ||
                (isKnown(name) && namespaceOf(route) === namespaceOf(service) && namesService(route.props, name)),
        );
    });
}

/** Whether a route's spec has `name: <service>` under a backend. */
function namesService(value: unknown, name: string, within = false): boolean {
    if (typeof value !== "object" || value === null) return false;
    return Object.entries(value).some(
        ([key, entry]) =>
            (within && key === "name" && entry === name) ||
            namesService(entry, name, within || key === "backend" || key === "defaultBackend" || key === "backendRefs"),
    );
}
