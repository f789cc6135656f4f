/**
 * The value of a sum in plain writing: numbers, `+ - * / % ^`, brackets. Nothing is run that a model wrote: the text is
 * read symbol by symbol. Throws an Error that says what is wrong, in words for the model.
 */
export function calculate(text: string): number {
  const symbols =
    text
      .replaceAll('×', '*')
      .replaceAll('÷', '/')
      .match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|[-+*/%^()]|\S/gi) ?? [];
  // Each bracket is a call deeper; nobody writes a hundred.
  const deepest = 100;
  let at = 0;
  const next = () => symbols[at];

  function sum(depth: number): number {
    let value = product(depth);
    while (next() === '+' || next() === '-')
      value = symbols[at++] === '+' ? value + product(depth) : value - product(depth);
    return value;
  }

  function product(depth: number): number {
    let value = signed(depth);
    for (;;) {
      const symbol = next();
      if (symbol !== '*' && symbol !== '/' && symbol !== '%') return value;
      at += 1;
      const other = signed(depth);
      if (symbol !== '*' && other === 0) throw new Error('Division by zero.');
      if (symbol === '*') value *= other;
      else value = symbol === '/' ? value / other : value % other;
    }
  }

  function signed(depth: number): number {
    if (depth > deepest) throw new Error('Too many brackets.');
    if (next() === '-' || next() === '+') return symbols[at++] === '-' ? -signed(depth + 1) : signed(depth + 1);
    const base = single(depth);
    if (next() !== '^') return base;
    at += 1;
    return base ** signed(depth + 1);
  }

  function single(depth: number): number {
    const symbol = symbols[at++];
    if (symbol === '(') {
      const value = sum(depth + 1);
      if (symbols[at++] !== ')') throw new Error('A bracket is not closed.');
      return value;
    }
    if (symbol === undefined) throw new Error('The sum ends too early.');
    if (!/^\d/.test(symbol)) throw new Error(`“${symbol}” cannot be worked out here.`);
    return Number(symbol);
  }

  const value = sum(0);
  if (at < symbols.length) throw new Error(`“${symbols[at] ?? ''}” cannot be worked out here.`);
  if (!Number.isFinite(value)) throw new Error('The result is too large.');
  return value;
}
