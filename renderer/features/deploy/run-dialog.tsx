import { Collapsible } from '@base-ui/react/collapsible';
import ChevronRight from 'lucide-react/icons/chevron-right';
import { useState } from 'react';
import type { DeploySpec } from '../../../shared/contract/nims.ts';
import { useApi } from '../../api.tsx';
import { type OpenDialog, useDialogs } from '../../app/dialogs.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { shortName } from '../../app/image-reference.ts';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { navigate } from '../../router.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, FieldInput } from '../../ui/field.tsx';
import { words } from '../../words.ts';
import { checkDraft, draftOf, emptyDraft, hasErrors, takenBy, toSpec, type DeployDraft } from './draft.ts';
import { EnvironmentFields } from './environment-fields.tsx';
import { FitCard } from './fit-card.tsx';
import { GpuFields } from './gpu-fields.tsx';
import { useFirstError } from './use-first-error.ts';
import { useFit } from './use-fit.ts';

export function RunDialog() {
  const dialog = useDialogs((dialogs) => dialogs.dialog);
  const close = useDialogs((dialogs) => dialogs.close);
  if (dialog?.kind !== 'run') return null;
  return <OpenRunDialog key={dialog.reference} {...dialog} onClose={close} />;
}

type RunDialogProps = Extract<OpenDialog, { kind: 'run' }> & { onClose: () => void };

function OpenRunDialog({ reference, replaces, onClose }: RunDialogProps) {
  const api = useApi();
  const rememberSpec = useDialogs((dialogs) => dialogs.rememberSpec);
  const spec = replaces?.spec ?? null;
  const [draft, setDraft] = useState<DeployDraft>(() => (spec === null ? emptyDraft(reference) : draftOf(spec)));
  const [tries, setTries] = useState(0);
  const [showsMore, setShowsMore] = useState(spec !== null && (spec.port !== null || draft.context !== ''));
  const { data: list } = useStream(streams.nims);
  const errors = checkDraft(draft, takenBy(list?.nims ?? []));
  const shown = tries > 0 ? errors : { variables: {} };
  const change = (changes: Partial<DeployDraft>) => setDraft((current) => ({ ...current, ...changes }));
  const fit = useFit(draft);
  const fields = useFirstError(tries);
  const title = shortName(reference);

  const deploy = useAction((asked: DeploySpec) => api.nims.deploy(asked), {
    isFailureShown: true,
    onDone: ({ jobId }, asked) => {
      rememberSpec(jobId, asked);
      const failedJob = replaces?.jobId ?? null;
      if (failedJob !== null) void api.jobs.dismiss({ jobId: failedJob }).catch(() => undefined);
      onClose();
      navigate({ page: 'running' });
    },
  });
  const submit = () => {
    setTries(tries + 1);
    // What is wrong must be seen.
    if (errors.port !== undefined || errors.context !== undefined || Object.keys(errors.variables).length > 0)
      setShowsMore(true);
    if (!hasErrors(errors)) deploy.run(toSpec(draft));
  };

  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      onSubmit={submit}
      title={words.deploy.title(title)}
      description={words.deploy.description}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit" isBusy={deploy.isRunning}>
            {words.deploy.run}
          </Button>
        </>
      }
    >
      <div ref={fields} className="contents">
        {deploy.failure !== null && (
          <ErrorCard failure={deploy.failure} onRetry={submit} isRetrying={deploy.isRunning} />
        )}
        <Field label={words.deploy.reference} error={shown.reference}>
          <FieldInput
            className="font-mono"
            spellCheck={false}
            value={draft.reference}
            onChange={(event) => change({ reference: event.currentTarget.value })}
          />
        </Field>
        <Field label={words.deploy.name} hint={words.deploy.nameHint} error={shown.name}>
          <FieldInput
            spellCheck={false}
            value={draft.name}
            placeholder={title}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
        </Field>
        <GpuFields draft={draft} error={shown.devices} onChange={change} />
        <FitCard
          fit={fit}
          onContext={(tokens) => {
            change({ context: String(tokens) });
            setShowsMore(true);
          }}
          onPlace={(id) => change({ gpus: 'devices', devices: [id] })}
        />
        <Collapsible.Root open={showsMore} onOpenChange={setShowsMore}>
          <Collapsible.Trigger className="group flex min-h-6 items-center gap-1 rounded-sm text-sm font-medium text-accent pointer-coarse:min-h-control">
            <ChevronRight aria-hidden className="size-4 transition-transform group-data-panel-open:rotate-90" />
            {words.deploy.more}
          </Collapsible.Trigger>
          <Collapsible.Panel className="flex flex-col gap-4 pt-3">
            <Field label={words.deploy.port} hint={words.deploy.portHint} error={shown.port}>
              <FieldInput
                inputMode="numeric"
                value={draft.port}
                onChange={(event) => change({ port: event.currentTarget.value })}
              />
            </Field>
            <Field label={words.deploy.profile} hint={words.deploy.profileHint}>
              <FieldInput
                className="font-mono"
                spellCheck={false}
                value={draft.profile}
                onChange={(event) => change({ profile: event.currentTarget.value })}
              />
            </Field>
            <Field label={words.fit.contextField} hint={words.fit.contextHint} error={errors.context}>
              <FieldInput
                inputMode="numeric"
                value={draft.context}
                onChange={(event) => change({ context: event.currentTarget.value })}
              />
            </Field>
            <EnvironmentFields
              variables={draft.variables}
              errors={shown.variables}
              onChange={(variables) => change({ variables })}
            />
            <Checkbox
              label={words.deploy.anyOrigin}
              hint={words.deploy.anyOriginHint}
              checked={draft.allowAnyOrigin}
              onChange={(allowAnyOrigin) => change({ allowAnyOrigin })}
            />
          </Collapsible.Panel>
        </Collapsible.Root>
      </div>
    </Dialog>
  );
}
