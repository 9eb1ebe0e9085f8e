--- The folder that goplens keeps of a session, read. The format is in docs/trace.md.
local M = {}

--- The worst first.
local SEVERITIES = { error = 1, warning = 2, info = 3, hint = 4 }

--- @class goplens.Finding
--- @field code string
--- @field severity 'error'|'warning'|'info'|'hint'
--- @field title string
--- @field subject string
--- @field uri? string
--- @field range? lsp.Range
--- @field quiet? boolean

--- @class goplens.Session
--- @field folder string
--- @field private read table<string, { stamp: string, value: any }>
local Session = {}
Session.__index = Session

--- The value that `parse` makes of the text of a file of the session, which is read again when it has changed.
--- @private
--- @generic T
--- @param name string
--- @param parse fun(text: string): T
--- @return T
function Session:file(name, parse)
  local path = vim.fs.joinpath(self.folder, name)
  local stat = vim.uv.fs_stat(path)
  local stamp = stat and ('%d %d %d %d'):format(stat.ino, stat.size, stat.mtime.sec, stat.mtime.nsec) or ''
  local last = self.read[name]
  if not last or last.stamp ~= stamp then
    local file = stat and io.open(path, 'rb')
    local text = file and file:read('a') or ''
    if file then
      file:close()
    end
    last = { stamp = stamp, value = parse(text) }
    self.read[name] = last
  end
  return last.value
end

--- @param text string
--- @return table?
local function decoded(text)
  local ok, value = pcall(vim.json.decode, text, { luanil = { object = true, array = true } })
  return ok and type(value) == 'table' and value or nil
end

--- `session.json`; empty where it is not there.
--- @return table
function Session:info()
  return self:file('session.json', function(text)
    return decoded(text) or {}
  end)
end

--- The findings that hold now and are shown in the editor, the worst first.
--- @return goplens.Finding[]
function Session:findings()
  return self:file('findings.jsonl', function(text)
    local order, holds = {}, {}
    for line in vim.gsplit(text, '\n', { plain = true, trimempty = true }) do
      -- The last line may be half written.
      local entry = decoded(line)
      local finding = entry and entry.finding
      if finding then
        local key = table.concat({ finding.code, finding.subject, finding.uri or '' }, '\n')
        if not vim.list_contains(order, key) then
          order[#order + 1] = key
        end
        holds[key] = entry.event == 'finding' and not finding.quiet and finding or nil
      end
    end
    local findings = {}
    for severity = 1, vim.tbl_count(SEVERITIES) do
      for _, key in ipairs(order) do
        local finding = holds[key]
        if finding and SEVERITIES[finding.severity] == severity then
          findings[#findings + 1] = finding
        end
      end
    end
    return findings
  end)
end

--- Where goplens keeps its sessions, for a client with this environment of its own.
--- @param environment? table<string, string>
--- @return string
local function sessions(environment)
  local function variable(name)
    local value = (environment or {})[name] or vim.env[name]
    return value ~= '' and value or nil
  end
  local state = variable('GOPLENS_STATE')
    or vim.fs.joinpath(variable('XDG_STATE_HOME') or vim.fs.normalize('~/.local/state'), 'goplens')
  return vim.fs.joinpath(state, 'sessions')
end

--- How long to wait before looking again for the session of a client, in milliseconds: a statusline asks often.
local PAUSE = 1000

--- The sessions that were found, by the ids of their clients.
--- @type table<integer, goplens.Session>
local found = {}

--- When a session was looked for in vain.
--- @type table<integer, integer>
local missed = {}

--- The newest session of a process that this Neovim started, in this folder of sessions, with this workspace.
--- @param above string
--- @param workspace? string its URI
--- @return goplens.Session?
local function look(above, workspace)
  local names = {}
  local children = vim.api.nvim_get_proc_children(vim.uv.os_getpid())
  for name in vim.fs.dir(above) do
    if vim.list_contains(children, tonumber(name:match('%-(%d+)$'))) then
      names[#names + 1] = name
    end
  end
  -- The names begin with the time, so an earlier process with the same id comes later.
  table.sort(names, function(one, other)
    return one > other
  end)
  for _, name in ipairs(names) do
    local session = setmetatable({ folder = vim.fs.joinpath(above, name), read = {} }, Session)
    if not workspace or vim.list_contains(session:info().folders or {}, workspace) then
      return session
    end
  end
end

--- The session of a client; nil where its server is not goplens.
--- @param client vim.lsp.Client
--- @return goplens.Session?
function M.of_client(client)
  local now, last = vim.uv.now(), missed[client.id]
  if not found[client.id] and not (last and now - last < PAUSE) then
    local workspace = (client.workspace_folders or {})[1]
    found[client.id] = look(sessions(client.config.cmd_env), workspace and workspace.uri)
    missed[client.id] = now
  end
  return found[client.id]
end

--- The session that has this buffer; nil where none has.
--- @param buffer integer
--- @return goplens.Session?
function M.of_buffer(buffer)
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = buffer, name = require('goplens').CLIENT })) do
    local session = M.of_client(client)
    if session then
      return session
    end
  end
end

--- The session of this buffer, or else of any client in this Neovim.
--- @return goplens.Session?
function M.current()
  local session = M.of_buffer(0)
  for _, client in ipairs(session and {} or vim.lsp.get_clients({ name = require('goplens').CLIENT })) do
    session = session or M.of_client(client)
  end
  return session
end

return M
