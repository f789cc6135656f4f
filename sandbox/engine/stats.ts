import { spellNano, nowNano } from './clock.ts';
import type { Container } from './container.ts';

export interface Sample {
  nano: bigint;
  cpuNanoseconds: number;
  systemNanoseconds: number;
}

const processors = 8;
const gibibyte = 1024 ** 3;

/** Shaped as a host with cgroup v2 tells it. A NIM that runs keeps a part of a processor and some memory busy. */
export function takeSample(container: Container): Sample {
  const nano = nowNano();
  const ranNano = container.state.startedNano === null ? 0 : Number(nano - container.state.startedNano);
  const share = container.image.recipe.content.kind === 'nim' ? 0.12 : 0.001;
  return {
    nano,
    cpuNanoseconds: Math.round(ranNano * share),
    systemNanoseconds: Number(nano % 10n ** 15n) * processors,
  };
}

export function statsOf(container: Container, sample: Sample, before: Sample | null): object {
  const isNim = container.image.recipe.content.kind === 'nim';
  const isRunning = container.isRunning;
  const cpu = ({ cpuNanoseconds, systemNanoseconds }: Sample) => ({
    cpu_usage: {
      total_usage: cpuNanoseconds,
      usage_in_kernelmode: Math.round(cpuNanoseconds * 0.1),
      usage_in_usermode: Math.round(cpuNanoseconds * 0.9),
    },
    system_cpu_usage: systemNanoseconds,
    online_cpus: processors,
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  });
  const file = isNim ? 2 * gibibyte : 1024 ** 2;
  return {
    read: isRunning ? spellNano(sample.nano) : '0001-01-01T00:00:00Z',
    preread: before === null ? '0001-01-01T00:00:00Z' : spellNano(before.nano),
    pids_stats: isRunning ? { current: isNim ? 187 : 1, limit: 126_000 } : {},
    blkio_stats: {},
    num_procs: 0,
    storage_stats: {},
    cpu_stats: isRunning ? cpu(sample) : { cpu_usage: { total_usage: 0 } },
    precpu_stats: isRunning && before !== null ? cpu(before) : { cpu_usage: { total_usage: 0 } },
    memory_stats: isRunning
      ? {
          usage: file + (isNim ? 6 * gibibyte : 2 * 1024 ** 2),
          limit: container.spec.memoryBytes ?? 64 * gibibyte,
          stats: { inactive_file: file, anon: isNim ? 6 * gibibyte : 1024 ** 2 },
        }
      : {},
    name: `/${container.name}`,
    id: container.id,
    networks: isRunning ? { eth0: { rx_bytes: 1_204, rx_packets: 14, tx_bytes: 796, tx_packets: 9 } } : {},
  };
}
