/** What can be made to go wrong on request. A closed list: the practice page offers exactly these. */
export const engineFaults = [
  { id: 'next-pull-stalls', title: 'The next pull stalls', lasts: true, needsNim: false },
  { id: 'next-pull-breaks', title: 'The next pull loses its connection and resumes', lasts: false, needsNim: false },
  { id: 'next-pull-dies', title: 'The next pull fails halfway', lasts: false, needsNim: false },
  { id: 'next-pull-fills-disk', title: 'The next pull fills the disk', lasts: false, needsNim: false },
  { id: 'disk-is-nearly-full', title: 'The disk is nearly full', lasts: true, needsNim: false },
  { id: 'pulls-are-slow', title: 'Pulls are slow', lasts: true, needsNim: false },
  { id: 'engine-hangs', title: 'The engine stops answering', lasts: true, needsNim: false },
  { id: 'engine-is-gone', title: 'The engine is gone', lasts: true, needsNim: false },
  { id: 'next-nim-stays-502', title: 'The next NIM never becomes ready', lasts: false, needsNim: false },
  { id: 'nim-dies', title: 'The newest running NIM dies', lasts: false, needsNim: true },
  { id: 'nim-floods-log', title: 'The newest running NIM floods its log', lasts: true, needsNim: true },
] as const;

export type EngineFault = (typeof engineFaults)[number]['id'];

/** `lasts`: it stays until it is undone; the others are over once they happened. */
export interface Provoked {
  readonly fault: EngineFault;
  /** False while it waits for its occasion: the next pull, the next NIM. */
  readonly hasHappened: boolean;
}
