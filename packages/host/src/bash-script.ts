// The program of a helper in bash: it starts programs for us, one at a time, each in its own process group, and tells
// how they ended. Forking a small bash costs a fraction of forking Node. Needs bash 5 and /proc.
//
// - Commands come over stdin: 8 digits with the length in bytes, then that many bytes of shell text. (`read -N` takes
//   whole blocks from a pipe, `read` alone one byte per system call.) Answers go to stdout, a line each.
// - The helper leads a session, and so finds everything that its programs started and that did not leave on purpose.
// - A guard process waits on fd 3, whose other end only Node holds. When Node ends, by whatever means, it kills the
//   whole session, then whatever carries the cookie, removes the captures, and is gone itself.
// - A status above 128 is a signal where bash says so, in a line that ends in the job's text (which is the same for all
//   programs); else the program exited with that status.
// - `wait` also comes back for a program that stopped; only then `wait -f` goes on. From the start it isn't used, since
//   where bash 5.2 has just forgotten the job it never comes back ("wait_for: No record of process", for ever).
// - Bash's own messages begin with the path of this script, which no program knows: so a program that could not be
//   started is told from one that exits with 127.

const GUARD = `
swarm_members() {
  local file line pid
  found=
  for file in /proc/[0-9]*/stat; do
    line=
    IFS= read -r -d '' line <"$file"
    [[ -n $line ]] || continue
    pid=\${line%% *}
    line=\${line##*') '}
    set -- $line
    [[ $4 == "$$" && $1 != [ZX] && $pid != "$BASHPID" ]] || continue
    kill -KILL "$pid" && found=1
  done
}
swarm_strays() {
  local file all
  local IFS=$'\\n'
  for file in /proc/[0-9]*/environ; do
    mapfile -t -d '' all <"$file" || continue
    [[ $'\\n'"\${all[*]}"$'\\n' == *$'\\n'"SWARM_RUN=$swarm_cookie"$'\\n'* ]] || continue
    file=\${file#/proc/}
    kill -KILL "\${file%/environ}" && found=1
  done
}
swarm_guard() {
  local found
  exec </dev/null 2>/dev/null
  IFS= read -r -u 3 -N 1
  exec 3<&-
  found=1
  while [[ -n $found ]]; do
    swarm_members
    [[ -z $swarm_cookie ]] || swarm_strays
  done
  rm -rf -- "$swarm_dir"
  exit 0
}`;

const RUN = `
swarm_start() {
  (
    cd -- "$swarm_cwd" || { echo n; exit 1; }
    eval "$swarm_late"
    [[ -z $swarm_cookie ]] || export SWARM_RUN=$swarm_cookie
    [[ -z $swarm_label ]] || export SWARM_LABEL=$swarm_label
    exec -- "\${swarm_argv[@]}" <"$swarm_in" >"$swarm_out" 2>"$swarm_err"
    echo n
    exit 1
  ) 2>&- &
  local pid=$! status leak=0
  wait "$pid"
  status=$?
  while ((status > 128)) && kill -0 "$pid" 2>&-; do
    wait -f "$pid"
    status=$?
  done
  ((status <= 128)) || jobs -l
  kill -0 -- "-$pid" 2>&- && leak=1
  echo "x $status $leak"
}`;

/** Arguments: a private folder for captures, the cookie or ''. First answers `h <pid> <guard's pid>`. */
export const BASH_SCRIPT = `
LC_ALL=C
exec 2>&1
swarm_dir=$1 swarm_cookie=$2
${GUARD}
${RUN}
set -m
export -n PATH PWD OLDPWD SHLVL _
swarm_guard &
disown
echo "h $$ $!"
exec 3<&-
swarm_runs=0 swarm_late=: swarm_path=$PATH
while IFS= read -r -N 8 swarm_size && IFS= read -r -N "$((10#$swarm_size))" swarm_command; do
  eval "$swarm_command"
  ((++swarm_runs % 64)) || jobs >/dev/null
done
`;
