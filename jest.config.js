// One runner for our own tests (project "unit") and for a compliance run (project "compliance").
// tsx lets the main process load the TypeScript reporter; Jest transforms everything else with swc.
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
  projects: [
    { ...shared, displayName: 'unit', testEnvironment: 'node', testMatch: ['**/*.test.ts'] },
  ],
};
