import { nimName, type DeploySpec, type GpuChoice } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import { type Command, type OptionValues, textOption, textOptions } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { knownNims, requireEngine } from '../lookup.ts';
import { showJob } from '../show-job.ts';

export function parseGpus(text: string): GpuChoice {
  if (text === 'all' || text === 'none') return { kind: text };
  const ids = text.split(',').map((id) => id.trim());
  if (ids.some((id) => id === '')) {
    throw new AppError('BAD_INPUT', `--gpus takes all, none, or UUIDs with commas between them, not “${text}”.`);
  }
  return { kind: 'devices', ids };
}

function parsePort(text: string | null): number | null {
  if (text === null) return null;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new AppError('BAD_INPUT', `--port takes a number from 1 to 65535, not “${text}”.`);
  }
  return port;
}

function parseName(text: string | null): string | null {
  if (text !== null && !nimName.safeParse(text).success) {
    throw new AppError(
      'BAD_INPUT',
      `--name takes letters, digits, dots, dashes and underscores, the first a letter or digit, at most 100; not “${text}”.`,
    );
  }
  return text;
}

/** A name alone takes the value from our own environment, as with the docker client: arguments are in the process list. */
function parseEnvironment(pairs: readonly string[]): DeploySpec['environment'] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (pair === '' || at === 0) throw new AppError('BAD_INPUT', '--env takes NAME=VALUE, or NAME alone.');
    if (at > 0) return { name: pair.slice(0, at), value: pair.slice(at + 1) };
    const value = process.env[pair];
    if (value === undefined) throw new AppError('BAD_INPUT', `--env ${pair}: there is no such variable here.`);
    return { name: pair, value };
  });
}

export function parseSpec(reference: string, options: OptionValues): DeploySpec {
  return {
    reference,
    name: parseName(textOption(options, 'name')),
    gpus: parseGpus(textOption(options, 'gpus') ?? 'all'),
    port: parsePort(textOption(options, 'port')),
    profile: textOption(options, 'profile'),
    allowAnyOrigin: options['allow-any-origin'] === true,
    environment: parseEnvironment(textOptions(options, 'env')),
  };
}

export const runCommand: Command = {
  name: 'run',
  usage: 'run IMAGE [--name NAME] [--gpus all|none|UUID,…] [--port N] [--profile ID] [--env NAME[=VALUE]]',
  summary: 'Pull when needed, start, and wait until ready.',
  options: {
    name: { type: 'string' },
    gpus: { type: 'string' },
    port: { type: 'string' },
    profile: { type: 'string' },
    env: { type: 'string', multiple: true },
    'allow-any-origin': { type: 'boolean' },
  },
  positionals: { min: 1, max: 1 },
  async run({ positionals, options, print, interrupt, api: open }) {
    const spec = parseSpec(positionals[0] ?? '', options);
    const api = await open();
    await requireEngine(api, interrupt.signal);
    const { jobId } = await api.nims.deploy(spec, { signal: interrupt.signal });
    let nimId: string | null = null;
    const exitCode = await showJob(api, jobId, print, interrupt, (job) => {
      nimId = job.nimId;
    });
    if (exitCode !== exitCodes.done) return exitCode;
    const nim = (await knownNims(api, interrupt.signal)).find((candidate) => candidate.id === nimId);
    if (nim !== undefined) print.line(`${nim.name} is ready at ${nim.address ?? '?'}`);
    return exitCode;
  },
};
