import { createHash } from 'node:crypto';

export const failures = [
  'none',
  'bad-key',
  'dies-later',
  'stays-502',
  'unhealthy-later',
  'break-stream',
  'oom',
  'kv-cache-too-small',
] as const;
export type Failure = (typeof failures)[number];

export const phases = [
  'entrypoint',
  'profile',
  'download',
  'engine',
  'weights',
  'compile',
  'kvCache',
  'graphs',
  'warmUp',
] as const;
export type Phase = (typeof phases)[number];

/** What it serves; a vision NIM chats, too. */
export const nimKinds = ['chat', 'vision', 'embedding', 'rerank'] as const;
export type NimKind = (typeof nimKinds)[number];

/** Of replies, bodies and errors (nim facts 4.1, 4.3, 4.5). */
export const generations = ['early-1.x', '1.x', '2.x'] as const;
export type Generation = (typeof generations)[number];

/**
 * Seconds as the start-up of LLM 2.0.6 with a warm cache took on a DGX Spark (136 s in all, 61 s of it for the weights);
 * what the log does not show apart is shared out between its neighbours.
 */
const measuredSeconds: Record<Phase, number> = {
  entrypoint: 3,
  profile: 2,
  download: 0,
  engine: 12,
  weights: 61,
  compile: 45,
  kvCache: 2,
  graphs: 7,
  warmUp: 4,
};

const levels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type Level = (typeof levels)[number];

export interface NimConfig {
  host: string;
  port: number;
  logLevel: Level;
  version: string;
  /** As the image's label has it: `publisher/model`. */
  model: string;
  servedNames: string[];
  maxModelLength: number;
  wantedProfile: string | null;
  cachePath: string;
  ngcKey: string | null;
  toolParser: boolean;
  kind: NimKind;
  generation: Generation;
  /** Reasons without being told to. */
  reasons: boolean;
  /** Numbers of an embedding. */
  dimensions: number;
  cors: { origins: string; methods: string; headers: string; exposed: string | null; maxAge: string | null };
  failure: Failure;
  /** Seconds of each phase, the speed already applied. */
  seconds: Record<Phase, number>;
  speed: number;
  failAfter: { seconds: number | null; requests: number | null };
  breakAfterTokens: number;
  ttftMs: number;
  tokensPerSecond: number;
  errorShape: 'nested' | 'flat';
  /** A value that cannot be: 422 with FastAPI's list, as 1.x does, or 400. */
  validation: 'fastapi' | 'plain';
  reasoning: 'reasoning_content' | 'reasoning' | 'think';
  downloadBytes: number;
  needsGpu: boolean;
  gpuCount: number;
  /** Of a GPU's memory, in fp8; the other precisions follow. */
  requiredGB: number;
  /** As `nvidia-smi` has it. */
  gpuName: string;
  announceFd: number | null;
  /** Ends when its standard input does: nobody is left to end it. */
  followsParent: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export class ConfigError extends Error {}

export function readConfig(env: Environment, args: readonly string[]): NimConfig {
  const own = (name: string) => env[`NIMDECK_SANDBOX_${name}`];
  const number = (name: string, fallback: number) => toNumber(name, own(name), fallback);
  const optional = (name: string) => (own(name) === undefined ? null : number(name, 0));

  const model = own('MODEL') ?? 'example/chat-8b-instruct';
  const served = (env.NIM_SERVED_MODEL_NAME ?? '').split(',').map((name) => name.trim());
  const speed = number('SPEED', 1);
  if (speed === 0) throw new ConfigError('SPEED: must be above 0');
  const passthrough = new Set([...args, ...(env.NIM_PASSTHROUGH_ARGS ?? '').split(/\s+/)]);
  const ngcKey = env.NGC_API_KEY ?? env.NGC_CLI_API_KEY ?? '';
  const failure = oneOf('FAILURE', own('FAILURE') ?? 'none', failures);
  const version = own('VERSION') ?? '2.0.6';
  const kind = oneOf('KIND', own('KIND') ?? 'chat', nimKinds);
  const generation = oneOf('GENERATION', own('GENERATION') ?? generationOf(version, kind), generations);
  const isOld = generation !== '2.x';

  return {
    host: own('HOST') ?? '0.0.0.0',
    port: toNumber('NIM_SERVER_PORT', env.NIM_SERVER_PORT, 8000),
    logLevel: oneOf('NIM_LOG_LEVEL', (env.NIM_LOG_LEVEL ?? 'WARNING').toUpperCase(), levels),
    version,
    model,
    servedNames: served.some((name) => name !== '') ? served.filter((name) => name !== '') : [model],
    maxModelLength: toNumber('NIM_MAX_MODEL_LEN', env.NIM_MAX_MODEL_LEN, 131_072),
    wantedProfile: env.NIM_MODEL_PROFILE?.trim() ?? null,
    cachePath: env.NIM_CACHE_PATH ?? '/opt/nim/.cache',
    ngcKey: ngcKey === '' ? null : ngcKey,
    // 1.x has them on by default, 2.x wants to be told (nim facts 10.2).
    toolParser: isOld || (passthrough.has('--enable-auto-tool-choice') && passthrough.has('--tool-call-parser')),
    kind,
    generation,
    reasons: own('REASONS') === '1',
    dimensions: number('DIMENSIONS', 2048),
    cors: {
      origins: env.NIM_CORS_ALLOW_ORIGINS ?? '*',
      methods: env.NIM_CORS_ALLOW_METHODS ?? 'GET, POST, PUT, DELETE, PATCH, OPTIONS',
      headers: env.NIM_CORS_ALLOW_HEADERS ?? 'Content-Type, Authorization, X-Request-Id',
      exposed: env.NIM_CORS_EXPOSE_HEADERS ?? null,
      maxAge: env.NIM_CORS_MAX_AGE ?? null,
    },
    failure: failure === 'none' && isKeyRefused(ngcKey, own('EXPECT_KEY_SHA256')) ? 'bad-key' : failure,
    seconds: phaseSeconds(own('PHASE_SECONDS'), speed),
    speed,
    failAfter: { seconds: optional('FAIL_AFTER_SECONDS'), requests: optional('FAIL_AFTER_REQUESTS') },
    breakAfterTokens: number('BREAK_AFTER_TOKENS', 20),
    ttftMs: number('TTFT_MS', 120),
    tokensPerSecond: number('TOKENS_PER_SECOND', 60),
    errorShape: oneOf('ERROR_SHAPE', own('ERROR_SHAPE') ?? (isOld ? 'flat' : 'nested'), ['nested', 'flat'] as const),
    validation: isOld ? 'fastapi' : 'plain',
    reasoning: oneOf('REASONING', own('REASONING') ?? 'reasoning_content', [
      'reasoning_content',
      'reasoning',
      'think',
    ] as const),
    downloadBytes: number('DOWNLOAD_BYTES', 0),
    needsGpu: own('NEEDS_GPU') === '1',
    gpuCount: visibleGpus(env),
    requiredGB: number('REQUIRED_GB', 27),
    gpuName: own('GPU_NAME') ?? 'NVIDIA H100 80GB HBM3',
    announceFd: optional('ANNOUNCE_FD'),
    followsParent: own('FOLLOW_PARENT') === '1',
  };
}

/** Of LLM images; those of other kinds say what they say in every version that was seen. */
function generationOf(version: string, kind: NimKind): Generation {
  const [major = 2, minor = 0] = version.split('.').map(Number);
  if (major >= 2) return '2.x';
  return (kind === 'chat' || kind === 'vision') && minor < 3 ? 'early-1.x' : '1.x';
}

/** Only a digest of the key is configured, so that the right key appears in no process list and no image. */
function isKeyRefused(key: string, expectedSha256: string | undefined): boolean {
  if (expectedSha256 === undefined || expectedSha256 === '') return false;
  return createHash('sha256').update(key).digest('hex') !== expectedSha256.toLowerCase();
}

function phaseSeconds(text: string | undefined, speed: number): Record<Phase, number> {
  const seconds = { ...measuredSeconds };
  for (const part of (text ?? '').split(',').filter((entry) => entry.trim() !== '')) {
    const [name, value] = part.split('=');
    const phase = oneOf('PHASE_SECONDS', (name ?? '').trim(), phases);
    seconds[phase] = toNumber(`PHASE_SECONDS ${phase}`, value, 0);
  }
  for (const phase of phases) seconds[phase] /= speed;
  return seconds;
}

/**
 * What a GPU request puts into the container: `all`, indexes or ids; `void` and `none` take all GPUs away. The hook names
 * them in one variable; a CDI file leaves that void and adds one of its own for each device.
 */
function visibleGpus(env: Environment): number {
  const value = env.NVIDIA_VISIBLE_DEVICES;
  const fromCdi = Object.keys(env).filter((name) => name.startsWith('CDI_')).length;
  if (value === undefined || ['', 'void', 'none'].includes(value)) return fromCdi;
  return value === 'all' ? 1 : value.split(',').length;
}

function toNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined || text.trim() === '') return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new ConfigError(`${name}: not a number from 0 up: ${text}`);
  return value;
}

function oneOf<const T extends string>(name: string, text: string, values: readonly T[]): T {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new ConfigError(`${name}: ${text} is none of ${values.join(', ')}`);
  return found;
}
