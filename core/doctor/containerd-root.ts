import { basename } from 'node:path/posix';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { parseJson } from '../lib/parse-json.ts';

type System = Pick<CoreDeps['system'], 'list' | 'readText'>;

/** Where a package's containerd listens, by both of the folder's names. */
const usualAddress = /^(?:\/var)?\/run\/containerd\/containerd\.sock$/;
const usualConfig = '/etc/containerd/config.toml';
const usualRoot = { folder: '/var/lib/containerd', source: 'containerd’s default' };

/**
 * Where the containerd behind an address keeps its files, and who says so. One that listens elsewhere than usual was
 * started with other settings as well, so it is looked for among the processes; where it is not seen, the default is named
 * as a default.
 * @param address as the engine tells it; null: it does not
 */
export async function findContainerdRoot(
  system: System,
  address: string | null,
): Promise<{ folder: string; source: string }> {
  if (address !== null && !usualAddress.test(address)) {
    const started = await startedWith(system, address);
    if (started !== null) return started;
  }
  const root = topLevel(await textOf(system, usualConfig), 'root');
  return root === null ? usualRoot : { folder: root, source: usualConfig };
}

/**
 * Where the containerd of an engine listens, as that was told when it was started. Null: it is not seen, or nobody told it.
 * @param rootDirectory of the engine, by which its process is known among others
 */
export async function containerdOf(system: System, rootDirectory: string | null): Promise<string | null> {
  if (rootDirectory === null) return null;
  for (const { line } of await commandsOf(system, 'dockerd')) {
    const settings = dockerdSettings.safeParse(
      parseJson(await textOf(system, option(line, ['--config-file']) ?? '/etc/docker/daemon.json')),
    ).data;
    const root = option(line, ['--data-root', '-g']) ?? settings?.['data-root'] ?? '/var/lib/docker';
    if (root === rootDirectory) return option(line, ['--containerd']) ?? settings?.containerd ?? null;
  }
  return null;
}

const dockerdSettings = z.object({ 'data-root': z.string().optional(), containerd: z.string().optional() });

/** The process that was told to listen there, by its command line or by the file that this names. */
async function startedWith(system: System, address: string): Promise<{ folder: string; source: string } | null> {
  for (const { from, line } of await commandsOf(system, 'containerd')) {
    const file = option(line, ['--config', '-c']);
    const config = file === null ? '' : await textOf(system, file);
    const listens = option(line, ['--address', '-a']) ?? inTable(config, 'grpc', 'address');
    if (listens !== address) continue;
    const root = option(line, ['--root']);
    if (root !== null) return { folder: root, source: from };
    const configured = topLevel(config, 'root');
    return configured === null || file === null ? usualRoot : { folder: configured, source: file };
  }
  return null;
}

/** How the processes of a program were started. All at once: a busy machine has many, and one look has little time. */
async function commandsOf(system: System, program: string): Promise<{ from: string; line: string[] }[]> {
  const names = await system.list('/proc').catch((): string[] => []);
  const commands = names
    .filter((name) => /^\d+$/.test(name))
    .map(async (name) => {
      const from = `/proc/${name}/cmdline`;
      return { from, line: (await textOf(system, from)).split('\0') };
    });
  return (await Promise.all(commands)).filter(({ line }) => basename(line[0] ?? '') === program);
}

/** `--root /a` and `--root=/a`. */
function option(words: readonly string[], names: readonly string[]): string | null {
  for (const [at, word] of words.entries()) {
    if (names.includes(word)) return words[at + 1] ?? null;
    const name = names.find((each) => word.startsWith(`${each}=`));
    if (name !== undefined) return word.slice(name.length + 1);
  }
  return null;
}

/** A text of a TOML file before its first table. */
const topLevel = (toml: string, key: string): string | null => valueOf(toml.split(/^\s*\[/m)[0] ?? '', key);

const inTable = (toml: string, table: string, key: string): string | null =>
  valueOf(new RegExp(`^\\s*\\[${table}\\]([^]*?)(?=^\\s*\\[|(?![^]))`, 'm').exec(toml)?.[1] ?? '', key);

const valueOf = (toml: string, key: string): string | null =>
  new RegExp(`^\\s*${key}\\s*=\\s*["']([^"']+)["']`, 'm').exec(toml)?.[1] ?? null;

async function textOf(system: System, path: string): Promise<string> {
  try {
    return await system.readText(path);
  } catch {
    // No such file, not this user's, or a process that has ended: then it says nothing.
    return '';
  }
}
