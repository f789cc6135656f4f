const fence = '```';

/** What an answer can be made of; each part is Markdown that stands for one thing a page must draw. */
const parts = {
  prose: `## What a model server does

A **model server** keeps the weights in GPU memory and turns *requests* into tokens. Everything else, from the health check to the log, is there so that this one loop never has to wait.

`,
  list: `### Three things to look at first

1. Is the server **ready**, or does it only live?
2. How much of the KV cache is in use?
   - below 50 %: there is room
   - above 90 %: requests will queue
3. How long until the first token?

- [x] weights loaded
- [ ] nobody waits

> A quote with a [link](https://example.com/docs) and \`inline code\`.

`,
  code: `### The same in code

${fence}python
import json, urllib.request

def models(base: str = "http://127.0.0.1:8000") -> list[str]:
    """Names the server answers to."""
    with urllib.request.urlopen(f"{base}/v1/models", timeout=5) as reply:
        return [entry["id"] for entry in json.load(reply)["data"]]

if __name__ == "__main__":
    print("\\n".join(models()))  # → one per line
${fence}

${fence}ts
const tokensPerSecond = (count: number, ms: number): number => (ms > 0 ? (count * 1000) / ms : 0);
${fence}

`,
  table: `### Numbers side by side

| precision | bytes per weight | 8B model | note |
|:----------|-----------------:|---------:|:-----|
| bf16      | 2                | 16.1 GB  | the reference |
| fp8       | 1                | 8.5 GB   | half of it \\| nearly as good |
| nvfp4     | 0.56             | 4.9 GB   | Blackwell only |

`,
  maths: `### A little mathematics

Attention is $\\mathrm{softmax}\\!\\left(\\frac{QK^\\top}{\\sqrt{d_k}}\\right)V$, and the cache of one request takes

$$
M = 2 \\cdot L \\cdot n_{kv} \\cdot d_h \\cdot b \\cdot T
$$

bytes for $T$ tokens.

`,
  languages: `### In other words

- Deutsch: Der Schlüssel prüft größere Modelle, später.
- 日本語: モデルの読み込みが終わりました。
- العربية: الخادم جاهز الآن.
- עברית: השרת מוכן.
- हिन्दी: सर्वर तैयार है।
- Emoji: 🚀 ✅ 👩‍🔬 👨‍👩‍👧‍👦 🇩🇪 👍🏽 and a zero‑width joiner in between.

---

`,
} as const;
type Part = keyof typeof parts;

const whole: Part[] = ['prose', 'list', 'code', 'table', 'maths', 'languages'];

const closing = 'That is all there is to it. ✅\n';

export function shortAnswer(): string {
  return 'The sandbox is up and answers. ✅';
}

/** Asked for one thing, with a sentence around it; asked for nothing, the whole article. */
export function answerOf(wanted: readonly string[]): string {
  const known = whole.filter((part) => wanted.includes(part));
  return (known.length === 0 ? whole : known).map((part) => parts[part]).join('') + closing;
}

export const reasoning =
  'The question is about the server, not about the model. First recall what “ready” means; then check whether numbers were asked for. A table is easier to read than prose here, so I will use one.\n\nOne more look at the units: tokens per second, not milliseconds. Good. ';
