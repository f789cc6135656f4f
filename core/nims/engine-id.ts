import type Docker from 'dockerode';
import { z } from '../../shared/zod.ts';
import { askEngine } from '../engine/ask.ts';

const infoAnswer = z.object({ ID: z.string().nullish() });

/** What tells engines apart over restarts: its containers' ids say nothing about whose they are. Podman has none. */
export async function readEngineId(docker: Docker, signal: AbortSignal): Promise<string | null> {
  const { ID } = infoAnswer.parse(await askEngine(docker, { method: 'GET', path: '/info' }, signal));
  return ID === undefined || ID === null || ID === '' ? null : ID;
}
