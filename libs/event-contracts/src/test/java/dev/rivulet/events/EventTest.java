// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void anEventIsReadBackFromItsHeadersAndBytes() {
        Event<ModelVersionChanged> event = event(TRACE);

        assertThat(Event.read(EventType.MODEL_VERSION_CHANGED, event.headers(), event.value()))
                .isEqualTo(event);
    }

    @Test
    void anEventWithoutATraceHasNoSuchHeader() {
        Event<ModelVersionChanged> event = event(null);

        assertThat(event.headers()).doesNotContainKey("ce_traceparent");
        assertThat(Event.read(EventType.MODEL_VERSION_CHANGED, event.headers(), event.value()))
                .isEqualTo(event);
    }

    @Test
    void headersAreRawUtf8AndTheKeyIsTheSubject() {
        Map<String, String> headers = event(TRACE).headers().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> new String(entry.getValue(), UTF_8)));

        assertThat(headers)
                .isEqualTo(Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", "id-1",
                        "ce_source", "/model-registry",
                        "ce_type", "rivulet.model.v1.ModelVersionChanged",
                        "ce_subject", "größe",
                        "ce_time", "2026-11-01T00:00:00.123Z",
                        "ce_dataschema", "urn:rivulet:schema:rivulet.model.v1.ModelVersionChanged",
                        "ce_traceparent", TRACE,
                        "content-type", "application/protobuf"));
        assertThat(new String(event(TRACE).key(), UTF_8)).isEqualTo("größe");
    }

    @Test
    void headersMayAlsoBeStringsAndOthersAreIgnored() {
        Event<ModelVersionChanged> event = event(TRACE);
        Map<String, Object> headers = new HashMap<>();
        event.headers().forEach((name, value) -> headers.put(name, new String(value, UTF_8)));
        headers.put("kafka_offset", 12L);

        assertThat(Event.read(EventType.MODEL_VERSION_CHANGED, headers, event.value()))
                .isEqualTo(event);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_id", "ce_source", "ce_type", "ce_subject", "ce_time"})
    void aMissingOrEmptyAttributeIsNamed(String name) {
        Map<String, Object> without = new HashMap<>(event(TRACE).headers());
        without.remove(name);
        Map<String, Object> empty = new HashMap<>(event(TRACE).headers());
        empty.put(name, " ".getBytes(UTF_8));
        Map<String, Object> odd = new HashMap<>(event(TRACE).headers());
        odd.put(name, 7);

        assertRefused(without, name);
        assertRefused(empty, name);
        assertRefused(odd, name);
    }

    @ParameterizedTest
    @CsvSource({
        "ce_type, rivulet.model.v2.ModelVersionChanged, expected type rivulet.model.v1.ModelVersionChanged",
        "ce_type, '\"rivulet.model.v1.ModelVersionChanged\"', expected type",
        "ce_time, yesterday, can't be read",
        "ce_time, 2026-13-01T00:00:00Z, can't be read",
    })
    void anAttributeOfAnotherFormIsRefused(String name, String value, String reason) {
        Map<String, Object> headers = new HashMap<>(event(TRACE).headers());
        headers.put(name, value.getBytes(UTF_8));

        assertRefused(headers, reason);
    }

    @Test
    void bytesThatAreNoPayloadAreRefused() {
        byte[] value = event(TRACE).value();
        byte[] cut = Arrays.copyOf(value, value.length - 3);

        assertThatThrownBy(() ->
                        Event.read(EventType.MODEL_VERSION_CHANGED, event(TRACE).headers(), cut))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("can't be read");
    }

    @ParameterizedTest
    @CsvSource({"'', s, k", "i, ' ', k", "i, s, ''"})
    void anEventNeedsIdSourceAndSubject(String id, String source, String subject) {
        assertThatThrownBy(() -> new Event<>(
                        id,
                        source,
                        EventType.MODEL_VERSION_CHANGED,
                        subject,
                        Instant.EPOCH,
                        null,
                        ModelVersionChanged.getDefaultInstance()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRefused(Map<String, ?> headers, String reason) {
        assertThatThrownBy(() -> Event.read(
                        EventType.MODEL_VERSION_CHANGED, headers, event(TRACE).value()))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(reason);
    }

    private static Event<ModelVersionChanged> event(@Nullable String traceparent) {
        return new Event<>(
                "id-1",
                "/model-registry",
                EventType.MODEL_VERSION_CHANGED,
                "größe",
                Instant.parse("2026-11-01T00:00:00.123Z"),
                traceparent,
                Samples.model());
    }
}
