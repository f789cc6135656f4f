// Texts of numbers, the same in pages and terminal. GB (10⁹) for downloads, as registries count; GiB for memory, as GPUs do.

const decimalUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `10.4 GB`; three significant digits at most, none after the point from 100 on. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 would be shown as 1000.
  while (value >= 999.5 && unit < decimalUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${decimalUnits[unit] ?? 'B'}`;
}

/** `38.2 MB/s` */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** `79.6 GiB` of so many MiB. */
export function formatMemory(mebibytes: number): string {
  const gibibytes = mebibytes / 1024;
  return gibibytes < 0.1 ? `${Math.round(mebibytes)} MiB` : `${gibibytes.toFixed(gibibytes >= 99.95 ? 0 : 1)} GiB`;
}

/** `4 s`, `2 min 10 s`, `1 h 5 min`, `3 d 2 h`; whole seconds, at most two units. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const parts: [number, string][] =
    whole < 3600
      ? [
          [Math.floor(whole / 60), 'min'],
          [whole % 60, 's'],
        ]
      : whole < 86_400
        ? [
            [Math.floor(whole / 3600), 'h'],
            [Math.floor((whole % 3600) / 60), 'min'],
          ]
        : [
            [Math.floor(whole / 86_400), 'd'],
            [Math.floor((whole % 86_400) / 3600), 'h'],
          ];
  return parts
    .filter(([value], index) => index === 0 || value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** `42 %`, rounded down: 100 % is shown only when all is there. */
export function formatPercent(part: number, whole: number): string {
  return whole <= 0 ? '–' : `${Math.floor((part / whole) * 100)} %`;
}
