import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { openDocker } from './docker.ts';

test.each(['unix:///var/run/docker.sock', 'tcp://localhost:2375'])(
  'what docker-modem prints of each request to %s says nothing of the agent',
  async (address) => {
    const { modem } = await openDocker({ address, source: 'docker-host', contextName: null, tls: null });
    expect(inspect(modem, { showHidden: true, depth: null })).toContain('agent: an agent');
  },
);
