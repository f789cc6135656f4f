/** What an engine can give to a container: a whole GPU, or a slice of one. */
export interface SimulatedDevice {
  readonly uuid: string;
  readonly kind: 'gpu' | 'mig';
  /** Of a slice: its number on its GPU. */
  readonly index: number;
  readonly name: string;
  /** With unified memory: the system's. */
  readonly memoryTotalMiB: number;
  readonly memoryUsedMiB: number;
  readonly isUnified: boolean;
  readonly parentUuid?: string;
}

export type Resolution =
  | { readonly ok: true; readonly devices: readonly SimulatedDevice[] }
  | { readonly ok: false; readonly message: string };
