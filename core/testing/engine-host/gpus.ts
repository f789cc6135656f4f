// A machine without a GPU that has two GPUs and four slices, as far as an engine can tell: what it is asked for, what
// it refuses, what arrives in the container. The ids are those of published outputs of nvidia-smi (a two-GPU machine
// of NVIDIA's mock driver, and a sliced H100 with masked ids), so that such an output fits to these engines.

export const gpus = ['GPU-12345678-1234-1234-1234-123456780000', 'GPU-12345678-1234-1234-1234-123456780001'] as const;

export const slices = [
  'MIG-00000000-0000-0000-0000-000000000000',
  'MIG-00000001-0000-0000-0000-000000000001',
  'MIG-00000002-0000-0000-0000-000000000002',
  'MIG-00000003-0000-0000-0000-000000000003',
] as const;

/** What a container may see: by id, and by index as nvidia-container-cli numbers them. */
const names: readonly [name: string, id: string][] = [
  ...gpus.map((id, index): [string, string] => [String(index), id]),
  ...gpus.map((id): [string, string] => [id, id]),
  ...slices.map((id, index): [string, string] => [`0:${index}`, id]),
  ...slices.map((id): [string, string] => [id, id]),
];

export const cdiKind = 'nvidia.com/gpu';

/**
 * The driver's program as a container has it: it lists what arrived, which the first process was told by hook or CDI. As
 * NVIDIA's toolkit does, hook, runtime and CDI file bring it into a container that gets a GPU, and into no other.
 */
export const smiScript = `#!/bin/sh
told=$(tr '\\0' '\\n' </proc/1/environ | sed -n 's/^NVIDIA_VISIBLE_DEVICES=//p; s/^CDI_[^=]*=//p')
[ "$told" = all ] && told="${gpus.join(' ')}"
[ "$1" = -L ] || { echo "Invalid combination of input arguments." ; exit 2; }
number=0
for id in $(echo "$told" | tr ',' ' '); do
  case "$id" in
    ${names.map(([name, id]) => `${name}) id=${id} ;;`).join('\n    ')}
  esac
  case "$id" in
    GPU-*) echo "GPU $number: NVIDIA A100-SXM4-40GB (UUID: $id)" ;;
    MIG-*)
      echo "GPU $number: NVIDIA H100 80GB HBM3 (UUID: GPU-00000000-0000-0000-0000-000000000000)"
      echo "  MIG 1g.10gb     Device  0: (UUID: $id)" ;;
    *) continue ;;
  esac
  number=$((number + 1))
done
[ "$number" -gt 0 ] || { echo "No devices were found"; exit 6; }
`;

const smiPath = 'usr/bin/nvidia-smi';

/** Looks into a container's bundle for what it wants, and refuses what is not there. */
const checkWanted = `wanted=$(grep -o '"NVIDIA_VISIBLE_DEVICES=[^"]*"' "$bundle/config.json" | tail -n 1 | sed 's/^[^=]*=//; s/"$//')
case "$wanted" in '' | none | void) exit 0 ;; esac
set -f
IFS=,
for id in $wanted; do
  case "$id" in
    all | ${names.map(([name]) => name).join(' | ')}) ;;
    *) echo "nvidia-container-cli: device error: $id: unknown device" >&2; exit 1 ;;
  esac
done
root=$(sed -n 's/.*"root":{"path":"\\([^"]*\\)".*/\\1/p' "$bundle/config.json")
# SECURITY: without a root of a container's own this would be the machine's own driver program.
case "$root" in /?*) ;; *) exit 0 ;; esac
[ -d "$root/usr/bin" ] || exit 0
cat >"$root/${smiPath}" <<'END_OF_PROGRAM'
${smiScript}END_OF_PROGRAM
chmod 755 "$root/${smiPath}"
`;

/**
 * The hook that an engine runs before a container with a GPU request starts. It gets the state of the container on
 * stdin and the request from the bundle's process environment; it refuses as nvidia-container-cli does.
 */
export const hookScript = `#!/bin/sh
state=$(cat)
bundle=\${state#*\\"bundle\\":\\"}
bundle=\${bundle%%\\"*}
${checkWanted}`;

/**
 * NVIDIA's runtime: it stands in front of runc, and refuses as the hook does when it makes a container whose variable names
 * an unknown device.
 */
export const runtimeScript = `#!/bin/sh
bundle= verb= previous=
for argument in "$@"; do
  [ "$previous" = --bundle ] || [ "$previous" = -b ] && bundle=$argument
  [ "$argument" = create ] && verb=create
  previous=$argument
done
if [ "$verb" = create ]; then
  (
${checkWanted}  ) || exit 1
fi
exec runc "$@"
`;

/** Where a device arrives in a container by CDI: a variable for each, since the engine keeps one of each name only. */
export const cdiVariable = (id: string): string => `CDI_${id.replaceAll('-', '_')}`;

const device = (name: string, ids: readonly string[]) => ({
  name,
  containerEdits: { env: ids.map((id) => `${cdiVariable(id)}=${id}`) },
});

/**
 * As nvidia-ctk writes it, but with variables instead of device nodes.
 * @param smiFile where `smiScript` lies on this machine
 */
export const cdiSpecWith = (smiFile: string) => ({
  cdiVersion: '0.5.0',
  kind: cdiKind,
  containerEdits: {
    env: ['NVIDIA_VISIBLE_DEVICES=void'],
    mounts: [{ hostPath: smiFile, containerPath: `/${smiPath}`, options: ['ro', 'nosuid', 'nodev', 'bind'] }],
  },
  devices: [...names.map(([name, id]) => device(name, [id])), device('all', gpus)],
});
