import { useState } from 'react';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, FieldInput } from '../../ui/field.tsx';
import { words } from '../../words.ts';
import { SecretInput } from './secret-input.tsx';

/** Adds a server of the OpenAI language; core asks it for its models first, so that a wrong address is said at once. */
export function AddressDialog({ onClose }: { onClose: () => void }) {
  const api = useApi();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [model, setModel] = useState('');
  const [key, setKey] = useState('');
  const [allowUnencryptedKey, setAllowed] = useState(false);
  const save = useAction((input: Parameters<typeof api.chat.saveAddress>[0]) => api.chat.saveAddress(input), {
    isFailureShown: true,
    onDone: onClose,
  });
  const canSave = name.trim() !== '' && url.trim() !== '';
  const text = words.asking;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={text.addAddressTitle}
      description={text.noAddress}
      onSubmit={() => {
        if (!canSave) return;
        save.run({
          id: null,
          name,
          url,
          model: model.trim() === '' ? null : model,
          key: key.trim() === '' ? null : key,
          ...(allowUnencryptedKey ? { allowUnencryptedKey } : {}),
        });
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit" disabled={!canSave} isBusy={save.isRunning}>
            {text.add}
          </Button>
        </>
      }
    >
      {save.failure !== null && <ErrorCard failure={save.failure} offersSignIn={false} />}
      <Field label={text.addressName}>
        <FieldInput value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field label={text.addressUrl} hint={text.addressUrlHint}>
        <FieldInput
          className="font-mono"
          spellCheck={false}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
      </Field>
      <Field label={text.addressModel} hint={text.addressModelHint}>
        <FieldInput
          className="font-mono"
          spellCheck={false}
          value={model}
          onChange={(event) => setModel(event.currentTarget.value)}
        />
      </Field>
      <Field label={text.addressKey} hint={text.addressKeyHint}>
        <SecretInput onChange={setKey} />
      </Field>
      {key !== '' && /^http:/i.test(url.trim()) && (
        <Checkbox
          label={text.allowUnencryptedKey}
          hint={text.allowUnencryptedKeyHint}
          checked={allowUnencryptedKey}
          onChange={setAllowed}
        />
      )}
    </Dialog>
  );
}
