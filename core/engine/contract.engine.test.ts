import { afterEach, beforeAll, it } from 'vitest';
import { describeOnEngines, dockerOf, imageReference } from '../testing/engine-host/kit.ts';
import { cleanContract, type ContractSubject } from '../testing/engine-contract-kit.ts';
import { engineContract } from '../testing/engine-contract.ts';

describeOnEngines('a real engine keeps the contract that the stand-in is held to', (engine) => {
  let subject: ContractSubject;

  beforeAll(() => {
    const small = imageReference('small');
    const isContainerd = engine.name.startsWith('containerd');
    subject = {
      docker: dockerOf(engine),
      store: isContainerd ? 'containerd' : 'overlay2',
      small,
      missingTag: small.replace(/:[^:/]*$/, ':none'),
      gpus: isContainerd ? 'cdi' : 'hook',
      gpuIds: engine.gpuIds,
    };
  });

  afterEach(() => cleanContract(subject));

  for (const { name, run } of engineContract) it(name, () => run(subject));
});
