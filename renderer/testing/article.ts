const fence = '```';

/** One section with all that costs something to draw; the numbers make each of them another one, so that nothing is drawn from a cache. */
function section(column: number, index: number): string {
  const n = column * 1000 + index;
  return `## ${n}. How the cache of request ${n} is laid out

A **model server** keeps the weights in GPU memory and turns *requests* into tokens. With a batch of ${n} the cache takes
$M_{${n}} = 2 \\cdot L \\cdot n_{kv} \\cdot d_h \\cdot b \\cdot T$ bytes, see \`block_size=${n}\` and [the paper](https://example.com/${n}).

1. The cache is cut into *blocks* of, say, ${n % 64} tokens.
2. Each request has a **block table**, like the page table of a process:
   - logical block → physical block ${n}
   - blocks need not lie side by side
3. A new block is taken only when the last one is full.

${fence}python
def append_token_${n}(sequence, key, value, limit=${n}):
    """Writes one token; takes a block when the last one is full."""
    block = sequence.table[-1]
    if block.is_full() and len(sequence.table) < limit:
        block = allocator.allocate(device="cuda:${n % 8}")
        sequence.table.append(block)  # keeps the order
    return block.write(key, value, scale=${n}.5)
${fence}

| Scheme ${n} | Wasted memory | Sharing of prefixes | $p_{95}$ |
| :--- | ---: | :---: | --- |
| Reserve the most | 60 to 80 % | no | ${n} ms |
| Paged blocks | below 4 % | yes, **copy on write** | ${n / 2} ms |
| Paged, with \`fp8\` | below 2 % | yes | ${n / 4} ms |

$$
\\mathrm{softmax}\\!\\left(\\frac{Q_{${n}} K^\\top}{\\sqrt{d_k}}\\right) V = \\sum_{i=1}^{${n}} \\alpha_i v_i
$$

> More requests fit at once, so each pass over the weights serves more of them: ${n} instead of ${n - 1}.

`;
}

/** Headings, lists, tables, code and formulas, as an answer of that many characters; another one for each column. */
export function article(column: number, characters: number): string {
  let text = '';
  for (let index = 1; text.length < characters; index += 1) text += section(column, index);
  return text.slice(0, characters);
}
