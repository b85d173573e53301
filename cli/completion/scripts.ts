/**
 * Completion scripts. Each asks `ioeventfd-check complete` for what may come next, and passes on what the shell needs: so all
 * that is proposed comes from the parser that reads the command line. Words are passed as they are, never evaluated.
 */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const bash = `# Completion of ioeventfd-check for bash.
_ioeventfd_check() {
  local line="\${COMP_LINE:0:COMP_POINT}" action breaks candidate current description path prefix
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current="\${words[\${#words[@]} - 1]}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate description; do
    case $candidate in
      :files | :directories)
        action=-f
        [[ $candidate == :directories ]] && action=-d
        compopt -o filenames 2> /dev/null
        while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen $action -- "$current")
        ;;
      *[:,=])
        compopt -o nospace 2> /dev/null
        COMPREPLY+=("$candidate")
        ;;
      *) COMPREPLY+=("$candidate") ;;
    esac
  done < <("$1" complete -- "\${words[@]:1}" 2> /dev/null)
  # Readline replaces only what follows the last word break; an at sign belongs to what follows.
  breaks="\${COMP_WORDBREAKS//[^:=@]/}"
  if [[ -n $breaks && $current == *["$breaks"]* ]]; then
    prefix="\${current%"\${current##*["$breaks"]}"}"
    COMPREPLY=("\${COMPREPLY[@]#"\${prefix%@}"}")
  fi
}
complete -F _ioeventfd_check ioeventfd-check`;

const zsh = `#compdef ioeventfd-check
# Completion of ioeventfd-check for zsh.
_ioeventfd_check() {
  local value description
  local -a described
  while IFS=$'\\t' read -r value description; do
    case $value in
      :files) _files ;;
      :directories) _files -/ ;;
      *[:,=]) compadd -S '' -- "$value" ;;
      *) described+=("\${value//:/\\\\:}:$description") ;;
    esac
  done < <("\${words[1]}" complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2> /dev/null)
  (( $#described )) && _describe ioeventfd-check described
}
if [[ $funcstack[1] == _ioeventfd_check ]]; then
  _ioeventfd_check "$@"
else
  compdef _ioeventfd_check ioeventfd-check
fi`;

const fish = `# Completion of ioeventfd-check for fish.
function __ioeventfd_check_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] complete -- $words[2..-1] "$current" 2> /dev/null)
    switch $line
      case ':files*'
        __fish_complete_path "$current"
      case ':directories*'
        __fish_complete_directories "$current"
      case '*'
        echo $line
    end
  end
end
complete -c ioeventfd-check -f -a '(__ioeventfd_check_complete)'`;

/** The script, a line each. */
export function completionScript(shell: Shell): string[] {
  return { bash, zsh, fish }[shell].split('\\n');
}
