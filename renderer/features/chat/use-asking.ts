import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { Begun, ChatParameters, ChatTarget, ToolDefinition } from '../../../shared/contract/chat.ts';
import type { Attachment, ToolResult } from '../../../shared/contract/conversations.ts';
import type { Api } from '../../../shared/contract/index.ts';
import { useApi } from '../../api.tsx';
import { useTakeIn } from '../../app/message-window.ts';
import { useAction } from '../../hooks/use-action.ts';
import { useLasting } from '../../hooks/use-lasting.ts';
import { navigate } from '../../router.ts';
import { draftActions, type Extras, newConversation, type Waiting } from './drafts.ts';

interface Choices {
  conversationId: string | null;
  /** Null: nobody is there to ask. */
  target: ChatTarget | null;
  parameters: ChatParameters;
  extras: Extras;
  /** Built-in and own ones. */
  allTools: readonly ToolDefinition[];
}

type Asked = Pick<
  Parameters<Api['chat']['send']>[0],
  'target' | 'parameters' | 'tools' | 'toolChoice' | 'responseFormat'
>;

/** What is sent with any question; what is not chosen is left out. */
export function askedWith(
  target: ChatTarget,
  { parameters, extras, allTools }: Pick<Choices, 'parameters' | 'extras' | 'allTools'>,
): Asked {
  const tools = allTools.filter(({ name }) => extras.tools.includes(name));
  return {
    target,
    parameters,
    ...(tools.length === 0 ? {} : { tools, toolChoice: extras.toolChoice }),
    ...(extras.format === null ? {} : { responseFormat: extras.format }),
  };
}

/** Pictures are left out of a window of messages; an edited question takes them along. */
async function wholeAttachments(api: Api, message: ShownMessage): Promise<Attachment[]> {
  return Promise.all(
    message.extras.attachments.map(async (attachment, index) => {
      if (attachment.kind === 'text' && attachment.data !== '') return attachment;
      const { data } = await api.chat.attachment({ messageId: message.id, index });
      return { ...attachment, data };
    }),
  );
}

/** Who waits longer is shown that the question is on its way. */
const slowMs = 150;

const nobody = new Error('Nobody was chosen to answer.');

/** All ways to ask in a chat. Each begins a turn, and what is asked stands there at once. */
export function useAsking(choices: Choices) {
  const { conversationId, target } = choices;
  const api = useApi();
  const takeIn = useTakeIn();
  const key = conversationId ?? newConversation;
  const { setText, clearAttachments, setWaiting, adopt } = draftActions;
  const withTarget = (other?: ChatTarget): Asked => {
    const asked = other ?? target;
    if (asked === null) throw nobody;
    return askedWith(asked, choices);
  };

  const send = useAction(
    async ({ text, attachments }: Waiting & { isQueued?: boolean }) =>
      api.chat.send({
        conversationId,
        text,
        ...(attachments.length === 0 ? {} : { attachments: attachments.map(({ attachment }) => attachment) }),
        ...withTarget(),
      }),
    {
      isFailureShown: true,
      onDone: (begun, { isQueued }) => {
        const { conversationId: sentTo } = begun;
        // First, so that it is drawn together with what follows.
        takeIn(begun);
        if (isQueued === true) setWaiting(key, null);
        else {
          setText(key, '');
          clearAttachments(key);
        }
        if (conversationId === null) adopt(sentTo);
        if (conversationId === null) navigate({ page: 'chat', conversationId: sentTo, nimId: null }, { replace: true });
      },
    },
  );

  /** Whatever goes on in a chat that is there. */
  const follow = useAction(
    async (ask: (id: string) => Promise<Begun>) => {
      if (conversationId === null) throw nobody;
      return ask(conversationId);
    },
    { isFailureShown: true, onDone: takeIn },
  );

  const isAsking = send.isRunning || follow.isRunning;
  const isSlow = useLasting(isAsking, slowMs);
  const goOnWith = (ask: (id: string) => Promise<Begun>) => {
    if (isAsking) return;
    send.reset();
    follow.run(ask);
  };

  return {
    /** Nothing happens while another question is on its way. */
    send: (message: Waiting & { isQueued?: boolean }) => {
      if (!isAsking) send.run(message);
    },
    failure: send.failure ?? follow.failure,
    isAsking,
    /** Mostly it is over within a frame or two: drawing it then would make the answer late. */
    isSlow,
    /** @param parentId of the question or the tool's result that is answered */
    again: (parentId: string, other?: ChatTarget) => {
      goOnWith((id) => api.chat.answerAgain({ conversationId: id, parentId, ...withTarget(other) }));
    },
    goOn: (messageId: string) => {
      goOnWith(() => api.chat.continue({ messageId }));
    },
    answerTools: (messageId: string, results: ToolResult[]) => {
      goOnWith(() => {
        // Once a tool was used the model may answer: told to call one each time, it never would.
        const { toolChoice, ...asked } = withTarget();
        return api.chat.toolResult({
          messageId,
          results,
          ...asked,
          ...(toolChoice === undefined
            ? {}
            : { toolChoice: toolChoice === 'required' ? ('auto' as const) : toolChoice }),
        });
      });
    },
    edit: (question: ShownMessage, text: string) => {
      goOnWith(async (id) => {
        const attachments = await wholeAttachments(api, question);
        return api.chat.send({
          conversationId: id,
          parentId: question.parentId,
          text,
          ...(attachments.length === 0 ? {} : { attachments }),
          ...withTarget(),
        });
      });
    },
  };
}
