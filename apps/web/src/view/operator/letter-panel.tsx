import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { tried } from '../../state/alert.js';
import { loadLetter, type WholeLetter } from '../../state/dead-letters.js';

/** One dead letter whole, as it came and as it is best understood. */
export function LetterPanel({ service, id }: { service: string; id: string }) {
  const letter = useSignal<WholeLetter | undefined>(undefined);
  const fault = useSignal('');
  useEffect(() => {
    void tried(async () => void (letter.value = await loadLetter(service, id)), fault);
  }, [service, id]);
  if (fault.value) return <p class="fault">{fault}</p>;
  if (!letter.value) return <p class="quiet">Loading…</p>;
  const { position, stream, attributes, headers, content, body } = letter.value;
  return (
    <div class="letter" data-testid="letter">
      <p>
        <b>{content.kind}</b>{' '}
        <span class="quiet">
          at {position} of {stream}, {sizeOf(body)} bytes
        </span>
      </p>
      {content.text !== null && <Text label="Content" text={content.text} />}
      {attributes && <Text label="Attributes" text={JSON.stringify(attributes, null, 2)} />}
      <Text label="Headers" text={JSON.stringify(headers, null, 2)} />
      {content.text === null && <Text label="Body, in base64" text={body} />}
    </div>
  );
}

function Text({ label, text }: { label: string; text: string }) {
  return (
    <>
      <h4>{label}</h4>
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
    </>
  );
}

const sizeOf = (base64: string): number =>
  Math.floor((base64.length * 3) / 4) - (/=*$/.exec(base64)?.[0].length ?? 0);
