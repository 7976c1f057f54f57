// One runner for our own tests (project "unit") and for a compliance run (project "compliance").
// tsx lets the main process load the TypeScript reporter; Jest transforms everything else with swc.
process.env.TSX_DISABLE_CACHE = '1';
process.env.SWC_NATIVE_BINDING_CACHE ??= require('node:path').join(__dirname, '.cache', 'swc');
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('tsx/cjs');

const shared = {
  rootDir: __dirname,
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // These two ship as ES modules only, which Jest on Node 20 cannot require.
  transformIgnorePatterns: ['node_modules/(?!(p-retry|is-network-error)/)'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/reports/out/', '<rootDir>/.cache/'],
  modulePathIgnorePatterns: ['<rootDir>/reports/out/', '<rootDir>/.cache/'],
  // Jest's default lies in the system's temp folder and would outlive the run there.
  cacheDirectory: '<rootDir>/.cache/jest',
};

module.exports = {
  // Also makes Jest use workers at all times, so that a check that kills its process cannot take the run along.
  workerIdleMemoryLimit: '1GB',
  reporters: [
    'default',
    ['<rootDir>/reports/jest-reporter.ts', { outputVariable: 'STUDIO_EGRESS_FINDINGS' }],
  ],
  projects: [
    { ...shared, displayName: 'unit', testEnvironment: 'node', testMatch: ['<rootDir>/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'compliance',
      testEnvironment: '<rootDir>/suites/jest-environment.ts',
      testRunner: '<rootDir>/suites/jest-runner.ts',
      testMatch: ['<rootDir>/suites/**/*.suite.ts'],
      globalSetup: '<rootDir>/commands/jest-global-setup.ts',
      globalTeardown: '<rootDir>/commands/jest-global-teardown.ts',
    },
  ],
};
