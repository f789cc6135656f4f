import Ellipsis from 'lucide-react/icons/ellipsis-vertical';
import Play from 'lucide-react/icons/play';
import Search from 'lucide-react/icons/search';
import Trash from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import { Button, IconButton } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { Combobox } from '../ui/combobox.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Field, FieldInput, FieldTextArea } from '../ui/field.tsx';
import { Keys } from '../ui/kbd.tsx';
import { Menu } from '../ui/menu.tsx';
import { RadioGroup } from '../ui/radio.tsx';
import { SearchInput } from '../ui/search-input.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/switch.tsx';
import { showToast } from '../ui/toast.tsx';
import { Row, Section } from './section.tsx';
import { samples } from './words.ts';

type Choice = 'first' | 'second' | 'third';

const options = [
  { value: 'first' as const, label: samples.first, hint: samples.seconds(1) },
  { value: 'second' as const, label: samples.second },
  { value: 'third' as const, label: samples.long },
];

export function Controls() {
  return (
    <Section title={samples.controls}>
      {(['medium', 'small'] as const).map((size) => (
        <Row key={size}>
          <Button size={size} variant="primary" icon={<Play aria-hidden className="size-icon" />}>
            {samples.primary}
          </Button>
          <Button size={size}>{samples.secondary}</Button>
          <Button size={size} variant="quiet">
            {samples.quiet}
          </Button>
          <Button size={size} variant="danger" icon={<Trash aria-hidden className="size-icon" />}>
            {samples.danger}
          </Button>
          <Button size={size} isBusy>
            {samples.busy}
          </Button>
          <Button size={size} disabled>
            {samples.disabled}
          </Button>
          <IconButton size={size} label={samples.more} icon={<Ellipsis aria-hidden className="size-icon" />} />
          <CopyButton size={size} text={samples.code} label={samples.copy} hasText />
          <CopyButton size={size} text={samples.code} label={samples.copy} />
        </Row>
      ))}
      <Row>
        <Keys keys={['Ctrl', 'Shift', 'K']} />
      </Row>
      <CodeBlock code={samples.code} label={samples.command} copyLabel={samples.copy} />
    </Section>
  );
}

export function Choices() {
  const [choice, setChoice] = useState<Choice>('first');
  const [found, setFound] = useState<Choice | null>(null);
  const [isOn, setOn] = useState(true);
  const [text, setText] = useState('');
  return (
    <Section title={samples.choices}>
      <div className="grid gap-4 @3xl:grid-cols-2 @6xl:grid-cols-3">
        <Field label={samples.name} hint={samples.hint}>
          <FieldInput defaultValue={samples.value} />
        </Field>
        <Field label={samples.name} error={samples.error}>
          <FieldInput defaultValue={samples.value} />
        </Field>
        <Field label={samples.disabled}>
          <FieldInput disabled defaultValue={samples.value} />
        </Field>
        <Field label={samples.second}>
          <Select isWide value={choice} onChange={setChoice} options={options} />
        </Field>
        <Field label={samples.search}>
          <Combobox value={found} onChange={setFound} options={options} placeholder={samples.search} canClear />
        </Field>
        <Field label={samples.long}>
          <FieldTextArea rows={2} defaultValue={samples.sentence} />
        </Field>
      </div>
      <Row>
        <SearchInput
          label={samples.search}
          value={text}
          onChange={setText}
          icon={<Search aria-hidden className="size-icon" />}
        />
        <Segmented label={samples.choices} value={choice} onChange={setChoice} segments={options.slice(0, 2)} />
        <Switch label={samples.first} checked={isOn} onChange={setOn} />
        <Switch label={samples.disabled} checked={false} onChange={setOn} disabled />
        <Checkbox label={samples.second} checked={isOn} onChange={setOn} />
        <Checkbox label={samples.disabled} checked onChange={setOn} disabled />
      </Row>
      <RadioGroup
        label={samples.name}
        value={choice}
        onChange={setChoice}
        options={options.map(({ value, label }) => ({ value, label, hint: samples.hint }))}
      />
    </Section>
  );
}

export function Overlays() {
  const [shown, setShown] = useState<'none' | 'dialog' | 'confirm' | 'drawer'>('none');
  const close = () => setShown('none');
  return (
    <Section title={samples.overlays}>
      <Row>
        <Button onClick={() => setShown('dialog')}>{samples.first}</Button>
        <Button onClick={() => setShown('confirm')}>{samples.danger}</Button>
        <Button onClick={() => setShown('drawer')}>{samples.second}</Button>
        <Button onClick={() => showToast({ title: samples.done, description: samples.sentence, tone: 'good' })}>
          {samples.done}
        </Button>
        <Button
          onClick={() =>
            showToast({
              title: samples.failed,
              description: samples.sentence,
              tone: 'bad',
              action: { label: samples.open, onSelect: close },
            })
          }
        >
          {samples.failed}
        </Button>
        <Menu
          label={samples.more}
          icon={<Ellipsis aria-hidden className="size-icon" />}
          actions={[
            { label: samples.open, icon: <Play aria-hidden className="size-icon" />, onSelect: close },
            { label: samples.disabled, onSelect: close, disabled: true },
            {
              label: samples.danger,
              icon: <Trash aria-hidden className="size-icon" />,
              onSelect: close,
              isDanger: true,
            },
          ]}
        />
      </Row>
      <Dialog
        isOpen={shown === 'dialog'}
        onClose={close}
        title={samples.overlays}
        description={samples.hint}
        actions={
          <Button variant="primary" onClick={close}>
            {samples.close}
          </Button>
        }
      >
        <p>{samples.sentence}</p>
      </Dialog>
      <ConfirmDialog
        isOpen={shown === 'confirm'}
        onClose={close}
        title={samples.danger}
        confirmLabel={samples.danger}
        keepLabel={samples.keep}
        onConfirm={close}
      >
        {samples.sentence}
      </ConfirmDialog>
      <Drawer isOpen={shown === 'drawer'} onClose={close} title={samples.overlays} description={samples.hint}>
        <p>{samples.sentence}</p>
      </Drawer>
    </Section>
  );
}
