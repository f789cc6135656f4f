import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityFields, type Texts } from './texts.ts';

/**
 * The `nvidia-smi` of a simulated machine: a shell script that prints texts which lie beside it, so that a run costs a
 * shell and a `cat`. Queries it puts together itself, from a file of variables.
 */
export interface Program {
  readonly path: string;
  /** What to start, and what stands before the program's own arguments. */
  readonly command: readonly string[];
  /** From the next run on. Each text changes as a whole. */
  show(texts: Texts): void;
  remove(): void;
}

/** @param isThere false: nothing of NVIDIA is installed, and starting it fails */
export function createProgram(folder: string, platform: NodeJS.Platform, isThere: boolean): Program {
  const isWindows = platform === 'win32';
  const path = join(folder, isWindows ? 'nvidia-smi.cmd' : 'nvidia-smi');
  const place = join(folder, 'texts');
  let shown = new Map<string, string>();

  function replace(name: string, content: string): void {
    if (shown.get(name) === content) return;
    writeFileSync(join(place, `.${name}`), content);
    renameSync(join(place, `.${name}`), join(place, name));
  }

  mkdirSync(place, { recursive: true });
  // Windows starts a missing command through its shell all the same, which answers in the user's language.
  if (isThere || isWindows) writeFileSync(path, isWindows ? windowsScript : script, { mode: 0o755 });
  return {
    path,
    command: isWindows ? ['cmd.exe', '/d', '/c', path] : [path],
    show({ code, files }) {
      const next = new Map([...files, ['code', `${code}\n`]]);
      for (const [name, content] of next) replace(name, content);
      for (const name of shown.keys()) if (!next.has(name)) rmSync(join(place, name), { force: true });
      shown = next;
    },
    remove() {
      rmSync(path, { force: true });
      rmSync(place, { recursive: true, force: true });
    },
  };
}

const invalid = "Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.";
const withoutMig = 'No MIG-enabled devices found.';

/** By what is asked; a text that is not there is that of a machine without MIG. */
const answers: readonly (readonly [asked: readonly string[], text: string])[] = [
  [['-q -x', '-x -q', '-q --xml-format', '--query --xml-format'], 'xml'],
  [['-q', '--query'], 'q'],
  [['-L', '--list-gpus'], 'list'],
  [['--version'], 'version'],
  [['topo -m', 'topo --matrix'], 'topo'],
  [['mig -lgi', 'mig --list-gpu-instances'], 'mig-lgi'],
  [['mig -lci', 'mig --list-compute-instances'], 'mig-lci'],
  [['mig -lgip', 'mig --list-gpu-instance-profiles'], 'mig-lgip'],
  [['mig -lgipp', 'mig --list-gpu-instance-possible-placements'], 'mig-lgipp'],
];

const script = `#!/bin/sh
# nvidia-smi of a simulated machine: prints what the machine keeps in the folder beside it.
texts=\${0%/*}/texts
read -r code <"$texts/code" || exit 255

show() {
  [ "$code" = 0 ] && exec cat "$texts/$1"
  cat "$texts/$1"
  exit "$code"
}
refuse() {
  printf '%s\\n' "$2"
  exit "$1"
}

[ -f "$texts/failure" ] && show failure
case "$*" in
'') show table ;;
${answers
  .map(([asked, text]) => {
    const pattern = asked.map((words) => `'${words}'`).join(' | ');
    return `${pattern}) [ -f "$texts/${text}" ] && show ${text} || refuse 6 '${withoutMig}' ;;`;
  })
  .join('\n')}
esac

kind= fields= format= id=
while [ $# -gt 0 ]; do
  case $1 in
  --query-gpu=*) kind=gpus fields=\${1#*=} ;;
  --query-compute-apps=*) kind=apps fields=\${1#*=} ;;
  --format=*) format=,\${1#*=}, ;;
  --id=*) id=\${1#*=} ;;
  -i) id=$2 && shift ;;
  *) kind= && break ;;
  esac
  shift
done
[ -n "$kind" ] || refuse 2 "${invalid}"

. "$texts/$kind.sh"
keys= header=
set -f
IFS=' ,'
for field in $fields; do
  key=$field
  while :; do
    case $key in
    *.*) key=\${key%%.*}_\${key#*.} ;;
    *) break ;;
    esac
  done
  case $key in
  '' | *[!A-Za-z0-9_]*) unit=? ;;
  *) eval "unit=\\\${u_$key-?}" ;;
  esac
  [ "$unit" = '?' ] && refuse 2 "Field \\"$field\\" is not a valid field to query."
  keys="$keys $key"
  case $format in
  *,nounits,*) ;;
  *) field="$field\${unit:+ [$unit]}" ;;
  esac
  header="$header\${header:+, }$field"
done
[ -n "$keys" ] || refuse 2 "${invalid}"

printf %s "$warnings"
case $format in
*,noheader,*) ;;
*) printf '%s\\n' "$header" ;;
esac
row=0
while [ "$row" -lt "$rows" ]; do
  line= comma=
  for key in $keys; do
    eval "value=\\$g\${row}_$key unit=\\$u_$key"
    case $format,$value in
    *,nounits,*) ;;
    *,[0-9]* | *,-[0-9]*) value="$value\${unit:+ $unit}" ;;
    esac
    line="$line$comma$value"
    comma=', '
  done
  if [ "$kind" = gpus ] && [ -n "$id" ]; then
    eval "own=\\"\\$g\${row}_index \\$g\${row}_uuid \\$g\${row}_pci_bus_id\\""
    case " $own " in
    *" $id "*) printf '%s\\n' "$line" ;;
    esac
  else
    printf '%s\\n' "$line"
  fi
  row=$((row + 1))
done
exit "$code"
`;

/** No queries but core's own: what a batch file can do about the others is not worth it. */
const windowsScript = [
  '@echo off',
  'rem nvidia-smi of a simulated machine: prints what the machine keeps in the folder beside it.',
  'setlocal',
  'set "texts=%~dp0texts"',
  'set "text=table"',
  'set /p code=<"%texts%\\code"',
  'if exist "%texts%\\failure" set "text=failure" & goto show',
  'if "%~1"=="" goto show',
  ...answers.flatMap(([asked, text]) => asked.map((words) => `if "%*"=="${words}" set "text=${text}" & goto show`)),
  `if "%*"=="--query-gpu=${identityFields.join(',')} --format=csv,noheader,nounits" set "text=identity" & goto show`,
  `echo ${invalid}`,
  'exit /b 2',
  ':show',
  'if not exist "%texts%\\%text%" (',
  `  echo ${withoutMig}`,
  '  exit /b 6',
  ')',
  'type "%texts%\\%text%"',
  'exit /b %code%',
  '',
].join('\r\n');
