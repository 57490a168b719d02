import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

const merge = extendTailwindMerge({
  extend: { classGroups: { 'font-size': [{ text: ['small', 'body', 'section', 'page'] }] } },
});

/** Joins class names; of two that set the same thing the later one counts. */
export const cn = (...classes: ClassValue[]) => merge(clsx(classes));
