import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import type { SupportBundle, SupportPart } from '../../shared/contract/support.ts';
import { cancelled, isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { abortable } from '../lib/abortable.ts';
import { first } from '../lib/first.ts';
import { createScrubber } from '../lib/scrub.ts';

export interface SupportService {
  api: Api['support'];
}

export interface SupportSources {
  api: Pick<Api, 'app' | 'disks' | 'engine' | 'gpu' | 'jobs' | 'logs' | 'nims' | 'settings'>;
  /** What the chain of checks says, as text; it has time limits of its own. */
  checks: ((signal: AbortSignal) => Promise<string>) | null;
  /** Every key that is stored here. */
  keys: () => Promise<readonly string[]>;
}

/** A driver in trouble answers after many seconds, a busy engine never: whoever needs help waits no longer for one part. */
const usualPatienceMs = 15_000;
const nimLogLines = 200;
const ownLogBytes = 64 * 1024;
const mostNims = 20;

export function createSupportService(
  deps: Pick<CoreDeps, 'dataFolder' | 'home' | 'env' | 'now'>,
  { api, checks, keys }: SupportSources,
  patienceMs = usualPatienceMs,
): SupportService {
  async function collect(signal: AbortSignal): Promise<SupportBundle> {
    const secrets = [...(await keys().catch(() => [])), ...keysOfEnvironment(deps.env)];
    const clean = withoutHome(deps.home, createScrubber(secrets));

    const section = async (
      part: SupportPart,
      read: (own: AbortSignal) => Promise<unknown>,
      name: string | null = null,
    ) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
      try {
        const found = await abortable(read(limit), limit);
        return { part, name, text: clean(typeof found === 'string' ? found : JSON.stringify(found, null, 2)) };
      } catch (error) {
        if (signal.aborted) throw cancelled();
        return {
          part,
          name,
          text: clean(limit.aborted ? `Not known: no answer for ${patienceMs} ms.` : failureText(error)),
        };
      }
    };
    const firstOf =
      <T>(stream: (input: Record<string, never>, options: { signal: AbortSignal }) => AsyncIterable<T>) =>
      async (own: AbortSignal) =>
        await first(stream({}, { signal: own }));

    const nims = await abortable(
      firstOf(api.nims.watch)(signal),
      AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    ).catch(() => null);
    signal.throwIfAborted();
    const known = (nims?.nims ?? []).slice(0, mostNims);

    const sections = await Promise.all([
      section('about', (own) => api.app.info({}, { signal: own })),
      ...(checks === null ? [] : [section('checks', checks)]),
      section('engine', firstOf(api.engine.watch)),
      section('gpus', (own) => api.gpu.read({}, { signal: own })),
      section('disks', firstOf(api.disks.watch)),
      section('nims', (own) => describeNims(known, own)),
      section('jobs', firstOf(api.jobs.watch)),
      section('settings', firstOf(api.settings.watch)),
      section('own-log', () => tailOf(join(deps.dataFolder, 'nimdeck.log'), ownLogBytes)),
      ...known.map((nim) => section('nim-log', (own) => logTail(nim, own), nim.name)),
    ]);
    return { madeAt: new Date(deps.now()).toISOString(), sections };
  }

  /** Details are the engine's to tell: one NIM that cannot be inspected must not hide the others. */
  async function describeNims(nims: readonly Nim[], signal: AbortSignal): Promise<unknown> {
    return await Promise.all(
      nims.map(async (nim) => {
        const details = await api.nims.inspect({ nimId: nim.id }, { signal }).catch(failureText);
        return { ...nim, details };
      }),
    );
  }

  async function logTail({ id }: Nim, signal: AbortSignal): Promise<string> {
    const runs = await api.logs.runs({ nimId: id }, { signal });
    const newest = runs.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
    if (newest === undefined) return 'No log is kept.';
    const { endLine, firstLine } = await first(api.logs.watch({ runId: newest.id }, { signal }));
    const from = Math.max(firstLine, endLine - nimLogLines);
    if (endLine === from) return 'The log is empty.';
    const { lines } = await api.logs.read({ runId: newest.id, from, count: nimLogLines }, { signal });
    return lines.map(({ at, text }) => `${at ?? '-'} ${text}`).join('\n');
  }

  const never = new AbortController().signal;
  return { api: { collect: (_input, { signal } = {}) => collect(signal ?? never) } };
}

function failureText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `Not known: ${isAppError(error) ? `${error.code}: ` : ''}${message}`;
}

/** The end of a file, from the beginning of a line on. */
async function tailOf(path: string, bytes: number): Promise<string> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const from = Math.max(0, size - bytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  const text = buffer.subarray(0, bytesRead).toString('utf8');
  return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
}

/** A key in the environment of this process may have reached a log line by way of a program that it started. */
function keysOfEnvironment(env: CoreDeps['env']): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    /(?:key|token|secret|password)$/i.test(name) && value ? [value] : [],
  );
}

/** The home folder's name is often the user's own. */
function withoutHome(home: string, scrub: (text: string) => string): (text: string) => string {
  const spellings = [home, JSON.stringify(home).slice(1, -1)].filter((text) => text.length > 1);
  return (text) => spellings.reduce((kept, spelling) => kept.replaceAll(spelling, '~'), scrub(text));
}
