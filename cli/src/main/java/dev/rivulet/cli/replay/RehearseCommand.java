// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.replay;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.kafka.KafkaCommand;
import dev.rivulet.cli.models.Said;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a dead letter on purpose. */
@Command(
        name = "rehearse",
        description = {
            "Write a record that nobody can take to inference.completion.recorded, under a key of its own, so that a dead letter",
            "can be looked at, mended and sent back before there is a real one. Nothing waits behind it, and until it is mended",
            "it has no effect. Within seconds `./rivulet replay list` shows it.",
            ""
        })
public final class RehearseCommand implements Callable<Integer> {
    static final String TOPIC = "inference.completion.recorded";
    private static final int PATIENCE_SECONDS = 30;

    private final Context context;

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "A broker (default: that of the running platform).")
    private @Nullable String brokers;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Properties of the connection, as Kafka's tools take them.")
    private @Nullable Path config;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public RehearseCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        String key = "rehearsal-" + UUID.randomUUID();
        RecordMetadata written = write(key);
        if (json) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("topic", TOPIC);
            told.put("key", key);
            told.put("partition", written.partition());
            told.put("offset", written.offset());
            Said.line(context, told);
        } else {
            context.out().println("✓ a record that nobody can take is in " + TOPIC + " under the key " + key);
            context.err().println("`./rivulet replay list` shows it within seconds.");
        }
        return 0;
    }

    private RecordMetadata write(String key) throws InterruptedException {
        Map<String, Object> connection = KafkaCommand.connection(brokers == null ? ours() : brokers, config);
        connection.put("delivery.timeout.ms", PATIENCE_SECONDS * 1000);
        connection.put("request.timeout.ms", PATIENCE_SECONDS * 500);
        connection.put("max.block.ms", PATIENCE_SECONDS * 1000);
        byte[] value = "no Protobuf, on purpose".getBytes(StandardCharsets.UTF_8);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(connection, new StringSerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>(TOPIC, key, value)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new UsageException("The record could not be written: " + cause.getMessage()
                    + ". `./rivulet status` shows whether Kafka runs.");
        }
    }

    private String ours() {
        return PartRecord.read(context.home(), Part.KAFKA.id())
                .filter(record -> record.process().isPresent())
                .map(record -> record.url().replaceFirst("^kafka://", ""))
                .orElseThrow(
                        () -> new UsageException("No Kafka of " + context.home().path()
                                + " runs. `./rivulet up` starts it; --bootstrap-server names another."));
    }
}
