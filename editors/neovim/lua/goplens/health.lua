--- `:checkhealth goplens`: whether goplens stands in front of gopls, and where its session is.
local M = {}

local health = vim.health

--- What a command says in its first line; nil where it fails.
--- @param cmd string[]
--- @param environment? table<string, string>
--- @return string?
local function first_line(cmd, environment)
  local ok, process = pcall(vim.system, cmd, { text = true, env = environment, timeout = 10000 })
  local said = ok and process:wait()
  return said and said.code == 0 and vim.split(said.stdout, '\n')[1] or nil
end

--- @param goplens string
--- @param config vim.lsp.Config
local function command(goplens, config)
  local cmd = config.cmd
  if type(cmd) ~= 'table' then
    health.warn('The client gopls is started by a function, which goplens leaves alone', {
      'Have it start ' .. goplens .. ' instead of gopls',
    })
  elseif vim.fn.exepath(cmd[1]) ~= goplens then
    health.warn('The client gopls starts ' .. tostring(cmd[1]) .. ', and not goplens', {
      'Call require("goplens").setup{} after what else sets the command of gopls',
    })
  else
    health.ok('The client gopls starts ' .. table.concat(cmd, ' '))
  end
  if not vim.lsp.is_enabled(require('goplens').CLIENT) then
    health.warn('The client gopls is not enabled', { 'vim.lsp.enable("gopls")' })
  end
end

--- @param client vim.lsp.Client
local function session(client)
  local found = require('goplens.session').of_client(client)
  if not found then
    health.warn(('Client %d of %s has no session of goplens'):format(client.id, tostring(client.root_dir)), {
      'A client that was started before goplens was set up keeps its server: restart Neovim',
    })
    return
  end
  health.ok(('Client %d is recorded in %s'):format(client.id, found.folder))
  for _, finding in ipairs(found:findings()) do
    health.warn(finding.code .. ': ' .. finding.title, { ':Goplens explain ' .. finding.code })
  end
end

function M.check()
  health.start('goplens')
  local goplens = require('goplens').program()
  local version = goplens and first_line({ goplens, '--version' })
  if not goplens or not version then
    health.warn('goplens cannot be run, so gopls is used as it is', {
      'Put it on PATH, or give its path: require("goplens").setup{ path = "..." }',
    })
    return
  end
  health.ok(version .. ' is ' .. goplens)
  local config = require('goplens').config()
  command(goplens, config)
  local gopls = first_line({ goplens, 'version' }, config.cmd_env)
  if gopls then
    health.ok('The gopls behind it is ' .. gopls)
  else
    health.error('There is no gopls behind it', { goplens .. ' doctor' })
  end
  local clients = vim.lsp.get_clients({ name = require('goplens').CLIENT })
  if #clients == 0 then
    health.info('No client runs; open a Go file to see its session')
  end
  vim.iter(clients):each(session)
end

return M
