import { describe, expect, test } from 'vitest';
import { AppError, errorCodes } from '../shared/errors.ts';
import { exitCodeFor } from './exit-codes.ts';
import { createPrinter, layOut, plain } from './print.ts';

function capture(isJson: boolean, isTTY = false) {
  const written = { output: '', errors: '' };
  const print = createPrinter(
    isJson,
    {
      write(text: string | Uint8Array) {
        written.output += String(text);
        return true;
      },
    },
    {
      isTTY,
      columns: 40,
      write(text: string | Uint8Array) {
        written.errors += String(text);
        return true;
      },
    },
  );
  return { print, written };
}

describe('a printer', () => {
  test('lets nobody’s words drive the terminal, in a note neither', () => {
    const { print, written } = capture(false, true);
    print.note('Wants to call \u001b]52;c;aGk=\u0007look(\u001b[2J)\nnext');
    for (const control of ['\u001b', '\u0007']) expect(written.errors).not.toContain(control);
    expect(written.errors).toContain('next\n');
  });

  test('with --json prints JSON lines only, failures too', () => {
    const { print, written } = capture(true);
    print.line('for people');
    print.table(['A'], [['1']]);
    print.json({ a: 1 });
    print.error(new AppError('TAG_NOT_FOUND', 'manifest unknown'));
    const lines = written.output.trimEnd().split('\n');
    expect(lines[0]).toBe('{"a":1}');
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ error: { code: 'TAG_NOT_FOUND', message: 'manifest unknown' } });
    expect(written.errors).toBe('');
  });

  test('clears the live line before anything else is written, and cuts it to the width', () => {
    const { print, written } = capture(false, true);
    print.live('x'.repeat(100));
    print.line('done');
    expect(written.errors).toBe(`\r\u001b[K${'x'.repeat(39)}\r\u001b[K`);
    expect(written.output).toBe('done\n');
  });

  test('shows code, words and remedy of a failure', () => {
    const { print, written } = capture(false);
    print.error(new AppError('DISK_FULL', 'write /x: no space left on device'));
    expect(written.errors).toContain('DISK_FULL');
    expect(written.errors).toContain('no space left');
    expect(written.errors).toContain('Free some space');
  });
});

test('control characters from outside never reach the terminal', () => {
  expect(plain('a\u001b[31mb\u0007\u009bc\td')).toBe('a[31mbc\td');
  expect(layOut(['NAME'], [['x\u001b]0;title\u0007']])[1]).not.toContain('\u001b');
});

test('what others wrote keeps its colours on a terminal and loses what would drive it; files get it as it is', () => {
  const text = '\u001b[31mred\u001b[0m\u001b]52;c;Y2xpcA==\u0007\u001b[2J\rover';
  let written = '';
  const write = (chunk: string | Uint8Array) => {
    written += String(chunk);
    return true;
  };
  const errors = { write, isTTY: false, columns: 80 };
  createPrinter(false, { write, isTTY: true }, errors).text(text);
  expect(written).toBe('\u001b[31mred\u001b[0m]52;c;Y2xpcA==[2Jover\u001b[0m');
  written = '';
  createPrinter(false, { write, isTTY: false }, errors).text(text);
  expect(written).toBe(text);
});

test('every code has an exit code other than 0', () => {
  for (const code of errorCodes) expect(exitCodeFor(code)).toBeGreaterThan(0);
  expect(exitCodeFor('ENGINE_UNREACHABLE')).toBe(3);
  expect(exitCodeFor('NGC_KEY_REJECTED')).toBe(4);
  expect(exitCodeFor('NIM_EXITED')).toBe(5);
  expect(exitCodeFor('CANCELLED')).toBe(130);
});
