/** Dark or light: as the system has it, until one changes it. Nothing is remembered: a page leaves nothing behind. */
import { signal } from '@preact/signals';

const system = matchMedia('(prefers-color-scheme: dark)');

export const theme = signal<'dark' | 'light'>(system.matches ? 'dark' : 'light');

let isChosen = false;

export function toggleTheme(): void {
  isChosen = true;
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
}

system.addEventListener('change', ({ matches }) => {
  if (!isChosen) theme.value = matches ? 'dark' : 'light';
});
