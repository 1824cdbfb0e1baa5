// Microsoft's own opinion of tokens. Reads {metadata, appId, cases: [{name, authorization, activity}]} from standard
// input and writes {name: accepted} to standard output.
const { ChannelValidation, SimpleCredentialProvider } = require('botframework-connector');

const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk));
process.stdin.on('end', async () => {
  const { metadata, appId, cases } = JSON.parse(Buffer.concat(chunks));
  ChannelValidation.OpenIdMetadataEndpoint = metadata;
  const credentials = new SimpleCredentialProvider(appId, '');
  // It says on standard error why it refuses; only the verdict is of interest here.
  console.error = () => {};
  const verdicts = {};
  for (const { name, authorization, activity } of cases) {
    try {
      const identity = await ChannelValidation.authenticateChannelTokenWithServiceUrl(
        authorization ?? '', credentials, activity.serviceUrl, activity.channelId);
      verdicts[name] = identity.isAuthenticated;
    } catch {
      verdicts[name] = false;
    }
  }
  process.stdout.write(JSON.stringify(verdicts));
  process.exit(0);
});
