# The `rivulet` command with the built-in models, for one-shot work inside a deployment: registering models.
# The command is built outside (`mvn -DskipTests package`).
ARG JDK=eclipse-temurin:25-jdk
ARG BASE=debian:12-slim

# The JDK's modules that we use, on a small Debian. Down to the next empty line it is the same in every Dockerfile here, so that
# all images share these layers.
FROM ${JDK} AS jdk
WORKDIR /build
COPY deploy/image/link deploy/image/modules deploy/image/KeepNatives.java ./
RUN ./link /build/java /build/shared && javac KeepNatives.java
FROM ${BASE} AS runtime
RUN groupadd --system --gid 10001 rivulet && \
    useradd --system --uid 10001 --gid rivulet --home-dir /tmp --shell /usr/sbin/nologin rivulet && \
    mkdir -p /data && chown rivulet:rivulet /data
COPY --from=jdk /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=jdk /build/java/ /opt/java/openjdk/
ENV JAVA_HOME=/opt/java/openjdk LANG=C.UTF-8 HOME=/tmp \
    PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /app

FROM jdk AS libraries
COPY cli/target/lib/ lib/
RUN java KeepNatives lib

FROM runtime
COPY --from=jdk /build/shared/ /opt/java/openjdk/lib/server/
COPY --from=libraries /build/lib/ lib/
COPY cli/target/cli.jar ./
# And what it is made of (CycloneDX); a build with -Dquick does not tell.
COPY deploy/image/register-models deploy/image/ask cli/target/classes/META-INF/sbom/application.cdx.jso[n] ./
COPY models/artefacts/rivulet-assistant /models/rivulet-assistant
COPY models/artefacts/rivulet-intent /models/rivulet-intent
COPY models/artefacts/rivulet-slots /models/rivulet-slots
COPY models/artefacts/rivulet-commands /models/rivulet-commands
USER 10001:10001
ENV RIVULET_HOME=/tmp/rivulet
ENTRYPOINT ["java", "-Xmx192m", "-XX:+UseSerialGC", "-jar", "/app/cli.jar"]
CMD ["--help"]
