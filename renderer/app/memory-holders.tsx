import { useQuery } from '@tanstack/react-query';
import Square from 'lucide-react/icons/square';
import type { MemoryHolder } from '../../shared/contract/gpu.ts';
import type { Failure } from '../../shared/contract/common.ts';
import { formatMemory } from '../../shared/format.ts';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useStream } from '../hooks/use-stream.ts';
import { keys, streams } from '../query.ts';
import { Button } from '../ui/button.tsx';
import { words } from '../words.ts';

const memoryCodes: ReadonlySet<Failure['code']> = new Set<Failure['code']>([
  'NIM_GPU_MEMORY_TAKEN',
  'NIM_GPU_OUT_OF_MEMORY',
  'NIM_KV_CACHE_TOO_SMALL',
  'NIM_PROFILE_LOW_MEMORY',
]);

/** Whether a failure is a GPU's memory being too small or taken. */
export const isAboutMemory = (code: Failure['code']): boolean => memoryCodes.has(code);

/** Who is in the way, how much of it they hold, and the way to end that. Nothing where the driver does not say. */
export function MemoryHolders() {
  const api = useApi();
  const { data: list } = useStream(streams.nims);
  // Asked again when a NIM has started or ended; nothing else of ours changes it.
  const present = (list?.nims ?? []).map(({ id, status }) => `${id} ${status}`).join();
  const { data: holders } = useQuery({
    queryKey: [...keys.gpuHolders(), present],
    queryFn: ({ signal }) => api.gpu.holders({}, { signal }),
  });
  if (holders === undefined || holders.length === 0) return null;
  return (
    <div className="text-sm">
      <p className="font-medium">{words.gpu.holders.title}</p>
      <ul aria-label={words.gpu.holders.title} className="flex flex-col gap-1">
        {holders.map((holder) => (
          <Holder key={`${holder.gpuIndex} ${holder.pid}`} holder={holder} />
        ))}
      </ul>
    </div>
  );
}

function Holder({ holder: { nim, gpuIndex, pid, processName, memoryMiB } }: { holder: MemoryHolder }) {
  const api = useApi();
  const stop = useAction((nimId: string) => api.nims.stop({ nimId }));
  const who = nim?.name ?? words.gpu.holders.process(processName, pid);
  const memory = memoryMiB === null ? words.common.notKnown : formatMemory(memoryMiB);
  return (
    <li className="flex items-center gap-2">
      <span className="min-w-0 flex-1 break-words">{words.gpu.holders.holds(who, memory, gpuIndex)}</span>
      {nim !== null && (
        <Button
          size="small"
          icon={<Square aria-hidden className="size-icon-small" />}
          aria-label={words.gpu.holders.stop(nim.name)}
          isBusy={stop.isRunning}
          onClick={() => stop.run(nim.id)}
        >
          {words.running.stop}
        </Button>
      )}
    </li>
  );
}
