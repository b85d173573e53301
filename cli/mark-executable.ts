/** Makes the built command executable: the compiler writes plain files, and `bin` needs one that can be run. */
import { chmodSync } from 'node:fs';

chmodSync(new URL('./main.js', import.meta.url), 0o755);
