/** Builds the page: one HTML file with everything in it, whose security policy allows its own code and style by their hashes. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const page = fileURLToPath(new URL('.', import.meta.url));

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The file: the data's place comes before the script, which reads them. */
function htmlOf(script: string, style: string): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>ioeventfd-check</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript. ioeventfd-check explain shows the same as text.</noscript>
<!--data-->
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Takes the bundle's files into one. */
const oneFile: Plugin = {
  name: 'one-file',
  // After the bundle's own style sheet is made.
  enforce: 'post',
  generateBundle(_, bundle) {
    let script = '';
    let style = '';
    for (const [name, file] of Object.entries(bundle)) {
      if (file.type === 'chunk') script += file.code;
      else if (name.endsWith('.css')) style += String(file.source);
      delete bundle[name];
    }
    if (script.includes('</script')) throw new Error('the script would end its own element');
    if (/from\s*["']node:|__vite-browser-external/.test(script))
      throw new Error('the page needs a module of node');
    if (style === '') throw new Error('the page has no style');
    const source = htmlOf(script.trim(), style.trim());
    this.emitFile({ type: 'asset', fileName: 'template.html', source });
  },
};

export default defineConfig({
  root: page,
  logLevel: 'warn',
  plugins: [oneFile],
  build: {
    outDir: fileURLToPath(new URL('../dist/page', import.meta.url)),
    emptyOutDir: false,
    target: 'es2023',
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: { input: fileURLToPath(new URL('main.tsx', import.meta.url)) },
  },
});
