import { ProgramError } from "../errors.js";

/** Address blocks of the subnets of a zone. */
export interface SubnetBlocks {
    /** For load balancers and the gateway: 251 addresses. */
    readonly public: string;
    /** For tasks and databases: 8187 addresses. */
    readonly private: string;
}

/** Zones that a /16 is divided for. */
export const MAX_ZONES = 6;

const BLOCK = /^(\d{1,3})\.(\d{1,3})\.0\.0\/16$/;

/**
 * Divides a /16 among zones. What a zone gets does not depend on how many there are, so that one can be added.
 *
 * @throws ProgramError when the block is no /16
 */
export function subnetBlocks(cidr: string, zones: number): readonly SubnetBlocks[] {
    const [, first, second] = BLOCK.exec(cidr) ?? [];
    if (first === undefined || second === undefined || Number(first) > 255 || Number(second) > 255) {
        throw new ProgramError(`twelvefold:aws.cidr is "${cidr}"; allowed: a /16, for example "10.0.0.0/16".`);
    }
    return Array.from({ length: zones }, (_, zone) => ({
        public: `${first}.${second}.${240 + zone}.0/24`,
        private: `${first}.${second}.${32 * zone}.0/19`,
    }));
}
