import { integerOf, textOf, versionPairOf } from './values.ts';

export interface QueriedGpu {
  index: number;
  uuid: string | null;
  computeCapability: string | null;
}

/** What the third call asks for; nothing more, because one unknown field fails the whole query (gpu facts 1.7). */
export const queryFields = 'index,uuid,compute_cap';

/** `--query-gpu=index,uuid,compute_cap --format=csv,noheader,nounits`. No quoting; none of these fields holds a comma. */
export function parseQuery(text: string): QueriedGpu[] {
  return text.split('\n').flatMap((line) => {
    const [index, uuid, capability, ...more] = line.split(',').map((cell) => cell.trim());
    const number = integerOf(index);
    return number === null || capability === undefined || more.length > 0
      ? []
      : [{ index: number, uuid: textOf(uuid), computeCapability: versionPairOf(capability) }];
  });
}
