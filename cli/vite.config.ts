/**
 * Builds the command into `dist/command/`: a few files that hold all it needs. Node takes twice as long to load the 280 modules
 * that the command is written in, 91 of them zod's.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('.'),
  logLevel: 'warn',
  publicDir: false,
  // piscina and koffi load files of their own by path. fast-check is shared with the user's tests.
  ssr: { noExternal: true, external: ['fast-check', 'koffi', 'piscina'] },
  build: {
    ssr: true,
    outDir: at('../dist/command'),
    emptyOutDir: false,
    target: 'node20',
    rolldownOptions: {
      // The command, and what it starts as a thread or a process: by its name, beside the file that starts it.
      input: [
        at('main.ts'),
        at('thread/command-thread.ts'),
        at('../properties/explore/workers/thread.ts'),
        at('../properties/matrix/row-worker.ts'),
        at('../properties/watch/child.ts'),
        at('../properties/watch/watcher.ts'),
      ],
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
