# Sourced, after cache.sh: Maven, with its local repository in the cache folder. What is there is not asked
# for again.

die() { echo "setup: $*" >&2; exit 1; }

# maven ARGUMENTS: quiet but for what goes wrong.
maven() { mvn --quiet --batch-mode --no-transfer-progress -Dstyle.color=never -Dmaven.repo.local="$cache/maven/repository" "$@"; }

# install_maven FOLDER NAME WHAT: what the project in FOLDER is built, tested and run with, anew only when
# its pom.xml changes.
install_maven() {
  command -v mvn >/dev/null || die "Maven is missing. Install Maven 3.8 or later and a JDK of Java 17 or later."
  command -v javac >/dev/null || die "javac is missing. Install a JDK of Java 17 or later."
  if ! cmp -s "$1/pom.xml" "$cache/maven/$2.xml"; then
    echo "setup: installing $3"
    build_empty "$1/pom.xml"
    cp "$1/pom.xml" "$cache/maven/$2.xml"
  fi
  echo "setup: $3: ready"
}

# build_empty POM: the same build, of nothing: what Maven fetches by itself is not all that it then needs.
build_empty() (
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cp "$1" "$folder/pom.xml"
  mkdir -p "$folder/src/main/kotlin"
  echo "internal class Nothing" >"$folder/src/main/kotlin/Nothing.kt"
  if grep -q junit "$1"; then
    mkdir -p "$folder/src/test/kotlin" "$folder/src/test/java"
    echo "class NothingTest { @org.junit.jupiter.api.Test fun nothing() = Unit }" >"$folder/src/test/kotlin/NothingTest.kt"
    echo "class JavaNothing {}" >"$folder/src/test/java/JavaNothing.java"
  fi
  maven --file "$folder/pom.xml" -Dmaven.install.skip install
)
