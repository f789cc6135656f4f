import Trash2 from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import type { ResponseFormat, ToolDefinition } from '../../../shared/contract/chat.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Field, FieldTextArea } from '../../ui/field.tsx';
import { SegmentedField } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { words } from '../../words.ts';
import type { Extras } from './drafts.ts';
import { builtInTools } from './tools/built-in.ts';
import { readDefinition } from './tools/definition.ts';

type Kind = 'text' | 'json' | 'schema';
type Schema = Extract<ResponseFormat, { kind: 'schema' }>['schema'];

/** Null: no object. What a schema may hold is core's to check. */
export function readSchema(text: string): Schema | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const schema: Schema = Object.fromEntries(Object.entries(value));
    return schema;
  } catch {
    // Half-typed: said beside the field.
    return null;
  }
}

const sampleSchema = JSON.stringify(
  {
    type: 'object',
    properties: { title: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
    required: ['title', 'tags'],
    additionalProperties: false,
  },
  null,
  2,
);

interface ToolsDialogProps {
  extras: Extras;
  ownTools: readonly ToolDefinition[];
  info: TargetInfo | null;
  onChange: (extras: Extras) => void;
  onClose: () => void;
}

/** What the model may ask to be called, and what its answers must look like; from the next message on. */
export function ToolsDialog({ extras, ownTools, info, onChange, onClose }: ToolsDialogProps) {
  const api = useApi();
  const [draft, setDraft] = useState(extras);
  const [kind, setKind] = useState<Kind>(extras.format?.kind ?? 'text');
  const [schemaText, setSchemaText] = useState(() =>
    extras.format?.kind === 'schema' ? JSON.stringify(extras.format.schema, null, 2) : sampleSchema,
  );
  const [definition, setDefinition] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [hasTried, setTried] = useState(false);
  const keep = useAction((chatTools: ToolDefinition[]) => api.settings.update({ chatTools }));
  const schema = kind === 'schema' ? readSchema(schemaText) : null;
  const text = words.asking;
  const change = (changes: Partial<Extras>) => setDraft((before) => ({ ...before, ...changes }));
  const toggle = (name: string, isOn: boolean) =>
    setDraft((before) => {
      const others = before.tools.filter((each) => each !== name);
      return { ...before, tools: isOn ? [...others, name] : others };
    });

  function add() {
    const read = readDefinition(definition);
    if ('problem' in read) {
      setProblem(text.toolErrors[read.problem]);
      return;
    }
    const { tool } = read;
    if ([...builtInTools, ...ownTools].some(({ name }) => name === tool.name)) {
      setProblem(text.toolErrors.taken);
      return;
    }
    setProblem(null);
    setDefinition('');
    toggle(tool.name, true);
    keep.run([...ownTools, tool]);
  }

  function formatOf(): ResponseFormat | null {
    if (kind === 'text') return null;
    if (kind === 'json') return { kind };
    return schema === null ? null : { kind, name: 'answer', schema };
  }

  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (kind === 'schema' && schema === null) return;
        onChange({ ...draft, format: formatOf() });
        onClose();
      }}
      title={text.tools}
      description={text.toolsHint}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit">
            {words.common.save}
          </Button>
        </>
      }
    >
      {info?.capabilities.tools === false && <Callout tone="warn" title={text.noTools(info.name)} />}
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 text-sm font-medium">{text.builtIn}</legend>
        {builtInTools.map(({ name, description }) => (
          <Checkbox
            key={name}
            label={name}
            hint={description}
            checked={draft.tools.includes(name)}
            onChange={(isOn) => toggle(name, isOn)}
          />
        ))}
      </fieldset>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 text-sm font-medium">{text.ownTools}</legend>
        {ownTools.map(({ name, description }) => (
          <div key={name} className="flex items-start gap-2">
            <span className="min-w-0 flex-1">
              <Checkbox
                label={name}
                hint={description ?? undefined}
                checked={draft.tools.includes(name)}
                onChange={(isOn) => toggle(name, isOn)}
              />
            </span>
            <IconButton
              size="small"
              label={text.removeTool(name)}
              icon={<Trash2 aria-hidden className="size-icon-small" />}
              onClick={() => {
                toggle(name, false);
                keep.run(ownTools.filter((each) => each.name !== name));
              }}
            />
          </div>
        ))}
        <Disclosure label={text.newTool}>
          <div className="flex flex-col gap-2 pt-1">
            <Field label={text.newTool} hint={text.newToolHint} error={problem}>
              <FieldTextArea
                rows={5}
                spellCheck={false}
                value={definition}
                onChange={(event) => setDefinition(event.currentTarget.value)}
              />
            </Field>
            <div>
              <Button size="small" isBusy={keep.isRunning} disabled={definition.trim() === ''} onClick={add}>
                {text.addTool}
              </Button>
            </div>
          </div>
        </Disclosure>
      </fieldset>
      {draft.tools.length > 0 && (
        <>
          <Field label={text.toolChoice}>
            <Select
              value={draft.toolChoice}
              onChange={(toolChoice) => change({ toolChoice })}
              options={(['auto', 'required', 'none'] as const).map((value) => ({
                value,
                label: text.toolChoices[value],
              }))}
            />
          </Field>
          <SegmentedField
            label={text.runs}
            value={draft.isAutomatic ? 'automatic' : 'click'}
            onChange={(how) => change({ isAutomatic: how === 'automatic' })}
            segments={(['click', 'automatic'] as const).map((value) => ({ value, label: text.runsHow[value] }))}
          />
        </>
      )}
      <SegmentedField
        label={text.format}
        value={kind}
        onChange={setKind}
        segments={(['text', 'json', 'schema'] as const).map((value) => ({ value, label: text.formats[value] }))}
      />
      {kind === 'schema' && (
        <Field label={text.schema} hint={text.schemaHint} error={hasTried && schema === null ? text.schemaError : null}>
          <FieldTextArea
            rows={8}
            spellCheck={false}
            value={schemaText}
            onChange={(event) => setSchemaText(event.currentTarget.value)}
          />
        </Field>
      )}
    </Dialog>
  );
}
