import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { type Area, placeWindow, readWindowState, type WindowState, writeWindowState } from './window-state.ts';

const main: Area = { x: 0, y: 25, width: 1920, height: 1055 };
const left: Area = { x: -2560, y: 0, width: 2560, height: 1440 };
const state = (change: Partial<WindowState>): WindowState => ({
  x: 200,
  y: 100,
  width: 1200,
  height: 800,
  isMaximized: false,
  ...change,
});

test.each<[string, WindowState | null, Area[], Partial<Area>]>([
  ['never opened before', null, [main], { width: 1280, height: 820 }],
  ['as it was left', state({}), [main], { x: 200, y: 100, width: 1200, height: 800 }],
  ['on the other display', state({ x: -2000 }), [main, left], { x: -2000, y: 100, width: 1200, height: 800 }],
  ['that display is gone', state({ x: -2000 }), [main], { width: 1200, height: 800 }],
  ['its bar is above the display', state({ y: -10 }), [main], { width: 1200, height: 800 }],
  ['its bar is below the display', state({ y: 1070 }), [main], { width: 1200, height: 800 }],
  ['only an edge of it is left', state({ x: 1850 }), [main], { width: 1200, height: 800 }],
  ['enough of it is left to be grabbed', state({ x: 1700 }), [main], { x: 1700, y: 100, width: 1200, height: 800 }],
  [
    'larger than the display',
    state({ x: 10, y: 30, width: 4000, height: 3000 }),
    [main],
    { x: 10, y: 30, width: 1920, height: 1055 },
  ],
  ['smaller than it may be', state({ width: 10, height: 10 }), [main], { width: 900, height: 600 }],
  ['a display smaller than it may be', null, [{ x: 0, y: 0, width: 800, height: 480 }], { width: 900, height: 600 }],
  ['no display at all', state({}), [], { width: 1200, height: 800 }],
])('a window is placed: %s', (_name, saved, displays, expected) => {
  expect(placeWindow(saved, displays)).toEqual(expected);
});

test('what was kept is read; what cannot be read is nothing', async () => {
  using deps = createTestDeps();
  expect(await readWindowState(deps.dataFolder)).toBeNull();
  await writeWindowState(deps.dataFolder, state({ isMaximized: true }));
  expect(await readWindowState(deps.dataFolder)).toEqual(state({ isMaximized: true }));
  await writeWindowState(deps.dataFolder, state({ width: 0 }));
  expect(await readWindowState(deps.dataFolder)).toBeNull();
  mkdirSync(join(deps.dataFolder, 'desktop'), { recursive: true });
  writeFileSync(join(deps.dataFolder, 'desktop/window.json'), '{');
  expect(await readWindowState(deps.dataFolder)).toBeNull();
});
