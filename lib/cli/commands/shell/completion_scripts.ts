/**
 * Completion scripts. Each runs `divvy complete -- words…`, which prints the words that could come next, one a line; the last
 * line is `:words`, or `:files` or `:folders` where the shell is to complete names of files or folders too.
 *
 * Why not the package @bomb.sh/tab (0.0.22), which has an adapter for commander: it never completes file names, which most of
 * our options take; its bash script needs the package bash-completion, and fails when it is sourced twice or a name holds a blank.
 *
 * @module
 */

/** Scripts by shell. */
export const COMPLETION_SCRIPTS = {
  bash: `# Completions of divvy for bash: source <(divvy completions bash)
_divvy() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) ;;
      :folders) compopt -o dirnames 2>/dev/null ;;
      :words) compopt +o default 2>/dev/null ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(divvy complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _divvy divvy
`,

  zsh: `#compdef divvy
# Completions of divvy for zsh: a file _divvy in a folder of fpath, or source <(divvy completions zsh)
_divvy() {
  local line kind
  local -a found
  while IFS= read -r line; do
    case $line in
      :*) kind=$line ;;
      *) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done < <(divvy complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  case $kind in
    :files | :folders)
      # The name of a file may follow its option's sign: --caps=c
      [[ $words[CURRENT] == --*=* ]] && compset -P '*='
      if [[ $kind == :files ]]; then _files; else _files -/; fi ;;
    *) _describe divvy found ;;
  esac
}
if [[ $funcstack[1] == _divvy ]]; then _divvy; else compdef _divvy divvy; fi
`,

  fish: `# Completions of divvy for fish: ~/.config/fish/completions/divvy.fish
function __divvy_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (divvy complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case :files
                __divvy_names __fish_complete_path "$current"
            case :folders
                __divvy_names __fish_complete_directories "$current"
            case :words
            case '*'
                echo $line
        end
    end
end
# Names of files, also after the sign of their option: --caps=c
function __divvy_names
    set -l option (string match -r -- '^--[^=]+=' "$argv[2]")
    $argv[1] (string replace -r -- '^--[^=]+=' '' "$argv[2]") | string replace -r -- '^' "$option"
end
complete -c divvy -f -a '(__divvy_complete)'
`,

  powershell: `# Completions of divvy for PowerShell 7.3 and later, in $PROFILE:
# divvy completions powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName divvy -ScriptBlock {
  param($current, $command, $position)
  $words = @($command.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($current -eq '') { $words += '' }
  divvy complete '--' @words 2>$null | ForEach-Object {
    $value, $what = $_ -split "\`t", 2
    if ($value -eq ':files' -or $value -eq ':folders') {
      [System.Management.Automation.CompletionCompleters]::CompleteFilename($current)
    } elseif ($value -ne ':words') {
      if (-not $what) { $what = $value }
      [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $what)
    }
  }
}
`,
} as const;

/** A shell that there is a script for. */
export type Shell = keyof typeof COMPLETION_SCRIPTS;
