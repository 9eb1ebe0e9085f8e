--- What `:Goplens` can do.
local M = {}

--- By the name of its first argument, given the others.
--- @type table<string, fun(arguments: string[])>
local verbs = {}

--- How an entry of the quickfix list shows a severity.
local TYPES = { error = 'E', warning = 'W', info = 'I', hint = 'N' }

--- @param text string
local function say(text)
  vim.notify('goplens: ' .. text, vim.log.levels.WARN)
end

--- goplens with these arguments; nil, and a word why, where it cannot be run.
--- @param arguments string[]
--- @return string[]?
local function command(arguments)
  local program = require('goplens').program()
  if not program then
    say('it is not on PATH; give its path: require("goplens").setup{ path = "..." }')
    return
  end
  return vim.list_extend({ program }, arguments)
end

--- The environment that the client has beside Neovim's own: there the state directory may be set, or gopls.
--- @return table<string, string>
local function environment()
  return require('goplens').config().cmd_env or vim.empty_dict()
end

--- Runs goplens in a terminal below the window.
--- @param arguments string[]
local function terminal(arguments)
  local cmd = command(arguments)
  if cmd then
    vim.cmd('botright new')
    vim.bo.bufhidden = 'wipe'
    vim.fn.jobstart(cmd, { term = true, env = environment() })
  end
end

--- The folder that the client has of this buffer's module, else the one that Neovim is in.
--- @return string
local function folder()
  local client = vim.lsp.get_clients({ bufnr = 0, name = require('goplens').CLIENT })[1]
  return client and client.root_dir or vim.fn.getcwd()
end

--- The code of goplens's diagnostic that is nearest to the cursor, in its line or else in the buffer.
--- @return string?
local function code_here()
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  local nearest
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    local distance = math.abs(diagnostic.lnum - line)
    if diagnostic.source == 'goplens' and not (nearest and nearest.distance <= distance) then
      nearest = { distance = distance, code = diagnostic.code }
    end
  end
  return nearest and tostring(nearest.code)
end

--- Examines the machine, and the module that this buffer is of.
--- @param arguments string[] more for `goplens doctor`, such as `--offline`
function verbs.doctor(arguments)
  local whole = vim.list_extend({ 'doctor' }, arguments)
  terminal(vim.list_extend(whole, { folder() }))
end

--- The messages of this session, while they go by; without one, of the newest on this machine.
--- @param arguments string[] a filter, such as `outcome:null`
function verbs.tail(arguments)
  local session = require('goplens.session').current()
  local which = session and { '--session', vim.fs.basename(session.folder) } or {}
  terminal(vim.iter({ 'tail', which, arguments }):flatten():totable())
end

--- Lists what was found and still holds.
function verbs.findings()
  local session = require('goplens.session').current()
  if not session then
    return say('no session of goplens has this buffer')
  end
  local items = vim.tbl_map(function(finding)
    local start = finding.range and finding.range.start or { line = 0, character = 0 }
    return {
      filename = finding.uri and vim.uri_to_fname(finding.uri),
      lnum = finding.uri and start.line + 1,
      -- In the encoding of the session; a column that is one off still leads to the name.
      col = finding.uri and start.character + 1,
      type = TYPES[finding.severity],
      text = ('%s: %s'):format(finding.code, finding.title),
      valid = finding.uri ~= nil,
    }
  end, session:findings())
  vim.fn.setqflist({}, ' ', { title = 'goplens findings', items = items })
  if #items == 0 then
    return say('nothing was found')
  end
  vim.cmd('botright copen')
end

--- Shows the page of a finding.
--- @param arguments string[] its code, else that of the nearest diagnostic
function verbs.explain(arguments)
  local code = arguments[1] or code_here()
  if not code then
    return say('no finding is shown in this buffer; name one: :Goplens explain CODE')
  end
  local cmd = command({ 'explain', code })
  local said = cmd and vim.system(cmd, { text = true }):wait()
  if not said then
    return
  elseif said.code ~= 0 then
    return say(vim.trim(said.stderr))
  end
  vim.cmd('botright new')
  vim.api.nvim_buf_set_lines(0, 0, -1, true, vim.split(vim.trim(said.stdout), '\n'))
  vim.bo.buftype = 'nofile'
  vim.bo.bufhidden = 'wipe'
  vim.bo.modifiable = false
  vim.bo.filetype = 'markdown'
end

--- Opens the folder that has the trace of this session.
function verbs.session()
  local session = require('goplens.session').current()
  if not session then
    return say('no session of goplens has this buffer')
  end
  vim.cmd.split(vim.fn.fnameescape(session.folder))
end

--- Does what the words after `:Goplens` say.
--- @param words string[]
function M.run(words)
  local verb = verbs[words[1]]
  if not verb then
    return say('there is no :Goplens ' .. words[1])
  end
  verb(vim.list_slice(words, 2))
end

--- The words that may stand where the cursor is in a command line.
--- @param lead string
--- @param line string
--- @return string[]
function M.complete(lead, line)
  local words = {}
  local verb = line:match('^%s*%S+%s+(%S+)%s')
  if not verb then
    words = vim.tbl_keys(verbs)
    table.sort(words)
  elseif verb == 'doctor' then
    words = { '--offline' }
  elseif verb == 'explain' then
    local cmd = command({ 'explain' })
    local said = cmd and vim.system(cmd, { text = true }):wait()
    words = said and vim.tbl_map(function(row)
      return row:match('^%S+')
    end, vim.split(vim.trim(said.stdout), '\n')) or {}
  end
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

return M
