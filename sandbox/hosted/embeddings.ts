import type { ServerResponse } from 'node:http';
import { readConfig } from '../nim/config.ts';
import { isRefusal } from '../nim/errors.ts';
import { embed, rank } from '../nim/vectors.ts';
import { sendJson } from '../registry/replies.ts';
import type { HostedModel } from './models.ts';
import { sendBadRequest } from './replies.ts';

export const answerEmbeddings = answerWith(embed, 'embedding');
export const answerRanking = answerWith(rank, 'rerank');

/** As a NIM of that kind does, with the errors of the hosted API. */
function answerWith(work: typeof embed, kind: 'embedding' | 'rerank') {
  return (model: HostedModel, body: Record<string, unknown>, response: ServerResponse): void => {
    const config = readConfig(
      {
        NIMDECK_SANDBOX_MODEL: model.id,
        NIMDECK_SANDBOX_KIND: kind,
        NIM_MAX_MODEL_LEN: String(model.contextTokens),
      },
      [],
    );
    const reply = work(JSON.stringify({ ...body, model: model.id }), config);
    if (isRefusal(reply)) sendBadRequest(response, reply.message, model);
    else sendJson(response, 200, reply);
  };
}
