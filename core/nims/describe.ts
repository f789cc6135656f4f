import type Docker from 'dockerode';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { NimCapability, NimDetails, NimVariable, StartTimes } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { dockerError } from '../engine/docker-errors.ts';
import { chosenGpus } from '../lib/chosen-gpus.ts';
import { toldWay } from '../lib/gpu-way.ts';
import { redact } from '../lib/redact.ts';
import { readProfileName } from '../profiles/parse-profiles.ts';
import { toFacts } from './container.ts';
import { askEngine } from '../engine/ask.ts';
import { runCommand } from './run-command.ts';
import { noOrigin, visibleVariable } from './spec.ts';

const list = <T extends z.ZodType>(of: T) => z.array(of).nullish();

const containerAnswer = z.object({
  Image: z.string().nullish(),
  Config: z.object({
    Image: z.string(),
    User: z.string().nullish(),
    Env: list(z.string()),
    Cmd: list(z.string()),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
  HostConfig: z
    .object({
      ShmSize: z.number().nullish(),
      Runtime: z.string().nullish(),
      RestartPolicy: z.object({ Name: z.string().nullish() }).nullish(),
      GroupAdd: list(z.string()),
      DeviceRequests: list(z.object({ Driver: z.string().nullish(), DeviceIDs: list(z.string()) })),
      Devices: list(z.object({ PathOnHost: z.string().nullish() })),
      PortBindings: z
        .record(z.string(), list(z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })))
        .nullish(),
    })
    .nullish(),
  NetworkSettings: z
    .object({
      Ports: z
        .record(z.string(), list(z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })))
        .nullish(),
    })
    .nullish(),
  Mounts: list(
    z.object({
      Type: z.string().nullish(),
      Name: z.string().nullish(),
      Source: z.string().nullish(),
      Destination: z.string(),
      RW: z.boolean().nullish(),
    }),
  ),
});
type ContainerAnswer = z.infer<typeof containerAnswer>;

const imageAnswer = z.object({
  Id: z.string(),
  Size: z.number().nullish(),
  RepoDigests: list(z.string()),
  Config: z
    .object({ Env: list(z.string()), Cmd: list(z.string()), Labels: z.record(z.string(), z.string()).nullish() })
    .nullish(),
});

/** What the NIM says of itself; all of it may be missing. */
export interface NimAnswers {
  profileId: string | null;
  profileName: string | null;
  contextTokens: number | null;
  /** Lines of its log that speak of its profile, precision or parsers. */
  logLines: readonly string[];
}

export interface DetailParts {
  container: unknown;
  /** Null: the image is gone. */
  image: unknown;
  answers: NimAnswers;
  gpus: GpuReport | null;
  lastStart: StartTimes | null;
}

/** The engine's answers of the container and its image; NOT_FOUND when the container is gone. */
export async function askForDetails(
  docker: Docker,
  id: string,
  signal: AbortSignal,
): Promise<Pick<DetailParts, 'container' | 'image'>> {
  const container = await ask(docker, `/containers/${id}/json`, signal);
  if (container === null) throw new AppError('NOT_FOUND', 'There is no such NIM any more.', { nimId: id });
  const imageId = containerAnswer.parse(container).Image;
  const image = imageId === undefined || imageId === null ? null : await ask(docker, `/images/${imageId}/json`, signal);
  return { container, image };
}

async function ask(docker: Docker, path: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await askEngine(docker, { method: 'GET', path }, signal);
  } catch (error) {
    const failure = dockerError(error, { signal, action: 'inspect' });
    if (failure.code === 'NOT_FOUND' || failure.code === 'IMAGE_NOT_FOUND') return null;
    throw failure;
  }
}

/** Pure: everything that can be said of a NIM, and nothing that is secret. */
export function toDetails({ container: answer, image: imageSaid, answers, gpus, lastStart }: DetailParts): NimDetails {
  const facts = toFacts(answer);
  const container = containerAnswer.parse(answer);
  const image = imageSaid === null ? null : imageAnswer.parse(imageSaid);
  const { Config, HostConfig } = container;
  const environment = toVariables(Config.Env ?? [], image?.Config?.Env ?? []);
  const asked = valueOf(environment, 'NIM_MODEL_PROFILE');
  const profile = toProfile(asked, answers);
  const sharding = readProfileName(profile.name ?? '');
  const tags = tagsOf(answers.logLines);
  const way = toldWay(HostConfig);
  const cors = valueOf(environment, 'NIM_CORS_ALLOW_ORIGINS');
  const details: Omit<NimDetails, 'command'> = {
    nimId: facts.id,
    image: {
      reference: facts.reference,
      id: container.Image ?? Config.Image,
      digest: image?.RepoDigests?.[0] ?? null,
      sizeBytes: image?.Size ?? null,
      title: Config.Labels?.['com.nvidia.nim.model'] ?? null,
    },
    profile,
    precision: sharding.precision ?? tags.precision,
    tensorParallel: sharding.tp ?? tags.tensorParallel,
    pipelineParallel: sharding.pp ?? tags.pipelineParallel,
    contextTokens: answers.contextTokens,
    capabilities: capabilitiesOf(container, environment, answers.logLines),
    gpu: {
      asked: facts.gpus,
      way,
      devices:
        chosenGpus(facts.gpus, gpus)?.map(({ id, name, memoryTotalMiB }) => ({ id, name, memoryTotalMiB })) ?? null,
    },
    ports: portsOf(container),
    mounts: (container.Mounts ?? []).map(({ Type, Name, Source, Destination, RW }) => ({
      type: Type ?? 'bind',
      source: (Type === 'volume' ? Name : Source) ?? Source ?? '',
      target: Destination,
      isReadOnly: RW === false,
    })),
    sharedMemoryBytes: HostConfig?.ShmSize ?? null,
    user: Config.User === '' ? null : (Config.User ?? null),
    restartPolicy: HostConfig?.RestartPolicy?.Name || null,
    environment,
    labels: Object.entries(Config.Labels ?? {})
      .map(([name, value]) => ({ name, value: redact(value) }))
      .toSorted((one, other) => one.name.localeCompare(other.name)),
    spec: {
      reference: facts.reference,
      name: facts.name,
      gpus: facts.gpus,
      port: facts.reservedPort,
      profile: asked,
      allowAnyOrigin: cors !== null && cors !== noOrigin,
      environment: environment.flatMap(({ name, value, origin }) =>
        origin === 'image' || value === null || addedByUs(name, value, way) ? [] : [{ name, value }],
      ),
    },
    lastStart,
  };
  return {
    ...details,
    command: runCommand(
      details,
      facts.name,
      HostConfig?.GroupAdd ?? [],
      withoutSecrets(Config.Cmd ?? []),
      withoutSecrets(image?.Config?.Cmd ?? []),
    ),
  };
}

/** What core sets by itself (spec.ts): for every run alike, or out of the choice of GPUs. */
function addedByUs(name: string, value: string, way: NimDetails['gpu']['way']): boolean {
  if (name === 'NIM_MODEL_PROFILE') return true;
  if (name === 'NIM_CORS_ALLOW_ORIGINS') return value === noOrigin;
  if (name === visibleVariable) return way === 'runtime' || value === 'void';
  return name === 'NIM_LOG_LEVEL' && value === 'INFO';
}

const secretName = /KEY|TOKEN|SECRET|PASSW|(?:^|_)PWD$|CREDENTIAL|AUTH/i;
/** `--api-key x` or `--hf-token=x`, alone or in a line of arguments; not `--max-num-batched-tokens 8192`. */
const secretFlag = /(?:^|[\s'"])--(?:[\w-]+-)?(?:key|token|secret|password)(?:[\s=]|$)/i;

/** Arguments as they may be shown. */
function withoutSecrets(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const isValue = secretFlag.test(args[index - 1] ?? '') && /^--[\w-]+$/.test(args[index - 1] ?? '');
    const holdsValue = secretFlag.test(arg) && !/^--[\w-]+$/.test(arg);
    return isValue || holdsValue ? '[redacted]' : redact(arg);
  });
}

function toVariables(own: readonly string[], ofImage: readonly string[]): NimVariable[] {
  const byImage = new Set(ofImage);
  return own
    .map((entry): NimVariable => {
      const at = entry.indexOf('=');
      const [name, value] = at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
      const origin = byImage.has(entry) ? 'image' : 'run';
      // What the image's maker wrote is public; of the rest, a name or a shape that speaks of a secret is enough.
      const speaksOfOne = secretName.test(name) || secretFlag.test(value);
      const isSecret = value !== '' && ((origin === 'run' && speaksOfOne) || redact(value) !== value);
      return { name, value: isSecret ? null : value, origin };
    })
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

function valueOf(variables: readonly NimVariable[], name: string): string | null {
  return variables.find((each) => each.name === name)?.value ?? null;
}

// `Selected profile: <id> (<name>)`, `Using the profile selected by the profile selector: <id>`, `Matched profile_id in
// manifest from env NIM_MODEL_PROFILE to: <id>` (nim-runtime facts 5.3)
const logProfile =
  /(?:Selected profile|Using the profile [^:]*|Matched profile_id in manifest[^:]*?(?: to)?):?\s+(?:[A-Za-z]+\s+)?([0-9a-f]{64})(?:\s+\(([^)]+)\))?/;

function toProfile(asked: string | null, { profileId, profileName, logLines }: NimAnswers): NimDetails['profile'] {
  const logged = logLines.map((line) => logProfile.exec(line)).find((found) => found !== null) ?? null;
  const id = profileId ?? logged?.[1] ?? (asked !== null && /^[0-9a-f]{64}$/.test(asked) ? asked : null);
  const name = profileName ?? logged?.[2] ?? (asked !== null && id !== asked ? asked : null);
  if (profileId !== null || profileName !== null) return { id, name, source: 'nim' };
  if (asked !== null) return { id, name, source: 'asked' };
  return { id, name, source: logged === null ? null : 'log' };
}

/** `with tags: {'precision': 'nvfp4', 'tp': '1'}`, `Profile metadata: precision: fp16`, `Precision: fp8`, `TP/PP: 1/1`. */
function tagsOf(lines: readonly string[]): {
  precision: string | null;
  tensorParallel: number | null;
  pipelineParallel: number | null;
} {
  const text = lines.join('\n');
  const tag = (name: string) => new RegExp(`['"\\s]${name}['"]?\\s*:\\s*['"]?([\\w.]+)`, 'i').exec(text)?.[1] ?? null;
  const both = /TP\/PP\s*:?\s*(\d+)\s*\/\s*(\d+)/i.exec(text);
  const count = (found: string | null | undefined) =>
    found !== null && found !== undefined && /^\d+$/.test(found) ? Number(found) : null;
  return {
    precision: tag('precision')?.toLowerCase() ?? null,
    tensorParallel: count(tag('tp') ?? both?.[1]),
    pipelineParallel: count(tag('pp') ?? both?.[2]),
  };
}

function capabilitiesOf(
  { Config }: ContainerAnswer,
  environment: readonly NimVariable[],
  logLines: readonly string[],
): NimCapability[] {
  const labels = Config.Labels ?? {};
  const type = (labels['com.nvidia.nim.type'] ?? labels['com.nvidia.nim.category'] ?? '').toLowerCase();
  const args = [...(Config.Cmd ?? []), valueOf(environment, 'NIM_PASSTHROUGH_ARGS') ?? ''].join(' ');
  const log = logLines.join('\n');
  const has: [NimCapability, boolean][] = [
    ['chat', type === 'llm' || type === 'vlm'],
    ['vision', type === 'vlm'],
    ['embedding', type === 'embedding'],
    ['rerank', type === 'ranking' || type === 'rerank'],
    ['tools', /--enable-auto-tool-choice|--tool-call-parser/.test(args) || /Tool calling enabled/i.test(log)],
    ['reasoning', /--reasoning-parser/.test(args) || /reasoning parser/i.test(log)],
  ];
  return has.filter(([, isThere]) => isThere).map(([name]) => name);
}

function portsOf({ NetworkSettings, HostConfig }: ContainerAnswer): NimDetails['ports'] {
  const live = Object.entries(NetworkSettings?.Ports ?? {}).filter(([, bound]) => (bound ?? []).length > 0);
  const bindings = live.length > 0 ? live : Object.entries(HostConfig?.PortBindings ?? {});
  return bindings.flatMap(([inside, bound]) =>
    (bound ?? []).map(({ HostIp, HostPort }) => ({ inside, address: `${HostIp || '0.0.0.0'}:${HostPort || '?'}` })),
  );
}
