-- Neovim as a client, without a screen: open, type, complete, rename, fix, format. Started by editors/test-nvim.
local folder = vim.fn.tempname()
vim.fn.mkdir(folder, 'p')
local file = folder .. '/main.infra'

local function check(holds, what)
  if not holds then error('failed: ' .. what, 0) end
end

local function lines() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end
local function wait_for(what, holds) check(vim.wait(5000, holds, 10), what) end
local function diagnostics() return vim.diagnostic.get(0) end
local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 5000)
  check(answers ~= nil, method .. ' is answered')
  for _, answer in pairs(answers) do
    local problem = answer.err or answer.error  -- its name depends on the release of Neovim
    check(problem == nil, method .. ': ' .. vim.inspect(problem))
    return answer.result
  end
end
local function place(line, character)
  vim.api.nvim_win_set_cursor(0, { line, character })
  return vim.lsp.util.make_position_params()
end

local function test()
  vim.fn.writefile({ 'simulator sim { nodes = 1 }', 'vpc main { cidr = 10.0.0.0/16 }', 'cluster core { vpc = mian }' }, file)
  vim.cmd('edit ' .. file)
  wait_for('the server starts', function() return #vim.lsp.get_active_clients() == 1 end)

  wait_for('what is wrong is shown', function() return #diagnostics() == 1 end)
  check(diagnostics()[1].code == 'E0410', 'by its code')

  local params = place(3, 22)
  params.range = vim.lsp.util.make_range_params().range
  params.context = { diagnostics = {} }
  local actions = ask('textDocument/codeAction', params)
  check(actions[1].title == 'Replace `mian` with `main`', 'a fix is offered')
  vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
  check(lines()[3] == 'cluster core { vpc = main }', 'and can be applied')
  wait_for('what was wrong is gone', function() return #diagnostics() == 0 end)

  vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'service web { cluster =  }' })
  local items = ask('textDocument/completion', place(4, 24))
  check(#items == 1 and items[1].label == 'core', 'only the cluster is offered')

  params = place(3, 9)
  params.newName = 'heart'
  vim.lsp.util.apply_workspace_edit(ask('textDocument/rename', params), 'utf-16')
  check(lines()[3] == 'cluster heart { vpc = main }', 'rename')

  vim.api.nvim_buf_set_lines(0, 1, 2, false, { 'vpc   main   {   cidr = 10.0.0.0/16 }' })
  vim.api.nvim_buf_set_lines(0, 3, 4, false, {})
  local edits = ask('textDocument/formatting', vim.lsp.util.make_formatting_params({ tabSize = 2, insertSpaces = true }))
  vim.lsp.util.apply_text_edits(edits, 0, 'utf-16')
  check(lines()[2] == 'vpc main { cidr = 10.0.0.0/16 }', 'format')
end

local fine, problem = pcall(test)
vim.fn.delete(folder, 'rf')
if not fine then io.stderr:write(tostring(problem) .. '\n') end
vim.cmd(fine and 'qall!' or 'cquit 1')
