import { plural } from './intl.ts';

/** `1 line`, `2,000 lines`: what English needs of `plural`. */
export function counted(count: number, one: string, many: string): string {
  return plural(count, { one: `# ${one}`, other: `# ${many}` });
}
