// node page.js PROGRAM FOLDER: the operator's page in Chromium, with and without JavaScript. Prints TAP-like lines;
// screenshots go to FOLDER/shots. Exits with 1 at the end when something was wrong. PAGE_STEPS=keys,drafts takes only
// these steps.
'use strict';
const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');
const { Stage, PEOPLE, sleep } = require('./stage');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [program, folder] = process.argv.slice(2);
const ROUNDS = Number(process.env.PAGE_ROUNDS || 40);
const SIZES = [[1366, 768], [360, 640], [320, 640]];
const FIRST_PAGE_MOST = 60 * 1024;

const PAGES = ['home', 'me', 'new', 'leader', 'audit', 'list/overdue', 'list/waiting', 'list/mine', 'list/urgent',
  'list/unsure', 'list/to-hear', 'list/unsent', 'list/drafts', 'list/hasty', 'list/alike', 'list/place', 'lines', 'list/restricted', 'search', 'search?q=水', 'keep', 'keep?text=zh/received'];

let failures = 0;
let done = 0;
const check = (isGood, what) => {
  done++;
  if (isGood) return;
  failures++;
  console.log(`not ok ${what}`);
};

// What no page may do: leave the host, break its policy, throw.
const watch = (page, stage, where) => {
  page.on('request', (request) => {
    const url = request.url();
    check(url.startsWith(stage.url) || url.startsWith('data:'), `${where()}: asks ${url}`);
  });
  page.on('console', (message) => {
    const text = message.text();
    const isAway = stage.isAway && /ERR_(CONNECTION|EMPTY|INCOMPLETE)/.test(text);
    if (message.type() === 'error' && !isAway && !/status of (4\d\d|503)/.test(text)) check(false, `${where()}: ${text}`);
  });
  page.on('pageerror', (error) => check(false, `${where()}: ${error.message}`));
};

const open = async (browser, stage, role, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  let at = 'sign in';
  watch(page, stage, () => `${role} ${at}`);
  await page.goto(stage.link(role));
  page.visit = async (name) => {
    at = name;
    const answer = await page.goto(`${stage.url}/page/${name}`);
    return answer.status();
  };
  return page;
};

const serious = async (page) => {
  // a tool of the test, not of the page: it runs beside the page's policy
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`);
  return found.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
};

// Contrast alone changes with the colours.
const pale = async (page) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const found = await page.evaluate(
    `axe.run(document, { runOnly: { type: 'rule', values: ['color-contrast'] }, resultTypes: ['violations'] })`);
  await page.emulateMedia({ colorScheme: 'light' });
  return found.violations.map((one) => `dark ${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
};

const overflows = (page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);

// The people look at the same time, each in a browser of their own.
const eachPerson = (roles, look) => Promise.all(roles.map(look));

const eachPage = (browser, stage, number) => eachPerson(Object.keys(PEOPLE), async (role) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(browser, stage, role, { javaScriptEnabled });
    for (const name of [...PAGES, `case/${number}`]) {
      const status = await page.visit(name);
      check([200, 404].includes(status), `${role} ${name}: ${status}`);
      check(await page.locator('main').count() === 1, `${role} ${name}: no main`);
      if (!javaScriptEnabled || status !== 200) continue;
      for (const wrong of await serious(page)) check(false, `${role} ${name}: ${wrong}`);
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        check(!await overflows(page), `${role} ${name}: wider than ${width}`);
        if (role === 'cadre' || ['leader', 'audit', 'keep', 'keep?text=zh/received'].includes(name))
          await page.screenshot({ path: path.join(folder, 'shots', `${role}-${name.replace(/[/?=]/g, '-')}-${width}.png`) });
      }
      await page.setViewportSize({ width: 1366, height: 768 });
    }
    await page.context().close();
  }
});

// The same in English and dark; what each role alone has is looked at once.
const inEnglish = async (browser, stage, number) => {
  const own = {
    cadre: ['home', 'me', 'new', 'list/waiting', 'list/place', 'search?q=水', `case/${number}`, `letter/receipt/${number}`],
    supervisor: ['leader', 'audit', 'lines', 'pictures', 'list/restricted'],
    operator: ['keep', 'keep?text=en/received', 'list/unsent'],
  };
  await eachPerson(Object.keys(own), async (role) => {
    const page = await open(browser, stage, role, { colorScheme: 'dark' });
    await page.visit('home');
    await page.locator('footer button').click();
    for (const name of own[role]) {
      check(await page.visit(name) === 200, `English ${role} ${name}`);
      check(await page.locator('html[lang=en]').count() === 1, `English ${role} ${name}: its language`);
      for (const wrong of await serious(page)) check(false, `English, dark ${role} ${name}: ${wrong}`);
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        check(!await overflows(page), `English ${role} ${name}: wider than ${width}`);
        await page.screenshot({ path: path.join(folder, 'shots', `en-dark-${role}-${name.replace(/[/?=]/g, '-')}-${width}.png`) });
      }
      await page.setViewportSize({ width: 1366, height: 768 });
    }
    await page.context().close();
  });
};

// Pages that say what is wrong, and previews, in both languages, light and dark.
const wrongAndPreviews = async (browser, stage, number) => {
  const stranger = await browser.newContext({ locale: 'zh-CN' });
  const door = await stranger.newPage();
  for (const colorScheme of ['light', 'dark']) {
    await door.emulateMedia({ colorScheme });
    await door.goto(`${stage.url}/page/sign-in`);
    for (const wrong of await serious(door)) check(false, `sign-in ${colorScheme}: ${wrong}`);
    await door.locator('input[name=phone]').fill('12');
    await door.locator('main form').evaluate((form) => { form.noValidate = true; });
    await door.locator('main button').first().click();
    for (const wrong of await serious(door)) check(false, `sign-in error ${colorScheme}: ${wrong}`);
  }
  await stranger.close();
  await eachPerson(['cadre', 'operator'], async (role) => {
    const page = await open(browser, stage, role);
    const look = async (what, width = 360) => {
      for (const wrong of [...await serious(page), ...await pale(page)]) check(false, `${role} ${what}: ${wrong}`);
      await page.setViewportSize({ width, height: 640 });
      check(!await overflows(page), `${role} ${what}: wider than ${width}`);
      await page.screenshot({ path: path.join(folder, 'shots', `${role}-${what.replace(/[ /?=]/g, '-')}.png`) });
      await page.setViewportSize({ width: 1366, height: 768 });
    };
    for (const language of ['zh', 'en']) {
      for (const name of ['case/26999999', 'search?since=yesterday', 'nowhere']) {
        check(await page.visit(name) >= 400, `${role} ${name}: is wrong`);
        await look(`${language} ${name}`);
      }
      if (role === 'cadre') {
        await page.visit(`case/${number}`);
        await (await fill(page, 'hold', '先不公开')).locator('button').first().click();
        await look(`${language} preview of a step`);
        await page.visit('new');
        await page.locator('textarea[name=words]').fill('东陈村王大娘家的房顶漏雨');
        await page.locator('[data-place]', { hasText: '东陈村' }).waitFor();
        await page.locator('main button').first().click();
        await look(`${language} preview of a case`);
        await page.visit('list/waiting');
        await page.locator('[data-row] input').first().check();
        await page.locator('.bulk button').click();
        await look(`${language} preview of several`);
      } else {
        await page.visit('keep?text=zh/received');
        await page.locator('#text textarea').fill('收到，编号{{number}}。');
        await page.locator('#text form:has(textarea) button').click();
        await look(`${language} preview of a text`);
        await page.visit('keep');
        await page.locator('select[name=list]').selectOption('words');
        await page.locator('textarea[name=rows]').fill('井盖,road,4\n大喇叭,civil\n');
        await page.locator('form:has(textarea[name=rows]) button').click();
        check(await page.locator('code').count() === 2, 'two rows are shown');
        await look(`${language} preview of rows`);
      }
      await page.visit('home');
      await page.locator('footer button').click();
    }
    await page.context().close();
  });
};

// A case for somebody without a phone, to the printed receipt.
const withoutPhone = async (browser, stage) => {
  const page = await open(browser, stage, 'cadre', { javaScriptEnabled: false });
  await page.visit('new');
  await page.locator('textarea[name=words]').fill('响水河镇东陈村王大娘家的房顶漏雨');
  await page.locator('main button').first().click();
  await page.locator('main form button').click();
  await page.locator('main a[href*="letter/receipt"]').click();
  check(await page.locator('th', { hasText: '查询码' }).count() === 1, 'the receipt has a code');
  await page.setViewportSize({ width: 794, height: 1123 });
  await page.screenshot({ path: path.join(folder, 'shots', 'receipt.png') });
  await page.context().close();
};

const formOf = (page, command) => page.locator(`form:has(input[name=command][value=${command}])`);

const fill = async (page, command, words) => {
  const form = formOf(page, command);
  const details = page.locator('details', { has: form });
  if (await details.count() && !await details.evaluate((one) => one.open)) await details.locator('summary').click();
  if (words) await form.locator('textarea[name=words]').fill(words);
  return form;
};

const perform = async (page, command, words) => {
  const form = await fill(page, command, words);
  await form.locator('button').first().click();
  await page.locator('button', { hasText: '确认办理' }).click();
};

// From the text to the rating, by clicks.
const wholeCase = async (browser, stage, javaScriptEnabled, phone, words) => {
  const page = await open(browser, stage, 'cadre', { javaScriptEnabled });
  const found = (await stage.text(phone, words)).at(-1).number;
  await page.visit('home');
  await page.locator('a', { hasText: '待领' }).click();
  await page.locator(`a[href="/page/case/${found}"]`).click();
  await perform(page, 'accept');
  check(await page.locator('.answer', { hasText: '由您办理' }).count() === 1, `${found}: accepted`);
  await perform(page, 'progress', '配件已到，明天更换');
  check(await page.locator('.talk .notice', { hasText: '配件已到' }).count() === 1, `${found}: the reporter hears of progress`);
  await perform(page, 'close', '已修好');
  check(await page.locator('.answer', { hasText: '已办结' }).count() === 1, `${found}: closed`);
  await stage.say(phone, '满意，谢谢');
  await page.visit(`case/${found}`);
  check(await page.locator('h1', { hasText: '已评价' }).count() === 1, `${found}: rated`);
  await page.context().close();
};

const signIn = async (browser, stage) => {
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled, locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(`${stage.url}/`);
    await page.locator('input[name=phone]').fill(PEOPLE.cadre);
    await page.locator('main button').click();
    await page.locator('input[name=code]').fill(stage.code('cadre'));
    await page.locator('main button', { hasText: '登录' }).click();
    check(await page.locator('nav', { hasText: '甲例一' }).count() === 1, 'signs in by the form');
    await page.locator('button', { hasText: '退出' }).click();
    check(await page.locator('input[name=phone]').count() === 1, 'signs out');
    await context.close();
  }
};

// Written without a pause, killed, found again.
const drafts = async (browser, stage, number) => {
  const own = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const page = await open(own, stage, 'cadre');
  await page.visit(`case/${number}`);
  const form = await fill(page, 'progress');
  await form.locator('textarea[name=words]').pressSequentially('写到一半的话，一直没有停下来过', { delay: 200 });
  await own.close();
  await stage.restart();
  const again = await open(browser, stage, 'cadre', { javaScriptEnabled: false });
  await again.visit(`case/${number}`);
  check(await again.locator('textarea', { hasText: '写到一半的话' }).count() === 1, 'a killed browser keeps its draft');
  await again.context().close();
};

const live = async (browser, stage, number) => {
  const one = await open(browser, stage, 'cadre');
  const other = await open(browser, stage, 'leader');
  await other.visit(`case/${number}`);
  await one.visit(`case/${number}`);
  await sleep(500);
  await perform(one, 'progress', '别处也能马上看到');
  const from = Date.now();
  const seen = await other.locator('.talk', { hasText: '别处也能马上看到' }).waitFor({ timeout: 5000 }).then(() => true, () => false);
  check(seen, 'a step is seen elsewhere');
  console.log(`# seen elsewhere after ${Date.now() - from} ms`);
  await stage.restart();
  await perform(one, 'progress', '重启以后也一样').catch(async () => {
    await one.visit(`case/${number}`);
    await perform(one, 'progress', '重启以后也一样');
  });
  check(await other.locator('.talk', { hasText: '重启以后也一样' }).waitFor({ timeout: 8000 }).then(() => true, () => false),
    'nothing is missed over a restart');
  await one.context().close();
  await other.context().close();
};

const twoWriters = async (browser, stage, number) => {
  const pages = [await open(browser, stage, 'cadre'), await open(browser, stage, 'cadre', { javaScriptEnabled: false })];
  for (let i = 0; i < ROUNDS; i++) {
    const [first, second] = i % 2 ? pages : [...pages].reverse();
    await first.visit(`case/${number}`);
    await second.visit(`case/${number}`);
    const late = await fill(second, 'progress', `后写的 ${i}`);
    await perform(first, 'progress', `先写的 ${i}`);
    await late.locator('button').first().click();
    const text = await second.locator('main').innerText();
    check(text.includes(`先写的 ${i}`) && text.includes(`后写的 ${i}`) && text.includes('别人已办了一步'), `round ${i}: both texts are kept`);
  }
  for (const page of pages) await page.context().close();
};

const keys = async (browser, stage) => {
  const page = await open(browser, stage, 'cadre');
  await page.visit('list/mine');
  await page.keyboard.press('j');
  check(await page.locator('[data-row].here').count() === 1, 'j moves');
  await page.keyboard.press('Enter');
  await page.waitForURL(/case/);
  await page.keyboard.press('r');
  check(await page.evaluate(() => document.activeElement.name === 'words'), 'r goes to progress');
  await page.context().close();
};

// The clerk confirms class after class by keys alone; the row that follows is the next one.
const sorting = async (browser, stage) => {
  const texts = ['响水河镇东陈村的那个事到底咋弄', '响水河镇东陈村的手续一直没下来', '响水河镇东陈村上次说的还算不算数',
    '天坛镇北王村的那笔钱不对'];
  for (const [i, words] of texts.entries()) await stage.text(`1393456703${i}`, words);
  const page = await open(browser, stage, 'clerk');
  await page.visit('list/unsure');
  const numbers = await page.locator('[data-row] td:nth-child(2) a').allInnerTexts();
  check(numbers.length >= 3, `unsure cases to sort: ${numbers.length}`);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  for (const number of [...numbers.slice(1), numbers[0]]) {
    const chosen = await page.locator('[data-row].here td:nth-child(2) a').innerText().catch(() => 'none');
    check(chosen === number, `${number} is chosen: ${chosen}`);
    await page.keyboard.press('a');
    await page.locator(`[data-row] a[href="/page/case/${number}"]`).first().waitFor({ state: 'detached' });
  }
  check(await page.locator('[data-row]').count() === 0, 'all are sorted');
  await page.keyboard.press('/');
  await page.waitForURL(/search/);
  await page.context().close();
};

const firstPage = async (browser, stage) => {
  const page = await open(browser, stage, 'cadre');
  let octets = 0;
  for (const name of ['home', 'static/page.css', 'static/page.js'])
    octets += (await (await page.request.get(`${stage.url}/page/${name}`)).body()).length;
  console.log(`# first page with style sheet and script: ${octets} octets`);
  check(octets > 0 && octets <= FIRST_PAGE_MOST, `first page: ${octets}`);
  await page.context().close();
};

// The operator reads what the centre asked for and was not done here, and why; a leader does not.
const orders = async (browser, stage) => {
  await stage.startCentre();
  const page = await open(browser, stage, 'operator');
  for (const [language, words] of [['zh', '没有这个单位'], ['en', 'there is no such unit']]) {
    await page.visit('lines');
    check(await page.locator(`html[lang^=${language}]`).count() === 1, `orders: in ${language}`);
    check(await page.locator('td', { hasText: words }).count() === 1, `orders: why, in ${language}`);
    for (const wrong of [...await serious(page), ...await pale(page)]) check(false, `orders: ${wrong}`);
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      check(!await overflows(page), `orders: wider than ${width}`);
      await page.screenshot({ path: path.join(folder, 'shots', `orders-${language}-${width}.png`) });
    }
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.locator('footer button').click();
  }
  await page.context().close();
  const leader = await open(browser, stage, 'leader');
  await leader.visit('lines');
  check(await leader.locator('td', { hasText: '没有这个单位' }).count() === 0, 'orders: for the operator alone');
  await leader.context().close();
};

const main = async () => {
  const stage = new Stage(program);
  const began = Date.now();
  let browser;
  try {
    await stage.start();
    await stage.text('13934567001', '响水河镇东陈村的自来水停了三天了');
    const number = stage.cases()[0].number;
    await stage.text('13934567002', '响水河镇的路坏了，车过不去');
    await stage.text('13934567003', '天坛镇北王村<script>alert(1)</script>"><img src=x onerror=alert(1)>没人管');
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    const steps = {
      signIn: () => signIn(browser, stage),
      eachPage: () => eachPage(browser, stage, number),
      inEnglish: () => inEnglish(browser, stage, number),
      wrongAndPreviews: () => wrongAndPreviews(browser, stage, number),
      withoutPhone: () => withoutPhone(browser, stage),
      firstPage: () => firstPage(browser, stage),
      withScript: () => wholeCase(browser, stage, true, '13934567011', '响水河镇东陈村的路灯坏了半个月没人修'),
      withoutScript: () => wholeCase(browser, stage, false, '13934567012', '响水河镇东陈村的桥栏杆断了'),
      accept: async () => {
        const page = await open(browser, stage, 'cadre');
        await page.visit(`case/${number}`);
        await perform(page, 'accept');
        await page.context().close();
      },
      keys: () => keys(browser, stage),
      sorting: () => sorting(browser, stage),
      drafts: () => drafts(browser, stage, number),
      live: () => live(browser, stage, number),
      twoWriters: () => twoWriters(browser, stage, number),
      orders: () => orders(browser, stage),
    };
    const only = (process.env.PAGE_STEPS || '').split(',').filter(Boolean);
    for (const [name, step] of Object.entries(steps).filter(([one]) => only.length === 0 || only.includes(one))) {
      const at = Date.now();
      await step();
      console.log(`ok ${name} # ${((Date.now() - at) / 1000).toFixed(1)} s`);
    }
  } catch (error) {
    check(false, error.stack);
  }
  if (browser) await browser.close();
  stage.end();
  console.log(`${done} checks, ${failures} wrong, ${((Date.now() - began) / 1000).toFixed(0)} s`);
  process.exit(failures ? 1 : 0);
};

main();
