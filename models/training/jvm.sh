# For the commands that train, run from the root: where the JDK 25 is ($java), and the programs of this module on a class path.

jdk25() {
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* "$HOME"/.sdkman/candidates/java/25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
    if [ -x "$home/bin/java" ] && "$home/bin/java" -version 2>&1 | grep -q 'version "25'; then
      echo "$home"
      return
    fi
  done
  echo "No JDK 25 found: set JAVA_HOME to one (https://adoptium.net)." >&2
  exit 1
}
JAVA_HOME=$(jdk25)
export JAVA_HOME
java=$JAVA_HOME/bin/java

# Builds the programs and what they need of the other modules: class_path FILE writes the rest of their class path to it.
class_path() {
  "${RIVULET_MVN:-mvn}" -q -pl models -am -DskipTests -Dquick compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.10.0:build-classpath \
    -Dmdep.outputFile="$1" -Dmdep.includeScope=runtime
}
