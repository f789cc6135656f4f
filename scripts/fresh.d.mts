/** A file that is built, absolute, and the files and folders that it is made of, from the root. */
export interface Built {
  built: string;
  sources: readonly string[];
}

export const pages: Built;
export const desktop: Built;
export const shell: Built;

/** Whether it is there and newer than what it is made of. */
export function isFresh(what: Built): boolean;
