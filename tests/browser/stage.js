// The real program with the sample county on an emulated modem, for page.js.
'use strict';
const { execFileSync, spawn } = require('child_process');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');

const PEOPLE = {
  cadre: '13900000010', leader: '13900000004', supervisor: '13900000005', clerk: '13900000020', operator: '13900000021',
};

const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

const freePort = () => new Promise((resolve) => {
  const server = net.createServer();
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

class Stage {
  constructor(program) {
    this.program = program;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xiangyin-browser-'));
    this.children = [];
    this.config = path.join(this.folder, 'xiangyin.conf');
  }

  run(...words) {
    return execFileSync(this.program, [...words, '-c', this.config], { cwd: this.folder, encoding: 'utf8' });
  }

  spawn(log, ...words) {
    const out = fs.openSync(path.join(this.folder, log), 'a');
    const child = spawn(this.program, words, { cwd: this.folder, stdio: ['ignore', out, out] });
    this.children.push(child);
    return child;
  }

  async until(log, word) {
    for (let i = 0; i < 200; i++) {
      const file = path.join(this.folder, log);
      if (fs.existsSync(file) && fs.readFileSync(file, 'utf8').includes(word)) return;
      await sleep(50);
    }
    throw new Error(`${log} never said ${word}`);
  }

  async start() {
    const sample = path.join(__dirname, '../../gateway/demo');
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    for (const name of ['units.csv', 'aliases.csv', 'people.csv'])
      fs.copyFileSync(path.join(sample, name), path.join(this.folder, name));
    fs.appendFileSync(path.join(this.folder, 'people.csv'),
      `${PEOPLE.clerk},录音员,接听员,clerk,141027,zh\n${PEOPLE.operator},操作员,值守,operator,141027,zh\n`);
    // the sample may or may not have a page of its own
    const plain = fs.readFileSync(path.join(sample, 'xiangyin.conf'), 'utf8').split('\n')
      .filter((line) => !/^(http|page)\b/.test(line)).join('\n');
    fs.writeFileSync(this.config, `${plain}\nhttp { listen = "127.0.0.1:${port}" }\npage { }\n`);
    this.spawn('emulator.log', 'emulator', path.join(this.folder, 'modem'), '--log', path.join(this.folder, 'wire.log'));
    await this.until('emulator.log', 'ready');
    this.run('import', 'units', 'units.csv', '--aliases', 'aliases.csv');
    this.run('import', 'people', 'people.csv');
    await this.startGateway();
  }

  async startGateway() {
    fs.rmSync(path.join(this.folder, 'gateway.log'), { force: true });
    this.gateway = this.spawn('gateway.log', 'run', '-c', this.config);
    await this.until('gateway.log', 'ready');
  }

  // A centre of the province, and this county linked to it; its operator reads what the centre asked for in vain.
  async startCentre() {
    const port = await freePort();
    const config = path.join(this.folder, 'centre.conf');
    const centre = (...words) => execFileSync(this.program, ['centre', ...words, '-c', config], { cwd: this.folder, encoding: 'utf8' });
    fs.writeFileSync(config, `store { url = "sqlite:${this.folder}/centre.db" }\nhttp { listen = "127.0.0.1:${port}" }\n`);
    process.env.CENTRE_TOKEN = centre('add', '141027', '浮山县').trim();
    this.run('centre', 'key');
    fs.appendFileSync(this.config, `centre { url = "http://127.0.0.1:${port}" token = "env:CENTRE_TOKEN" }\n`);
    this.spawn('centre.log', 'centre', 'run', '-c', config);
    await this.restart();
    centre('order', '141027', 'unit', '{"code":"1","name":"水利局","level":"department","parent":"9"}');
    for (let i = 0; i < 100 && !centre('orders', '141027').match(/there is no such unit|没有这个单位/); i++) await sleep(100);
  }

  // Browsers that follow the page find nobody meanwhile, and some moments after.
  async restart() {
    this.isAway = true;
    setTimeout(() => { this.isAway = false; }, 15000).unref();
    const ended = new Promise((resolve) => { this.gateway.once('exit', resolve); });
    this.gateway.kill('SIGTERM');
    await ended;
    await this.startGateway();
  }

  // A villager's text; waits until the gateway has it.
  async text(phone, words) {
    const before = this.cases().length;
    const child = spawn(this.program, ['phone', phone, '--device', 'modem'], { cwd: this.folder, stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.write(`${words}\n`);
    await sleep(900);
    child.stdin.end();
    child.kill('SIGTERM');
    for (let i = 0; i < 60 && this.cases().length === before; i++) await sleep(100);
    return this.cases();
  }

  async say(phone, words) {
    const child = spawn(this.program, ['phone', phone, '--device', 'modem'], { cwd: this.folder, stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.write(`${words}\n`);
    await sleep(1500);
    child.stdin.end();
    child.kill('SIGTERM');
  }

  cases() {
    return this.run('case', 'list', '--json').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  link(role) {
    return this.run('page', 'link', PEOPLE[role]).trim();
  }

  code(role) {
    return execFileSync(this.program, ['page', 'code', PEOPLE[role], '-c', this.config],
      { cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  }

  end() {
    for (const child of this.children) child.kill('SIGTERM');
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

module.exports = { Stage, PEOPLE, sleep };
