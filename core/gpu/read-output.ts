import type { GpuDevice } from '../../shared/contract/gpu.ts';
import { isAppError } from '../../shared/errors.ts';
import { toPlainLines } from '../lib/saved-output.ts';
import { parseCsv } from './parse-csv.ts';
import { parseList } from './parse-list.ts';
import { parseMigListing } from './parse-mig-listings.ts';
import { parseQ } from './parse-q.ts';
import { parseTopology, parseVersion } from './parse-small.ts';
import { parseTable } from './parse-table.ts';
import { maxCharacters, parseXml, xmlStart } from './parse-xml.ts';
import type { SavedGpu, SmiOutput } from './saved-output.ts';
import { knownProblem } from './smi-errors.ts';

/** No line of nvidia-smi but those of `--query-gpu` with all fields comes near; what is longer is not its. */
const longestLine = 20_000;

/**
 * Whatever nvidia-smi printed, as a person saved it: the content decides what it is, with prose, prompts and prefixes
 * around it. Never throws: what cannot be read is a named problem.
 */
export function readSmiOutput(saved: string): SmiOutput {
  if (saved.length > maxCharacters) return problem('GPU_OUTPUT_UNREADABLE', 'It is larger than 10 MB.');
  const raw = toPlainLines(saved);
  const text = raw.join('\n');
  const start = xmlStart(text);
  if (start >= 0) return readXml(text, start);

  const lines = raw.map((line) => (line.length > longestLine ? '' : line.trim()));
  const q = parseQ(lines);
  if (q !== null) return { format: 'q-text', gpus: q };
  const listing = parseMigListing(lines);
  if (listing !== null) return listing;
  const topology = parseTopology(raw.map((line) => (line.length > longestLine ? '' : line)));
  if (topology !== null) return { format: 'topo', ...topology, hasAnsiEscape: saved.includes('\u001b[') };
  const table = parseTable(lines);
  if (table !== null) return { format: 'table', gpus: table };
  const csv = parseCsv(lines);
  if (csv !== null) return csv;
  const list = parseList(lines.join('\n'));
  if (list.length > 0) return { format: 'list', gpus: list.map(fromList) };
  const version = parseVersion(lines);
  if (version !== null) return { format: 'version', ...version };
  const known = knownProblem(lines);
  const evidence = known?.line ?? lines.find((line) => line !== '') ?? '';
  return problem(known?.code ?? 'GPU_OUTPUT_UNREADABLE', evidence);
}

function problem(code: Extract<SmiOutput, { format: 'stdout' }>['problem']['code'], evidence: string): SmiOutput {
  return { format: 'stdout', gpus: [], problem: { code, evidence: evidence.slice(0, 500) } };
}

function readXml(text: string, start: number): SmiOutput {
  try {
    return { format: 'xml', gpus: parseXml(text).gpus.map(fromDevice) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const known = knownProblem(text.slice(0, start).split('\n'));
    return problem(known?.code ?? error.code, known?.line ?? error.message);
  }
}

function fromDevice({ index, name, uuid, memoryTotalMiB, driverVersion, cudaVersion, ...gpu }: GpuDevice): SavedGpu {
  return {
    index,
    name,
    uuid,
    memoryTotalMiB,
    driverVersion,
    cudaVersion,
    migEnabled: gpu.migEnabled,
    migDevices: gpu.migDevices.map((slice) => ({
      gi: slice.gi,
      ci: slice.ci,
      memoryTotalMiB: slice.memoryTotalMiB,
      uuid: slice.uuid,
    })),
  };
}

/** The list tells that MIG is on, never that it is off. */
function fromList({ index, name, uuid, migDevices }: ReturnType<typeof parseList>[number]): SavedGpu {
  return {
    index,
    name,
    uuid,
    memoryTotalMiB: null,
    driverVersion: null,
    cudaVersion: null,
    migEnabled: migDevices.length > 0 ? true : null,
    migDevices: migDevices.map((slice) => ({
      gi: slice.gi,
      ci: slice.ci,
      memoryTotalMiB: null,
      uuid: slice.uuid,
      ...(slice.index === null ? {} : { index: slice.index }),
      ...(slice.profile === null ? {} : { profile: slice.profile }),
    })),
  };
}
