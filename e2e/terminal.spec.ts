import { expect, test } from '@playwright/test';
import { findFreePort } from '../core/testing/free-port.ts';
import { onFarSides } from './far-side.ts';
import { allEngines } from './test-engines.ts';

const lastJson = (printed: string): unknown => JSON.parse(printed.trim().split('\n').at(-1) ?? '');

onFarSides((side) => {
  test('key, pull, run with a GPU request, ready, log, chat, stop, remove: in the terminal', async () => {
    await using place = await side.createPlace();
    const { rightKey } = place;
    const done = async (args: string[], input?: string) => {
      const { exitCode, printed } = await place.nimdeck(args, input);
      expect(printed).not.toContain(rightKey);
      expect(exitCode, `nimdeck ${args.join(' ')}: ${printed}`).toBe(0);
      return printed;
    };

    const refused = await place.nimdeck(['pull', place.nim]);
    expect(refused.exitCode, refused.printed).not.toBe(0);

    await done(['login'], `${rightKey}\n`);
    await done(['pull', place.nim]);
    const gpu = place.gpuIds[0] ?? '';
    // Not the first one from 8000 on: while this NIM is stopped, another program on this machine could take it.
    const port = String(await findFreePort());
    const settings = ['--port', port, '--gpus', gpu, '--env', 'NIMDECK_SANDBOX_SPEED=100'];
    await done(['run', place.nim, '--name', 'stage', ...settings]);
    expect(lastJson(await done(['ps', '--json']))).toMatchObject([
      { name: 'stage', status: 'ready', gpus: { ids: [gpu] } },
    ]);
    expect(await done(['logs', 'stage'])).toContain('Application startup complete.');
    expect((await done(['chat', 'stage', '/tokens 40 hello'])).length).toBeGreaterThan(20);
    await done(['stop', 'stage']);
    expect(lastJson(await done(['ps', '--json']))).toMatchObject([{ name: 'stage', status: 'stopped' }]);
    await done(['start', 'stage']);
    await done(['rm', 'stage']);
    expect(lastJson(await done(['ps', '--json']))).toEqual([]);
    await done(['logout']);
  });
}, allEngines);
