import { join } from 'node:path/posix';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { CdiFile, EngineFacts, ToolkitReading } from './readings.ts';

/**
 * dockerd looks for the first when it starts, 29.2 and later also for the second; the last makes CDI files (gpu facts
 * 5.2, 5.5).
 */
const programNames = ['nvidia-container-runtime-hook', 'nvidia-cdi-hook', 'nvidia-container-runtime', 'nvidia-ctk'];
/** Where packages and GPU operators put them. An engine's own PATH cannot be seen from here. */
const programFolders = ['/usr/bin', '/usr/local/bin', '/usr/local/nvidia/toolkit'];
/** The two that every engine has unless it is told others (gpu facts 5.6). */
const usualCdiFolders = ['/etc/cdi', '/var/run/cdi'];

/** NVIDIA's part between engine and driver, on this machine's disk. */
export async function readToolkit(
  system: CoreDeps['system'],
  facts: Pick<EngineFacts, 'cdiFolders'> | null,
): Promise<ToolkitReading> {
  const programs: string[] = [];
  for (const name of programNames) {
    for (const folder of programFolders) {
      const path = join(folder, name);
      if (await isThere(system, path)) {
        programs.push(path);
        break;
      }
    }
  }
  const cdiFolders = [...new Set([...usualCdiFolders, ...(facts?.cdiFolders ?? [])])];
  const cdiFiles: CdiFile[] = [];
  const unreadable: string[] = [];
  for (const folder of cdiFolders) {
    for (const name of await namesIn(system, folder)) {
      const path = join(folder, name);
      try {
        const file = parseCdi(path, await system.readText(path));
        if (file.kind === null || file.kind.startsWith('nvidia.com/')) cdiFiles.push(file);
      } catch (error) {
        unreadable.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return { programs, lookedIn: programFolders, cdiFolders, cdiFiles, unreadable };
}

async function isThere(system: CoreDeps['system'], path: string): Promise<boolean> {
  try {
    return !(await system.status(path)).isFolder;
  } catch {
    // Not there, or in a folder that this user may not look into: not found, and that is all that is said.
    return false;
  }
}

async function namesIn(system: CoreDeps['system'], folder: string): Promise<string[]> {
  try {
    return (await system.list(folder)).filter((name) => /\.(?:ya?ml|json)$/.test(name)).toSorted();
  } catch {
    // A folder that is not there holds no file.
    return [];
  }
}

const jsonFile = z.object({ kind: z.string(), devices: z.array(z.object({ name: z.coerce.string() })) });

/**
 * Kind and names of a CDI file. JSON in full; of YAML only the layout in which NVIDIA's tool writes it (`kind:` at the
 * margin, a list under `devices:` whose entries have a `name:`), which is all that is asked of it.
 */
export function parseCdi(path: string, text: string): CdiFile {
  const driverVersions = [
    ...new Set([...text.matchAll(/\.so\.(\d{3,}\.\d+(?:\.\d+)?)\b/g)].map(([, version = '']) => version)),
  ];
  if (text.trimStart().startsWith('{')) {
    const parsed = jsonFile.safeParse(parseJson(text));
    const { kind, devices } = parsed.success ? parsed.data : { kind: null, devices: [] };
    return { path, kind, names: devices.map(({ name }) => name), driverVersions };
  }
  let kind: string | null = null;
  let isInDevices = false;
  let keyColumn: number | null = null;
  const names: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const top = /^([A-Za-z]+):\s*(.*)$/.exec(line);
    if (top !== null) {
      isInDevices = top[1] === 'devices';
      if (top[1] === 'kind') kind = unquoted(top[2] ?? '');
      continue;
    }
    if (!isInDevices) continue;
    const entry = /^(\s*(?:- )?\s*)name:\s*(.+?)\s*$/.exec(line);
    keyColumn ??= /^(\s*- )\S/.exec(line)?.[1]?.length ?? null;
    // Deeper ones are names of other things: a hook's, a device node's.
    if (entry?.[2] !== undefined && entry[1]?.length === keyColumn) names.push(unquoted(entry[2]));
  }
  return { path, kind, names, driverVersions };
}

const unquoted = (value: string): string => value.trim().replace(/^(["'])(.*)\1$/, '$2');
