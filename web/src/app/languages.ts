/** The languages of the console. `name` is how its readers write it; dates in Thai keep the Gregorian year. */
export const languages = [
  { code: 'zh-CN', name: '简体中文', dates: 'zh-CN' },
  { code: 'en', name: 'English', dates: 'en-GB' },
  { code: 'th', name: 'ไทย', dates: 'th-u-ca-gregory' },
  { code: 'vi', name: 'Tiếng Việt', dates: 'vi' },
  { code: 'id', name: 'Bahasa Indonesia', dates: 'id' },
  { code: 'ms', name: 'Bahasa Melayu', dates: 'ms' },
] as const;

export type Language = (typeof languages)[number]['code'];

export const isLanguage = (code: string): code is Language => languages.some((language) => language.code === code);

/** The language the browser asks for, as far as we speak it; else English. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary && isLanguage(primary)) return primary;
  }
  return 'en';
}
