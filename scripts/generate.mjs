// `npm run generate`: writes proto/gen anew from the .proto files.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { generateInto } from './generated.mjs';
import { ROOT } from './stage.mjs';

await rm(join(ROOT, 'proto/gen'), { recursive: true, force: true });
const { ok, output } = await generateInto(join(ROOT, 'proto'));
process.stdout.write(output);
process.exitCode = ok ? 0 : 1;
