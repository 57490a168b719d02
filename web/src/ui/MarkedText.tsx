import { useT } from '~/app/words';
import { cutAtSpans, type Span } from './marks';

/** A message as plain text with the words marked that reasons point at. Links in it are text, never links. */
export function MarkedText({ text, spans, lang }: { text: string; spans: Span[]; lang?: string }) {
  const t = useT();
  return (
    <p lang={lang} className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {cutAtSpans(text, spans).map((piece, place) =>
        piece.marks.length > 0 ? (
          <mark
            key={place}
            className="rounded bg-high-tint px-0.5 text-high underline decoration-dotted"
            title={t('reasons.reason_numbers', { list: piece.marks.map((mark) => mark + 1).join(', ') })}
          >
            {piece.text}
          </mark>
        ) : (
          piece.text
        ),
      )}
    </p>
  );
}
