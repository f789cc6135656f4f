import { useId } from 'react';
import type { GpuDevice } from '../../../shared/contract/gpu.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { formatMemory } from '../../../shared/format.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { RadioGroup } from '../../ui/radio.tsx';
import { words } from '../../words.ts';
import type { DeployDraft } from './draft.ts';

export interface Choice {
  /** Null: it has none, so the engine cannot be asked for it. */
  uuid: string | null;
  label: string;
  hint: string;
}

function memoryHint(totalMiB: number | null, usedMiB: number | null): string {
  if (totalMiB === null) return '';
  if (usedMiB === null) return formatMemory(totalMiB);
  return `${formatMemory(totalMiB)}, ${words.gpu.free(formatMemory(totalMiB - usedMiB))}`;
}

/** What can be asked for: whole cards, or the slices of those that are divided. */
export function gpuChoices(gpus: readonly GpuDevice[]): Choice[] {
  return gpus.flatMap((gpu): Choice[] => {
    const name = words.gpu.device(gpu.index, gpu.name);
    if (gpu.migEnabled !== true)
      return [{ uuid: gpu.uuid, label: name, hint: memoryHint(gpu.memoryTotalMiB, gpu.memoryUsedMiB) }];
    if (gpu.migDevices.length === 0) return [{ uuid: null, label: name, hint: words.gpu.noSlices }];
    return gpu.migDevices.map((slice) => ({
      uuid: slice.uuid,
      label: `${name}, ${words.gpu.slice(slice.profile, slice.index)}`,
      hint: memoryHint(slice.memoryTotalMiB, slice.memoryUsedMiB),
    }));
  });
}

interface GpuFieldsProps {
  draft: DeployDraft;
  error: string | undefined;
  onChange: (changes: Partial<DeployDraft>) => void;
}

export function GpuFields({ draft, error, onChange }: GpuFieldsProps) {
  const errorId = useId();
  const { data: report } = useStream(streams.gpu);
  const choices = gpuChoices(report?.gpus ?? []);
  const failure = report?.failure ?? null;
  return (
    <div className="flex flex-col gap-2">
      <RadioGroup
        label={words.deploy.gpus}
        value={draft.gpus}
        onChange={(gpus) => onChange({ gpus })}
        options={[
          { value: 'all', label: words.deploy.gpuAll, hint: words.deploy.gpuAllHint },
          { value: 'none', label: words.deploy.gpuNone, hint: words.deploy.gpuNoneHint },
          {
            value: 'devices',
            label: words.deploy.gpuDevices,
            disabled: choices.length === 0,
            ...(choices.length === 0
              ? { hint: failure === null ? words.deploy.gpuUnknown : errorCatalog[failure.code].title }
              : {}),
          },
        ]}
      />
      {draft.gpus === 'devices' && (
        <fieldset
          aria-label={words.deploy.gpuDevices}
          aria-describedby={error === undefined ? undefined : errorId}
          data-invalid={error === undefined ? undefined : ''}
          className="ml-7 flex flex-col gap-2"
        >
          {error !== undefined && (
            <p id={errorId} className="text-xs text-bad">
              {error}
            </p>
          )}
          {choices.map(({ uuid, label, hint }) => (
            <Checkbox
              key={uuid ?? label}
              label={label}
              hint={uuid === null && hint === '' ? words.gpu.unnamed : hint}
              disabled={uuid === null}
              checked={uuid !== null && draft.devices.includes(uuid)}
              onChange={(isChosen) => {
                const others = draft.devices.filter((each) => each !== uuid);
                onChange({ devices: isChosen && uuid !== null ? [...others, uuid] : others });
              }}
            />
          ))}
        </fieldset>
      )}
    </div>
  );
}
