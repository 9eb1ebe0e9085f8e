--- Puts goplens in front of gopls in Neovim's own client, and reads what goplens writes down of the session.
---
--- Nothing here stands in the path of a message: the client starts goplens as it would start gopls, and all
--- else reads the session folder or runs a command of goplens's.
local M = {}

--- The client that is set up, under the name that nvim-lspconfig and Neovim's own examples give it.
M.CLIENT = 'gopls'

--- What a configuration needs to start by itself, where none (such as nvim-lspconfig's) has it already.
local DEFAULTS = {
  filetypes = { 'go', 'gomod', 'gowork', 'gotmpl' },
  root_markers = { 'go.work', 'go.mod', '.git' },
}

--- @class goplens.Options
--- @field path? string goplens, where it is not on PATH under that name
--- @field enable? boolean whether the client is started for Go files; true where nothing else is said

--- @type goplens.Options
local options = {}

--- The path of goplens; nil where it cannot be run.
--- @return string?
function M.program()
  local found = vim.fn.exepath(vim.fn.expand(options.path or 'goplens'))
  return found ~= '' and found or nil
end

--- The configuration of the client, as Neovim puts it together from all that were given.
--- @return vim.lsp.Config
function M.config()
  -- Without any configuration Neovim would write a warning into its log.
  vim.lsp.config(M.CLIENT, {})
  return vim.lsp.config[M.CLIENT]
end

--- The command with goplens as its first word, and the gopls that it named before, where that was one by its path.
--- @param goplens string
--- @param cmd string[]
--- @return vim.lsp.Config
local function in_front(goplens, cmd)
  local gopls = vim.fn.exepath(cmd[1])
  local config = { cmd = vim.list_extend({ goplens }, cmd, 2) }
  if vim.fs.basename(cmd[1]) ~= cmd[1] and gopls ~= '' and gopls ~= goplens then
    config.cmd_env = { GOPLENS_GOPLS = gopls }
  end
  return config
end

--- Has the client `gopls` start goplens, where that can be run, and leaves gopls alone where it cannot. To be
--- called after what else configures that client.
--- @param given? goplens.Options
function M.setup(given)
  assert(vim.fn.has('nvim-0.11') == 1, 'goplens needs Neovim 0.11 or later')
  options = given or {}
  local known = M.config()
  local config = { cmd = known.cmd or { 'gopls' } }
  for name, value in pairs(DEFAULTS) do
    if known[name] == nil and not (name == 'root_markers' and known.root_dir) then
      config[name] = value
    end
  end
  local goplens = M.program()
  -- What a function starts, only that function knows.
  if goplens and type(config.cmd) == 'table' then
    config = vim.tbl_extend('force', config, in_front(goplens, config.cmd))
  end
  vim.lsp.config(M.CLIENT, config)
  if options.enable ~= false then
    vim.lsp.enable(M.CLIENT)
  end
  vim.api.nvim_create_autocmd('DiagnosticChanged', {
    group = vim.api.nvim_create_augroup('goplens', {}),
    desc = 'The statusline shows the worst finding',
    callback = function()
      vim.cmd.redrawstatus()
    end,
  })
end

--- For a statusline: the gopls of this buffer and its worst finding; empty where no session of goplens has the
--- buffer. `%{v:lua.require'goplens'.status()}`
--- @return string
function M.status()
  local session = require('goplens.session').of_buffer(0)
  if not session then
    return ''
  end
  local gopls = vim.trim('gopls ' .. (session:info().gopls or ''))
  local findings = session:findings()
  if #findings == 0 then
    return gopls
  end
  local others = #findings > 1 and (' +%d'):format(#findings - 1) or ''
  return ('%s: %s%s'):format(gopls, findings[1].code, others)
end

return M
