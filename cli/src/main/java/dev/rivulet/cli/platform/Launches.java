// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.Secrets;
import dev.rivulet.cli.home.Settings;
import dev.rivulet.cli.kafka.KafkaProbe;
import dev.rivulet.cli.kafka.KafkaProgram;
import dev.rivulet.cli.postgres.PostgresServer;
import dev.rivulet.cli.startup.AotCache;
import dev.rivulet.cli.startup.Jvm;
import dev.rivulet.cli.startup.ServiceImage;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Knows how every part is started: program, addresses, secrets.
 *
 * @param home where data is kept
 * @param settings heap sizes and JVM options
 * @param ports the chosen ports
 * @param secrets keys and passwords
 * @param client asks services for their readiness
 */
record Launches(RivuletHome home, Settings settings, Ports ports, Secrets secrets, HttpClient client) {
    private static final String REGISTRY_DATABASE = "registry";
    private static final String FEDERATION_DATABASE = "federation";

    /** The broker, in a JVM on the class path of this one. */
    Launch kafka() throws IOException {
        String address = "127.0.0.1:" + ports.of(Part.KAFKA);
        AotCache cache = kafkaProgram().cache();
        List<String> program =
                kafkaProgram().program(home.data().resolve("kafka"), ports.of(Part.KAFKA), ports.controller());
        return new Launch(
                Part.KAFKA,
                command(cache, program),
                cache.plain(program),
                Map.of(),
                home.path(),
                "TERM",
                "kafka://" + address,
                () -> KafkaProbe.ready("127.0.0.1", ports.of(Part.KAFKA)));
    }

    KafkaProgram kafkaProgram() {
        return new KafkaProgram(jvm(Part.KAFKA), settings.aotFolder(home).resolve("kafka"));
    }

    private List<String> command(AotCache cache, List<String> program) {
        return settings.aotCache() && cache.isThere() ? cache.cached(program) : cache.plain(program);
    }

    /** Whether a part is ready only when there is a model, which is registered after all parts run. */
    private static boolean serves(Part part) {
        return part == Part.INFERENCE || part == Part.GATEWAY;
    }

    /** The database server; {@code command} is what {@link PostgresServer#prepare()} gave. */
    Launch postgres(PostgresServer server, List<String> command) {
        return new Launch(
                Part.POSTGRES,
                command,
                command,
                Map.of("TZ", "UTC", "LC_ALL", "C"),
                home.path(),
                "INT",
                "postgresql://127.0.0.1:" + server.port(),
                server::ready);
    }

    PostgresServer postgresServer() {
        return new PostgresServer(
                home.data().resolve("postgres"),
                home.path().resolve("programs"),
                ports.of(Part.POSTGRES),
                secrets.databasePassword());
    }

    /** Databases that the services expect which serve the first token. */
    List<String> databases() {
        return List.of(REGISTRY_DATABASE);
    }

    /** The database that a part of those which come later expects, if it has one and the server is one of ours. */
    Optional<String> laterDatabase(Part part) {
        return part == Part.FEDERATION && ports.ports().containsKey(Part.POSTGRES)
                ? Optional.of(FEDERATION_DATABASE)
                : Optional.empty();
    }

    /** A service, with its ahead-of-time cache where there is one. */
    Launch service(Part part, ServiceImage image) {
        String url = ports.url(part);
        return new Launch(
                part,
                command(image.cache(), image.program()),
                image.cache().plain(image.program()),
                environment(part),
                home.path(),
                "TERM",
                url,
                serves(part) ? ServiceProbe.liveness(client, url) : ServiceProbe.readiness(client, url));
    }

    Jvm jvm(Part part) {
        return new Jvm(settings.heap(part), settings.javaOptions(part));
    }

    /** The executable jar of a service in the checkout. */
    Path builtJar(Part part) {
        return home.checkout().resolve(part.id()).resolve("target").resolve(part.id() + ".jar");
    }

    /** Whether this checkout has the service at all. */
    static boolean exists(RivuletHome home, Part part) {
        return part.kind() != Part.Kind.SERVICE
                || Files.exists(home.checkout().resolve(part.id()).resolve("pom.xml"));
    }

    /** What a service is told by its environment. */
    Map<String, String> environment(Part part) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SERVER_PORT", Integer.toString(ports.of(part)));
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        tell(environment, "RIVULET_CONFIG_URL", Part.CONFIG_SERVER);
        tell(environment, "RIVULET_URL", Part.GATEWAY);
        tell(environment, "RIVULET_REGISTRY_URL", Part.MODEL_REGISTRY);
        tell(environment, "RIVULET_FEDERATION_URL", Part.FEDERATION);
        if (ports.ports().containsKey(Part.KAFKA)) {
            environment.put("RIVULET_KAFKA", "127.0.0.1:" + ports.of(Part.KAFKA));
        }
        environment.put("RIVULET_INTERNAL_TOKEN", secrets.internalToken());
        environment.put("RIVULET_CONFIG_LOCATION", home.path().resolve("config").toString());
        switch (part) {
            case MODEL_REGISTRY -> {
                // One registry to a platform: started again, it goes on reading at once.
                environment.put("RIVULET_KAFKA_MEMBER", part.id());
                environment.put(
                        "RIVULET_ARTIFACTS", home.data().resolve("artifacts").toString());
                tellDatabase(environment, REGISTRY_DATABASE);
            }
            case FEDERATION -> {
                environment.put(
                        "RIVULET_FEDERATION_FOLDER",
                        home.data().resolve("federation").toString());
                tellDatabase(environment, FEDERATION_DATABASE);
            }
            case INFERENCE -> {
                environment.put("RIVULET_REPLICA_URL", ports.url(part));
                environment.put(
                        "RIVULET_MODEL_CACHE",
                        home.data().resolve("model-cache").toString());
            }
            case GATEWAY -> {
                environment.put("RIVULET_API_KEY_SHA256", Secrets.sha256(secrets.apiKey()));
                environment.put("RIVULET_FILES", home.data().resolve("files").toString());
                environment.put(
                        "RIVULET_FEEDBACK", home.data().resolve("feedback").toString());
            }
            case CONSOLE -> {
                environment.put("RIVULET_API_KEY", secrets.apiKey());
                tell(environment, "RIVULET_REPLICA_URL", Part.INFERENCE);
            }
            default -> {
                // told everything above
            }
        }
        return environment;
    }

    private void tellDatabase(Map<String, String> environment, String database) {
        if (ports.ports().containsKey(Part.POSTGRES)) {
            environment.put("RIVULET_DATABASE_URL", postgresServer().url(database));
            environment.put("RIVULET_DATABASE_USER", PostgresServer.OWNER);
            environment.put("RIVULET_DATABASE_PASSWORD", secrets.databasePassword());
        }
    }

    private void tell(Map<String, String> environment, String variable, Part part) {
        if (ports.ports().containsKey(part)) {
            environment.put(variable, ports.url(part));
        }
    }

    /** Never shows a secret. */
    @Override
    public String toString() {
        return "Launches[" + home.path() + "]";
    }
}
