import type { CatalogModel } from '../../shared/contract/catalog.ts';
import type { TurnDelta } from '../../shared/contract/chat.ts';
import { noExtras, type Conversation, type Message } from '../../shared/contract/conversations.ts';
import type { Disk } from '../../shared/contract/disks.ts';
import type { EngineState } from '../../shared/contract/engine.ts';
import type { GpuDevice, GpuReport } from '../../shared/contract/gpu.ts';
import type { LocalImage } from '../../shared/contract/images.ts';
import type { Job, PullProgress } from '../../shared/contract/jobs.ts';
import type { LogLine } from '../../shared/contract/logs.ts';
import type { NgcStatus } from '../../shared/contract/ngc.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import type { SettingValues } from '../../shared/contract/settings.ts';

/** So many seconds ago, as the contract writes it. */
export const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

export const idOf = (name: string) =>
  Array.from(name)
    .map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .padEnd(64, '0')
    .slice(0, 64);

export function fakeEngine(changes: Partial<EngineState> = {}): EngineState {
  return {
    status: 'connected',
    since: ago(600),
    endpoint: { source: 'default-socket', address: 'unix:///var/run/docker.sock', contextName: null },
    kind: 'docker',
    version: '27.3.1',
    apiVersion: '1.47',
    operatingSystem: 'Ubuntu 24.04',
    architecture: 'x86_64',
    store: 'overlay2',
    rootDirectory: '/var/lib/docker',
    hasNvidiaRuntime: true,
    hasCdi: true,
    isRootless: false,
    isLocal: true,
    failure: null,
    ...changes,
  };
}

export const noEngine = fakeEngine({
  status: 'unreachable',
  kind: null,
  version: null,
  failure: {
    code: 'ENGINE_UNREACHABLE',
    message: 'connect ENOENT /var/run/docker.sock',
    detail: { address: 'unix:///var/run/docker.sock', errno: 'ENOENT' },
  },
});

export function fakeGpu(changes: Partial<GpuDevice> = {}): GpuDevice {
  return {
    index: 0,
    name: 'NVIDIA H100 80GB HBM3',
    uuid: 'GPU-11111111-2222-3333-4444-555555555555',
    driverVersion: '570.133.20',
    cudaVersion: '12.8',
    computeCapability: '9.0',
    memoryTotalMiB: 81_559,
    memoryUsedMiB: 23_410,
    isMemoryShared: false,
    utilizationPercent: 41,
    temperatureCelsius: 52,
    powerWatts: 310,
    migEnabled: false,
    migDevices: [],
    ...changes,
  };
}

export const fakeGpuReport = (gpus: GpuDevice[] = [fakeGpu()]): GpuReport => ({ readAt: ago(0), gpus, failure: null });

export const signedOut: NgcStatus = {
  state: 'signed-out',
  keyHint: null,
  storage: null,
  checkedAt: null,
  failure: null,
};
export const signedIn: NgcStatus = {
  state: 'signed-in',
  keyHint: 'x7Qa',
  storage: 'key-store',
  checkedAt: ago(3_000),
  failure: null,
};

export const fakeSettings = (changes: Partial<SettingValues> = {}): SettingValues => ({
  theme: 'system',
  contrast: 'system',
  logCapMiB: 256,
  cacheFolder: null,
  hasCharacterKeys: true,
  shortcutKeys: {},
  preparedPrompts: [],
  hasTray: true,
  closesToTray: false,
  hasNotifications: true,
  startsAtLogin: false,
  chatPresets: [],
  chatTools: [],
  ...changes,
});

export const fakeDisks = (freeBytes = 812e9): Disk[] => [
  { use: 'images', folder: '/var/lib/docker', freeBytes, totalBytes: 1.9e12 },
  { use: 'models', folder: '/home/ada/.cache/nim', freeBytes, totalBytes: 1.9e12 },
];

export function fakeModel(name: string, changes: Partial<CatalogModel> = {}): CatalogModel {
  return {
    repository: `nvcr.io/nim/meta/${name}`,
    publisher: 'meta',
    name,
    title: name,
    kind: 'chat',
    tag: '1.15.5',
    parametersBillion: 8,
    contextTokens: 131_072,
    needs: [],
    docsUrl: null,
    updatedOn: '2026-02-01',
    isRestrictedInEu: false,
    ...changes,
  };
}

export function fakeImage(reference: string, changes: Partial<LocalImage> = {}): LocalImage {
  return {
    id: `sha256:${idOf(reference)}`,
    references: [reference],
    sizeBytes: 21_400_000_000,
    createdAt: ago(86_400 * 20),
    nim: { version: '1.15.5', model: 'meta/llama-3.1-8b-instruct', type: 'llm' },
    ...changes,
  };
}

export function fakeNim(name: string, changes: Partial<Nim> = {}): Nim {
  return {
    id: idOf(name),
    name,
    reference: `nvcr.io/nim/meta/${name}:1.15.5`,
    status: 'ready',
    statusSince: ago(3_725),
    phase: null,
    exit: null,
    createdAt: ago(86_400),
    startedAt: ago(4_000),
    address: 'http://127.0.0.1:32768',
    gpus: { kind: 'all' },
    models: [`meta/${name}`],
    nimVersion: '1.15.5',
    profile: null,
    ...changes,
  };
}

export function fakePull(changes: Partial<PullProgress> = {}): PullProgress {
  return {
    phase: 'DOWNLOADING',
    bytesDone: 4_310_000_000,
    bytesTotal: 10_397_285_394,
    layers: { total: 31, done: 12, existing: 4 },
    bytesPerSecond: 88_200_000,
    etaSeconds: 69,
    stalledSince: null,
    ...changes,
  };
}

export function fakeJob(title: string, changes: Partial<Job> = {}): Job {
  return {
    id: `job-${title}`,
    kind: 'pull',
    title,
    reference: `nvcr.io/nim/meta/${title}:1.15.5`,
    nimId: null,
    state: 'running',
    startedAt: ago(50),
    endedAt: null,
    pull: fakePull(),
    start: null,
    cancelKeeps: 'nothing',
    failure: null,
    logTail: null,
    ...changes,
  };
}

export function fakeConversation(title: string, changes: Partial<Conversation> = {}): Conversation {
  return {
    id: `conversation-${title}`,
    title,
    createdAt: ago(7_200),
    updatedAt: ago(600),
    nimName: 'llama-3.1-8b-instruct',
    parameters: { systemPrompt: null, temperature: null, topP: null, maxTokens: null },
    target: null,
    choices: null,
    folderId: null,
    pinnedAt: null,
    deletedAt: null,
    isUnread: false,
    leafId: null,
    ...changes,
  };
}

export const noTiming = {
  ttftMs: null,
  totalMs: null,
  tokensPerSecond: null,
  promptTokens: null,
  completionTokens: null,
  reasoningTokens: null,
  firstTextMs: null,
  pieces: 0,
  piecesMs: 0,
};

export const fakeDelta = (changes: Partial<TurnDelta>): TurnDelta => ({
  textFrom: 0,
  text: '',
  reasoningFrom: 0,
  reasoning: '',
  state: 'streaming',
  model: 'meta/llama',
  finishReason: null,
  timing: noTiming,
  failure: null,
  toolCalls: [],
  validation: null,
  ...changes,
});

export function fakeQuestion(conversationId: string, text: string): Message {
  return {
    id: `question-${text}`,
    conversationId,
    parentId: null,
    role: 'user',
    text,
    reasoning: '',
    createdAt: ago(60),
    turn: null,
    extras: noExtras,
  };
}

export function fakeAnswer(
  conversationId: string,
  text: string,
  changes: Omit<Partial<Message>, 'turn'> & { turn?: Partial<NonNullable<Message['turn']>> } = {},
): Message {
  const { turn, ...others } = changes;
  return {
    id: `answer-${text.slice(0, 20)}`,
    conversationId,
    parentId: null,
    role: 'assistant',
    text,
    reasoning: '',
    createdAt: ago(58),
    extras: noExtras,
    ...others,
    turn: {
      id: `turn-${text.slice(0, 20)}`,
      state: 'done',
      model: 'meta/llama-3.1-8b-instruct',
      finishReason: 'stop',
      timing: {
        ...noTiming,
        ttftMs: 84,
        totalMs: 4_200,
        tokensPerSecond: 118.4,
        promptTokens: 42,
        completionTokens: 487,
      },
      failure: null,
      ...turn,
    },
  };
}

export function fakeLine(line: number, text: string, changes: Partial<LogLine> = {}): LogLine {
  const level = /ERROR/.test(text) ? 'error' : /WARN/.test(text) ? 'warning' : /INFO/.test(text) ? 'info' : 'other';
  return { line, at: ago(100), output: 'stdout', level, text, length: text.length, ...changes };
}
