import type { Exception } from "../../../support/checkov.js";

/** What checkov says of the shop in production, and is answered. One that nothing matches fails the test. */
export const EXCEPTIONS: readonly Exception[] = [
    {
        check: "CKV_AZURE_233",
        resource: /^Microsoft\.ContainerRegistry\/registries\./,
        reason: "Azure spreads registries of every tier over zones where a region has them; the field itself is for Premium.",
    },
    {
        check: "CKV_AZURE_139",
        resource: /^Microsoft\.ContainerRegistry\/registries\./,
        reason: "Whoever runs Pulumi pushes from outside of the network; pulling and pushing take an identity.",
    },
    {
        check: "CKV_AZURE_166",
        resource: /^Microsoft\.ContainerRegistry\/registries\./,
        reason: "Quarantine needs a scanner that releases images; without one no app would ever start.",
    },
    {
        check: "CKV_AZURE_41",
        resource: /^Microsoft\.KeyVault\/vaults\/secrets\./,
        reason: "A secret that expires stops a running app at its next restart; another value is another release instead.",
    },
];
