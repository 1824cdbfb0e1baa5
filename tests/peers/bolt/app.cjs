// Acknowledges every click and does nothing else. Prints its port when it listens.
const { App, LogLevel } = require("@slack/bolt");

const app = new App({
  signingSecret: process.env.SIGNING_SECRET,
  // Without it each request would cost a call of auth.test.
  authorize: async () => ({ botToken: "xoxb-none", botId: "B1", botUserId: "U1" }),
  logLevel: LogLevel.ERROR,
});
app.action(/.*/, async ({ ack }) => ack());
app.start({ port: 0, host: "127.0.0.1" }).then((server) => console.log(server.address().port));
