import { useSignal, useSignalEffect } from '@preact/signals';
import { audit, loadAudit } from '../../state/dead-letters.js';
import { services } from '../../state/operations.js';
import { clock } from '../words.js';

/** What operators did with dead letters, newest first. */
export function AuditTable() {
  const loaded = useSignal(false);
  useSignalEffect(() => {
    const keeping = (services.value ?? []).filter(({ deadLetters }) => deadLetters);
    if (loaded.peek() || keeping.length === 0) return;
    loaded.value = true;
    loadAudit(keeping.map(({ service }) => service)).catch(() => (loaded.value = false));
  });
  if (audit.value.length === 0) return null;
  return (
    <section aria-labelledby="audit-title">
      <h2 id="audit-title">What operators did</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {audit.value.map((entry) => (
            <tr key={`${entry.service} ${entry.deadLetter} ${entry.at}`}>
              <th scope="row">
                {entry.action} letter {entry.deadLetter}{' '}
                <small class="quiet">
                  {entry.service} · {entry.eventType.split('.').at(-1)}
                </small>
              </th>
              <td data-label="When">
                <time dateTime={entry.at}>{clock(entry.at)}</time>
              </td>
              <td data-label="Who">{entry.actor}</td>
              <td data-label="Result">
                {entry.result}
                {entry.detail ? `: ${entry.detail}` : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
