// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import dev.rivulet.events.Topic.Reader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The catalogue as an AsyncAPI 3.0 document: a channel a topic, a message an event, an operation for who writes and who reads. */
final class AsyncApi {

    private static final Path PAYLOADS = Path.of("src/main/protobuf");
    private static final String KAFKA_BINDING = "0.5.0";
    private static final JsonMapper JSON = JsonMapper.shared();

    private AsyncApi() {}

    /** The document, as it is checked in. */
    static String text() {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
        return JSON.writer().with(printer).writeValueAsString(document()) + "\n";
    }

    private static ObjectNode document() {
        ObjectNode document = JSON.createObjectNode().put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "Rivulet's events")
                .put("version", "0.1.0")
                .put(
                        "description",
                        "Protobuf payloads in CloudEvents 1.0 binary mode on Kafka: attributes are ce_ headers, the record key is "
                                + "ce_subject. Generated from libs/event-contracts by: "
                                + GoldenFiles.COMMAND);
        document.put("defaultContentType", "application/protobuf");
        ObjectNode channels = document.putObject("channels");
        ObjectNode operations = document.putObject("operations");
        ObjectNode messages = document.putObject("components").putObject("messages");
        for (EventType<?> type : EventType.ALL) {
            describe(channels.putObject(type.topic().name()), type, type.topic());
            describeOperations(operations, type.topic());
            if (!type.topic().effectReaders().isEmpty()) {
                describeDeadLetters(channels, operations, type);
            }
            describeMessage(messages.putObject(name(type)), type);
        }
        return document;
    }

    private static void describe(ObjectNode channel, EventType<?> type, Topic topic) {
        channel.put("address", topic.name());
        channel.put("description", about(topic));
        channel.putObject("messages").putObject(name(type)).put("$ref", "#/components/messages/" + name(type));
        channel.set("bindings", binding(topic));
    }

    private static String about(Topic topic) {
        return switch (topic.kind()) {
            case STATE -> "Compacted: the newest record of a key holds. Key: " + topic.key() + ".";
            case LOG, BULK -> "Kept for " + topic.retention() + ". Key: " + topic.key() + ".";
        };
    }

    private static ObjectNode binding(Topic topic) {
        ObjectNode bindings = JSON.createObjectNode();
        ObjectNode kafka = bindings.putObject("kafka");
        kafka.put("topic", topic.name()).put("partitions", topic.partitions());
        ObjectNode settings = kafka.putObject("topicConfiguration");
        new TreeMap<>(topic.settings()).forEach((name, value) -> {
            if (name.equals("cleanup.policy")) {
                settings.putArray(name).add(value);
            } else if (value.matches("\\d+")) {
                settings.put(name, Long.parseLong(value));
            } else {
                settings.put(name, value);
            }
        });
        kafka.put("bindingVersion", KAFKA_BINDING);
        return bindings;
    }

    private static void describeOperations(ObjectNode operations, Topic topic) {
        operation(operations, topic, topic.owner(), "send", "It alone writes this topic.");
        for (Reader reader : topic.readers()) {
            operation(operations, topic, reader.service(), "receive", sentence(reader.purpose()));
        }
    }

    private static void describeDeadLetters(ObjectNode channels, ObjectNode operations, EventType<?> type) {
        Topic dead = type.topic().deadLetters();
        describe(channels.putObject(dead.name()), type, dead);
        for (Reader reader : type.topic().effectReaders()) {
            operation(
                    operations,
                    dead,
                    reader.service(),
                    "send",
                    "What it could not deal with, with why in dlq_ headers.");
        }
        operation(
                operations,
                dead,
                dead.owner(),
                "receive",
                sentence(dead.readers().getFirst().purpose()));
        if (!type.topic().effectReaders().isEmpty()) {
            describeReplays(channels, operations, type);
        }
    }

    private static void describeReplays(ObjectNode channels, ObjectNode operations, EventType<?> type) {
        Topic back = type.topic().replays();
        describe(channels.putObject(back.name()), type, back);
        for (Reader reader : back.readers()) {
            operation(operations, back, reader.service(), "receive", "Takes again what was parked, if it is for it.");
        }
        operation(operations, back, back.owner(), "send", "What people send back, to the reader that parked it.");
    }

    private static void operation(
            ObjectNode operations, Topic topic, String service, String action, String description) {
        ObjectNode operation = operations.putObject(service + "." + action + "." + topic.name());
        operation.put("action", action);
        operation.putObject("channel").put("$ref", "#/channels/" + topic.name());
        operation.put("description", description);
        operation.putArray("tags").addObject().put("name", service);
    }

    private static void describeMessage(ObjectNode message, EventType<?> type) {
        String source = source(type);
        message.put("name", type.type());
        message.put("title", name(type));
        message.put("description", comment(source, name(type)));
        message.put("contentType", "application/protobuf");
        ObjectNode headers = message.putObject("headers").put("type", "object");
        ArrayNode required = headers.putArray("required");
        ObjectNode properties = headers.putObject("properties");
        for (Attribute attribute : attributes(type)) {
            if (!attribute.name().equals("ce_traceparent")) {
                required.add(attribute.name());
            }
            ObjectNode property = properties.putObject(attribute.name()).put("type", "string");
            property.put(attribute.constant() ? "const" : "description", attribute.text());
        }
        message.putObject("payload")
                .put("schemaFormat", "application/vnd.google.protobuf;version=3")
                .put("schema", source);
        ObjectNode kafka = message.putObject("bindings").putObject("kafka");
        kafka.putObject("key")
                .put("type", "string")
                .put("description", type.topic().key());
        kafka.put("bindingVersion", KAFKA_BINDING);
    }

    /** A header: what it always says, or what it is about. */
    private record Attribute(String name, boolean constant, String text) {}

    /** Those of {@link Event#headers()}; a test holds both against each other. */
    private static List<Attribute> attributes(EventType<?> type) {
        return List.of(
                new Attribute("ce_specversion", true, "1.0"),
                new Attribute("ce_id", false, "Unique per source: what a reader's inbox knows it by"),
                new Attribute(
                        "ce_source", false, "Who says so: / and the service, with / and the instance where it matters"),
                new Attribute("ce_type", true, type.type()),
                new Attribute(
                        "ce_subject",
                        false,
                        "The key of the record: " + type.topic().key()),
                new Attribute("ce_time", false, "When it happened: RFC 3339"),
                new Attribute("ce_dataschema", true, "urn:rivulet:schema:" + type.type()),
                new Attribute("ce_traceparent", false, "W3C trace context, if there is one"),
                new Attribute("content-type", true, "application/protobuf"));
    }

    private static String name(EventType<?> type) {
        return type.descriptor().getName();
    }

    private static String source(EventType<?> type) {
        try {
            return Files.readString(PAYLOADS.resolve(type.descriptor().getFile().getName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The comment above a message, in one line. */
    private static String comment(String source, String message) {
        Deque<String> above = new ArrayDeque<>();
        for (String line : source.lines().toList()) {
            if (line.equals("message " + message + " {")) {
                return String.join(" ", above);
            }
            if (!line.startsWith("//")) {
                above.clear();
            } else if (line.length() > 3) {
                above.addLast(line.substring(3));
            }
        }
        throw new IllegalStateException(message + " is not in its file");
    }

    private static String sentence(String purpose) {
        return Character.toUpperCase(purpose.charAt(0)) + purpose.substring(1) + ".";
    }
}
