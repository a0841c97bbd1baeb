/** One resource that a program would register, as formatters see it. Nothing secret is in it. */
export interface ExportedResource {
    /** Type token, for example `kubernetes:apps/v1:Deployment`; `twelvefold:index:App` for a component. */
    readonly type: string;
    /** Its name in the program; a child of a component is `<component>-<key>`. */
    readonly name: string;
    readonly urn: string;
    /** URN of the component that it is a child of. */
    readonly parent?: string;
    /** Inputs; of a component, its intent. In the place of each secret stands `SECRET`. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** Property paths of the inputs that are secret, for example `stringData.SESSION_KEY` or `items[0].value`. */
    readonly secretInputs: readonly string[];
    /** URNs of what it depends on, explicitly or through its inputs. */
    readonly dependencies: readonly string[];
}

/** What stands where a secret was. */
export const SECRET = "(secret)";

/** A way to print what a program would register; one file in `formats/` each. */
export interface Format {
    /** What is written after `--format`. */
    readonly name: string;
    /** One line for the help and for errors. */
    readonly description: string;
    /**
     * @param resources all of them, components included, in the order of registration
     * @throws Error saying what to set, when the program has nothing that this format prints
     */
    print(
        resources: readonly ExportedResource[],
        program: { readonly project: string; readonly stack: string },
    ): string;
}
