import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { Job } from '../../../shared/contract/jobs.ts';
import { AppError, errorCatalog } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeMark } from '../../testing/fake-fit.ts';
import {
  ago,
  fakeGpu,
  fakeGpuReport,
  fakeImage,
  fakeNim,
  fakeJob,
  fakeModel,
  noEngine,
} from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

const llama = fakeModel('llama-3.1-8b-instruct', { title: 'Llama 3.1 8B' });
const bge = fakeModel('bge-m3', {
  title: 'BGE M3',
  kind: 'embedding',
  publisher: 'baai',
  repository: 'nvcr.io/nim/baai/bge-m3',
});

function withModels() {
  const fake = createFakeApi();
  fake.world.catalog.models = [llama, bge];
  return fake;
}

describe('states', () => {
  test('loading', async () => {
    const fake = withModels();
    const release = fake.hold('catalog.list');
    renderApp({ fake });
    expect(screen.getAllByText(words.common.loading).length).toBeGreaterThan(0);
    release();
    await screen.findByText('Llama 3.1 8B');
    expect(screen.queryByText(words.common.loading)).toBeNull();
  });

  test('the list cannot be read: what it is, and another try', async () => {
    const fake = withModels();
    fake.failWith('catalog.list', new AppError('INTERNAL', 'Number 1.'));
    const { user } = renderApp({ fake });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Number 1.');
    fake.failWith('catalog.list', null);
    await user.click(within(alert).getByRole('button', { name: words.common.retry }));
    await screen.findByText('Llama 3.1 8B');
  });

  test('no engine: says what was tried, lets the list be read, and checks again', async () => {
    const fake = withModels();
    fake.world.engine.set(noEngine);
    const { user } = renderApp({ fake });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('unix:///var/run/docker.sock');
    expect(
      (await screen.findByRole('button', { name: words.models.pullOf('Llama 3.1 8B') })).hasAttribute('disabled'),
    ).toBe(true);
    await user.click(within(alert).getByRole('button', { name: words.engine.recheck }));
    expect(fake.calls.some(([operation]) => operation === 'engine.recheck')).toBe(true);
  });

  test('reconnecting: the banner, and the list as it was', async () => {
    const { connection } = renderApp({ fake: withModels() });
    await screen.findByText('Llama 3.1 8B');
    act(() => connection.setState({ status: 'waiting', nextTryAt: Date.now() + 9_000 }));
    expect(screen.getByText(/Trying again in \d+ s/)).toBeDefined();
    expect(screen.getByText('Llama 3.1 8B')).toBeDefined();
  });
});

describe('the list', () => {
  test('is searched, and what is not found can be used as a reference', async () => {
    const { user } = renderApp({ fake: withModels() });
    await screen.findByText('Llama 3.1 8B');
    await user.type(screen.getByRole('searchbox'), 'bge');
    expect(screen.queryByText('Llama 3.1 8B')).toBeNull();
    expect(screen.getByText(words.models.count(1, 2))).toBeDefined();
    await user.click(screen.getByRole('button', { name: words.models.clearFilters }));
    expect(screen.getByText('Llama 3.1 8B')).toBeDefined();
    expect(document.activeElement).toBe(screen.getByRole('searchbox'));
    await user.type(screen.getByRole('searchbox'), 'localhost:5000/my/nim:1');
    await user.click(screen.getByRole('button', { name: words.models.asReference('localhost:5000/my/nim:1') }));
    const dialog = screen.getByRole('dialog', { name: words.models.byHandTitle });
    expect(within(dialog).getByRole('textbox')).toHaveProperty('value', 'localhost:5000/my/nim:1');
  });

  test('shows what is on the machine, listed or not', async () => {
    const fake = withModels();
    fake.world.images.set([
      fakeImage('nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8.0'),
      fakeImage('localhost:5000/lab/nim:3'),
      fakeImage('postgres:17', { nim: null }),
    ]);
    const { user } = renderApp({ fake });
    await screen.findByText(words.models.installed);
    await user.click(screen.getByRole('checkbox', { name: words.models.installedOnly }));
    expect(screen.queryByText('BGE M3')).toBeNull();
    // The tag that is here, not the newest one.
    expect(screen.getByText('nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8.0')).toBeDefined();
    expect(screen.getByText('localhost:5000/lab/nim:3')).toBeDefined();
    expect(screen.queryByText('postgres:17')).toBeNull();
    await user.click(screen.getByRole('button', { name: words.models.moreImages(1) }));
    expect(screen.getByText('postgres:17')).toBeDefined();
  });

  test('every tag that is here has its row, with its size, its run and its removal', async () => {
    const fake = withModels();
    fake.world.images.set([
      fakeImage(`${llama.repository}:1.12.0`, { sizeBytes: 24_000_000_000 }),
      fakeImage(`${llama.repository}:1.8.0`, { sizeBytes: 23_500_000_000 }),
      fakeImage(`${bge.repository}:1`, { references: [`${bge.repository}:1`, 'localhost:5000/lab/bge:1'] }),
      fakeImage('untagged', { id: `sha256:${'ab'.repeat(32)}`, references: [] }),
    ]);
    const { user } = renderApp({ fake });
    await screen.findAllByText(words.models.installed);
    await user.click(screen.getByRole('checkbox', { name: words.models.installedOnly }));
    for (const reference of [
      `${llama.repository}:1.12.0`,
      `${llama.repository}:1.8.0`,
      `${bge.repository}:1`,
      'localhost:5000/lab/bge:1',
    ])
      expect(screen.getByText(reference)).toBeDefined();
    expect(screen.getByText(words.models.countWithImages(2, 2, 3))).toBeDefined();
    expect(screen.getByText(/without a tag, sha256:abababababab$/)).toBeDefined();
    const row = within(screen.getByText(`${llama.repository}:1.8.0`).closest('li')!);
    expect(row.getAllByText('23.5 GB').length).toBeGreaterThan(0);
    const name = words.models.ofTag('Llama 3.1 8B', '1.8.0');
    await user.click(row.getByRole('button', { name: words.common.moreActions(name) }));
    await user.click(await screen.findByRole('menuitem', { name: words.models.removeImage }));
    const question = await screen.findByRole('alertdialog');
    expect(question.textContent).toContain('23.5 GB');
    await user.click(within(question).getByRole('button', { name: words.models.keepImage }));
    await user.click(row.getByRole('button', { name: words.models.runOf(name) }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByRole('textbox', { name: words.deploy.reference })).toHaveProperty(
      'value',
      `${llama.repository}:1.8.0`,
    );
  });

  test('marks what fits this machine and why, and lists only that', async () => {
    const fake = withModels();
    fake.world.fitMarks = [
      fakeMark(llama.repository, {
        verdict: 'does-not-fit',
        reason: 'too-large',
        needMiB: 140 * 1024,
        haveMiB: 24 * 1024,
        usableMiB: 22 * 1024,
        modelFilesGB: 141,
      }),
      fakeMark(bge.repository, { verdict: 'does-not-fit', reason: 'taken' }),
    ];
    const { user } = renderApp({ fake });
    await screen.findByText(words.fit.verdicts['does-not-fit']);
    expect(screen.getByText('needs 140 GiB, 24.0 GiB here')).toBeDefined();
    expect(screen.getAllByText('141 GB').length).toBeGreaterThan(0);
    expect(screen.getByText(words.fit.noRoom)).toBeDefined();
    expect(screen.getByText(new RegExp(words.fit.onceFree))).toBeDefined();
    await user.click(screen.getByRole('checkbox', { name: words.fit.onlyFitting }));
    expect(screen.queryByText('Llama 3.1 8B')).toBeNull();
    expect(screen.getByText('BGE M3')).toBeDefined();
  });

  test('of two figures that would say the contrary, says which part of the memory a NIM uses', async () => {
    const fake = withModels();
    const kept = { needMiB: 23.5 * 1024, haveMiB: 24 * 1024, usableMiB: 22.1 * 1024 };
    fake.world.fitMarks = [fakeMark(llama.repository, { verdict: 'does-not-fit', reason: 'too-large', ...kept })];
    renderApp({ fake });
    await screen.findByText('needs 23.5 GiB, 24.0 GiB here; NIM uses 22.1 GiB of that at most');
  });

  test('of a model that runs now says that, and not that others hold its memory', async () => {
    const fake = withModels();
    fake.world.fitMarks = [fakeMark(llama.repository, { verdict: 'does-not-fit', reason: 'taken' })];
    const reference = `${llama.repository}:${llama.tag}`;
    fake.world.images.set([fakeImage(reference)]);
    fake.world.nims.set({ isKnown: true, nims: [fakeNim('llama', { reference })] });
    renderApp({ fake });
    await screen.findByText(words.models.installed);
    const row = within(screen.getByText(reference).closest('li')!);
    await row.findByText(words.models.up);
    expect(screen.queryByText(words.fit.noRoom)).toBeNull();
  });

  test('without a GPU says nothing of what fits, model by model', async () => {
    const fake = withModels();
    const none = { verdict: 'does-not-fit', reason: 'no-gpu', needMiB: null, haveMiB: null, usableMiB: null } as const;
    fake.world.fitMarks = [fakeMark(llama.repository, none), fakeMark(bge.repository, none)];
    renderApp({ fake });
    await screen.findByText('Llama 3.1 8B');
    await waitFor(() => expect(fake.calls.some(([operation]) => operation === 'fit.catalog')).toBe(true));
    expect(screen.queryByText(words.fit.verdicts['does-not-fit'])).toBeNull();
    expect(screen.queryByRole('checkbox', { name: words.fit.onlyFitting })).toBeNull();
  });

  test('nothing was pulled yet', async () => {
    const { user } = renderApp({ fake: withModels() });
    await user.click(await screen.findByRole('checkbox', { name: words.models.installedOnly }));
    await user.click(screen.getByRole('button', { name: words.models.showAll }));
    expect(screen.getByText('BGE M3')).toBeDefined();
  });

  test('pulls, and shows that it is being pulled', async () => {
    const fake = withModels();
    const { user } = renderApp({ fake });
    await user.click(await screen.findByRole('button', { name: words.models.pullOf('Llama 3.1 8B') }));
    const reference = 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.15.5';
    await waitFor(() => expect(fake.calls).toContainEqual(['images.pull', { reference }]));
    act(() => fake.world.jobs.set([fakeJob('Llama', { reference })]));
    await screen.findByText(words.models.pulling);
  });

  test('a pull that failed says why in its row, until the image is here, another runs or it is dismissed', async () => {
    const fake = withModels();
    const reference = 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.15.5';
    const failed = (changes: Partial<Job> = {}) =>
      fakeJob('Llama', {
        reference,
        state: 'failed',
        endedAt: ago(1),
        failure: { code: 'NGC_KEY_MISSING', message: '' },
        ...changes,
      });
    fake.world.jobs.set([failed()]);
    const { user } = renderApp({ fake });
    await screen.findByText('Llama 3.1 8B');
    const row = () => screen.getByText('Llama 3.1 8B').closest('li') ?? document.body;
    await within(row()).findByText(errorCatalog.NGC_KEY_MISSING.title);
    await user.click(within(row()).getByRole('button', { name: words.common.retry }));
    await waitFor(() => expect(fake.calls).toContainEqual(['images.pull', { reference }]));
    await user.click(within(row()).getByRole('button', { name: words.jobs.dismiss('Llama') }));
    await waitFor(() => expect(fake.calls).toContainEqual(['jobs.dismiss', { jobId: 'job-Llama' }]));

    act(() => fake.world.jobs.set([fakeJob('Again', { reference, startedAt: ago(0) }), failed()]));
    await within(row()).findByText(words.models.pulling);
    expect(within(row()).queryByText(errorCatalog.NGC_KEY_MISSING.title)).toBeNull();
    act(() => fake.world.jobs.set([failed({ nimId: 'x', kind: 'start' })]));
    await within(row()).findByText(words.models.pull);
    expect(within(row()).queryByText(errorCatalog.NGC_KEY_MISSING.title)).toBeNull();
    act(() => fake.world.jobs.set([failed({ kind: 'deploy' })]));
    await within(row()).findByText(errorCatalog.NGC_KEY_MISSING.title);
    act(() => fake.world.images.set([fakeImage(reference)]));
    await waitFor(() => expect(within(row()).queryByText(errorCatalog.NGC_KEY_MISSING.title)).toBeNull());
  });

  test('a pull that is refused says why', async () => {
    const fake = withModels();
    fake.failWith('images.pull', new AppError('DOCKER_DISK_LOW', '3 GB left.'));
    const { user } = renderApp({ fake });
    await user.click(await screen.findByRole('button', { name: words.models.pullOf('BGE M3') }));
    expect((await screen.findAllByText(/3 GB left\./)).length).toBeGreaterThan(0);
  });

  test('asks before an image is removed, with what it costs', async () => {
    const fake = withModels();
    const reference = 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8.0';
    fake.world.images.set([fakeImage(reference, { sizeBytes: 21_400_000_000 })]);
    const { user } = renderApp({ fake });
    await user.click(await screen.findByRole('button', { name: words.common.moreActions('Llama 3.1 8B') }));
    await user.click(await screen.findByRole('menuitem', { name: words.models.removeImage }));
    const dialog = await screen.findByRole('alertdialog');
    expect(dialog.textContent).toContain(reference);
    expect(dialog.textContent).toContain('21.4 GB');
    await user.click(within(dialog).getByRole('button', { name: words.models.removeImageConfirm }));
    await waitFor(() => expect(fake.calls).toContainEqual(['images.remove', { reference }]));
  });
});

describe('running a model', () => {
  async function openRun() {
    const fake = withModels();
    fake.world.gpu.set(fakeGpuReport([fakeGpu()]));
    const rendered = renderApp({ fake });
    await rendered.user.click(await screen.findByRole('button', { name: words.models.runOf('Llama 3.1 8B') }));
    return { ...rendered, dialog: await screen.findByRole('dialog') };
  }

  test('with the plain choices, by keyboard', async () => {
    const { user, fake, dialog } = await openRun();
    await user.click(within(dialog).getByRole('textbox', { name: words.deploy.name }));
    await user.keyboard('mine{Enter}');
    await waitFor(() => expect(window.location.hash).toBe('#/running'));
    expect(fake.calls).toContainEqual([
      'nims.deploy',
      {
        reference: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.15.5',
        name: 'mine',
        gpus: { kind: 'all' },
        port: null,
        profile: null,
        allowAnyOrigin: false,
        environment: [],
      },
    ]);
    await waitFor(() => expect(screen.queryByRole('dialog', { name: /^Run/ })).toBeNull());
  });

  test('with one GPU and further options', async () => {
    const { user, fake, dialog } = await openRun();
    await user.click(within(dialog).getByRole('radio', { name: new RegExp(words.deploy.gpuDevices) }));
    await user.click(within(dialog).getByRole('button', { name: words.deploy.run }));
    expect(within(dialog).getByText(words.deploy.errors.devices)).toBeDefined();
    await user.click(within(dialog).getByRole('checkbox', { name: /GPU 0/ }));
    await user.click(within(dialog).getByRole('button', { name: words.deploy.more }));
    await user.type(await within(dialog).findByRole('textbox', { name: words.deploy.port }), '8000');
    await user.click(within(dialog).getByRole('checkbox', { name: new RegExp(words.deploy.anyOrigin) }));
    await user.click(within(dialog).getByRole('button', { name: words.deploy.addVariable }));
    await user.type(within(dialog).getByRole('textbox', { name: words.deploy.variableName }), 'NIM_LOG_LEVEL');
    await user.type(within(dialog).getByRole('textbox', { name: words.deploy.variableValue }), 'INFO');
    await user.click(within(dialog).getByRole('button', { name: words.deploy.run }));
    await waitFor(() => expect(fake.calls.some(([operation]) => operation === 'nims.deploy')).toBe(true));
    expect(fake.calls.find(([operation]) => operation === 'nims.deploy')?.[1]).toMatchObject({
      gpus: { kind: 'devices', ids: [fakeGpu().uuid] },
      port: 8000,
      allowAnyOrigin: true,
      environment: [{ name: 'NIM_LOG_LEVEL', value: 'INFO' }],
    });
  });

  test('what is missing or wrong has the focus after Run, wherever in the form it is', async () => {
    const { user, fake, dialog } = await openRun();
    const run = () => user.click(within(dialog).getByRole('button', { name: words.deploy.run }));
    await user.click(within(dialog).getByRole('radio', { name: new RegExp(words.deploy.gpuDevices) }));
    await run();
    const choices = within(dialog).getByRole('group', { name: words.deploy.gpuDevices });
    const [first] = within(choices).getAllByRole('checkbox');
    await waitFor(() => expect(document.activeElement).toBe(first));
    expect(choices.getAttribute('aria-describedby')).toBe(within(choices).getByText(words.deploy.errors.devices).id);
    // The same fault again, then one in what is folded away.
    await run();
    await waitFor(() => expect(document.activeElement).toBe(first));
    await user.click(within(choices).getByRole('checkbox', { name: /GPU 0/ }));
    const more = within(dialog).getByRole('button', { name: words.deploy.more });
    await user.click(more);
    await user.type(await within(dialog).findByRole('textbox', { name: words.deploy.port }), '70000');
    await user.click(more);
    await waitFor(() => expect(within(dialog).queryByRole('textbox', { name: words.deploy.port })).toBeNull());
    await run();
    await waitFor(() =>
      expect(document.activeElement).toBe(within(dialog).getByRole('textbox', { name: words.deploy.port })),
    );
    // Two at once: the first.
    await user.type(within(dialog).getByRole('textbox', { name: words.deploy.name }), '-');
    await run();
    await waitFor(() =>
      expect(document.activeElement).toBe(within(dialog).getByRole('textbox', { name: words.deploy.name })),
    );
    expect(fake.calls.some(([operation]) => operation === 'nims.deploy')).toBe(false);
  });

  test('what core refuses is said in the dialog, which stays', async () => {
    const { user, fake, dialog } = await openRun();
    fake.failWith('nims.deploy', new AppError('NAME_IN_USE', 'mine is taken.'));
    await user.click(within(dialog).getByRole('button', { name: words.deploy.run }));
    expect((await within(dialog).findByRole('alert')).textContent).toContain('mine is taken.');
  });
});
