const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A value that a JSON schema lets through, with words and numbers of the prompt where it asks for some: a stand-in for
 * what guided decoding makes. Knows what small schemas use; anything else is null.
 */
export function madeFromSchema(schema: unknown, prompt: string): unknown {
  const words: string[] = prompt.match(/[\p{L}\p{N}][\p{L}\p{N}_-]*/gu) ?? [];
  const numbers = (prompt.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  const state = { word: 0, number: 0 };

  function make(shape: unknown, depth: number): unknown {
    if (!isRecord(shape) || depth > 12) return null;
    if ('const' in shape) return shape.const;
    if (Array.isArray(shape.enum)) return chosen(shape.enum);
    const union = [shape.anyOf, shape.oneOf, shape.allOf].find((each) => Array.isArray(each));
    if (Array.isArray(union)) return make(union[0], depth + 1);
    const type = Array.isArray(shape.type) ? shape.type[0] : shape.type;
    if (type === 'object' || isRecord(shape.properties)) {
      const properties = isRecord(shape.properties) ? shape.properties : {};
      return Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, make(inner, depth + 1)]));
    }
    if (type === 'array') {
      const count = Math.max(typeof shape.minItems === 'number' ? shape.minItems : 2, 0);
      return Array.from({ length: Math.min(count, 20) }, () => make(shape.items, depth + 1));
    }
    if (type === 'integer' || type === 'number') return bounded(shape, type === 'integer');
    if (type === 'boolean') return true;
    if (type === 'string') return text(shape);
    return null;
  }

  function chosen(values: unknown[]): unknown {
    return values.find((value) => typeof value === 'string' && words.includes(value)) ?? values[0] ?? null;
  }

  function text({ minLength, maxLength }: Record<string, unknown>): string {
    const wanted = typeof minLength === 'number' ? minLength : 1;
    let made = words[state.word++ % Math.max(words.length, 1)] ?? 'text';
    while (made.length < wanted) made += ` ${made}`;
    return typeof maxLength === 'number' ? made.slice(0, maxLength) : made;
  }

  function bounded({ minimum, maximum }: Record<string, unknown>, isWhole: boolean): number {
    const found = numbers[state.number++ % Math.max(numbers.length, 1)] ?? 1;
    const low = typeof minimum === 'number' ? minimum : -Infinity;
    const high = typeof maximum === 'number' ? maximum : Infinity;
    const value = Math.min(high, Math.max(low, found));
    return isWhole ? Math.round(value) : value;
  }

  return make(schema, 0);
}
