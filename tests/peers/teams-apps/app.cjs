// Checks the token of every card action, acknowledges it and does nothing else. Prints its port when it listens.
const http = require("node:http");
const { App, ExpressAdapter } = require("@microsoft/teams.apps");
const { withOverrides, PUBLIC } = require("@microsoft/teams.api");

const quiet = { debug() {}, info() {}, log() {}, warn() {}, error: console.error, child: () => quiet };
const server = http.createServer();
const app = new App({
  clientId: process.env.CLIENT_ID,
  tenantId: process.env.TENANT_ID,
  token: async () => "none",
  logger: quiet,
  // The keys are fetched from there; the other addresses are never called but must not be of the network.
  cloud: withOverrides(PUBLIC, {
    openIdMetadataUrl: process.env.KEYS,
    tokenServiceUrl: "http://127.0.0.1:9",
    loginEndpoint: "http://127.0.0.1:9",
  }),
  httpServerAdapter: new ExpressAdapter(server),
});
app.on("card.action", async () => ({
  statusCode: 200,
  type: "application/vnd.microsoft.activity.message",
  value: "Received",
}));
app.initialize().then(() =>
  server.listen(0, "127.0.0.1", () => console.log(server.address().port))
);
