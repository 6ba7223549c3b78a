# Sourced by the scripts beside it, as `. "$(dirname "$0")/launch.sh"`: finds a JDK, builds the module where a source is
# newer than the last build, and sets
#   jdk         the JDK's directory
#   classpath   what the module's programs need
# Ends the script with 2 where that cannot be done.

say() {
  printf 'bench: %s\n' "$*" >&2
}

bench=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
root=${bench%/*}
. "$root/bin/find-jdk.sh"

jdk=$(find_jdk)
if [ -z "$jdk" ]; then
  say "$jdk_advice"
  exit 2
fi

stamp=$bench/target/bench.built

up_to_date() {
  [ -f "$stamp" ] && [ -d "$bench/target/lib" ] || return 1
  # Directories too: the deletion of a file changes nothing else.
  newer=$(cd "$root" && for module in os memory core manager testkit bench; do
    find pom.xml "$module/pom.xml" "$module/src/main" -newer "$stamp" -print
  done | head -n 1)
  [ -z "$newer" ]
}

build() {
  if ! command -v mvn >/dev/null; then
    say "there is no mvn on PATH, and it is needed to build. Install Maven 3.8 or later."
    exit 2
  fi
  say "building ($root, JDK $jdk)"
  mkdir -p "$bench/target"
  log=$bench/target/bench.build.log
  # Taken before the build: a source that is changed meanwhile is built the next time.
  touch "$stamp.new"
  # A library that is no longer needed must not stay on the class path.
  rm -rf "$stamp" "$bench/target/lib"
  if ! (cd "$root" && JAVA_HOME=$jdk mvn -B -Dmaven.test.skip=true -pl bench -am package) >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    say "the build failed"
    exit 2
  fi
  mv "$stamp.new" "$stamp"
}

up_to_date || build

# Without a locale the JVM takes file names and arguments for ASCII.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
  C | POSIX)
    LC_ALL=C.UTF-8
    export LC_ALL
    ;;
esac

classpath=
for jar in "$bench"/target/outlive-bench-*.jar "$bench"/target/lib/*.jar; do
  classpath=$classpath${classpath:+:}$jar
done
