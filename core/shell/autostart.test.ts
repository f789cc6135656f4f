import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { setLinuxAutostart } from './autostart.ts';

test('begins and ends with one file, whatever is in the path', () => {
  using deps = createTestDeps();
  const machine = { home: deps.home, env: {} };
  const file = join(deps.home, '.config/autostart/nimdeck.desktop');
  setLinuxAutostart(machine, false, []);
  setLinuxAutostart(machine, true, ['/opt/a "b"/50% $x\\y`z', '--hidden']);
  // By the desktop entry specification: quoted, then escaped once more as any text of such a file, and percents doubled.
  expect(readFileSync(file, 'utf8')).toContain(
    String.raw`Exec="/opt/a \\"b\\"/50%% \\$x\\\\y\\${'`'}z" "--hidden"` + '\n',
  );
  setLinuxAutostart(machine, false, []);
  expect(existsSync(file)).toBe(false);
});

test('follows XDG_CONFIG_HOME, but no relative one', () => {
  using deps = createTestDeps();
  const config = join(deps.home, 'config');
  setLinuxAutostart({ home: deps.home, env: { XDG_CONFIG_HOME: config } }, true, ['nimdeck']);
  setLinuxAutostart({ home: deps.home, env: { XDG_CONFIG_HOME: 'config' } }, true, ['nimdeck']);
  expect(existsSync(join(config, 'autostart/nimdeck.desktop'))).toBe(true);
  expect(existsSync(join(deps.home, '.config/autostart/nimdeck.desktop'))).toBe(true);
});
