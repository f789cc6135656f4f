import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createFakeApi } from '../testing/fake-api.ts';
import { fakeJob, idOf } from '../testing/fake-data.ts';
import { renderApp } from '../testing/render-app.tsx';
import { words } from '../words.ts';

function failedRun(code: 'NIM_GPU_MEMORY_TAKEN' | 'NIM_EXITED') {
  const fake = createFakeApi();
  fake.world.jobs.set([
    fakeJob('second', { kind: 'deploy', state: 'failed', failure: { code, message: 'It did not fit.' } }),
  ]);
  fake.world.holders = [
    {
      gpuIndex: 0,
      pid: 4711,
      processName: 'VLLM::EngineCore',
      memoryMiB: 13_351,
      nim: { id: idOf('first'), name: 'first' },
    },
    { gpuIndex: 0, pid: 99, processName: 'blender', memoryMiB: 2_048, nim: null },
  ];
  return renderApp({ fake, hash: '#/running' });
}

test('a run that did not fit says who is in the way, and stops a NIM from there', async () => {
  const { user, fake } = failedRun('NIM_GPU_MEMORY_TAKEN');
  const list = await screen.findByRole('list', { name: words.gpu.holders.title });
  const [nim, other] = within(list).getAllByRole('listitem');
  expect(nim?.textContent).toContain('first: 13.0 GiB on GPU 0');
  expect(other?.textContent).toBe('blender (process 99): 2.0 GiB on GPU 0');
  await user.click(within(list).getByRole('button', { name: words.gpu.holders.stop('first') }));
  expect(fake.calls).toContainEqual(['nims.stop', { nimId: idOf('first') }]);
});

test('another failure asks nothing of the driver', async () => {
  const { fake } = failedRun('NIM_EXITED');
  await screen.findByText('It did not fit.');
  expect(fake.calls.some(([operation]) => operation === 'gpu.holders')).toBe(false);
});
