/** The mutation catalogue is there in full, and a handful of its entries, one of each area, go through the whole product. */
import { openMutantRun, type MutantRun } from '../../../bench/mutant-run';
import { deployedEntries } from './entries';
import { makeOf } from './entry';

jest.setTimeout(120_000);

/** The ids of the catalogue. Entries beside them have ids of their own, after a hyphen. */
const FAULTS =
  `R01 R02 R03 R04 R05 R07 R09 R11 R12 R13 R15 R17 R18 R20 R21 R22 R24 R25 R26 R27 R28 R29 R30 R32 R33 R34 R35 R37 R38 R39 R40 R42
  R44 R45 V01 V03 V04 V06 D01 D02 D04 D06 D08 D09 D10 E01 E02 E03 E06 E07 E08 E09 S01 S03 S04 S05 S06 S09 S10 N01 N03 N04 F01
  F02 F05 F06 F07 F09 F11 F12 F14 F16 F17 F18 F19 F20 L01 L02 L04 L05 L06 L08 L09 X01 X03 A01 A02`.split(
    /\s+/,
  );
const HARMLESS = 'H01 H03 H05 H06 H08 H09 H11 H13 H14 H16 H17 H18 H19 H21 H22 H23 H25 H26'.split(' ');

const idsOf = (quiet: boolean): readonly string[] =>
  deployedEntries()
    .filter(({ id, expect: expected }) => !id.includes('-') && (expected === 'quiet') === quiet)
    .map(({ id }) => id);

test('every fault of the catalogue is there once, and every harmless variation', () => {
  expect([...idsOf(false)].sort()).toEqual([...FAULTS].sort());
  expect([...idsOf(true)].sort()).toEqual([...HARMLESS].sort());
  const all = deployedEntries().map(({ id }) => id);
  expect(new Set(all).size).toBe(all.length);
});

test('only what no call can make is made in the snapshot, and what is not judged has a reason', () => {
  const made = deployedEntries().filter((entry) => makeOf(entry) === 'snapshot');
  expect(made.map(({ id }) => id).sort()).toEqual(['F18', 'H25', 'R22', 'R25', 'R38', 'S09']);
  const notJudged = deployedEntries().filter(
    ({ expect: expected }) => expected !== 'quiet' && 'notJudged' in expected,
  );
  expect(notJudged.map(({ id }) => id)).toEqual(['F20']);
});

describe('through the whole product', () => {
  let run: MutantRun;
  beforeAll(() => {
    run = openMutantRun();
  });

  test.each(['R02', 'V03', 'D01', 'E01', 'S01', 'F06', 'L06', 'X01', 'H14'])('%s', async (id) => {
    const entry = deployedEntries().find((one) => one.id === id);
    if (entry === undefined) throw new Error(`no entry ${id}`);
    const { asExpected, found, detecting, said } = await run.try(entry);
    expect({ asExpected, found, detecting, said }).toMatchObject({ asExpected: true });
  });

  test('an entry that cannot be made is a miss and says why, and so is a check that nobody wrote', async () => {
    const broken = await run.try({
      id: 'T01',
      what: 'no such resource',
      expect: [{ check: 'routing/egress-crosses-firewall', outcome: 'fail' }],
      api: async ({ id }) => {
        id('NoSuchResource');
      },
    });
    expect(broken).toMatchObject({ asExpected: false, found: expect.stringContaining('NoSuchResource') });
    const unwritten = await run.try({
      id: 'T02',
      what: 'nothing',
      expect: [{ check: 'routing/no-such-check', outcome: 'fail' }],
    });
    expect(unwritten).toMatchObject({ asExpected: false, found: 'no such check' });
  });

  test('what a check says of the start already is no finding of the entry', async () => {
    const api = deployedEntries().find(({ id }) => id === 'R02')?.api;
    const start = { id: 'broken already', api: api ?? (async () => {}) };
    const expected = [{ check: 'routing/egress-crosses-firewall', outcome: 'fail' as const }];
    const again = await run.try({ id: 'T03', what: 'nothing more', start, expect: expected });
    expect(again).toMatchObject({ asExpected: false, detecting: [] });
    const quiet = await run.try({ id: 'T04', what: 'nothing more', start, expect: 'quiet' });
    expect(quiet.asExpected).toBe(true);
  });
});
