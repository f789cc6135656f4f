import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MachineFacts, PlacedGpu } from './boards.ts';

/** What stays of the driver before the last update, where that was not loaded again. */
const olderVersion = '595.45.04';
const kernel = '6.8.0-practice';
/** NVIDIA's Container Toolkit, as its packages install it. */
const toolkit = ['nvidia-container-runtime-hook', 'nvidia-cdi-hook', 'nvidia-container-runtime', 'nvidia-ctk'];

/** A simulated machine's own files of /sys, /proc, /usr and /var, below a folder that stands for its root. */
export function writeSystemFiles(root: string, facts: MachineFacts): void {
  const write = (path: string, text: string) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  write('proc/sys/kernel/osrelease', `${kernel}\n`);
  // A bridge: on every bus there is more than cards.
  write('sys/bus/pci/devices/0000:00:01.0/uevent', 'DRIVER=pcieport\nPCI_CLASS=60400\nPCI_ID=8086:4602\n');
  if (facts.state === 'no-program') return;

  const isMismatch = facts.state === 'mismatch';
  const cards = isMismatch ? [{ busId: '00000000:01:00.0', device: '2684', subClass: 0 }] : facts.gpus.map(cardOf);
  for (const { busId, device, subClass } of cards) {
    // nvidia-smi writes the domain with eight digits, the kernel with four.
    const address = busId.replace(/^0{4}/, '').toLowerCase();
    write(
      `sys/bus/pci/devices/${address}/uevent`,
      `DRIVER=nvidia\nPCI_CLASS=30${subClass}00\nPCI_ID=10DE:${device}\nPCI_SLOT_NAME=${address}\n`,
    );
  }
  const version = isMismatch ? olderVersion : (facts.gpus[0]?.board.driverVersion ?? olderVersion);
  write(
    'proc/driver/nvidia/version',
    `NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  ${version}  Release Build  (practice)\nGCC version:  practice\n`,
  );
  for (const name of toolkit) write(`usr/bin/${name}`, '');
  write('var/run/cdi/nvidia.yaml', cdiFile(facts.gpus, version));
}

export function removeSystemFiles(root: string): void {
  rmSync(root, { recursive: true, force: true });
}

const cardOf = ({ busId, board: { pci } }: PlacedGpu) => ({ busId, device: pci.device, subClass: pci.subClass });

/** In the layout in which `nvidia-ctk cdi generate` writes it (gpu facts 5.6): a name by number and one by UUID for each. */
function cdiFile(gpus: readonly PlacedGpu[], version: string): string {
  const names = gpus.flatMap(({ uuid, slices }, index) =>
    slices.length === 0
      ? [`"${index}"`, uuid]
      : slices.flatMap((slice, number) => [`"${index}:${number}"`, slice.uuid]),
  );
  return [
    '---',
    'cdiVersion: 0.5.0',
    'containerEdits:',
    '  deviceNodes:',
    '  - path: /dev/nvidiactl',
    '  mounts:',
    `  - containerPath: /usr/lib/x86_64-linux-gnu/libcuda.so.${version}`,
    `    hostPath: /usr/lib/x86_64-linux-gnu/libcuda.so.${version}`,
    'devices:',
    ...[...names, 'all'].flatMap((name) => [
      '- containerEdits:',
      '    deviceNodes:',
      '    - path: /dev/nvidia0',
      `  name: ${name}`,
    ]),
    'kind: nvidia.com/gpu',
    '',
  ].join('\n');
}
