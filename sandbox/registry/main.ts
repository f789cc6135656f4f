import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerBlob } from './blob-server.ts';
import { ConfigError, readConfig, usage, type GateConfig } from './config.ts';
import { answerControl } from './control-server.ts';
import type { Gate } from './gate.ts';
import { createLine } from './line.ts';
import { createListener, type Answer, type Listener } from './listener.ts';
import { answerNgc } from './ngc-server.ts';
import { answerRegistry } from './registry-server.ts';
import { sendHtmlPage } from './replies.ts';
import { emptyState } from './state.ts';
import { createTokens } from './tokens.ts';

async function openBlobs(listener: Listener, config: GateConfig): Promise<void> {
  if (config.blobHost !== null) {
    await listener.open(config.blobHost, config.ports.blobs);
    return;
  }
  try {
    await listener.open('127.0.0.2', config.ports.blobs);
  } catch (error) {
    // Linux answers on all of 127.0.0.0/8, other systems on one address only.
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRNOTAVAIL')) throw error;
    await listener.open(config.host, config.ports.blobs);
  }
}

async function run(config: GateConfig): Promise<void> {
  const initial = { ...config.behaviour };
  const gate: Gate = {
    config,
    behaviour: { ...initial },
    state: emptyState(),
    tokens: createTokens(),
    line: createLine(initial, onDied),
    secret: randomBytes(32),
    blobAddress: '',
  };
  /** What lies on the way of every answer: a slow network, a proxy with a page of its own. */
  const behind =
    (answer: (gate: Gate, ...rest: Parameters<Answer>) => Promise<void>): Answer =>
    async (request, response, signal) => {
      if (gate.behaviour.delayMs > 0) await sleep(gate.behaviour.delayMs, undefined, { signal });
      if (gate.behaviour.htmlPageStatus === null) await answer(gate, request, response, signal);
      else sendHtmlPage(response, gate.behaviour.htmlPageStatus);
    };
  const registry = createListener(behind(answerRegistry));
  const blobs = createListener(behind(answerBlob));
  const ngc = createListener(behind(answerNgc));

  function onDied(): void {
    gate.behaviour.dieAfterBytes = null;
    if (gate.behaviour.dies === 'once') {
      blobs.dropConnections();
      return;
    }
    gate.state.isDown = true;
    registry.close();
    blobs.close();
  }

  const change = async (part: Partial<Gate['behaviour']>) => {
    Object.assign(gate.behaviour, part);
    gate.line.change(part);
  };
  const resume = async () => {
    await registry.reopen();
    await blobs.reopen();
    gate.state.isDown = false;
    await change({ stallAfterBytes: null, dieAfterBytes: null });
  };
  const control = createListener((request, response) =>
    answerControl(
      {
        state: () => ({ ...gate.state, isStalled: gate.line.isStalled() }),
        behaviour: () => gate.behaviour,
        change,
        resume,
        drop: () => blobs.dropConnections(),
        revokeTokens: () => gate.tokens.revokeAll(),
        async reset() {
          await resume();
          await change(initial);
          const { openBlobs: open } = gate.state;
          Object.assign(gate.state, emptyState(), { openBlobs: open });
        },
      },
      request,
      response,
    ),
  );

  await registry.open(config.host, config.ports.registry);
  await openBlobs(blobs, config);
  await ngc.open(config.host, config.ports.ngc);
  await control.open(config.host, config.ports.control);
  gate.blobAddress = blobs.address();
  const addresses = {
    program: 'registry-gate',
    pid: process.pid,
    registry: registry.address(),
    blobs: blobs.address(),
    ngc: `http://${ngc.address()}`,
    control: `http://${control.address()}`,
  };
  writeSync(config.announceFd, `${JSON.stringify(addresses)}\n`);
}

const stop = () => process.exit(0);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
try {
  const config = readConfig(process.argv.slice(2), process.env);
  // Nobody is left to end it when its parent's end of the pipe closes.
  if (config.followsParent) process.stdin.once('end', stop).once('error', stop).resume();
  await run(config);
} catch (error) {
  const isUsage = error instanceof ConfigError || (error instanceof TypeError && 'code' in error);
  process.stderr.write(isUsage ? `${String(error)}\n\n${usage}` : `${String(error)}\n`);
  process.exit(2);
}
