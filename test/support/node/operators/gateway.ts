import { renameSync } from "node:fs";
import * as path from "node:path";
import { goSources } from "../../go-tools.js";
import { pythonEnvironment } from "../../python-environment.js";
import { debian } from "../debian.js";
import type { Cluster } from "../index.js";
import { run } from "../shell.js";
import { applyText, awaitDeployments, copyOf, programImage } from "./manifests.js";

const MODULE = ["github.com/envoyproxy/gateway", "v1.9.1", "h1:vAVp6/AlBXJ1aOhp1mxL7fNEzVEfjADUguUhm2wzxQY="] as const;
const CONTROLLER = "docker.io/envoyproxy/gateway:v1.9.1";
const PROXY = "docker.io/envoyproxy/envoy:v1.40.0";
const NAMESPACE = "envoy-gateway-system";

/** Envoy Gateway by its own chart, with the Envoy that PyPI has. */
export async function installGateway(cluster: Cluster): Promise<void> {
    const [name] = MODULE;
    await programImage(
        cluster,
        CONTROLLER,
        ["envoy-gateway", `${name}/cmd/envoy-gateway`],
        ["usr/local/bin/envoy-gateway"],
    );
    const python = await pythonEnvironment("envoy");
    const where = "import envoy, os; print(os.path.dirname(envoy.__file__))";
    const envoy = path.join(run(path.join(python, "python"), ["-c", where]).trim(), "_bin", "envoy");
    await cluster.images.load([
        {
            name: PROXY,
            layers: [await debian("trixie", []), cluster.images.layer({ "usr/local/bin/envoy": envoy })],
            config: { Entrypoint: ["/usr/local/bin/envoy"], Env: ["PATH=/usr/local/bin:/usr/bin:/bin"], User: "65532" },
        },
    ]);
    const chart = copyOf(cluster, path.join(await goSources(...MODULE), "charts", "gateway-helm"));
    // The release fills these two in.
    renameSync(path.join(chart, "values.tmpl.yaml"), path.join(chart, "values.yaml"));
    const values = [
        `global.images.envoyGateway.image=${CONTROLLER}`,
        "global.images.envoyGateway.pullPolicy=IfNotPresent",
        `global.images.envoyProxy.image=${PROXY}`,
    ].flatMap((value) => ["--set", value]);
    await cluster.client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
    applyText(
        cluster,
        cluster.helm(["template", "envoy-gateway", chart, "--namespace", NAMESPACE, "--include-crds", ...values]),
    );
    awaitDeployments(cluster, NAMESPACE);
}
