import { expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { jsonPort, maxFrameBytes } from '../rpc/wire.ts';
import { compare, mostPrompts, mostSetBytes } from './compare.ts';

const comparisonId = 'f'.repeat(36);
const partOf = (text: string, parts: number) => text.slice(0, Math.floor(text.length / parts));

function send(op: string, input: Json): void {
  const wire = { send: () => {}, onFrame: () => {}, onClose: () => {}, close: () => {} };
  jsonPort(wire, maxFrameBytes.up).send({ t: 'call', id: 1, op, input });
}

test.each([
  ['quotes', '"', 1],
  ['escapes', '\\', 1],
  ['line ends', '\n', 1],
  ['letters of three bytes', '€', 3],
])(
  'a set as large as one can be, all of %s, goes through the wire, as a file and as prompts',
  (_name, letter, bytes) => {
    const text = letter.repeat(mostSetBytes / bytes);
    const file = compare.readPrompts.input.parse({ fileName: letter.repeat(512), text });
    expect(() => send('compare.readPrompts', file)).not.toThrow();
    const prompts = Array.from({ length: mostPrompts }, () => ({ prompt: partOf(text, mostPrompts), name: null }));
    const set = compare.runSet.input.parse({ comparisonId, prompts });
    expect(() => send('compare.runSet', set)).not.toThrow();
  },
);
