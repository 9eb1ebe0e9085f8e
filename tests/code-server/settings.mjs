// The settings of the user, in a file as users have them.

/** What keeps the editor from asking, telling and fetching, and what a picture does not need. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  // Where many ports are opened on this machine, VS Code would write a setting about them into this file.
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  // A canvas has no text that could be read off the page.
  'terminal.integrated.gpuAcceleration': 'off',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** The text of `settings.json`: with comments and a comma too many, and without a word on gopls. */
export function settings() {
  const lines = Object.entries(SETTINGS).map(([name, value]) => `\t"${name}": ${JSON.stringify(value)},`);
  return ['// How I like it.', '{', '\t/* Quiet, and', '\t   plain. */', ...lines, '\t// Nothing yet for Go.', '}', ''].join('\n');
}
