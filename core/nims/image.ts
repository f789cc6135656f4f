import type Docker from 'dockerode';
import { z } from '../../shared/zod.ts';
import { askEngine } from '../engine/ask.ts';
import { dockerError } from '../engine/docker-errors.ts';

/** What an image says of itself, as far as it decides how its container is made. */
export interface ImageFacts {
  /** `Config.User`, empty where the image runs as root. */
  user: string;
  environment: ReadonlyMap<string, string>;
  /** From its label; the tag is not the NIM's version (nim-runtime facts 0). */
  nimVersion: string | null;
}

const inspectAnswer = z.object({
  Config: z
    .object({
      User: z.string().nullish(),
      Env: z.array(z.string()).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
});

export async function inspectImage(docker: Docker, reference: string, signal: AbortSignal): Promise<ImageFacts> {
  try {
    return toImageFacts(await askEngine(docker, { method: 'GET', path: `/images/${reference}/json` }, signal));
  } catch (error) {
    throw dockerError(error, { signal, reference, action: 'inspect' });
  }
}

export function toImageFacts(answer: unknown): ImageFacts {
  const { Config } = inspectAnswer.parse(answer);
  const pairs = (Config?.Env ?? []).map((entry): [string, string] => {
    const at = entry.indexOf('=');
    return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  return {
    user: Config?.User ?? '',
    environment: new Map(pairs),
    nimVersion: Config?.Labels?.['com.nvidia.nim.version'] ?? null,
  };
}
