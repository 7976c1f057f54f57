// One runner for our own tests (project "unit") and for a compliance run (project "compliance").
// The main process loads our reporter through tsx; Jest transforms everything else with swc.
require('./bin/typescript.js');

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
