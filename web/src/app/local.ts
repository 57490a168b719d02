// Choices that stay in this browser. Nothing secret and nothing about buyers is ever kept here.

const prefix = 'stallward.';

export function load<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(prefix + name);
    if (text === null) return otherwise;
    return typeof otherwise === 'string' ? (text as T) : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function save(name: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + name, typeof value === 'string' ? value : JSON.stringify(value));
  } catch {
    // Storage is full or switched off: the choice lasts until the page is closed.
  }
}
