/** Beyond so many standard deviations a normal variable is once in a million times, both sides together. */
const ONCE_IN_A_MILLION = 4.89;

/** The counts that a share of so many independent requests stays within, but for one time in a million. */
export function binomialBounds(requests: number, share: number): { readonly least: number; readonly most: number } {
    const spread = ONCE_IN_A_MILLION * Math.sqrt(requests * share * (1 - share)) + 1;
    return { least: requests * share - spread, most: requests * share + spread };
}
