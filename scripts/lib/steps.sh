# What the scripts share: steps that show progress, and the way a build is configured. Sourced by bash.
# A step's own words go to build/logs/NAME.log; the terminal gets one line, with the elapsed time.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
logs=$root/build/logs
if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then on_terminal=1; else on_terminal=; fi
if [ "$on_terminal" ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' cyan=$'\e[36m' plain=$'\e[0m'
else
  bold='' dim='' red='' green='' yellow='' cyan='' plain=''
fi
watcher=
trap 'stop_watcher' EXIT
trap 'stop_watcher; trap - INT; kill -INT $$' INT

die() {  # die "what and what to do" [code]
  printf '%serror:%s %s\n' "$red" "$plain" "$1" >&2
  exit "${2:-1}"
}

elapsed() {  # of seconds: "7 s", "2 min 05 s"
  if (($1 < 60)); then echo "$1 s"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

stop_watcher() {
  [ -n "$watcher" ] || return 0
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  watcher=
  if [ "$on_terminal" ]; then printf '\r\e[K'; fi
  return 0
}

# In the background: a spinner with the log's last line on a terminal; in a pipe, the step's name
# once it has taken a second, so that a reader knows what is under way.
watch_log() {  # title log
  trap - EXIT INT
  local turns='⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏' k=0 width last start=$SECONDS
  sleep 0.4 >/dev/null 2>&1
  if [ ! "$on_terminal" ]; then sleep 0.6 >/dev/null 2>&1; echo "  $1 …"; return; fi
  width=$(stty size 2>/dev/null </dev/tty | cut -d' ' -f2)
  while kill -0 $$ 2>/dev/null; do
    last=$(tail -c 400 "$2" 2>/dev/null | tr '\r' '\n' | grep -v '^ *$' | tail -1)
    printf '\r\e[K  %s%s%s %s  %s%s  %s%s' "$cyan" "${turns:k++%10:1}" "$plain" "$1" "$dim" \
      "$(elapsed $((SECONDS - start)))" "$(cut -c "-$((${width:-80} - ${#1} - 18))" <<<"$last")" "$plain"
    sleep 0.15 >/dev/null 2>&1
  done
}

# step "Building the demos" build command…: runs it. True when the command succeeds; else shows the
# end of its log. A step of under a second leaves no trace: there is nothing to tell.
step() {
  local title=$1 log=$logs/$2.log start=$SECONDS rc=0
  shift 2
  mkdir -p "$logs"
  watch_log "$title" "$log" &
  watcher=$!
  "$@" >"$log" 2>&1 </dev/null || rc=$?
  stop_watcher
  if [ $rc -ne 0 ]; then
    printf '  %s✗ %s%s failed (exit %d) after %s. From %s:\n' "$red" "$title" "$plain" $rc \
      "$(elapsed $((SECONDS - start)))" "${log#"$root"/}"
    # Of a build, the first thing that failed; of anything else, the end.
    if grep -q '^FAILED: ' "$log"; then sed -n '/^FAILED: /,$p' "$log" | head -n 40
    else tail -n 40 "$log"; fi | sed 's/^/    /'
    return $rc
  fi
  if ((SECONDS - start >= 1)); then
    printf '  %s✓%s %s  %s%s%s\n' "$green" "$plain" "$title" "$dim" "$(elapsed $((SECONDS - start)))" "$plain"
  fi
}

# configure PRESET: makes build/PRESET/build.ninja unless it stands. ninja itself notices an edited
# CMakeLists.txt; it cannot notice edited presets, or a checkout that was moved.
configure() {
  local build=$root/build/$1 fresh=
  if [ -e "$build/build.ninja" ]; then
    if ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$build/CMakeCache.txt"; then fresh=--fresh
    elif [ "$root/CMakePresets.json" -nt "$build/build.ninja" ]; then fresh=--fresh  # another compiler, say
    else return 0; fi
  fi
  if [ -z "${CMAKE_CXX_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  fi
  step "Configuring build/$1" "configure-$1" cmake -S "$root" --preset "$1" ${fresh:+"$fresh"}
}

build() {  # build PRESET TARGET…
  local preset=$1
  shift
  configure "$preset" &&
    step "Building $* ($preset)" "build-$preset" ninja -C "$root/build/$preset" "$@"
}
