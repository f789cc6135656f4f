import CircleHelp from 'lucide-react/icons/circle-question-mark';
import Cpu from 'lucide-react/icons/cpu';
import Play from 'lucide-react/icons/play';
import RotateCw from 'lucide-react/icons/rotate-cw';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import type { GpuProof, ProofDevice } from '../../shared/contract/gpu-proof.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import { formatMemory } from '../../shared/format.ts';
import { proofLine } from '../../shared/gpu-proof-text.ts';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { words } from '../words.ts';
import { lastingFix, proofTitle } from '../words/gpu-proof.ts';
import { useRunAgain } from './run-again.ts';

/** Of the run that is meant; null where nothing is known of it, or it asked for no GPU. */
export function useGpuProof({ id, startedAt }: Pick<Nim, 'id' | 'startedAt'>): GpuProof | null {
  const { data: proofs = [] } = useStream(streams.gpuProofs);
  return proofs.find((proof) => proof.nimId === id && proof.startedAt === startedAt) ?? null;
}

const tones: Record<Exclude<GpuProof['state'], 'waiting'>, Tone> = {
  proven: 'good',
  none: 'warn',
  lost: 'bad',
  unknown: 'idle',
};

const nameOf = ({ gpuIndex, name }: ProofDevice) => words.gpuProof.device(gpuIndex, name);
const holding = (device: ProofDevice) =>
  words.gpuProof.holds(nameOf(device), device.memoryMiB === null ? null : formatMemory(device.memoryMiB));

/** The whole of what was seen, as one text. */
function explain({ state, devices, failure, doubt, isBack }: GpuProof): string {
  if (isBack) return words.gpuProof.back;
  if (state === 'proven') return devices.map(holding).join('; ');
  if (doubt !== null) return words.gpuProof.doubts[doubt];
  return failure?.message ?? words.gpuProof.waiting;
}

/** Whether it uses its GPU, and how much of it, in a word; while it loads there is nothing to say. */
export function GpuProofChip({ nim }: { nim: Nim }) {
  const proof = useGpuProof(nim);
  if (proof === null || proof.state === 'waiting') return null;
  const { state, isBack } = proof;
  const Icon = state === 'proven' ? Cpu : state === 'unknown' ? CircleHelp : TriangleAlert;
  return (
    <span title={explain(proof)}>
      <Badge tone={isBack ? 'warn' : tones[state]} icon={<Icon aria-hidden className="size-icon-small" />}>
        {proofLine(proof)}
      </Badge>
    </span>
  );
}

/** The same with what was seen beside it, for a list of facts. */
export function GpuProofFact({ nim }: { nim: Nim }) {
  const proof = useGpuProof(nim);
  if (proof === null) return words.common.notKnown;
  if (proof.state === 'waiting') return words.gpuProof.waiting;
  return (
    <span className="flex flex-col items-start gap-1">
      <GpuProofChip nim={nim} />
      {proof.state === 'proven' ? (
        <ul className="flex flex-col gap-1">
          {proof.devices.map((device) => (
            <li key={device.id} title={device.id} className="wrap-anywhere">
              {holding(device)}
            </li>
          ))}
        </ul>
      ) : (
        <span className="text-ink-soft wrap-anywhere">{explain(proof)}</span>
      )}
    </span>
  );
}

/** Above everything else of a NIM that has lost its GPU or does not use it: what was seen, and what helps. */
export function GpuProofBanner({ nim, canAct }: { nim: Nim; canAct: boolean }) {
  const proof = useGpuProof(nim);
  if (proof === null || proof.failure === null) return null;
  const { state, failure, devices, isRestartUseful, isBack } = proof;
  const isLost = state === 'lost';
  const { title, remedy } = errorCatalog[failure.code];
  const names = devices.map(nameOf).join('; ');
  const isUp = nim.status !== 'exited' && nim.status !== 'stopped';
  return (
    <Callout
      isAlert={isLost}
      tone={isLost && !isBack ? 'bad' : 'warn'}
      title={proofTitle(proof, nim.name)}
      actions={<Actions nim={nim} canAct={canAct} isUp={isUp} isRestartFirst={isRestartUseful} />}
      footer={<Lasting code={failure.code} />}
    >
      {isBack ? (
        <p className="text-ink">{words.gpuProof.back}</p>
      ) : (
        <>
          <p className="font-medium text-ink">{title}</p>
          <p className="wrap-anywhere">{failure.message}</p>
        </>
      )}
      {isLost && devices.length > 0 && (
        <p className="wrap-anywhere">{isBack ? words.gpuProof.there(names) : words.gpuProof.gone(names)}</p>
      )}
      {!isBack && <p className="mt-1 text-ink">{remedy}</p>}
      {isLost && <p className="mt-1">{hintOf(isUp, isRestartUseful)}</p>}
    </Callout>
  );
}

function hintOf(isUp: boolean, isRestartUseful: boolean): string {
  const { restartHint, notYet, startHint, startNotYet } = words.gpuProof;
  if (isUp) return isRestartUseful ? restartHint : notYet;
  return isRestartUseful ? startHint : startNotYet;
}

interface ActionsProps {
  nim: Nim;
  canAct: boolean;
  isUp: boolean;
  isRestartFirst: boolean;
}

function Actions({ nim, canAct, isUp, isRestartFirst }: ActionsProps) {
  const api = useApi();
  const again = useAction(() => (isUp ? api.nims.restart({ nimId: nim.id }) : api.nims.start({ nimId: nim.id })));
  const Icon = isUp ? RotateCw : Play;
  const runAgain = useRunAgain();
  const another = useAction(() => api.nims.inspect({ nimId: nim.id }), { onDone: ({ spec }) => runAgain(spec) });
  return (
    <>
      {(isUp || isRestartFirst) && (
        <Button
          size="small"
          variant={isRestartFirst ? 'primary' : 'secondary'}
          icon={<Icon aria-hidden className="size-icon-small" />}
          disabled={!canAct}
          isBusy={again.isRunning}
          onClick={() => again.run(undefined)}
        >
          {isUp ? words.gpuProof.restart : words.gpuProof.startAgain}
        </Button>
      )}
      <Button size="small" disabled={!canAct} isBusy={another.isRunning} onClick={() => another.run(undefined)}>
        {words.gpuProof.another}
      </Button>
    </>
  );
}

function Lasting({ code }: { code: NonNullable<GpuProof['failure']>['code'] }) {
  const fix = lastingFix(code);
  if (fix === null) return null;
  return (
    <Disclosure label={words.gpuProof.keepAway}>
      <div className="flex max-w-prose flex-col gap-2 text-sm text-ink-soft">
        <p>{fix.text}</p>
        <CodeBlock
          code={fix.commands.join('\n')}
          label={words.gpuProof.commands}
          copyLabel={words.gpuProof.copyCommands}
        />
      </div>
    </Disclosure>
  );
}
