import type { ResponseFormat, Validation } from '../../shared/contract/chat.ts';
import { AppError } from '../../shared/errors.ts';

const mostProblems = 50;

/** Throws BAD_INPUT for what is no JSON schema, so that it is said before anything is asked. */
export async function checkFormat(format: ResponseFormat | null): Promise<void> {
  if (format?.kind === 'schema') await compile(format.schema);
}

/** How the whole text stands to the format. Nothing is mended: what is wrong is said. */
export async function validateAnswer(text: string, format: ResponseFormat): Promise<Validation> {
  const value = read(text);
  if ('problem' in value) return { isValid: false, problems: [{ path: '', message: value.problem }] };
  if (format.kind === 'json') return { isValid: true, problems: [] };
  const check = await compile(format.schema);
  if (check(value.json)) return { isValid: true, problems: [] };
  const problems = (check.errors ?? []).slice(0, mostProblems).map(({ instancePath, message, params }) => ({
    path: instancePath,
    message: `${message ?? 'is not what the schema wants'}${extra(params)}`,
  }));
  return { isValid: false, problems };
}

/** The name that the sentence leaves out. */
function extra(params: Record<string, unknown>): string {
  const name = params['additionalProperty'] ?? params['unevaluatedProperty'];
  return typeof name === 'string' ? `: ${name}` : '';
}

async function compile(schema: Extract<ResponseFormat, { kind: 'schema' }>['schema']) {
  // 120 kB of JavaScript that most chats do without.
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, logger: false });
  // Which draft it names does not matter for what is used; an unknown one would be refused.
  const { $schema: _draft, ...rest } = schema;
  try {
    return ajv.compile(rest);
  } catch (error) {
    throw new AppError(
      'BAD_INPUT',
      `The schema cannot be used: ${error instanceof Error ? error.message : 'unknown'}.`,
    );
  }
}

function read(text: string): { json: unknown } | { problem: string } {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    if (/^\s*```/.test(text))
      return { problem: 'The JSON stands in a code block; the answer must be nothing but JSON.' };
    return { problem: `The answer is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.` };
  }
}
