// biome-ignore lint/suspicious/noTsIgnore: it goes to the published declarations, where there is an error or none, as users have installed it or not
/** @ts-ignore A table of `apache-arrow`; `any` where that is not installed. */
export type ArrowTable = import('apache-arrow').Table
