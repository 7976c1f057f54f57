/** The report in a real browser: what it asks for, what runs, whether it can be read, used and printed by everyone. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Evidence } from '../suites/evidence';
import { startBrowser } from './browser.fixture';
import { evidenceFixture, verifiedEvidence } from './evidence.fixture';
import { hostileEvidence } from './hostile.fixture';
import { renderHtml } from './html';
import { runMembers, runProvenance } from './provenance.fixture';

jest.setTimeout(60_000);

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let browser: Browser;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-egress-report-'));
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const full = (): Evidence => {
  const base = evidenceFixture();
  return { ...base, ...runMembers, run: { ...base.run, ...runProvenance } };
};

interface Opened {
  readonly page: Page;
  /** Whatever it asked for that is not the file itself. */
  readonly requests: string[];
  /** What its policy stopped, and errors of its script. */
  readonly complaints: string[];
}

let files = 0;

async function open<T>(
  text: string,
  { hash = '', ...options }: BrowserContextOptions & { readonly hash?: string },
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const file = join(folder, `report-${(files += 1)}.html`);
  await writeFile(file, text);
  const address = pathToFileURL(file).href;
  const context = await browser.newContext({ offline: true, ...options });
  try {
    // Other tests may be using the machine's processors.
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== address) requests.push(request.url());
    });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${address}${hash}`);
    return await use({ page, requests, complaints });
  } finally {
    await context.close();
  }
}

const shown = (page: Page): Promise<readonly string[]> =>
  page
    .locator('#findings .check:visible [data-finding]')
    .evaluateAll((elements) =>
      elements.filter((element) => element.closest('[hidden]') === null).map((element) => element.id),
    );

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ').slice(0, 300)))`,
  );
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([
    ['with everything', full()],
    ['of an older run', evidenceFixture()],
    ['of a verified run', verifiedEvidence()],
  ])('a report %s has nothing that keeps people out', async (_, evidence) => {
    await open(renderHtml(evidence), { colorScheme, bypassCSP: true }, async ({ page, requests }) => {
      await page
        .locator('details')
        .evaluateAll((elements) => elements.forEach((element) => element.setAttribute('open', '')));
      // What is not laid out is not looked at.
      await page.addStyleTag({ content: 'section.check{content-visibility:visible!important}' });
      expect(await violations(page)).toEqual([]);
      expect(requests).toEqual([]);
    });
  });
});

test('it asks for nothing, and its own policy stops nothing of it', async () => {
  await open(renderHtml(full()), {}, async ({ page, requests, complaints }) => {
    await page.getByRole('searchbox').fill('route');
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

test.each([
  [
    '<img src=x onerror="globalThis.broken=1"><script>globalThis.broken=1</script><a href="https://example.com">x</a>',
  ],
  ['"><svg onload=globalThis.broken=1><style>@import "https://example.com/x"</style>'],
  [
    '\u202e</title></style></script><script>globalThis.broken=1</script><meta http-equiv=refresh content="0;url=https://example.com">',
  ],
])('markup in evidence is inert: %j', async (text) => {
  await open(renderHtml(hostileEvidence(text)), {}, async ({ page, requests, complaints }) => {
    expect(await page.evaluate('globalThis.broken ?? null')).toBeNull();
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    expect(await page.locator('img, a[href^="http"], svg[onload]').count()).toBe(0);
    expect(await page.locator('h1').innerText()).toBe('Violated');
  });
});

test('even markup that got into the file by a mistake of ours is stopped by its policy', async () => {
  const broken = renderHtml(full()).replace(
    '</main>',
    '<script>globalThis.broken=1</script><img src="https://example.com/x.png"></main>',
  );
  await open(broken, {}, async ({ page, complaints }) => {
    expect(await page.evaluate('globalThis.broken ?? null')).toBeNull();
    expect(complaints.join('\n')).toContain('Content Security Policy');
  });
});

test('without script everything is there but the filter', async () => {
  const evidence = full();
  await open(renderHtml(evidence), { javaScriptEnabled: false }, async ({ page }) => {
    const violated = evidence.findings.find(({ outcome }) => outcome === 'fail');
    const because = page.getByText(violated?.because ?? 'none');
    await because.scrollIntoViewIfNeeded();
    expect(await because.isVisible()).toBe(true);
    expect(await page.locator('#filter').isVisible()).toBe(false);
    await page.locator('details.check summary').first().click();
    expect(await page.locator('details.check table').first().isVisible()).toBe(true);
    // A link to what is folded away opens it.
    await page.goto(`${page.url()}#finding-1`);
    expect(await page.locator('#finding-1').isVisible()).toBe(true);
  });
});

describe('the filter', () => {
  test('searches, says how many there are, and keeps its state in the address', async () => {
    await open(renderHtml(full()), {}, async ({ page, complaints }) => {
      await page.getByRole('searchbox').fill('rtb-0d4e5f60718293a4b edge');
      expect(await page.getByRole('status').innerText()).toBe('No finding matches.');
      await page.getByRole('searchbox').fill('RTB-0d4e5f60718293a4b local');
      expect(await shown(page)).toEqual(['finding-2']);
      expect(await page.getByRole('status').innerText()).toBe('1 of 11 findings');
      await page.locator('#filter-severity').selectOption('critical');
      expect(new URL(page.url()).hash).toBe('#?q=RTB-0d4e5f60718293a4b+local&severity=critical');
      await page.getByRole('button', { name: 'Clear' }).click();
      expect(await page.getByRole('status').innerText()).toBe('All 11 findings');
      expect(new URL(page.url()).hash).toBe('');
      expect(complaints).toEqual([]);
    });
  });

  test('an address with a filter shows what its sender saw', async () => {
    await open(
      renderHtml(full()),
      { hash: '#?control=NIST-800-53r5%3ASC-7(5)&outcome=pass' },
      async ({ page }) => {
        expect(await shown(page)).toEqual(['finding-1']);
        expect(await page.locator('#filter-outcome').inputValue()).toBe('pass');
      },
    );
  });

  test('an address that names what is not there filters nothing', async () => {
    const hash = '#?severity=%3Cscript%3E&area=nowhere';
    await open(renderHtml(full()), { hash }, async ({ page, complaints }) => {
      expect(await page.getByRole('status').innerText()).toBe('All 11 findings');
      expect(complaints).toEqual([]);
    });
  });

  test('each row of the tables leads to its findings', async () => {
    await open(renderHtml(full()), {}, async ({ page }) => {
      await page.locator('#population').getByRole('link', { name: 'endpoints' }).click();
      expect(await shown(page)).toEqual(['finding-4', 'finding-5']);
      await page.locator('#controls').getByRole('link', { name: 'EC2.13' }).click();
      expect(await shown(page)).toEqual(['finding-6']);
      await page.locator('#severities').getByRole('link', { name: 'low' }).click();
      expect(await shown(page)).toEqual(['finding-8']);
    });
  });

  test('a link to what is filtered away shows it', async () => {
    await open(renderHtml(full()), { hash: '#?outcome=fail' }, async ({ page }) => {
      await page.evaluate('location.hash = "#finding-1"');
      await page.waitForFunction('document.getElementById("finding-1").closest("[hidden]") === null');
      expect(await page.locator('#finding-1').isVisible()).toBe(true);
    });
  });
});

test('by keyboard alone: skip link, search by slash, escape, folded findings by enter', async () => {
  await open(renderHtml(full()), {}, async ({ page }) => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the findings');
    await page.keyboard.press('Enter');
    await page.keyboard.press('/');
    await page.keyboard.type('kaggle');
    expect(await shown(page)).toEqual(['finding-9']);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('status').innerText()).toBe('All 11 findings');
    await page.locator('details.check summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details.check table').first().isVisible()).toBe(true);
  });
});

test('on a narrow screen nothing but the tables is wider than it', async () => {
  await open(renderHtml(full()), { viewport: { width: 360, height: 800 } }, async ({ page }) => {
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});

test('on paper what is violated is in full, whatever was filtered, and nothing is dark', async () => {
  const options = { colorScheme: 'dark', hash: '#?outcome=pass' } as const;
  await open(renderHtml(full()), options, async ({ page }) => {
    await page.emulateMedia({ media: 'print' });
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator('#fail .check .about details .label').first().isVisible()).toBe(true);
    expect(await page.locator('#filter').isVisible()).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('#fail .check .commands').last().isVisible()).toBe(true);
  });
});
