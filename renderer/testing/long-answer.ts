/** Own text with what Markdown has: headings, lists, code, a table, a quote, a link, an image, HTML that must stay text. */
export const longAnswer = `## What it solves

During generation a model keeps the **keys and values** of all earlier tokens. Their size grows with each token, so
servers used to reserve the longest length for every request, and most of that memory stood empty.

### The idea

1. The cache is cut into *blocks* of, say, 16 tokens.
2. Each request has a **block table**, like the page table of a process:
   - logical block → physical block
   - blocks need not lie side by side

3. A new block is taken only when the last one is full.

\`\`\`python
def append_token(sequence, key, value):
    block = sequence.table[-1]
    if block.is_full():
        block = allocator.allocate()
        sequence.table.append(block)
    block.write(key, value)
\`\`\`

| Scheme | Wasted memory | Sharing of prefixes |
| --- | ---: | --- |
| Reserve the most | 60 to 80 % | no |
| Paged blocks | below 4 % | yes, copy on write |

> More requests fit at once, so each pass over the weights serves more of them.

- [x] blocks
- [ ] swapping to the host

Read more in [the paper](https://arxiv.org/abs/2309.06180), inline \`block_size=16\`, and ![a picture](https://example.com/x.png).
<b>HTML stays text</b>.

`;
