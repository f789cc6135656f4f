import { join } from 'node:path/posix';
import { parse } from 'yaml';
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

const cdiFile = z.object({ kind: z.string(), devices: z.array(z.object({ name: z.coerce.string() })) });

/** Kind and names of a CDI file, which is YAML or JSON. Kind null: it is neither, or no CDI file. */
export function parseCdi(path: string, text: string): CdiFile {
  const driverVersions = [
    ...new Set([...text.matchAll(/\.so\.(\d{3,}\.\d+(?:\.\d+)?)\b/g)].map(([, version = '']) => version)),
  ];
  const parsed = cdiFile.safeParse(text.trimStart().startsWith('{') ? parseJson(text) : parseYaml(text));
  const { kind, devices } = parsed.success ? parsed.data : { kind: null, devices: [] };
  return { path, kind, names: devices.map(({ name }) => name), driverVersions };
}

function parseYaml(text: string): unknown {
  try {
    // A name that grows by aliases of aliases is nobody's GPU.
    const found: unknown = parse(text, { maxAliasCount: 20, logLevel: 'silent' });
    return found;
  } catch {
    return undefined;
  }
}
