import type { Schemas } from '~/api/client';
import type { WordKey } from '~/app/word-keys';

export type Channel = 'email' | 'sms' | 'chat' | 'call' | 'url';
export type Draft = { channel: Channel; text: string; subject: string; from: string };
export type Example = Draft & { id: string; name: WordKey; lang: Schemas['Language'] };

/** Messages to try the checker with; all are invented. Two of them are fine and must stay so. */
export const examples: Example[] = [
  {
    id: 'suspended',
    name: 'checker.example_suspended',
    lang: 'en',
    channel: 'email',
    from: 'TikTok Shop Support <support@tiktok-seIler-verify.example>',
    subject: 'Your shop will be closed',
    text: 'Dear seller,\n\nunusual activity was found on your TikTok Shop account. Your shop will be closed within 24 hours. Log in at https://tiktok-seIler-verify.example/login and confirm your password and the 6-digit code we sent you.\n\nTikTok Shop Support',
  },
  {
    id: 'code',
    name: 'checker.example_code',
    lang: 'th',
    channel: 'chat',
    from: '',
    subject: '',
    text: 'สวัสดีครับ เจ้าหน้าที่ Shopee ร้านของคุณถูกระงับชั่วคราว กรุณาส่งรหัส OTP ที่ได้รับทาง SMS มาให้ภายใน 30 นาที เพื่อปลดล็อกร้าน',
  },
  {
    id: 'freeze',
    name: 'checker.example_freeze',
    lang: 'zh-CN',
    channel: 'sms',
    from: '',
    subject: '',
    text: '【TikTok Shop】您的店铺因违规将被冻结,请24小时内点击 http://tiktokshop-verify.example/cn 核实身份,逾期永久封店。',
  },
  {
    id: 'zalo',
    name: 'checker.example_zalo',
    lang: 'vi',
    channel: 'chat',
    from: '',
    subject: '',
    text: 'Chào shop, mình muốn đặt 500 cái nhưng chat ở đây bất tiện quá. Shop kết bạn Zalo 0900 000 000 để mình gửi danh sách hàng nhé.',
  },
  {
    id: 'genuine_code',
    name: 'checker.example_genuine_code',
    lang: 'en',
    channel: 'sms',
    from: '',
    subject: '',
    text: '482913 is your verification code. Do not share it with anyone; our staff will never ask for it.',
  },
  {
    id: 'parcel',
    name: 'checker.example_parcel',
    lang: 'id',
    channel: 'chat',
    from: '',
    subject: '',
    text: 'Kak, paket saya sudah sampai tapi gelasnya pecah. Bisa minta pengembalian dana lewat aplikasi? Foto saya lampirkan di pengajuan.',
  },
];
