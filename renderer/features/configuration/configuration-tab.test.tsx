import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeNim } from '../../testing/fake-data.ts';
import { fakeDetails } from '../../testing/fake-nim.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

const nim = fakeNim('mine');
const hash = `#/running/${nim.id}/configuration`;
const { configuration: text } = words;

function withDetails(changes: Parameters<typeof fakeDetails>[1] = {}) {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [nim] });
  fake.world.details = fakeDetails(nim, changes);
  return fake;
}

test('says what it is made of; a secret is set, and no more', async () => {
  renderApp({ fake: withDetails(), hash });
  const environment = within(await screen.findByRole('table', { name: text.environment }));
  const key = within(environment.getByRole('rowheader', { name: 'NGC_API_KEY' }).closest('tr') ?? document.body);
  expect(key.getByRole('cell').textContent).toBe(text.isSet);
  expect(environment.queryByText('NIM_CACHE_PATH')).toBeNull();
  expect(screen.getByText(/vllm-fp8-tp1-pp1-27\.0/)).toBeDefined();
  expect(screen.getByText('21.4 GB')).toBeDefined();
  expect(screen.getByText(text.shared(16 * 1024 ** 3))).toBeDefined();
  expect(screen.getByText('127.0.0.1:32768')).toBeDefined();
});

test('what the image sets, and the labels, are a click away', async () => {
  const { user } = renderApp({ fake: withDetails(), hash });
  await user.click(await screen.findByRole('button', { name: text.showImageVariables(1) }));
  expect(await screen.findByText('NIM_CACHE_PATH')).toBeDefined();
  await user.click(screen.getByRole('button', { name: text.showLabels(2) }));
  expect(await screen.findByText('com.nvidia.nim.version')).toBeDefined();
});

test('commands can be copied; the key stands in them by name only', async () => {
  renderApp({ fake: withDetails(), hash });
  await screen.findByRole('button', { name: text.copy(text.dockerRun) });
  expect(screen.getByText(/docker run -d --name mine/).textContent).toMatch(/-e NGC_API_KEY \\/);
  expect(screen.getByText(/curl -N/).textContent).toContain(nim.address);
});

test('what nobody knows is said to be unknown', async () => {
  const profile = { id: null, name: null, source: null };
  renderApp({ fake: withDetails({ profile, precision: null, tensorParallel: null, contextTokens: null }), hash });
  await screen.findByText(text.profileUnknown);
  expect(screen.getAllByText(words.common.notKnown).length).toBeGreaterThanOrEqual(3);
});

test('a failure is a card with another try', async () => {
  const fake = withDetails();
  fake.failWith('nims.inspect', new AppError('INTERNAL', 'Number 9.'));
  const { user } = renderApp({ fake, hash });
  expect((await screen.findByRole('alert')).textContent).toContain('Number 9.');
  fake.failWith('nims.inspect', null);
  await user.click(screen.getByRole('button', { name: words.common.retry }));
  await screen.findByRole('table', { name: text.environment });
});
