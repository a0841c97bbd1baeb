import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { until } from "../until.js";
import { run } from "./shell.js";

/** An image made from archives of files, as https://github.com/opencontainers/image-spec has it. */
export interface Image {
    /** With a tag. */
    readonly name: string;
    /** tar files, the lowest first. */
    readonly layers: readonly string[];
    readonly config: {
        readonly Entrypoint?: readonly string[];
        readonly Cmd?: readonly string[];
        readonly Env?: readonly string[];
        readonly WorkingDir?: string;
        readonly User?: string;
    };
}

const OCI = "application/vnd.oci.image";

/** The images of the node: no registry is asked for any. */
export class Images {
    private made = 0;

    constructor(
        private readonly folder: string,
        private readonly ctr: readonly string[],
    ) {}

    /** A layer with files at their paths, which may be folders. */
    layer(files: Readonly<Record<string, string>>, prepare: (root: string) => void = () => {}): string {
        const root = path.join(this.folder, `layer-${++this.made}`);
        mkdirSync(root);
        for (const [at, file] of Object.entries(files)) {
            mkdirSync(path.dirname(path.join(root, at)), { recursive: true });
            symlinkSync(file, path.join(root, at));
        }
        prepare(root);
        run("tar", ["-C", root, "--dereference", "--exclude=.bin", "-cf", `${root}.tar`, "."]);
        return `${root}.tar`;
    }

    /** All of them at once, since they share layers. @returns each by its digest, in order */
    async load(images: readonly Image[]): Promise<readonly string[]> {
        const archive = new Archive(mkdtempSync(path.join(this.folder, "images-")));
        const digests: string[] = [];
        for (const image of images) digests.push(await archive.add(image));
        const file = archive.close();
        this.run("images", "import", file);
        rmSync(file);
        return images.map(({ name }, index) => {
            const reference = `${name.replace(/:[^/:]+$/, "")}@${digests[index]}`;
            this.run("images", "tag", "--force", name, reference);
            return reference;
        });
    }

    /** What kubelet leaves running when it goes. */
    killContainers(): Promise<void> {
        return until(async () => {
            const tasks = this.run("tasks", "list", "--quiet").split("\n").filter(Boolean);
            for (const task of tasks) {
                for (const step of [
                    ["kill", "--all", "--signal=SIGKILL"],
                    ["delete", "--force"],
                ]) {
                    try {
                        this.run("tasks", ...step, task);
                    } catch {
                        // It ends in its own time, or has ended meanwhile: the next look tells.
                    }
                }
            }
            return tasks.length === 0;
        }, 60);
    }

    private run(...args: readonly string[]): string {
        const [program = "", ...rest] = this.ctr;
        return run(program, [...rest, ...args]);
    }
}

interface Descriptor {
    readonly mediaType: string;
    readonly digest: string;
    readonly size: number;
    readonly annotations?: Readonly<Record<string, string>>;
}

class Archive {
    private readonly manifests: Descriptor[] = [];
    private readonly layers = new Map<string, Descriptor>();

    constructor(private readonly folder: string) {
        mkdirSync(path.join(folder, "blobs", "sha256"), { recursive: true });
        writeFileSync(path.join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    }

    async add({ name, layers, config }: Image): Promise<string> {
        const stored: Descriptor[] = [];
        for (const layer of layers) stored.push(await this.layer(layer));
        const rootfs = { type: "layers", diff_ids: stored.map(({ digest }) => digest) };
        const written = this.blob("config.v1+json", { architecture: "amd64", os: "linux", config, rootfs });
        const mediaType = `${OCI}.manifest.v1+json`;
        const manifest = this.blob("manifest.v1+json", {
            schemaVersion: 2,
            mediaType,
            config: written,
            layers: stored,
        });
        this.manifests.push({ ...manifest, annotations: { "io.containerd.image.name": name } });
        return manifest.digest;
    }

    /** @returns its file */
    close(): string {
        writeFileSync(
            path.join(this.folder, "index.json"),
            JSON.stringify({ schemaVersion: 2, manifests: this.manifests }),
        );
        run("tar", ["-C", this.folder, "--dereference", "-cf", `${this.folder}.tar`, "."]);
        return `${this.folder}.tar`;
    }

    private async layer(file: string): Promise<Descriptor> {
        const known = this.layers.get(file);
        if (known !== undefined) return known;
        const hash = createHash("sha256");
        await pipeline(createReadStream(file), hash);
        const digest = hash.digest("hex");
        symlinkSync(file, this.path(digest));
        const size = statSync(file).size;
        const layer = { mediaType: `${OCI}.layer.v1.tar`, digest: `sha256:${digest}`, size };
        this.layers.set(file, layer);
        return layer;
    }

    private blob(type: string, content: object): Descriptor {
        const text = JSON.stringify(content);
        const digest = createHash("sha256").update(text).digest("hex");
        writeFileSync(this.path(digest), text);
        return { mediaType: `${OCI}.${type}`, digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
    }

    private path(digest: string): string {
        return path.join(this.folder, "blobs", "sha256", digest);
    }
}
