import { describe, expect, test } from 'vitest';
import { deploySpec } from '../../../shared/contract/nims.ts';
import { fakeGpu } from '../../testing/fake-data.ts';
import { words } from '../../words.ts';
import { checkDraft, draftOf, emptyDraft, hasErrors, takenBy, toSpec, type DeployDraft } from './draft.ts';
import { gpuChoices } from './gpu-fields.tsx';

const draft = (changes: Partial<DeployDraft>): DeployDraft => ({ ...emptyDraft('a/b:1'), ...changes });
const variable = (id: number, name: string, value = 'x') => ({ id, name, value });

describe('checkDraft', () => {
  test('an untouched form is right, and the contract takes it', () => {
    expect(hasErrors(checkDraft(emptyDraft('a/b:1')))).toBe(false);
    expect(deploySpec.parse(toSpec(emptyDraft('a/b:1')))).toEqual({
      reference: 'a/b:1',
      name: null,
      gpus: { kind: 'all' },
      port: null,
      profile: null,
      allowAnyOrigin: false,
      environment: [],
    });
  });

  test.each([
    [{ reference: ' ' }, 'reference'],
    [{ reference: 'nvcr.io/nim/meta llama' }, 'reference'],
    [{ name: '-x' }, 'name'],
    [{ name: 'a b' }, 'name'],
    [{ port: '0' }, 'port'],
    [{ port: '65536' }, 'port'],
    [{ port: '80a' }, 'port'],
    [{ context: 'long' }, 'context'],
    [{ context: '128' }, 'context'],
    [{ gpus: 'devices', devices: [] }, 'devices'],
  ] satisfies [Partial<DeployDraft>, string][])('%o has a wrong %s', (changes, field) => {
    expect(Object.keys(checkDraft(draft(changes)))).toContain(field);
  });

  test('says which variable is wrong, and leaves an empty row alone', () => {
    const { variables } = checkDraft(
      draft({
        variables: [variable(1, '', ''), variable(2, '1A'), variable(3, 'A'), variable(4, 'A'), variable(5, '')],
      }),
    );
    expect(variables).toEqual({
      2: words.deploy.errors.variable,
      4: words.deploy.errors.duplicate,
      5: words.deploy.errors.variable,
    });
  });
});

test('a context is kept as NIM’s own variable, and comes back from it', () => {
  const spec = toSpec(draft({ context: ' 8192 ', variables: [variable(1, 'A')] }));
  expect(spec.environment).toEqual([
    { name: 'NIM_MAX_MODEL_LEN', value: '8192' },
    { name: 'A', value: 'x' },
  ]);
  expect(draftOf(spec)).toMatchObject({ context: '8192', variables: [{ name: 'A', value: 'x' }] });
  // One that is no number stays what somebody typed.
  const odd = { ...spec, environment: [{ name: 'NIM_MAX_MODEL_LEN', value: '8k' }] };
  expect(draftOf(odd)).toMatchObject({ context: '', variables: [{ name: 'NIM_MAX_MODEL_LEN', value: '8k' }] });
  const twice = checkDraft(draft({ context: '8192', variables: [variable(7, 'NIM_MAX_MODEL_LEN')] }));
  expect(twice.variables).toEqual({ 7: words.deploy.errors.duplicate });
});

test('what the NIMs here hold is said before anything is asked of the engine', () => {
  const taken = takenBy([
    { name: 'one', address: 'http://127.0.0.1:8000' },
    { name: 'stopped', address: null },
  ]);
  const errors = checkDraft(draft({ name: 'stopped', port: '8000' }), taken);
  expect(errors.name).toBe(words.deploy.errors.nameTaken);
  expect(errors.port).toBe(words.deploy.errors.portTaken);
  expect(hasErrors(checkDraft(draft({ name: 'two', port: '8001' }), taken))).toBe(false);
});

test('a draft of a spec asks for the same again', () => {
  const spec = toSpec(
    draft({
      name: 'one',
      gpus: 'devices',
      devices: ['GPU-1'],
      port: '8000',
      profile: 'p',
      variables: [variable(3, 'A')],
    }),
  );
  expect(toSpec(draftOf(spec))).toEqual(spec);
  expect(toSpec(draftOf(toSpec(emptyDraft('a/b:1'))))).toEqual(toSpec(emptyDraft('a/b:1')));
});

test('toSpec carries every choice', () => {
  const spec = toSpec(
    draft({
      name: ' mine ',
      gpus: 'devices',
      devices: ['MIG-a1'],
      port: '8000',
      profile: ' vllm ',
      allowAnyOrigin: true,
      variables: [variable(1, 'NIM_MAX_MODEL_LEN', '4096'), variable(2, '', '')],
    }),
  );
  expect(deploySpec.parse(spec)).toEqual({
    reference: 'a/b:1',
    name: 'mine',
    gpus: { kind: 'devices', ids: ['MIG-a1'] },
    port: 8000,
    profile: 'vllm',
    allowAnyOrigin: true,
    environment: [{ name: 'NIM_MAX_MODEL_LEN', value: '4096' }],
  });
});

describe('gpuChoices', () => {
  test('a whole card, with what is free', () => {
    expect(gpuChoices([fakeGpu({ memoryTotalMiB: 81_920, memoryUsedMiB: 1_024 })])).toEqual([
      {
        uuid: 'GPU-11111111-2222-3333-4444-555555555555',
        label: 'GPU 0: NVIDIA H100 80GB HBM3',
        hint: '80.0 GiB, 79.0 GiB free',
      },
    ]);
  });

  test('a divided card is offered by its slices only', () => {
    const slice = { index: 0, gi: 1, ci: 0, profile: '1g.10gb', memoryTotalMiB: 9_728, memoryUsedMiB: null };
    const choices = gpuChoices([
      fakeGpu({
        migEnabled: true,
        migDevices: [
          { ...slice, uuid: 'MIG-1' },
          { ...slice, uuid: null },
        ],
      }),
    ]);
    expect(choices.map((choice) => choice.uuid)).toEqual(['MIG-1', null]);
    expect(gpuChoices([fakeGpu({ migEnabled: true })])[0]).toMatchObject({ uuid: null, hint: words.gpu.noSlices });
  });
});
