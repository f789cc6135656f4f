import { type MachineId, machineIds } from '../machines/machine.ts';
import { type StoreMode, storeModes } from '../engine/engine.ts';

export interface TreeOptions {
  /** For the engine's socket and the programs of the machine; made, and removed at the end. */
  folder: string;
  machine: MachineId;
  store: StoreMode;
  /** How many times faster than measured pulls and starts go. */
  speed: number;
  /** Of a pull at speed 1. */
  bytesPerSecond: number;
  /** Further images by reference, with the compressed bytes of their layers; they need no key. */
  images: Readonly<Record<string, readonly number[]>>;
}

export class OptionsError extends Error {}

/** A good line at home. */
const defaultBytesPerSecond = 50_000_000;

/** @param text the program's one argument: a JSON object with any of `TreeOptions`, the folder at least */
export function readOptions(text: string | undefined): TreeOptions {
  const given = parse(text ?? '');
  const { folder, images = {} } = given;
  if (typeof folder !== 'string' || folder === '') throw new OptionsError('folder: a path is needed');
  return {
    folder,
    machine: oneOf('machine', given['machine'] ?? 'rtx-4090', machineIds),
    store: oneOf('store', given['store'] ?? 'containerd-29', storeModes),
    speed: positive('speed', given['speed'] ?? 20),
    bytesPerSecond: positive('bytesPerSecond', given['bytesPerSecond'] ?? defaultBytesPerSecond),
    images: readImages(images),
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Said below, as for any other text that is no object.
  }
  throw new OptionsError('one argument is needed: a JSON object with a folder');
}

function oneOf<const T extends string>(name: string, value: unknown, values: readonly T[]): T {
  const found = values.find((each) => each === value);
  if (found === undefined) throw new OptionsError(`${name}: ${String(value)} is none of ${values.join(', ')}`);
  return found;
}

function positive(name: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0)) throw new OptionsError(`${name}: a number above 0 is needed`);
  return value;
}

function readImages(images: unknown): TreeOptions['images'] {
  const isList = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every((each) => Number.isInteger(each));
  if (typeof images !== 'object' || images === null) throw new OptionsError('images: an object is needed');
  const entries = Object.entries(images);
  const wrong = entries.find(([, layers]) => !isList(layers));
  if (wrong !== undefined) throw new OptionsError(`images: ${wrong[0]} needs a list of bytes`);
  return Object.fromEntries(entries);
}
