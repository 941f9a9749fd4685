" Colours before the language server's, and for a Neovim that takes none from it.
if exists('b:current_syntax') | finish | endif
syntax keyword infraStatement stack param let type fn use output assert policy test with expect rejects existing
syntax keyword infraStatement for in if else and or not as on
syntax keyword infraConstant true false null
syntax keyword infraType Bool Int Float String Bytes Duration Percent Cpu Ip Cidr Range List Map Secret Later
syntax match infraNumber /\<\d[0-9A-Za-z_.%\/:]*/
syntax match infraKind /^\s*\zs\h\w*\ze\(\s\+\(\h\w*\|"[^"]*"\)\)\?\s*{/
syntax region infraText start=/"/ skip=/\\./ end=/"/ contains=infraInside
syntax region infraInside matchgroup=Special start=/\${/ end=/}/ contained contains=TOP
syntax match infraComment /\/\/.*/
syntax region infraComment start=/\/\*/ end=/\*\//
highlight default link infraStatement Keyword
highlight default link infraConstant Constant
highlight default link infraType Type
highlight default link infraNumber Number
highlight default link infraKind Type
highlight default link infraText String
highlight default link infraComment Comment
let b:current_syntax = 'infra'
