import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { FitAnswer } from '../../../shared/contract/fit.ts';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeGpu, fakeGpuReport, fakeModel, fakeNim, idOf } from '../../testing/fake-data.ts';
import { fakeFit, fakeFitDevice } from '../../testing/fake-fit.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

async function openRun(answer: FitAnswer) {
  const fake = createFakeApi();
  fake.world.catalog.models = [fakeModel('llama-3.1-8b-instruct', { title: 'Llama' })];
  fake.world.gpu.set(fakeGpuReport([fakeGpu()]));
  fake.world.fit = answer;
  const rendered = renderApp({ fake });
  await rendered.user.click(await screen.findByRole('button', { name: words.models.runOf('Llama') }));
  const card = await screen.findByRole('region', { name: words.fit.title });
  await waitFor(() => expect(card.getAttribute('aria-busy')).toBe('false'));
  const asked = () => fake.calls.filter(([operation]) => operation === 'fit.check').map(([, input]) => input);
  return { ...rendered, fake, card, asked };
}

test('says whether it fits, what the first start downloads, and because of what', async () => {
  const { card, user, asked } = await openRun(fakeFit());
  expect(within(card).getByText(/needs 33\.0 GiB with a context of 131,072 tokens; 47\.4 GiB is free/)).toBeDefined();
  expect(within(card).getByText(words.fit.filesAtStart('16.1 GB'))).toBeDefined();
  expect(asked()).toEqual([
    {
      subject: { kind: 'image', reference: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.15.5' },
      profile: null,
      contextTokens: null,
      gpus: { kind: 'all' },
    },
  ]);
  await user.click(within(card).getByRole('button', { name: words.fit.why }));
  expect(await within(card).findByText(words.fit.parts.context)).toBeDefined();
  expect(within(card).getByText('15.0 GiB, estimated from its parameters')).toBeDefined();
});

test('follows GPUs, profile and context; what is wrong is not asked about', async () => {
  const { user, asked } = await openRun(fakeFit());
  const dialog = screen.getByRole('dialog');
  await user.click(within(dialog).getByRole('radio', { name: new RegExp(words.deploy.gpuDevices) }));
  expect(screen.queryByRole('region', { name: words.fit.title })).toBeNull();
  await user.click(within(dialog).getByRole('checkbox', { name: /GPU 0/ }));
  await waitFor(() => expect(asked().at(-1)).toMatchObject({ gpus: { kind: 'devices', ids: [fakeGpu().uuid] } }));
  await user.click(within(dialog).getByRole('button', { name: words.deploy.more }));
  await user.type(await within(dialog).findByRole('textbox', { name: words.fit.contextField }), '8192');
  await waitFor(() => expect(asked().at(-1)).toMatchObject({ contextTokens: 8192 }));
});

test('offers the longest context that fits, and starts with it', async () => {
  const { card, user, fake } = await openRun(
    fakeFit({ verdict: 'tight', reason: 'short-context', longestContextTokens: 82_688 }),
  );
  await user.click(within(card).getByRole('button', { name: words.fit.takeLongest(82_688) }));
  const field = await screen.findByRole('textbox', { name: words.fit.contextField });
  expect(field).toHaveProperty('value', '82688');
  expect(document.activeElement).toBe(card);
  await user.click(screen.getByRole('button', { name: words.deploy.run }));
  await waitFor(() => expect(fake.calls.some(([operation]) => operation === 'nims.deploy')).toBe(true));
  expect(fake.calls.find(([operation]) => operation === 'nims.deploy')?.[1]).toMatchObject({
    environment: [{ name: 'NIM_MAX_MODEL_LEN', value: '82688' }],
  });
});

test('offers what to stop; asks first where requests would be lost, and compares again when it is stopped', async () => {
  const [idle, busy] = [idOf('idle'), idOf('busy')];
  const { card, user, fake, asked } = await openRun(
    fakeFit({
      verdict: 'does-not-fit',
      reason: 'taken',
      devices: [fakeFitDevice({ takenMiB: 44_600 })],
      stop: [
        { nims: [{ id: idle, name: 'quiet-one', memoryMiB: 22_000, isIdle: true }] },
        {
          nims: [
            { id: busy, name: 'busy-one', memoryMiB: 12_000, isIdle: false },
            { id: idOf('other'), name: 'other-one', memoryMiB: null, isIdle: null },
          ],
        },
      ],
    }),
  );
  expect(within(card).getByText(/needs 33\.0 GiB .*; 4\.4 GiB is free/)).toBeDefined();
  await user.click(within(card).getByRole('button', { name: words.fit.stopOne(['busy-one', 'other-one']) }));
  const question = await screen.findByRole('alertdialog');
  expect(question.textContent).toContain(words.fit.stopCost);
  await user.click(within(question).getByRole('button', { name: words.fit.keep }));
  expect(fake.calls.some(([operation]) => operation === 'nims.stop')).toBe(false);

  await user.click(within(card).getByRole('button', { name: words.fit.stopOne(['quiet-one']) }));
  await waitFor(() => expect(fake.calls).toContainEqual(['nims.stop', { nimId: idle }]));
  const before = asked().length;
  act(() => fake.world.nims.set({ isKnown: true, nims: [fakeNim('quiet-one', { status: 'stopped' })] }));
  await waitFor(() => expect(asked().length).toBeGreaterThan(before));
});

test('says what is not known, and why it could not be found out', async () => {
  const { card, fake, user } = await openRun(
    fakeFit({ verdict: 'unknown', reason: 'need-unknown', needMiB: null, source: null, parts: [], modelFilesGB: null }),
  );
  expect(within(card).getByText(/nothing says how much memory it needs/)).toBeDefined();
  fake.failWith('fit.check', new AppError('GPU_OUTPUT_UNREADABLE', 'No closing tag.'));
  await user.click(screen.getByRole('radio', { name: new RegExp(words.deploy.gpuNone) }));
  expect((await screen.findByRole('alert')).textContent).toContain('No closing tag.');
});

test('says for which processor it is made, and who says so', async () => {
  const processor = { madeFor: ['arm64'], source: 'registry' as const, engine: 'amd64' };
  const { card, user } = await openRun(fakeFit({ verdict: 'does-not-fit', reason: 'other-processor', processor }));
  expect(within(card).getByText(words.fit.verdicts['does-not-fit'])).toBeDefined();
  expect(within(card).getByText(words.fit.madeForOther(['arm64'], 'amd64'))).toBeDefined();
  await user.click(within(card).getByText(words.fit.why));
  const source = words.fit.sourced('arm64', words.fit.processorSources.registry);
  expect(await within(card).findAllByText(source)).not.toEqual([]);
});
