import { FileUp } from 'lucide-react';
import { type DragEvent, useId, useState } from 'react';
import { useT } from '~/app/words';
import { cn } from './cn';

/** A place to drop one file or to choose it. The file goes nowhere but to this server. */
export function FileDrop({
  label,
  accept,
  help,
  onFile,
}: {
  label: string;
  accept: string;
  help?: string;
  onFile: (file: File) => void;
}) {
  const t = useT();
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-semibold">
        {label}
      </label>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the file input is the first */}
      <div
        className={cn(
          'relative flex min-h-24 flex-col items-center justify-center gap-1 rounded border border-control border-dashed p-4 text-center focus-within:outline-2 focus-within:outline-accent',
          over && 'bg-accent-tint',
        )}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <FileUp className="size-5 text-muted" aria-hidden="true" />
        <span aria-hidden="true">{t('ui.drop_file')}</span>
        <input
          id={id}
          type="file"
          accept={accept}
          aria-describedby={help ? `${id}-help` : undefined}
          className="absolute inset-0 cursor-pointer opacity-0"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            // The same file can be chosen again after it was mended.
            event.target.value = '';
            if (file) onFile(file);
          }}
        />
      </div>
      {help && (
        <p id={`${id}-help`} className="mt-1 text-muted text-small">
          {help}
        </p>
      )}
    </div>
  );
}

/** The bytes of a file as base64, in pieces, so that a large file does not overflow the call stack. */
export async function fileBase64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const piece = 0x8000;
  let text = '';
  for (let at = 0; at < bytes.length; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
  return btoa(text);
}
