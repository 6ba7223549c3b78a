# Sourced by the scripts that need a JDK: find_jdk prints the directory of one that is recent enough, or nothing.

needed=25
jdk_advice="no JDK $needed or later in JAVA_HOME, on PATH, in /usr/lib/jvm, ~/.sdkman, /Library/Java or ~/.jdks. \
Install one (https://adoptium.net), or set JAVA_HOME to one."

# The feature version of the JDK in a directory; 0 if there is no JDK.
version_of() {
  version=
  if [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ]; then
    if [ -f "$1/release" ]; then
      version=$(sed -n 's/^JAVA_VERSION="\([0-9][0-9]*\).*/\1/p' "$1/release")
    fi
    if [ -z "$version" ]; then
      version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9][0-9]*\).*/\1/p' | head -n 1)
    fi
  fi
  printf '%s\n' "${version:-0}"
}

java_on_path() {
  found=$(command -v java) || return 0
  found=$(readlink -f "$found" 2>/dev/null) || found=$(command -v java)
  printf '%s\n' "${found%/bin/java}"
}

find_jdk() {
  for home in "${JAVA_HOME:-}" "$(java_on_path)"; do
    if [ -n "$home" ] && [ "$(version_of "$home")" -ge "$needed" ]; then
      printf '%s\n' "$home"
      return
    fi
  done
  newest=$((needed - 1))
  jdk=
  for home in /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.jdks/*; do
    version=$(version_of "$home")
    if [ "$version" -gt "$newest" ]; then
      newest=$version
      jdk=$home
    fi
  done
  printf '%s\n' "$jdk"
}
