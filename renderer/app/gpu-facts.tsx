import type { NimDetails } from '../../shared/contract/nims.ts';
import { formatMemory } from '../../shared/format.ts';
import { KeyValue, type KeyValueItem } from '../ui/key-value.tsx';
import { words } from '../words.ts';

/** What was asked for and what was given, side by side: a request that an engine ignores looks like one that it obeyed. */
export function GpuFacts({ gpu, more }: { gpu: NimDetails['gpu']; more?: readonly KeyValueItem[] }) {
  const { fields, gpuKinds, ways } = words.configuration;
  const { asked, way } = gpu;
  return (
    <KeyValue
      items={[
        {
          label: fields.asked,
          value: (
            <span className="wrap-anywhere">
              {asked.kind === 'devices' ? asked.ids.join(', ') : gpuKinds[asked.kind]}
            </span>
          ),
        },
        { label: fields.given, value: <Given gpu={gpu} /> },
        ...(way === null ? [] : [{ label: fields.way, value: ways[way] }]),
        ...(more ?? []),
      ]}
    />
  );
}

function Given({ gpu: { devices } }: { gpu: NimDetails['gpu'] }) {
  const { gpuKinds, gpusNotRead, notListed } = words.configuration;
  if (devices === null) return gpusNotRead;
  if (devices.length === 0) return gpuKinds.none;
  return (
    <ul className="flex flex-col gap-1">
      {devices.map(({ id, name, memoryTotalMiB }) => (
        <li key={id} title={id} className="wrap-anywhere">
          {name ?? <span className="text-warn">{`${id}: ${notListed}`}</span>}
          {memoryTotalMiB !== null && <span className="text-ink-soft"> {formatMemory(memoryTotalMiB)}</span>}
        </li>
      ))}
    </ul>
  );
}
