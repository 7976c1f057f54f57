// Lets Node load the TypeScript sources as they are. tsx and swc would keep what they compiled in the system's temp
// folder and in the home folder, where it would outlive a run; here it stays in the project.
const { mkdirSync } = require('node:fs');
const path = require('node:path');

const cache = path.join(__dirname, '..', '.cache');
process.env.SWC_NATIVE_BINDING_CACHE ??= path.join(cache, 'swc');
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const { TMPDIR: before } = process.env;
try {
  mkdirSync(cache, { recursive: true });
  // tsx asks for the temp folder once, while it is being loaded.
  process.env.TMPDIR = cache;
} catch {
  // A checkout that cannot be written to: compile every time.
  process.env.TSX_DISABLE_CACHE = '1';
}
require('tsx/cjs');
if (before === undefined) delete process.env.TMPDIR;
else process.env.TMPDIR = before;
