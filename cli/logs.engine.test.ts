import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorCatalog } from '../shared/errors.ts';
import { createTestDeps, type TestDeps } from '../core/testing/deps.ts';
import { startTerminal } from '../core/testing/terminal.ts';
import { cleanUp, describeOnEngines, dockerOf, imageReference, pull } from '../core/testing/engine-host/kit.ts';

const label = 'io.nimdeck.test=terminal-logs';

describeOnEngines(
  'the log of a NIM in the terminal, which is the first to ask',
  (engine) => {
    let deps: TestDeps;
    beforeAll(async () => {
      deps = createTestDeps();
      await pull(engine, imageReference('small'));
    });
    afterAll(async () => {
      await cleanUp(engine, label, [imageReference('small')]);
      deps[Symbol.dispose]();
    });

    async function start(name: string, script: string, logDriver: string) {
      const container = await dockerOf(engine).createContainer({
        name,
        Image: imageReference('small'),
        Cmd: ['sh', '-c', script],
        Labels: { 'io.nimdeck.test': 'terminal-logs', 'io.nimdeck.managed': 'true' },
        HostConfig: { LogConfig: { Type: logDriver, Config: {} } },
      });
      await container.start();
      return container;
    }

    async function nimdeck(...args: string[]) {
      const { printed, exitCode } = startTerminal(deps, args, { DOCKER_HOST: engine.dockerHost });
      return { exitCode: await exitCode, printed: printed.stdout + printed.stderr };
    }

    test('is whole, though nothing was collected before; one that cannot be read is named with what to do', async () => {
      await start(
        'terminal-logs',
        `i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i+1)); done; sleep 600`,
        'json-file',
      );
      const whole = Array.from({ length: 3000 }, (_, n) => `line ${n}\n`).join('');
      expect(await nimdeck('logs', 'terminal-logs')).toEqual({ exitCode: 0, printed: whole });

      await start('terminal-unread', 'echo unheard; sleep 600', 'none');
      const unread = await nimdeck('logs', 'terminal-unread', '-f');
      expect(unread.exitCode).toBe(1);
      expect(unread.printed).toContain('LOG_NOT_READABLE');
      expect(unread.printed).toContain(errorCatalog.LOG_NOT_READABLE.remedy);
    });
  },
  ['overlay2-26.1'],
);
