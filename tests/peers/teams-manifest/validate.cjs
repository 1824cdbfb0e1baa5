// Validates an app manifest with Microsoft's own schema, offline. Prints what is wrong, one a line; nothing when all is well.
const { AppManifestUtils } = require('@microsoft/app-manifest');

AppManifestUtils.readAndValidateTeamsManifest(process.argv[2]).then(
  ([, problems]) => process.stdout.write(problems.join('\n')),
  (error) => {
    process.stderr.write(String(error));
    process.exit(1);
  });
