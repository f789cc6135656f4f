import { expect, test } from 'vitest';
import { createFakeApi } from '../../testing/fake-api.ts';
import { noTargets } from '../../testing/fake-asking.ts';
import { fakeConversation, fakeImage, fakeJob, fakeModel, fakeNim } from '../../testing/fake-data.ts';
import { fakeComparison, fakeSetup } from '../../testing/sample-comparisons.ts';
import {
  appCommands,
  chatCommands,
  compareCommands,
  hereCommands,
  pageCommands,
  settingCommands,
} from './app-commands.ts';
import { modelCommands } from './model-commands.ts';
import { jobCommands, nimCommands } from './nim-commands.ts';

const llama = 'nvcr.io/nim/meta/llama-3.2-1b-instruct';

test('no two commands have one id, in a world with everything in it', () => {
  const { api } = createFakeApi();
  const act = () => {};
  const nims = (['ready', 'starting', 'paused', 'stopped', 'exited'] as const).map((status) =>
    fakeNim(`is-${status}`, { status, reference: `${llama}:1.12.0` }),
  );
  const images = [
    fakeImage(`${llama}:1.12.0`, { references: [`${llama}:1.12.0`, `${llama}:latest`] }),
    fakeImage(`${llama}:1.8.0`),
    // An engine that lists one image twice must not bring them back.
    fakeImage(`${llama}:1.8.0`, { id: 'sha256:again' }),
    fakeImage('localhost:5000/lab/nim:3'),
    fakeImage('postgres:17', { nim: null }),
    fakeImage('untagged', { references: [] }),
  ];
  const models = [fakeModel('llama-3.2-1b-instruct', { tag: '1.12.0' }), fakeModel('gemma'), fakeModel('phi')];
  const { createdAt, updatedAt, ...compared } = fakeComparison(fakeSetup(['one', 'two']), []);
  const comparisons = ['a', 'b'].map((id) => ({
    id,
    title: compared.title,
    createdAt,
    updatedAt,
    columns: 2,
    rounds: 1,
  }));
  const commands = [
    ...hereCommands('nim', { stop: act, remove: act }, true),
    ...nimCommands({ isKnown: true, nims }, noTargets, api),
    ...jobCommands([fakeJob('one'), fakeJob('one', { id: 'other' })], api),
    ...pageCommands(),
    ...appCommands(api, { theme: 'dark', isSideBarWide: true, isSignedIn: false, hasEndedJobs: true }),
    ...chatCommands([fakeConversation('Same title'), fakeConversation('Same title', { id: 'second' })]),
    ...compareCommands(comparisons),
    ...settingCommands(),
    ...modelCommands(models, images, api, true),
  ];
  const ids = commands.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(new Set(commands.map(({ kind }) => kind)).size).toBe(9);
});
