import { App } from "../app/app.js";
import { deploy, recover } from "../app/deploy.js";
import type { Context, ObjectKindHandler } from "../context.js";

/** Apps. An {@link App} is there for every entry, and while one is being made. */
export function apps(context: Context, all: Map<string, App>): ObjectKindHandler<"app"> {
    const open = (name: string): App => {
        let app = all.get(name);
        if (app === undefined) {
            app = new App(name, context);
            all.set(name, app);
        }
        return app;
    };
    const close = async (name: string, options: { keepReleases: boolean }) => {
        await open(name).remove(options);
        all.delete(name);
    };
    return {
        async apply(request, before) {
            const app = open(request.name);
            try {
                return await deploy(app, request);
            } catch (error) {
                if (before?.result === undefined && app.state.get().current === undefined) {
                    await close(request.name, { keepReleases: true });
                }
                throw error;
            }
        },
        open,
        async reconcile({ name }) {
            await recover(open(name));
        },
        drift: async ({ name }) => open(name).drift(),
        interrupt: (name) => all.get(name)?.interruption.abort(),
        remove: (name) => close(name, { keepReleases: false }),
    };
}
