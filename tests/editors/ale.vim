" A session of Vim with ALE, as its vimrc: a definition that is found, one that is not, and what the user then sees.
" It says so as JSON, in the file that GOPLENS_TEST_VERDICT names.

set nocompatible nomore noswapfile viminfo=
" What its page says to write into .vimrc comes first.
let s:page = join(readfile($GOPLENS_TEST_PAGES .. '/vim.md'), "\n")
call execute(split(matchstr(s:page, '```vim\n\zs\_.\{-}\ze```'), "\n"))
packadd! ale
filetype plugin on

let s:patience = 60
let s:verdict = {}

" Lets Vim go on until the condition holds.
function s:until(what, Condition) abort
  let end = localtime() + s:patience
  while !a:Condition()
    if localtime() > end
      throw 'never: ' .. a:what
    endif
    sleep 20m
  endwhile
endfunction

function s:at(file, word) abort
  execute 'edit' a:file
  call cursor(1, 1)
  if !search(a:word)
    throw a:file .. ' has no ' .. a:word
  endif
endfunction

function s:place() abort
  return expand('%:t') .. ':' .. line('.')
endfunction

" What ALE shows of goplens in this buffer.
function s:found() abort
  return filter(copy(ale#engine#GetLoclist(bufnr(''))), {_, item -> item.text =~# 'tag loud'})
endfunction

function s:healthy() abort
  call s:at('main.go', 'Hello')
  ALEGoToDefinition
  call s:until('a jump', {-> expand('%:t') ==# 'greet.go'})
  let s:verdict.definition = s:place()
  let shown = ale#engine#GetLoclist(bufnr('main.go')) + ale#engine#GetLoclist(bufnr(''))
  let s:verdict.found_while_healthy = len(shown)
endfunction

function s:faulty() abort
  call s:at('greet/loud.go', 'Hello(name) +')
  ALEGoToDefinition
  call s:until('a finding', {-> !empty(s:found())})
  call s:until('the list', {-> !empty(getloclist(0))})
  let item = getloclist(0)[0]
  let s:verdict.diagnostic = {'line': item.lnum, 'word': getline(item.lnum)[item.col - 1 : item.end_col - 1]}
  let s:verdict.list = map(getloclist(0), 'v:val.text')
endfunction

function s:run() abort
  try
    call s:healthy()
    call s:faulty()
  catch
    let s:verdict.trouble = v:exception .. ' at ' .. v:throwpoint
  endtry
  call writefile([json_encode(s:verdict)], $GOPLENS_TEST_VERDICT)
  qall!
endfunction

autocmd VimEnter * ++nested call s:run()
