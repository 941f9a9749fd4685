#include "cli/help/complete.h"

namespace infra::cli {
namespace {

// `infra complete WORD…` prints one candidate a line, a tab and its note; `:files` or `:folders` where paths may stand.

// Bash breaks words at `=`, and then replaces only what stands behind it.
constexpr std::string_view kBash =
    R"sh(# bash completion for infra: source it, or put it into /usr/share/bash-completion/completions/infra
_infra() {
  local line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]} words=() typed='' word note
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  typed=${words[${#words[@]}-1]}
  [[ $cur == '=' ]] && cur=''
  local skip=$((${#typed} - ${#cur}))
  COMPREPLY=()
  while IFS=$'\t' read -r word note; do
    case $word in
      :files) compopt -o filenames; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$cur") ;;
      :folders) compopt -o filenames; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$cur") ;;
      *=) compopt -o nospace; COMPREPLY+=("${word:skip}") ;;
      *) COMPREPLY+=("$(printf '%q' "${word:skip}")") ;;
    esac
  done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _infra infra
)sh";

constexpr std::string_view kZsh = R"sh(#compdef infra
# zsh completion for infra: put it as _infra into a folder of $fpath
_infra() {
  local -a plain assign
  local word note paths=''
  while IFS=$'\t' read -r word note; do
    case $word in
      :files|:folders) paths=$word ;;
      *=) assign+=("${word//:/\\:}:$note") ;;
      *) plain+=("${word//:/\\:}:$note") ;;
    esac
  done < <("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#plain )) && _describe 'infra' plain
  (( $#assign )) && _describe 'infra' assign -S ''
  case $paths in
    :files) _files ;;
    :folders) _files -/ ;;
  esac
}
if [ "$funcstack[1]" = "_infra" ]; then _infra "$@"; else compdef _infra infra; fi
)sh";

constexpr std::string_view kFish = R"sh(# fish completion for infra: put it into ~/.config/fish/completions/infra.fish
function __infra_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)
        switch $line
            case ':files*'
                __fish_complete_path (commandline -ct)
            case ':folders*'
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c infra -f -a '(__infra_complete)'
)sh";

}  // namespace

std::string completion_script(const std::string& shell) {
  if (shell == "bash") return std::string(kBash);
  if (shell == "zsh") return std::string(kZsh);
  if (shell == "fish") return std::string(kFish);
  return {};
}

}  // namespace infra::cli
