import Play from 'lucide-react/icons/play';
import Wrench from 'lucide-react/icons/wrench';
import { useEffect, useRef, useState } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { ToolCall, ToolResult } from '../../../shared/contract/conversations.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field, FieldTextArea } from '../../ui/field.tsx';
import { words } from '../../words.ts';
import { canAskNow, useChatActions, useChatState } from './chat-actions.ts';
import { isBuiltIn, runBuiltIn } from './tools/built-in.ts';

const plain = 'overflow-x-auto font-mono text-code break-words whitespace-pre-wrap';

/** Indented where it is JSON; any text as it came. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Half-written, or no JSON at all.
    return text;
  }
}

interface ToolCallsProps {
  message: ShownMessage;
  calls: readonly ToolCall[];
  /** The answer is complete and these wait for their results. */
  isOpen: boolean;
}

type Given = Readonly<Record<string, { content: string; isError: boolean }>>;

/** What an answer wants called. It only asks: results come from a built-in tool on a click, or by hand. */
export function ToolCalls({ message, calls, isOpen }: ToolCallsProps) {
  const { onResults } = useChatActions();
  const isLast = useChatState(({ lastId }) => lastId === message.id);
  const canAsk = useChatState(canAskNow);
  const isAutomatic = useChatState((state) => state.isAutomatic);
  const [given, setGiven] = useState<Given>({});
  const hasRun = useRef(false);
  const canAnswer = isOpen && canAsk && isLast;
  const runsAlone = canAnswer && isAutomatic && calls.length > 0 && calls.every(({ name }) => isBuiltIn(name));

  // By its own, once, when somebody chose that; a failure leaves the calls to be answered by hand.
  useEffect(() => {
    if (!runsAlone || hasRun.current) return;
    hasRun.current = true;
    onResults(message, calls.map(runBuiltIn));
  }, [runsAlone, onResults, message, calls]);

  if (calls.length === 0) return null;
  const isWhole = calls.every(({ id }) => given[id] !== undefined && given[id].content !== '');
  const give = (id: string, content: string, isError: boolean) =>
    setGiven((before) => ({ ...before, [id]: { content, isError } }));
  const send = (results: Given) =>
    onResults(
      message,
      calls.map(({ id, name }): ToolResult => ({
        callId: id,
        name,
        content: results[id]?.content ?? '',
        isError: results[id]?.isError ?? false,
      })),
    );
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && canAnswer) send(given);
      }}
    >
      {calls.map((call) => (
        <section
          key={call.id}
          aria-label={words.asking.call(call.name)}
          className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-3"
        >
          <h3 className="flex items-center gap-2 text-sm font-medium">
            <Wrench aria-hidden className="size-icon shrink-0 text-ink-soft" />
            <span className="min-w-0 wrap-anywhere">{words.asking.call(call.name)}</span>
            {canAnswer && isBuiltIn(call.name) && (
              <span className="ml-auto">
                <Button
                  size="small"
                  icon={<Play aria-hidden className="size-icon-small" />}
                  onClick={() => {
                    const { content, isError } = runBuiltIn(call);
                    give(call.id, content, isError);
                  }}
                >
                  {words.asking.runTool(call.name)}
                </Button>
              </span>
            )}
          </h3>
          <p className="text-xs text-ink-soft">{words.asking.callArguments}</p>
          <pre className={plain}>{readable(call.arguments)}</pre>
          {canAnswer && (
            <>
              <Field label={words.asking.resultField(call.name)}>
                <FieldTextArea
                  rows={2}
                  value={given[call.id]?.content ?? ''}
                  onChange={(event) => give(call.id, event.currentTarget.value, given[call.id]?.isError ?? false)}
                />
              </Field>
              <Checkbox
                label={words.asking.isError}
                checked={given[call.id]?.isError ?? false}
                onChange={(isError) => give(call.id, given[call.id]?.content ?? '', isError)}
              />
            </>
          )}
        </section>
      ))}
      {canAnswer && (
        <div>
          <Button type="submit" size="small" variant="primary" disabled={!isWhole}>
            {words.asking.sendResults}
          </Button>
        </div>
      )}
    </form>
  );
}

/** What the tools answered. */
export function ToolResults({ message }: { message: ShownMessage }) {
  return (
    <div className="flex flex-col gap-2">
      {message.extras.toolResults.map(({ callId, name, content, isError }) => (
        <article
          key={callId}
          aria-label={words.asking.result(name)}
          className="rounded-lg border border-line bg-sunken p-3 text-sm"
        >
          <h2 className="flex items-center gap-2 font-medium">
            <Wrench aria-hidden className="size-icon text-ink-soft" />
            {words.asking.result(name)}
            {isError && <span className="font-normal text-bad">{words.asking.isError}</span>}
          </h2>
          <pre className={plain}>{readable(content)}</pre>
        </article>
      ))}
    </div>
  );
}
