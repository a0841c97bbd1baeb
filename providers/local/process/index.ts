export { type ExitStatus, type SpawnOptions, spawnDetached, stopProcessGroup } from "./group.js";
export { identify, isAlive, type ProcessIdentity } from "./identity.js";
export { groupLives, signalGroup } from "./members.js";
