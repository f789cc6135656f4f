import type { GpuChoice, NimDetails } from '../../shared/contract/nims.ts';

type Made = Omit<NimDetails, 'command'>;

/**
 * The same container as a line for a terminal, to be read, kept or sent on. A secret is named only: the shell's own
 * environment has its value, and no process list shows it (nim-runtime facts 2). Our own labels are left out: a container
 * that somebody else starts is theirs.
 * @param command what the container was given in place of the image's own
 */
export function runCommand(
  made: Made,
  name: string,
  groups: readonly string[],
  command: readonly string[],
  imageCommand: readonly string[],
): string {
  const options = [
    `-d --name ${quote(name)}`,
    ...gpuOptions(made.gpu.asked, made.gpu.way),
    ...(made.sharedMemoryBytes === null ? [] : [`--shm-size=${sizeOf(made.sharedMemoryBytes)}`]),
    ...(made.user === null ? [] : [`-u ${quote(made.user)}`]),
    ...groups.map((group) => `--group-add ${quote(group)}`),
    ...made.environment
      .filter(({ origin }) => origin === 'run')
      .map((variable) => `-e ${variable.value === null ? variable.name : quote(`${variable.name}=${variable.value}`)}`),
    ...made.mounts.map(
      ({ source, target, isReadOnly }) => `-v ${quote(`${source}:${target}${isReadOnly ? ':ro' : ''}`)}`,
    ),
    ...made.ports.map(({ inside, address }) => `-p ${address.replace(/:\?$/, ':')}:${inside.replace(/\/tcp$/, '')}`),
    ...(made.restartPolicy === null || made.restartPolicy === 'no' ? [] : [`--restart ${made.restartPolicy}`]),
  ];
  const isOwnCommand = command.join('\0') !== imageCommand.join('\0');
  const rest = isOwnCommand ? command.map(quote) : [];
  return ['docker run', ...options, [quote(made.image.reference), ...rest].join(' ')].join(' \\\n  ');
}

function gpuOptions(asked: GpuChoice, way: NimDetails['gpu']['way']): string[] {
  if (asked.kind === 'none' || way === null) return [];
  // Which ones is said by the variable, among the others.
  if (way === 'runtime') return ['--runtime=nvidia'];
  if (way === 'cdi') {
    const names = asked.kind === 'all' ? ['all'] : asked.ids;
    return names.map((name) => `--device ${quote(name.includes('=') ? name : `nvidia.com/gpu=${name}`)}`);
  }
  // The inner quotes are docker's own: without them a comma begins another field (nim-runtime facts 2).
  return asked.kind === 'all' ? ['--gpus all'] : [`--gpus '"device=${asked.ids.join(',')}"'`];
}

function sizeOf(bytes: number): string {
  for (const [unit, size] of [
    ['g', 1024 ** 3],
    ['m', 1024 ** 2],
    ['k', 1024],
  ] as const)
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  return String(bytes);
}

/** For a POSIX shell; what needs no quotes has none, so that the line stays readable. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
