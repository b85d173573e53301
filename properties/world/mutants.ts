export type ToldFrom = 'tcg' | 'kvm';
export const toldFrom: Readonly<Record<string, ToldFrom>> = {};
export const whyNotShown: Readonly<Record<string, string>> = {};
