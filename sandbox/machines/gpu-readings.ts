import type { Board } from './boards.ts';
import { deeper, group, leaf, type ReportNode } from './report-tree.ts';
import type { GpuState } from './state.ts';

// What a report says about a board's readings, in the words and the order of R580 and R595.

export const na = 'N/A';
export const deprecated = 'Requested functionality has been deprecated';
export const mib = (value: number): string => `${value} MiB`;
const watt = (value: number | null): string => (value === null ? na : `${value.toFixed(2)} W`);
export const megahertz = (value: number): string => (value === 0 ? na : `${value} MHz`);

export const performanceState = ({ isLoaded, facts: { board } }: GpuState): string =>
  isLoaded ? (board.isDataCentre ? 'P0' : 'P2') : board.isDataCentre ? 'P0' : 'P8';

export function fanPercent({ celsius }: GpuState): number {
  // Such boards stand still until they are warm.
  return celsius < 50 ? 0 : Math.min(100, 30 + (celsius - 50) * 2);
}

/** Null where slices make it unmeasurable (gpu facts 1.4). */
export function utilizationPercent(state: GpuState): number | null {
  if (state.facts.slices.length > 0) return null;
  return Math.round(state.work * 96);
}

export function clockReasons({ isLoaded }: GpuState): ReportNode[] {
  const no = (tag: string, label: string): ReportNode => leaf(`clocks_event_reason_${tag}`, label, 'Not Active');
  const counter = (tag: string, label: string): ReportNode =>
    leaf(`clocks_event_reasons_counters_${tag}`, label, '0 us');
  return [
    group('clocks_event_reasons', 'Clocks Event Reasons', [
      leaf('clocks_event_reason_gpu_idle', 'Idle', isLoaded ? 'Not Active' : 'Active'),
      no('applications_clocks_setting', 'Applications Clocks Setting'),
      no('sw_power_cap', 'SW Power Cap'),
      no('hw_slowdown', 'HW Slowdown'),
      group(null, deeper, [
        no('hw_thermal_slowdown', 'HW Thermal Slowdown'),
        no('hw_power_brake_slowdown', 'HW Power Brake Slowdown'),
      ]),
      no('sync_boost', 'Sync Boost'),
      no('sw_thermal_slowdown', 'SW Thermal Slowdown'),
      no('display_clocks_setting', 'Display Clock Setting'),
    ]),
    group('clocks_event_reasons_counters', 'Clocks Event Reasons Counters', [
      counter('sw_power_cap', 'SW Power Capping'),
      counter('sync_boost', 'Sync Boost'),
      counter('sw_therm_slowdown', 'SW Thermal Slowdown'),
      counter('hw_therm_slowdown', 'HW Thermal Slowdown'),
      counter('hw_power_brake', 'HW Power Braking'),
    ]),
  ];
}

export function utilization(state: GpuState): ReportNode {
  const percent = utilizationPercent(state);
  const other = percent === null ? na : '0 %';
  return group('utilization', 'Utilization', [
    leaf('gpu_util', 'GPU', percent === null ? na : `${percent} %`),
    leaf('memory_util', 'Memory', percent === null ? na : `${Math.round(percent * 0.6)} %`),
    leaf('encoder_util', 'Encoder', other),
    leaf('decoder_util', 'Decoder', other),
    leaf('jpeg_util', 'JPEG', other),
    leaf('ofa_util', 'OFA', other),
  ]);
}

export function errors(board: Board): ReportNode[] {
  const none = board.hasEcc ? '0' : na;
  const count = (tag: string, label: string): ReportNode => leaf(tag, label, none);
  const counts = [
    count('sram_correctable', 'SRAM Correctable'),
    count('sram_uncorrectable_parity', 'SRAM Uncorrectable Parity'),
    count('sram_uncorrectable_secded', 'SRAM Uncorrectable SEC-DED'),
    count('dram_correctable', 'DRAM Correctable'),
    count('dram_uncorrectable', 'DRAM Uncorrectable'),
  ];
  const retired = (tag: string, label: string): ReportNode[] => [
    group(tag, null, [leaf('retired_count', null, na), leaf('retired_pagelist', null, na)]),
    leaf(null, label, na),
  ];
  return [
    group('ecc_errors', 'ECC Errors', [
      group('volatile', 'Volatile', counts),
      group('aggregate', 'Aggregate', [
        ...counts,
        leaf('sram_threshold_exceeded', 'SRAM Threshold Exceeded', board.hasEcc ? 'No' : na),
      ]),
      group('aggregate_uncorrectable_sram_sources', 'Aggregate Uncorrectable SRAM Sources', [
        count('sram_l2', 'SRAM L2'),
        count('sram_sm', 'SRAM SM'),
        count('sram_microcontroller', 'SRAM Microcontroller'),
        count('sram_pcie', 'SRAM PCIE'),
        count('sram_other', 'SRAM Other'),
      ]),
      leaf('channel_repair_pending', 'Channel Repair Pending', 'No'),
      leaf('tpc_repair_pending', 'TPC Repair Pending', 'No'),
      ...(isAtLeast595(board) ? [leaf('unrepairable_memory', 'Unrepairable Memory', na)] : []),
    ]),
    group('retired_pages', 'Retired Pages', [
      ...retired('multiple_single_bit_retirement', 'Single Bit ECC'),
      ...retired('double_bit_retirement', 'Double Bit ECC'),
      leaf('pending_blacklist', 'Pending Page Blacklist', na),
      leaf('pending_retirement', null, na),
    ]),
    leaf('remapped_rows', 'Remapped Rows', na),
  ];
}

export function temperature({ celsius, facts: { board } }: GpuState): ReportNode {
  const { limit, target } = board.celsius;
  const rest = leaf('gpu_target_temperature', 'GPU Target Temperature', target === null ? na : `${target} C`);
  // Data-centre boards count down to their limit, the others say the limits themselves.
  const limits = board.isDataCentre
    ? [
        leaf('gpu_temp_tlimit', 'GPU T.Limit Temp', `${limit - celsius} C`),
        leaf('gpu_temp_max_tlimit_threshold', 'GPU Shutdown T.Limit Temp', '-8 C'),
        leaf('gpu_temp_slow_tlimit_threshold', 'GPU Slowdown T.Limit Temp', '-2 C'),
        leaf('gpu_temp_max_gpu_tlimit_threshold', 'GPU Max Operating T.Limit Temp', '0 C'),
        rest,
        leaf('memory_temp', 'Memory Current Temp', `${celsius + 6} C`),
        leaf('gpu_temp_max_mem_tlimit_threshold', 'Memory Max Operating T.Limit Temp', '0 C'),
      ]
    : [
        leaf('gpu_temp_tlimit', 'GPU T.Limit Temp', na),
        leaf('gpu_temp_max_threshold', 'GPU Shutdown Temp', `${limit + 11} C`),
        leaf('gpu_temp_slow_threshold', 'GPU Slowdown Temp', `${limit + 6} C`),
        leaf('gpu_temp_max_gpu_threshold', 'GPU Max Operating Temp', `${limit} C`),
        rest,
        leaf('memory_temp', 'Memory Current Temp', na),
        leaf('gpu_temp_max_mem_threshold', 'Memory Max Operating Temp', na),
      ];
  const range = target === null ? [na, na] : ['65 C', `${target + 4} C`];
  return group(null, null, [
    group('temperature', 'Temperature', [leaf('gpu_temp', 'GPU Current Temp', `${celsius} C`), ...limits]),
    group('supported_gpu_target_temp', null, [
      leaf('gpu_target_temp_min', null, range[0] ?? na),
      leaf('gpu_target_temp_max', null, range[1] ?? na),
    ]),
  ]);
}

export function power(state: GpuState): ReportNode[] {
  const { board } = state.facts;
  const { limit, min, max } = board.power;
  const draw = (average: number | null, instant: number | null): ReportNode[] => [
    leaf('average_power_draw', 'Average Power Draw', watt(average)),
    leaf('instant_power_draw', 'Instantaneous Power Draw', watt(instant)),
  ];
  const limits = (now: number | null, lowest: number | null, highest: number | null): ReportNode[] => [
    leaf('current_power_limit', 'Current Power Limit', watt(now)),
    leaf('requested_power_limit', 'Requested Power Limit', watt(now)),
    leaf('default_power_limit', 'Default Power Limit', watt(now)),
    leaf('min_power_limit', 'Min Power Limit', watt(lowest)),
    leaf('max_power_limit', 'Max Power Limit', watt(highest)),
  ];
  const oldState = leaf('power_state', null, isAtLeast595(board) ? deprecated : performanceState(state));
  return [
    group('gpu_power_readings', 'GPU Power Readings', [
      oldState,
      ...draw(state.watts, state.watts * 1.01),
      ...limits(limit, limit === null ? null : min, limit === null ? null : max),
    ]),
    // The blank at its end is the tool's own.
    group('gpu_memory_power_readings', 'GPU Memory Power Readings ', draw(null, null)),
    group('module_power_readings', 'Module Power Readings', [
      oldState,
      ...draw(null, null),
      ...limits(null, null, null),
    ]),
    leaf('power_smoothing', 'Power Smoothing', na),
    group('power_profiles', 'Workload Power Profiles', [
      leaf('power_profile_requested_profiles', 'Requested Profiles', na),
      leaf('power_profile_enforced_profiles', 'Enforced Profiles', na),
    ]),
    ...(isAtLeast595(board) ? [leaf('edpp_multiplier', 'EDPp Multiplier', board.isDataCentre ? '100.00%' : na)] : []),
  ];
}

export function clocks({ clocks: now, facts: { board } }: GpuState): ReportNode[] {
  const four = (tag: string, label: string, [graphics, ram, video]: GpuState['clocks']): ReportNode =>
    group(tag, label, [
      leaf('graphics_clock', 'Graphics', megahertz(graphics)),
      leaf('sm_clock', 'SM', megahertz(graphics)),
      leaf('mem_clock', 'Memory', megahertz(ram)),
      leaf('video_clock', 'Video', megahertz(video)),
    ]);
  const gone = (tag: string, label: string): ReportNode =>
    group(tag, label, [leaf('graphics_clock', 'Graphics', deprecated), leaf('mem_clock', 'Memory', deprecated)]);
  return [
    four('clocks', 'Clocks', now),
    gone('applications_clocks', 'Applications Clocks'),
    gone('default_applications_clocks', 'Default Applications Clocks'),
    group('deferred_clocks', 'Deferred Clocks', [leaf('mem_clock', 'Memory', na)]),
    four('max_clocks', 'Max Clocks', board.clocks.max),
    group('max_customer_boost_clocks', 'Max Customer Boost Clocks', [
      leaf('graphics_clock', 'Graphics', board.isDataCentre ? megahertz(board.clocks.max[0]) : na),
    ]),
    group('clock_policy', 'Clock Policy', [
      leaf('auto_boost', 'Auto Boost', na),
      leaf('auto_boost_default', 'Auto Boost Default', na),
    ]),
  ];
}

export function fabric(board: Board): ReportNode {
  const none = (tag: string, label: string): ReportNode => leaf(tag, label, na);
  return group('fabric', 'Fabric', [
    none('state', 'State'),
    none('status', 'Status'),
    none('cliqueId', 'CliqueId'),
    none('clusterUuid', 'ClusterUUID'),
    group('health', 'Health', [
      none('summary', 'Summary'),
      none('bandwidth', 'Bandwidth'),
      none('route_recovery_in_progress', 'Route Recovery in progress'),
      none('route_unhealthy', 'Route Unhealthy'),
      none('access_timeout_recovery', 'Access Timeout Recovery'),
      none('incorrect_configuration', 'Incorrect Configuration'),
      ...(isAtLeast595(board) ? [none('partition_assigned', 'Partition Assigned')] : []),
    ]),
  ]);
}

export function supportedClocks({ clocks: { memory: memories, max, step } }: Board): ReportNode {
  if (memories.length === 0) return leaf('supported_clocks', null, na);
  return group(
    'supported_clocks',
    null,
    memories.map((clock) => {
      // With slow memory only the slow steps are there.
      const highest = clock < 1000 ? Math.min(max[0], 2 * clock) : max[0];
      const count = Math.floor((highest - 210) / step) + 1;
      return group('supported_mem_clock', null, [
        leaf('value', null, megahertz(clock)),
        ...Array.from({ length: count }, (_, i) =>
          leaf('supported_graphics_clock', null, megahertz(highest - i * step)),
        ),
      ]);
    }),
  );
}

const isAtLeast595 = ({ driverVersion }: Board): boolean => Number.parseInt(driverVersion, 10) >= 595;

export function modePair(tag: string, label: string, name: string, value: string): ReportNode {
  return group(tag, label, [leaf(`current_${name}`, 'Current', value), leaf(`pending_${name}`, 'Pending', value)]);
}

export function memoryBlock(
  tag: string,
  label: string,
  total: number,
  used: number,
  reserved: number | null = null,
): ReportNode {
  return group(tag, label, [
    leaf('total', 'Total', mib(total)),
    ...(reserved === null ? [] : [leaf('reserved', 'Reserved', mib(reserved))]),
    leaf('used', 'Used', mib(used)),
    leaf('free', 'Free', mib(total - used - (reserved ?? 0))),
  ]);
}

export function memory({ facts: { board }, usedMiB }: GpuState): ReportNode[] {
  const unknown = (tag: string, label: string, names: readonly string[]): ReportNode =>
    group(
      tag,
      label,
      names.map((name) => leaf(name.toLowerCase(), name, na)),
    );
  if (board.isUnified) {
    return [
      unknown('fb_memory_usage', 'FB Memory Usage', ['Total', 'Reserved', 'Used', 'Free']),
      unknown('bar1_memory_usage', 'BAR1 Memory Usage', ['Total', 'Used', 'Free']),
      unknown('cc_protected_memory_usage', 'Conf Compute Protected Memory Usage', ['Total', 'Used', 'Free']),
    ];
  }
  return [
    memoryBlock('fb_memory_usage', 'FB Memory Usage', board.memory.totalMiB, usedMiB, board.memory.reservedMiB),
    memoryBlock('bar1_memory_usage', 'BAR1 Memory Usage', board.memory.bar1MiB, 1),
    memoryBlock('cc_protected_memory_usage', 'Conf Compute Protected Memory Usage', 0, 0),
  ];
}
