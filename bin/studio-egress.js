#!/usr/bin/env node
// The sources are TypeScript; tsx loads them as they are. Its disk cache would be left behind in the
// system's temp folder, so it stays off.
process.env.TSX_DISABLE_CACHE = '1';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('tsx/cjs');
require('../cli.ts');
