# The `rivulet` command with the built-in models, for one-shot work inside a deployment: registering models.
# The command is built outside (`mvn -DskipTests package`).
ARG BASE=eclipse-temurin:25-jre

FROM ${BASE}
RUN groupadd --system --gid 10001 rivulet && \
    useradd --system --uid 10001 --gid rivulet --home-dir /tmp --shell /usr/sbin/nologin rivulet
WORKDIR /app
COPY cli/target/lib/ lib/
COPY cli/target/cli.jar ./
# And what it is made of (CycloneDX); a build with -Dquick does not tell.
COPY deploy/image/register-models cli/target/classes/META-INF/sbom/application.cdx.jso[n] ./
COPY models/artefacts/rivulet-assistant /models/rivulet-assistant
COPY models/artefacts/rivulet-intent /models/rivulet-intent
COPY models/artefacts/rivulet-slots /models/rivulet-slots
COPY models/artefacts/rivulet-commands /models/rivulet-commands
USER 10001:10001
ENV HOME=/tmp RIVULET_HOME=/tmp/rivulet
ENTRYPOINT ["java", "-Xmx192m", "-XX:+UseSerialGC", "-jar", "/app/cli.jar"]
CMD ["--help"]
