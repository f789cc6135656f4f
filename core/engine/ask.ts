import type Docker from 'dockerode';

interface Question {
  method: 'GET' | 'POST';
  path: string;
  query?: object;
  body?: object;
}

/**
 * A call to the engine where dockerode's own method will not do: `ping`, `version` and `info` take no signal by their
 * types, and `createContainer` writes the whole request, variables and keys included, into the address as well.
 */
export function askEngine(docker: Docker, question: Question, signal: AbortSignal): Promise<unknown> {
  const { method, path, query, body } = question;
  const hasOptions = query !== undefined || body !== undefined;
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        method,
        path: hasOptions ? `${path}?` : path,
        ...(hasOptions ? { options: { _query: query ?? {}, _body: body } } : {}),
        abortSignal: signal,
        statusCodes: { 200: true, 201: true },
      },
      (error: Error | null, answer: unknown) => {
        if (error) reject(error);
        else resolve(answer);
      },
    );
  });
}
