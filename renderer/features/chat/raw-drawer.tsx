import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';

const lines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

/** Indented where it is JSON. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // A stream of events, HTML, or cut.
    return body;
  }
}

/** What was sent for an answer and what came, byte for byte where it is still known. */
export function RawDrawer({ messageId, onClose }: { messageId: string; onClose: () => void }) {
  const api = useApi();
  const query = useQuery({
    queryKey: ['chat-raw', messageId],
    queryFn: ({ signal }) => api.chat.raw({ messageId }, { signal }),
    // What is kept is dropped with time.
    gcTime: 0,
    staleTime: 0,
  });
  const text = words.asking;
  return (
    <Drawer isOpen isWide onClose={onClose} title={text.rawTitle} description={text.rawHint}>
      {query.isPending && <SkeletonList rows={4} />}
      {query.isError && <ErrorCard failure={toAppError(query.error)} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && (
        <>
          {query.data.isRebuilt && <p className="text-sm text-ink-soft">{text.rebuilt}</p>}
          <Part
            title={text.request}
            head={`${query.data.request.method} ${query.data.request.url}\n${lines(query.data.request.headers)}`}
            body={readable(query.data.request.body)}
          />
          {query.data.response === null ? (
            <p className="text-sm text-ink-soft">{text.noResponse}</p>
          ) : (
            <Part
              title={text.response(query.data.response.status)}
              head={lines(query.data.response.headers)}
              body={readable(query.data.response.body)}
              note={query.data.response.isCut ? text.cut : null}
            />
          )}
        </>
      )}
    </Drawer>
  );
}

function Part({ title, head, body, note = null }: { title: string; head: string; body: string; note?: string | null }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="font-semibold">{title}</h3>
      <CodeBlock
        code={head.trim()}
        label={words.asking.headers}
        copyLabel={words.asking.copyPart(words.asking.headers)}
      />
      {note !== null && <p className="text-sm text-ink-soft">{note}</p>}
      <CodeBlock code={body} label={words.asking.body} copyLabel={words.asking.copyPart(words.asking.body)} />
    </section>
  );
}
