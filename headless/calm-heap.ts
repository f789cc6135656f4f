import { setFlagsFromString } from 'node:v8';

const everyMs = 30 * 60_000;

/**
 * V8 makes the heap smaller some seconds after each of its own collections, and again: in a process that waits that took 100
 * ms of all its threads every two minutes, for 3 MiB of 26 (Node 24, three NIMs). It does so twice an hour now. What a
 * start leaves behind goes with the collections that V8 makes when memory is wanted.
 */
export function calmHeap(): void {
  setFlagsFromString(`--gc-memory-reducer-start-delay-ms=${everyMs}`);
}
