/** `ENOENT`, `ECONNREFUSED` and the like; null for any other error. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

export function hasSystemCode(error: unknown, ...codes: string[]): boolean {
  const code = systemCode(error);
  return code !== null && codes.includes(code);
}
