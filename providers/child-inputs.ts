/**
 * Input types of children, by target, kind and child key. Empty here, so that no cloud's types load with the library;
 * importing `twelvefold/<target>` adds that target's, and with them the types of `transform`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: targets add to it by declaration merging
export interface ChildInputs {}
