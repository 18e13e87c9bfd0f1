export type QuirkId = string;
