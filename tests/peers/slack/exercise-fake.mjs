// Slack's own client packages against the fake workspace of the tests: what these do not understand, Slack never sends.
// Usage: node exercise-fake.mjs API_URL BOT_TOKEN APP_TOKEN. Writes one JSON line for each thing that was found out.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { WebClient } = require('@slack/web-api');
const { SocketModeClient } = require('@slack/socket-mode');

const [slackApiUrl, botToken, appToken] = process.argv.slice(2);
const tell = (what, value) => console.log(JSON.stringify({ what, value }));
const quiet = { setLevel() {}, getLevel: () => 'error', setName() {}, debug() {}, info() {}, warn() {}, error() {} };
const web = new WebClient(botToken, { slackApiUrl, retryConfig: { retries: 1, factor: 1 }, logger: quiet });
const errorOf = async (call) => {
  try {
    await call();
    return 'none';
  } catch (error) {
    return error.data?.error ?? error.code ?? String(error);
  }
};

tell('team', (await web.auth.test()).team_id);
const { channel } = await web.conversations.create({ name: 'made-by-web-api', is_private: false });
tell('taken', await errorOf(() => web.conversations.create({ name: 'made-by-web-api' })));
await web.conversations.setTopic({ channel: channel.id, topic: 'A topic' });
await web.conversations.invite({ channel: channel.id, users: 'U0ANA,U0MARCO' });
const posted = await web.chat.postMessage({
  channel: channel.id,
  text: 'Hello',
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Hello' } }],
  metadata: { event_type: 'escalationcollab_effect', event_payload: { effect_id: '7/slack' } },
});
await web.chat.update({ channel: channel.id, ts: posted.ts, text: 'Changed' });
await web.pins.add({ channel: channel.id, timestamp: posted.ts });
const history = await web.conversations.history({ channel: channel.id, include_all_metadata: true });
tell('effect', history.messages[0].metadata.event_payload.effect_id);
const names = [];
for await (const page of web.paginate('conversations.list', { types: 'public_channel' }))
  names.push(...page.channels.map((each) => each.name));
tell('channels', names.filter((name) => name === 'made-by-web-api').length);
tell('locale', (await web.users.info({ user: 'U0ANA', include_locale: true })).user.locale);
tell('nobody', await errorOf(() => web.users.lookupByEmail({ email: 'nobody@harbor.example' })));
tell('trigger', await errorOf(() => web.views.open({ trigger_id: 'expired', view: { type: 'modal' } })));
// The test has made the next call of this method wait a second: the client does so by itself, and then it works.
const start = Date.now();
await web.bookmarks.list({ channel_id: channel.id });
tell('waited', Date.now() - start >= 1000);

const socket = new SocketModeClient({ appToken, clientOptions: { slackApiUrl }, logger: quiet });
let connections = 0;
socket.on('connected', () => tell('connected', ++connections));
socket.on('slash_commands', async ({ body, ack }) => {
  await ack({ text: `${body.command} ${body.text}` });
  tell('command', body.text);
});
await socket.start();
// The test closes the standard input when it has seen enough.
process.stdin.resume();
process.stdin.on('end', async () => {
  await socket.disconnect();
  process.exit(0);
});
