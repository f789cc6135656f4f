import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from '../../shared/zod.ts';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';
import { hasSystemCode } from '../lib/system-code.ts';

const runVersion = 1;
const runFile = z.object({
  isTty: z.boolean(),
  /** As the engine said it. */
  startedAt: z.string(),
  /** Where it begins in the container's log; missing until the engine was asked. */
  from: z.string().nullable().optional(),
  endedAt: z.string().nullable(),
  /** Of the engine that has, or had, the container; missing where it has no name. */
  engineId: z.string().optional(),
});

export interface StoredRun {
  id: string;
  containerId: string;
  isTty: boolean;
  startedAt: string;
  from: string | null | undefined;
  endedAt: string | null;
  engineId: string | null;
}

/** The id says enough to show the log even when the run's own file is lost. */
const runId = /^([0-9a-f]{12,64})-(\d{1,15})$/;

export function idOfRun(containerId: string, startedAt: string): string {
  return `${containerId}-${Math.max(0, Math.floor(Date.parse(startedAt)) || 0)}`;
}

export interface RunStore {
  folderOf(id: string): string;
  list(): Promise<StoredRun[]>;
  save(run: StoredRun): Promise<void>;
  remove(id: string): Promise<void>;
}

/** A folder for each run, named by its id. */
export function createRunStore(root: string): RunStore {
  const folderOf = (id: string) => join(root, id);
  const fileOf = (id: string) => join(folderOf(id), 'run.json');

  async function load(id: string, containerId: string, startedMs: number): Promise<StoredRun> {
    const { content } = await readJsonFile(fileOf(id), runVersion, Date.now());
    const parsed = runFile.safeParse(content);
    if (parsed.success) {
      const { isTty, startedAt, from, endedAt, engineId = null } = parsed.data;
      return { id, containerId, isTty, startedAt, from, endedAt, engineId };
    }
    // Killed before it was written, or damaged: the lines are still there to be read.
    const startedAt = new Date(startedMs).toISOString();
    return { id, containerId, isTty: false, startedAt, from: undefined, endedAt: null, engineId: null };
  }

  return {
    folderOf,
    async list() {
      const names = await readdir(root).catch((error: unknown) => {
        if (hasSystemCode(error, 'ENOENT')) return [];
        throw error;
      });
      const found = names.flatMap((name) => {
        const parts = runId.exec(name);
        return parts?.[1] === undefined ? [] : [load(name, parts[1], Number(parts[2]))];
      });
      return Promise.all(found);
    },
    save({ id, isTty, startedAt, from, endedAt, engineId }) {
      return writeJsonFile(fileOf(id), runVersion, {
        isTty,
        startedAt,
        endedAt,
        ...(from === undefined ? {} : { from }),
        ...(engineId === null ? {} : { engineId }),
      });
    },
    async remove(id) {
      await rm(folderOf(id), { recursive: true, force: true });
    },
  };
}
