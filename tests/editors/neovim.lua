-- A session of Neovim with the plugin, as its init.lua: a definition that is found, one that is not, and what the
-- user then sees. It says so as JSON, in the file that GOPLENS_TEST_VERDICT names.

vim.opt.runtimepath:prepend(vim.env.GOPLENS_TEST_PLUGIN)

-- What its page says to write into init.lua. The second of its blocks is for Neovim without the plugin.
local page = io.open(vim.env.GOPLENS_TEST_PAGES .. '/neovim.md'):read('a')
local blocks = vim.iter(page:gmatch('```lua\n(.-)```')):totable()
for _, number in ipairs({ 1, 3 }) do
  assert(loadstring(blocks[number]))()
end

local PATIENCE = 60000
local verdict = { notified = {} }

local function fail(words)
  error(words .. '\n' .. vim.inspect(verdict))
end

local function until_is(what, condition)
  if not vim.wait(PATIENCE, condition, 20) then
    fail('never: ' .. what)
  end
end

local notify = vim.notify
vim.notify = function(text, ...)
  table.insert(verdict.notified, text)
  return notify(text, ...)
end

-- The text of the buffer that the newest window shows.
local function shown()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n')
end

local function at(file, word)
  vim.cmd.edit(file)
  vim.fn.cursor(1, 1)
  if vim.fn.search(word) == 0 then
    fail(file .. ' has no ' .. word)
  end
  until_is('a client', function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'gopls' })[1]
    return client and client.initialized
  end)
end

local function findings()
  return vim.tbl_filter(function(diagnostic)
    return diagnostic.source == 'goplens'
  end, vim.diagnostic.get())
end

local function healthy()
  at('main.go', 'Hello')
  vim.lsp.buf.definition()
  until_is('a jump', function()
    return vim.fn.expand('%:t') == 'greet.go'
  end)
  verdict.definition = ('%s:%d'):format(vim.fn.expand('%:t'), vim.fn.line('.'))
  verdict.found_while_healthy = #findings()
  verdict.status_while_healthy = require('goplens').status()
end

local function faulty()
  at('greet/loud.go', 'Hello')
  vim.lsp.buf.definition()
  until_is('a finding', function()
    return #findings() > 0
  end)
  until_is('a status', function()
    verdict.status = require('goplens').status()
    return verdict.status:find(': ')
  end)
  verdict.statusline = vim.api.nvim_eval_statusline(vim.o.statusline, {}).str
  local found = findings()[1]
  verdict.diagnostic = {
    code = found.code,
    file = vim.fs.basename(vim.api.nvim_buf_get_name(found.bufnr)),
    line = found.lnum + 1,
    word = vim.api.nvim_buf_get_text(found.bufnr, found.lnum, found.col, found.end_lnum, found.end_col, {})[1],
  }
  local float = vim.diagnostic.open_float({ scope = 'line' })
  verdict.float = table.concat(vim.api.nvim_buf_get_lines(float, 0, -1, true), '\n')
  vim.diagnostic.setqflist()
  verdict.list = vim.tbl_map(function(entry)
    return entry.text
  end, vim.fn.getqflist())
  vim.cmd.cclose()
end

local function commands()
  vim.cmd('Goplens findings')
  verdict.findings = vim.fn.getline(1, '$')
  vim.cmd('cclose | Goplens explain')
  verdict.page = vim.fn.getline(1)
  vim.cmd('bwipeout | Goplens session')
  verdict.session = shown()
  vim.cmd('bwipeout | Goplens tail method:textDocument/definition')
  until_is('a trace', function()
    verdict.tail = shown()
    return verdict.tail:find('loud.go')
  end)
  vim.cmd('bwipeout! | Goplens doctor --offline')
  until_is('a diagnosis', function()
    verdict.doctor = shown()
    return verdict.doctor:find('Process exited')
  end)
  vim.cmd('bwipeout! | Goplens nonsense')
  verdict.completed = {
    verbs = vim.fn.getcompletion('Goplens ', 'cmdline'),
    codes = vim.fn.getcompletion('Goplens explain excluded', 'cmdline'),
  }
  vim.cmd('checkhealth goplens')
  verdict.health = shown()
end

vim.schedule(function()
  local ok, trouble = pcall(function()
    healthy()
    faulty()
    commands()
  end)
  verdict.trouble = not ok and trouble or nil
  vim.fn.writefile({ vim.json.encode(verdict) }, vim.env.GOPLENS_TEST_VERDICT)
  vim.cmd('qall!')
end)
