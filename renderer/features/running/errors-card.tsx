import { useQuery } from '@tanstack/react-query';
import type { LogLine } from '../../../shared/contract/logs.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { useApi } from '../../api.tsx';
import { keys } from '../../query.ts';
import { toHash } from '../../router.ts';
import { Card } from '../../ui/card.tsx';
import { words } from '../../words.ts';

/** A line may say something new at any time; looked at as often as somebody would look again. */
const lookAgainMs = 10_000;

/** The first error of the newest run and the newest ones, each a way into the log. Nothing where there is none. */
export function ErrorsCard({ nim }: { nim: Nim }) {
  const api = useApi();
  const isUp = nim.status !== 'stopped' && nim.status !== 'exited' && nim.status !== 'unknown';
  const { data } = useQuery({
    queryKey: [...keys.logErrors(nim.id), nim.startedAt, nim.status],
    async queryFn({ signal }) {
      const [run] = await api.logs.runs({ nimId: nim.id }, { signal });
      return run === undefined ? null : await api.logs.errors({ runId: run.id }, { signal });
    },
    refetchInterval: isUp ? lookAgainMs : false,
  });
  const first = data?.first ?? null;
  if (data === undefined || data === null || first === null) return null;
  const newest = data.last.filter(({ line }) => line !== first.line).toReversed();
  return (
    <Card title={words.running.errorsTitle} description={words.running.errorsHint}>
      <ul className="flex flex-col gap-2">
        <ErrorLine nimId={nim.id} line={first} what={words.running.firstErrorLine} />
        {newest.map((line, index) => (
          <ErrorLine
            key={line.line}
            nimId={nim.id}
            line={line}
            what={index === 0 ? words.running.lastErrorLine : null}
          />
        ))}
      </ul>
    </Card>
  );
}

function ErrorLine({ nimId, line, what }: { nimId: string; line: LogLine; what: string | null }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
      <span className="line-clamp-3 min-w-0 flex-1 basis-80 font-mono text-xs wrap-anywhere text-bad">{line.text}</span>
      <a
        className="flex shrink-0 items-center rounded-sm text-xs text-accent underline underline-offset-2 pointer-coarse:min-h-control"
        href={toHash({ page: 'nim', nimId, tab: 'log', line: line.line })}
      >
        {words.running.showInLog}
        <span className="sr-only">, {words.running.line(line.line + 1)}</span>
      </a>
      {what !== null && <span className="shrink-0 text-xs text-ink-soft">{what}</span>}
    </li>
  );
}
