import { type Board, profileOf } from './boards.ts';
import {
  clockReasons,
  clocks,
  deprecated,
  errors,
  fabric,
  fanPercent,
  memory,
  memoryBlock,
  mib,
  modePair,
  na,
  performanceState,
  power,
  supportedClocks,
  temperature,
  utilization,
} from './gpu-readings.ts';
import { deeper, group, leaf, type ReportNode } from './report-tree.ts';
import type { GpuState, RunningProcess, SliceState } from './state.ts';

// The tree of R580 and R595 as the captures of both have it, in their order.

/** One `<gpu>`. */
export function gpuReport(state: GpuState): ReportNode {
  const { board, busId } = state.facts;
  return {
    tag: 'gpu',
    label: `GPU ${busId}`,
    attributes: `id="${busId}"`,
    children: [
      ...identity(state),
      ...slices(state),
      ...firmware(state),
      pci(state),
      leaf('fan_speed', 'Fan Speed', board.hasFan ? `${fanPercent(state)} %` : na),
      leaf('performance_state', 'Performance State', performanceState(state)),
      ...clockReasons(state),
      leaf('sparse_operation_mode', 'Sparse Operation Mode', board.isDataCentre ? 'Disabled' : na),
      ...memory(state),
      leaf('compute_mode', 'Compute Mode', 'Default'),
      utilization(state),
      ...sessions(),
      modePair('dram_encryption_mode', 'DRAM Encryption Mode', 'dram_encryption', na),
      modePair('ecc_mode', 'ECC Mode', 'ecc', board.hasEcc ? 'Enabled' : na),
      ...errors(board),
      temperature(state),
      ...power(state),
      ...clocks(state),
      fabric(board),
      supportedClocks(board),
      processes(state.processes),
      leaf('accounted_processes', null, '\n\t\t'),
      group('capabilities', 'Capabilities', [leaf('egm', 'EGM', 'disabled')]),
    ],
  };
}

function identity({ facts: { board, slices: cut } }: GpuState): ReportNode[] {
  const mig = board.slices.length === 0 ? na : cut.length > 0 ? 'Enabled' : 'Disabled';
  return [
    leaf('product_name', 'Product Name', board.name),
    leaf('product_brand', 'Product Brand', board.brand),
    leaf('product_architecture', 'Product Architecture', board.architecture),
    leaf('display_mode', 'Display Mode', deprecated),
    leaf('display_attached', 'Display Attached', 'Yes'),
    leaf('display_active', 'Display Active', 'Disabled'),
    leaf('persistence_mode', 'Persistence Mode', 'Enabled'),
    leaf('addressing_mode', 'Addressing Mode', board.isUnified ? 'ATS' : cut.length > 0 ? 'None' : 'HMM'),
    modePair('mig_mode', 'MIG Mode', 'mig', mig),
  ];
}

function slices({ facts, slices: cut }: GpuState): ReportNode[] {
  if (cut.length === 0) return [leaf('mig_devices', null, '\n\t\t\tNone\n\t\t')];
  return [
    group(
      'mig_devices',
      null,
      cut.map((slice) => sliceReport(facts.board, slice)),
    ),
  ];
}

function sliceReport(board: Board, { placed, index, totalMiB, usedMiB }: SliceState): ReportNode {
  const profile = profileOf(board, placed.profile);
  const [copy, decoder, encoder, jpeg, flow] = profile.engines;
  return group('mig_device', 'MIG Device', [
    leaf('index', 'Index', index),
    leaf('gpu_instance_id', 'GPU Instance ID', placed.gi),
    leaf('compute_instance_id', 'Compute Instance ID', 0),
    group('device_attributes', 'Device Attributes', [
      group('shared', 'Shared', [
        leaf('multiprocessor_count', 'Multiprocessor count', profile.multiprocessors),
        leaf('copy_engine_count', 'Copy Engine count', copy),
        leaf('encoder_count', 'Encoder count', encoder),
        leaf('decoder_count', 'Decoder count', decoder),
        leaf('ofa_count', 'OFA count', flow),
        leaf('jpg_count', 'JPG count', jpeg),
      ]),
    ]),
    group('ecc_error_count', 'ECC Errors', [
      group('volatile_count', 'Volatile', [leaf('sram_uncorrectable', 'SRAM Uncorrectable', 0)]),
    ]),
    memoryBlock('fb_memory_usage', 'Shared FB Memory Usage', totalMiB, usedMiB, 0),
    memoryBlock('bar1_memory_usage', 'Shared BAR1 Memory', profile.bar1MiB, 0),
  ]);
}

function firmware({ facts: { board, uuid, busId }, index }: GpuState): ReportNode[] {
  const unknown = (tag: string, label: string): ReportNode => leaf(tag, label, na);
  return [
    leaf('accounting_mode', 'Accounting Mode', 'Disabled'),
    leaf('accounting_mode_buffer_size', 'Accounting Mode Buffer Size', 4000),
    modePair('driver_model', 'Driver Model', 'dm', na),
    leaf('serial', 'Serial Number', board.isDataCentre ? `165000000000${index + 1}` : na),
    leaf('uuid', 'GPU UUID', uuid),
    leaf('pdi', 'GPU PDI', `0x5a1d4c0e9b7a000${index + 1}`),
    leaf('minor_number', 'Minor Number', index),
    leaf('vbios_version', 'VBIOS Version', board.vbios),
    leaf('multigpu_board', 'MultiGPU Board', 'No'),
    leaf('board_id', 'Board ID', `0x${Number.parseInt(`${bus(busId)}00`, 16).toString(16)}`),
    leaf('board_part_number', 'Board Part Number', board.boardPartNumber),
    leaf('gpu_part_number', 'GPU Part Number', board.partNumber),
    unknown('gpu_fru_part_number', 'FRU Part Number'),
    group('platformInfo', 'Platform Info', [
      unknown('chassis_serial_number', 'Chassis Serial Number'),
      unknown('slot_number', 'Slot Number'),
      unknown('tray_index', 'Tray Index'),
      unknown('host_id', 'Host ID'),
      unknown('peer_type', 'Peer Type'),
      leaf('module_id', 'Module Id', index + 1),
      unknown('gpu_fabric_guid', 'GPU Fabric GUID'),
    ]),
    group('inforom_version', 'Inforom Version', [
      leaf('img_version', 'Image Version', board.imageVersion),
      leaf('oem_object', 'OEM Object', board.isUnified ? na : '2.1'),
      leaf('ecc_object', 'ECC Object', board.hasEcc ? '7.16' : na),
      unknown('pwr_object', 'Power Management Object'),
    ]),
    group('inforom_bbx_flush', 'Inforom BBX Object Flush', [
      unknown('latest_timestamp', 'Latest Timestamp'),
      unknown('latest_duration', 'Latest Duration'),
    ]),
    modePair('gpu_operation_mode', 'GPU Operation Mode', 'gom', na),
    leaf('c2c_mode', 'GPU C2C Mode', board.isDataCentre ? 'Disabled' : na),
    group('gpu_virtualization_mode', 'GPU Virtualization Mode', [
      leaf('virtualization_mode', 'Virtualization Mode', 'None'),
      unknown('host_vgpu_mode', 'Host VGPU Mode'),
      unknown('vgpu_heterogeneous_mode', 'vGPU Heterogeneous Mode'),
    ]),
    leaf('gpu_recovery_action', 'GPU Recovery Action', 'None'),
    leaf('gsp_firmware_version', 'GSP Firmware Version', board.driverVersion),
    group('ibmnpu', 'IBMNPU', [unknown('relaxed_ordering_mode', 'Relaxed Ordering Mode')]),
  ];
}

export const bus = (busId: string): string => busId.slice(9, 11);
export const domain = (busId: string): string => busId.slice(4, 8);

function pci({ facts: { board, busId }, isLoaded }: GpuState): ReportNode {
  const hex = (tag: string, label: string, value: string): ReportNode => leaf(tag, label, value, `0x${value}`);
  // An idle consumer card lets its link sleep.
  const generation = isLoaded || board.isDataCentre ? board.pci.generation : 1;
  return group('pci', 'PCI', [
    hex('pci_bus', 'Bus', bus(busId)),
    hex('pci_device', 'Device', '00'),
    hex('pci_domain', 'Domain', domain(busId)),
    hex('pci_base_class', 'Base Classcode', '3'),
    hex('pci_sub_class', 'Sub Classcode', String(board.pci.subClass)),
    hex('pci_device_id', 'Device Id', `${board.pci.device}10DE`),
    leaf('pci_bus_id', 'Bus Id', busId),
    hex('pci_sub_system_id', 'Sub System Id', board.pci.subsystem),
    group('pci_gpu_link_info', 'GPU Link Info', [
      group('pcie_gen', 'PCIe Generation', [
        leaf('max_link_gen', 'Max', board.pci.generation),
        leaf('current_link_gen', 'Current', generation),
        leaf('device_current_link_gen', 'Device Current', generation),
        leaf('max_device_link_gen', 'Device Max', board.pci.generation),
        leaf('max_host_link_gen', 'Host Max', na),
      ]),
      group('link_widths', 'Link Width', [
        leaf('max_link_width', 'Max', '16x'),
        leaf('current_link_width', 'Current', '16x'),
      ]),
    ]),
    group('pci_bridge_chip', 'Bridge Chip', [
      leaf('bridge_chip_type', 'Type', na),
      leaf('bridge_chip_fw', 'Firmware', na),
    ]),
    leaf('replay_counter', 'Replays Since Reset', 0),
    leaf('replay_rollover_counter', 'Replay Number Rollovers', 0),
    leaf('tx_util', 'Tx Throughput', isLoaded ? '9139 KB/s' : '488 KB/s'),
    leaf('rx_util', 'Rx Throughput', isLoaded ? '19191 KB/s' : '537 KB/s'),
    leaf('atomic_caps_outbound', 'Atomic Caps Outbound', na),
    leaf('atomic_caps_inbound', 'Atomic Caps Inbound', na),
  ]);
}

function sessions(): ReportNode[] {
  const none = (tag: string, label: string): ReportNode =>
    group(tag, label, [
      leaf('session_count', 'Active Sessions', 0),
      leaf('average_fps', 'Average FPS', 0),
      leaf('average_latency', 'Average Latency', 0),
    ]);
  return [none('encoder_stats', 'Encoder Stats'), none('fbc_stats', 'FBC Stats')];
}

function processes(running: readonly RunningProcess[]): ReportNode {
  if (running.length === 0) {
    return group(null, null, [leaf('processes', null, '\n\t\t'), leaf(null, 'Processes', 'None')]);
  }
  return group(
    'processes',
    'Processes',
    running.map(({ pid, type, name, memoryMiB, gi }) =>
      group('process_info', null, [
        leaf('gpu_instance_id', 'GPU instance ID', gi ?? na),
        leaf('compute_instance_id', 'Compute instance ID', gi === null ? na : 0),
        leaf('pid', 'Process ID', pid),
        group(null, deeper, [
          leaf('type', 'Type', type),
          leaf('process_name', 'Name', name),
          leaf('used_memory', 'Used GPU Memory', mib(memoryMiB)),
        ]),
      ]),
    ),
  );
}
