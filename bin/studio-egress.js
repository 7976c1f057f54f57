#!/usr/bin/env node
// The sources are TypeScript; tsx loads them as they are. Its disk cache would be left behind in the system's
// temp folder, so it stays off; swc, with which Jest and the lab compile, keeps its own in the project.
const { join } = require('node:path');
process.env.TSX_DISABLE_CACHE = '1';
process.env.SWC_NATIVE_BINDING_CACHE ??= join(__dirname, '..', '.cache', 'swc');
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('tsx/cjs');
require('../cli.ts');
