import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { strayTexts } from '../testing/stray-texts.ts';

const root = join(import.meta.dirname, '..');

/** What people never see: tests, and what only developers open. */
const isShown = (file: string) => !/\.test\.tsx?$|^(testing|gallery|words)\/|^preview\.tsx$|\.d\.ts$/.test(file);
const files = globSync('**/*.{ts,tsx}', { cwd: root }).filter(isShown).toSorted();

test('every visible text comes from the catalogue', () => {
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) => strayTexts(file, readFileSync(join(root, file), 'utf8')));
  expect(found).toEqual([]);
});

test.each([
  ['between tags', '<p>Hello {name}</p>', ['Hello']],
  ['as an expression', "<p>{'Hello'}</p>", ['Hello']],
  ['in a template', '<p>{`Hello ${name}`}</p>', ['Hello']],
  ['in one of two cases', "<p>{isOn ? words.on : 'Off'}</p>", ['Off']],
  ['where nothing is known', "<p>{name ?? 'Nobody'}</p>", ['Nobody']],
  ['glued', "<p>{count + ' lines'}</p>", ['lines']],
  ['for screen readers', '<button aria-label="Close" />', ['Close']],
  ['on hover', "<a title={isOpen ? 'Open' : words.closed} />", ['Open']],
  ['in a field', '<input placeholder="Name" />', ['Name']],
  ['of a picture', '<img alt="A cat" />', ['A cat']],
  ['of a component', '<Field label="Port" hint={`From ${least}`} />', ['Port', 'From']],
  ['of a notice', "showToast({ title: 'Saved' })", ['Saved']],
  ['of the window', "document.title = 'Nimdeck'", ['Nimdeck']],
])('a text %s is found', (_where, source, texts) =>
  expect(strayTexts('planted.tsx', source)).toEqual(texts.map((text) => `planted.tsx:1: ${text}`)),
);

test.each([
  ['from the catalogue', '<p title={words.a}>{words.b}</p>'],
  ['paths', '<p title="/v1/metrics">{path}</p>'],
  ['signs', '<p>{first} · {second} (</p>'],
  ['classes and names', '<p className="flex" id="main" role="status" />'],
  ['comparisons', "<p>{state === 'good' && words.good}</p>"],
  ['arguments', "<p>{words.of('key')}</p>"],
])('%s are none', (_what, source) => expect(strayTexts('planted.tsx', source)).toEqual([]));
