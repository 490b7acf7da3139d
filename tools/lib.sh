# Shared by the scripts of tools/: plain progress lines and errors.
say() { printf '\033[1m==\033[0m %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
# step WHAT COMMAND...: runs quietly, prints how long it took, and the log when it fails.
step() {
  local what=$1 log started=$SECONDS
  shift
  log=$(mktemp)
  printf '\033[1m==\033[0m %s ... ' "$what"
  if "$@" >"$log" 2>&1; then
    printf 'done (%d s)\n' $((SECONDS - started))
    rm -f "$log"
  else
    printf 'FAILED\n'
    tail -60 "$log"
    rm -f "$log"
    exit 1
  fi
}
# What was compiled is kept between builds and clones where ccache is there (tools/setup --test brings it); read at the first configuring of a build folder.
if command -v ccache >/dev/null; then
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_NOHASHDIR=1
  [ -n "$(ccache --get-config base_dir)" ] || export CCACHE_BASEDIR=$PWD
fi
