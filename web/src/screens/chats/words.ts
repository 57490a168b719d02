// What a conversation is called, and what stands for a message that has no text.

import type { Conversation } from '~/api/chats';
import { type Translate, translateCode } from '~/app/words';
import type { Severity } from '~/ui/Severity';

/** The buyer's name as the server masks it; the end of the buyer's number where no name is known. */
export function buyerName(t: Translate, chat: Pick<Conversation, 'buyer' | 'buyer_ref'>): string {
  if (chat.buyer) return chat.buyer;
  return chat.buyer_ref ? t('chats.buyer_numbered', { number: chat.buyer_ref }) : t('overview.sender_buyer');
}

const kinds: Record<string, string> = {
  image: 'image',
  video: 'video',
  sticker: 'sticker',
  emoticons: 'sticker',
  emoji: 'sticker',
  product_card: 'product',
  item: 'product',
  buyer_enter_from_product: 'product',
  order_card: 'order',
  order: 'order',
  buyer_enter_from_order: 'order',
  return_refund_card: 'return',
  coupon_card: 'voucher',
  voucher: 'voucher',
  logistics_card: 'parcel',
};

/** "[Picture]": a kind that has no words of its own is shown as the marketplace calls it, never left out. */
export function kindText(t: Translate, kind: string): string {
  const known = kinds[kind.toLowerCase()];
  const text = known && translateCode(`chats.kind_${known}`);
  return `[${text ?? (kind.toLowerCase() === 'text' ? t('chats.text_gone') : kind)}]`;
}

export const findingSeverity = (severity: Conversation['severity']): Severity =>
  severity === 'none' ? 'unknown' : severity;
