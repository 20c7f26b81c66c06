// Node-RED as it comes, without its editor: nothing listens, nothing is fetched, nothing is sent.
module.exports = {
  flowFile: "flows.json",
  credentialSecret: false,
  httpAdminRoot: false,
  httpNodeRoot: false,
  uiHost: "127.0.0.1",
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { autoInstall: false, palette: { allowInstall: false }, modules: { allowInstall: false } },
  functionExternalModules: false,
  logging: { console: { level: "warn", metrics: false, audit: false } },
};
