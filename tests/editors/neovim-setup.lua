-- What setup{} makes of what was configured before it, case by case. Says so as JSON, in the file that
-- GOPLENS_TEST_VERDICT names.

vim.opt.runtimepath:prepend(vim.env.GOPLENS_TEST_PLUGIN)
local GOPLENS = vim.env.GOPLENS_TEST_GOPLENS
local GOPLS = vim.env.GOPLENS_GOPLS

local function start() end

-- Each: what is configured before, what setup{} is given, and what is to come of it.
local CASES = {
  ['nothing'] = {
    given = { path = GOPLENS },
    cmd = { GOPLENS },
    root_markers = { 'go.work', 'go.mod', '.git' },
  },
  ['there is no goplens'] = {
    given = { path = '/nowhere/goplens' },
    cmd = { 'gopls' },
    root_markers = { 'go.work', 'go.mod', '.git' },
  },
  ['nvim-lspconfig'] = {
    before = { cmd = { 'gopls' }, filetypes = { 'go' }, root_dir = start },
    given = { path = GOPLENS },
    cmd = { GOPLENS },
    filetypes = { 'go' },
  },
  ['arguments'] = {
    before = { cmd = { 'gopls', '-remote=auto' }, root_markers = { 'go.mod' } },
    given = { path = GOPLENS },
    cmd = { GOPLENS, '-remote=auto' },
    root_markers = { 'go.mod' },
  },
  ['a gopls of its own'] = {
    before = { cmd = { GOPLS }, root_markers = { 'go.mod' } },
    given = { path = GOPLENS },
    cmd = { GOPLENS },
    gopls = GOPLS,
    root_markers = { 'go.mod' },
  },
  ['set up already'] = {
    before = { cmd = { GOPLENS, '-rpc.trace' }, cmd_env = { GOPLENS_GOPLS = GOPLS }, root_markers = { 'go.mod' } },
    given = { path = GOPLENS },
    cmd = { GOPLENS, '-rpc.trace' },
    gopls = GOPLS,
    root_markers = { 'go.mod' },
  },
  ['a function'] = {
    before = { cmd = start, root_markers = { 'go.mod' } },
    given = { path = GOPLENS },
    cmd = start,
    root_markers = { 'go.mod' },
  },
  ['not enabled'] = {
    given = { path = GOPLENS, enable = false },
    cmd = { GOPLENS },
    root_markers = { 'go.work', 'go.mod', '.git' },
    disabled = true,
  },
}

local function check(case)
  vim.lsp.config.gopls = case.before or {}
  vim.lsp.enable('gopls', false)
  require('goplens').setup(case.given)
  local config = vim.lsp.config.gopls
  assert(vim.deep_equal(config.cmd, case.cmd), 'cmd ' .. vim.inspect(config.cmd))
  assert(vim.deep_equal(config.root_markers, case.root_markers), 'root_markers ' .. vim.inspect(config.root_markers))
  assert(config.root_dir == (case.before or {}).root_dir, 'root_dir')
  local filetypes = case.filetypes or { 'go', 'gomod', 'gowork', 'gotmpl' }
  assert(vim.deep_equal(config.filetypes, filetypes), 'filetypes ' .. vim.inspect(config.filetypes))
  assert((config.cmd_env or {}).GOPLENS_GOPLS == case.gopls, 'cmd_env ' .. vim.inspect(config.cmd_env))
  assert(vim.lsp.is_enabled('gopls') == not case.disabled, 'enabled')
  assert(require('goplens').status() == '', 'a status without a session')
end

-- What its page says to write without the plugin.
local function by_hand()
  vim.lsp.config.gopls = {}
  vim.lsp.enable('gopls', false)
  local page = io.open(vim.env.GOPLENS_TEST_PAGES .. '/neovim.md'):read('a')
  assert(loadstring(vim.iter(page:gmatch('```lua\n(.-)```')):nth(2)))()
  local config = vim.lsp.config.gopls
  assert(vim.uv.fs_realpath(config.cmd[1]) == vim.uv.fs_realpath(GOPLENS), vim.inspect(config))
  assert(vim.lsp.is_enabled('gopls') and config.filetypes and config.root_markers, vim.inspect(config))
end

local wrong, right = {}, {}
for name, case in pairs(CASES) do
  local ok, trouble = pcall(check, case)
  table.insert(ok and right or wrong, ok and name or (name .. ': ' .. trouble))
end
local ok, trouble = pcall(by_hand)
table.insert(ok and right or wrong, ok and 'by hand' or ('by hand: ' .. trouble))
vim.fn.writefile({ vim.json.encode({ wrong = wrong, right = #right }) }, vim.env.GOPLENS_TEST_VERDICT)
vim.cmd('qall!')
