-- Neovim 0.7 and later: infra files get the language server. `infra` must be on PATH, or vim.g.infra_path names it.
vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
  pattern = '*.infra',
  callback = function() vim.bo.filetype = 'infra' end, -- Neovim 0.7 looks at vim.filetype only when asked to
})

local clients = {} -- by folder, for a Neovim that has no vim.lsp.start
local function start(config)
  if vim.lsp.start then return vim.lsp.start(config) end
  clients[config.root_dir] = clients[config.root_dir] or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(0, clients[config.root_dir])
end

vim.api.nvim_create_autocmd('FileType', {
  pattern = 'infra',
  callback = function(event)
    vim.bo[event.buf].commentstring = '// %s'
    vim.bo[event.buf].omnifunc = 'v:lua.vim.lsp.omnifunc'
    local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(event.buf), ':p:h')
    start({ name = 'infra', cmd = { vim.g.infra_path or 'infra', 'lsp' }, root_dir = folder })
  end,
})
