// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/** Registers a model through the registry's API and reads what Kafka says of it. */
final class Registration {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Platform platform;

    Registration(Platform platform) {
        this.platform = platform;
    }

    void registersAndIsAnnounced(String name) {
        byte[] blob = ("card of " + name).getBytes(StandardCharsets.UTF_8);
        String digest = sha256(blob);
        assertThat(send(
                        "POST",
                        "/api/models",
                        "{\"name\":\"" + name + "\",\"task\":\"text-classification\",\"description\":\"a test\"}"))
                .isEqualTo(201);
        assertThat(put("/api/blobs/" + digest, blob)).isIn(200, 201);
        assertThat(send(
                        "POST",
                        "/api/models/" + name + "/versions",
                        "{\"version\":\"1\",\"files\":[{\"path\":\"card.md\",\"sha256\":\"" + digest + "\",\"size\":"
                                + blob.length + "}],\"tags\":{}}"))
                .isEqualTo(201);
        assertThat(send("PUT", "/api/models/" + name + "/aliases/champion", "{\"version\":\"1\"}"))
                .isIn(200, 201, 204);

        List<ConsumerRecord<String, byte[]>> announced = read("model.version.changed", name);
        assertThat(announced.getLast().headers().lastHeader("ce_type").value())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("rivulet.model.v1.ModelVersionChanged");
        assertThat(new String(announced.getLast().value(), StandardCharsets.UTF_8))
                .contains("champion", digest);
    }

    /** Reads a topic from its beginning until the newest record of the key names an alias. */
    private List<ConsumerRecord<String, byte[]>> read(String topic, String key) {
        List<ConsumerRecord<String, byte[]>> found = new CopyOnWriteArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(consumer(platform), new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            Awaitility.await(topic + " of " + key)
                    .pollInSameThread()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(300)).forEach(record -> {
                            if (key.equals(record.key())) {
                                found.add(record);
                            }
                        });
                        return !found.isEmpty()
                                && new String(found.getLast().value(), StandardCharsets.UTF_8).contains("champion");
                    });
        }
        return found;
    }

    static Properties consumer(Platform platform) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", "127.0.0.1:" + platform.url("KAFKA").getPort());
        properties.put("group.id", "platform-tests-" + System.nanoTime());
        properties.put("auto.offset.reset", "earliest");
        return properties;
    }

    private int send(String method, String path, String body) {
        return exchange(method, path, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private int put(String path, byte[] body) {
        return exchange("PUT", path, "application/octet-stream", body);
    }

    private int exchange(String method, String path, String type, byte[] body) {
        return answer(method, path, type, body).statusCode();
    }

    /** What the registry's interface answers to whoever has the token between services. */
    HttpResponse<String> ask(String method, String path, String json) {
        return answer(method, path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Sets a text, such as a model card; the status. */
    int markdown(String path, String text) {
        return exchange("PUT", path, "text/markdown", text.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> answer(String method, String path, String type, byte[] body) {
        URI url = platform.url("REGISTRY").resolve(path);
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(url)
                            .header("authorization", "Bearer " + platform.internalToken())
                            .header("content-type", type)
                            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
