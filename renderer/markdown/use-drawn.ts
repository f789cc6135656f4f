import { useContext, useEffect, useState } from 'react';
import { drawn, order } from './draftsman.ts';
import type { Ask, Reply } from './drawing.ts';
import { TurnContext } from './turn-context.ts';

/**
 * What the draftsman makes of it; null until then, and where it can make nothing of it.
 * @param ask the same object as long as it asks for the same; null: nothing is asked for
 */
export function useDrawn(ask: Ask | null): Reply {
  const turn = useContext(TurnContext);
  const [reply, setReply] = useState<{ ask: Ask; reply: Reply } | null>(null);
  const known = ask === null ? null : reply?.ask === ask ? reply.reply : drawn(ask);

  useEffect(() => {
    if (ask === null || drawn(ask) !== undefined) return undefined;
    let isWanted = true;
    const show = (result: Reply) => isWanted && setReply({ ask, reply: result });
    void order(ask).then((result) => isWanted && turn.later(() => show(result)));
    return () => {
      isWanted = false;
    };
  }, [ask, turn]);

  return known ?? null;
}
