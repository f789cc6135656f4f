import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { cleanContract, type ContractSubject } from '../../core/testing/engine-contract-kit.ts';
import { engineContract } from '../../core/testing/engine-contract.ts';
import { type SandboxEngine, startEngine, storeModes } from './engine.ts';
import { fakeMachine, shellImage } from './testing.ts';

describe.each(storeModes)('the stand-in as %s keeps the engine contract:', (store) => {
  let folder: string;
  let engine: SandboxEngine;
  let subject: ContractSubject;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-'));
    const machine = fakeMachine();
    const socket = join(folder, 'docker.sock');
    engine = await startEngine({
      socket,
      store,
      machine,
      images: [shellImage],
      otherImage: () => null,
      isKeyRight: () => false,
      pace: { bytesPerSecond: 20e6, speed: 100 },
    });
    const [gpu = ''] = machine.devices().map(({ uuid }) => uuid);
    const gpus = store === 'podman' ? 'ignored' : store === 'containerd-26' ? 'cdi' : 'hook';
    subject = {
      docker: new Docker({ socketPath: socket }),
      store: store.startsWith('containerd') ? 'containerd' : store === 'podman' ? 'podman' : 'overlay2',
      small: shellImage.reference,
      missingTag: shellImage.reference.replace(/:[^:]*$/, ':none'),
      gpus,
      gpuIds: [gpus === 'cdi' ? `nvidia.com/gpu=${gpu}` : gpu],
    };
  });

  afterEach(() => cleanContract(subject));

  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  for (const { name, run } of engineContract) it(name, () => run(subject));
});
