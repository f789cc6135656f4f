import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { Begun, ChatParameters, ChatTarget, ToolDefinition } from '../../../shared/contract/chat.ts';
import type { Attachment, ToolResult } from '../../../shared/contract/conversations.ts';
import type { Api } from '../../../shared/contract/index.ts';
import { useApi } from '../../api.tsx';
import { useTakeIn } from '../../app/message-window.ts';
import { useQuickAction } from '../../hooks/use-action.ts';
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

interface Question {
  ask: () => Promise<Begun>;
  /** Of words that were written as the next ones of the chat. */
  sent?: { isQueued: boolean };
}

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

  /** One at a time, of whichever kind. */
  const asking = useQuickAction(
    ({ ask }: Question) => ask(),
    (begun, { sent }) => {
      const { conversationId: sentTo } = begun;
      // First, so that it is drawn together with what follows.
      takeIn(begun);
      if (sent === undefined) return;
      if (sent.isQueued) setWaiting(key, null);
      else {
        setText(key, '');
        clearAttachments(key);
      }
      if (conversationId !== null) return;
      adopt(sentTo);
      navigate({ page: 'chat', conversationId: sentTo, nimId: null }, { replace: true });
    },
  );

  /** Whatever goes on in a chat that is there. */
  const goOnWith = (ask: (id: string) => Promise<Begun>) =>
    asking.run({
      async ask() {
        if (conversationId === null) throw nobody;
        return ask(conversationId);
      },
    });

  return {
    /** @param isQueued it waited for the answer before it, and is not what stands in the composer */
    send: ({ text, attachments }: Waiting, isQueued = false) =>
      asking.run({
        sent: { isQueued },
        async ask() {
          return api.chat.send({
            conversationId,
            text,
            ...(attachments.length === 0 ? {} : { attachments: attachments.map(({ attachment }) => attachment) }),
            ...withTarget(),
          });
        },
      }),
    failure: asking.failure,
    isSlow: asking.isSlow,
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
