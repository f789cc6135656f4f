import { withoutAnsi } from './ansi.ts';

/** What compose puts before each line: the container's name and a bar. Rows of a table begin with a bar and stay. */
const composePrefix = /^[\w.-]+ +\| ?/;

/**
 * The lines of an output as a person saved it: from a terminal (colours, CRLF, a progress line that rewrote itself) or from
 * compose. Index n is line n + 1 of the file. What stood before a carriage return was overwritten and is left out.
 */
export function toPlainLines(text: string): string[] {
  return text.split('\n').map((raw) => {
    const line = withoutAnsi(raw).replace(/\r+$/, '').replace(composePrefix, '');
    return line.slice(line.lastIndexOf('\r') + 1);
  });
}
