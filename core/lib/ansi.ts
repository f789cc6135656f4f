const escape = String.fromCodePoint(0x1b);
/** Colours and cursor moves: CSI, parameters, intermediates, a final character (ECMA-48 5.4). */
const controlSequences = new RegExp(`${escape}\\[[\\d;?]*[ -/]*[@-~]`, 'g');

/** The text as a person reads it. */
export function withoutAnsi(text: string): string {
  return text.includes(escape) ? text.replaceAll(controlSequences, '') : text;
}
