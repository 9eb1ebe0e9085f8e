vim.api.nvim_create_user_command('Goplens', function(given)
  require('goplens.commands').run(given.fargs)
end, {
  nargs = '+',
  desc = 'What goplens knows of this session',
  complete = function(lead, line)
    return require('goplens.commands').complete(lead, line)
  end,
})
