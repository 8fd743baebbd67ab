// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Passage;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.util.context.ContextView;

/** Takes the W3C trace context of a request on to the replica: as a span of our own, or as it came where nothing traces. */
final class TraceHeaders {

    private static final String NAME = "rivulet.gateway.replica";
    private static final String TRACEPARENT = "traceparent";
    private static final Pattern WELL_FORMED = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final ObservationRegistry registry;

    TraceHeaders(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** A call to a replica as it is observed; to be stopped when its answer ends. */
    record Traced(Observation observation, Map<String, String> headers) {

        /** Its answer has ended; the span tells the stages in milliseconds. */
        void ended(Passage passage) {
            passage.stages()
                    .forEach((stage, nanos) -> observation.highCardinalityKeyValue(
                            "stage." + stage, String.format(Locale.ROOT, "%.2f", nanos / 1e6)));
            observation.stop();
        }
    }

    Traced begin(ContextView context, HttpHeaders incoming, Passage passage) {
        Observation parent = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
        SenderContext<Map<String, String>> sender = new SenderContext<>(
                (carrier, key, value) -> {
                    if (carrier != null) {
                        carrier.put(key, value);
                    }
                },
                Kind.CLIENT);
        Map<String, String> headers = new LinkedHashMap<>();
        sender.setCarrier(headers);
        Observation observation = Observation.createNotStarted(NAME, () -> sender, registry)
                .contextualName("relay")
                .parentObservation(parent)
                .start();
        TracingContext tracing = parent == null ? null : parent.getContextView().get(TracingContext.class);
        if (tracing != null && tracing.getSpan() != null) {
            passage.traceId(tracing.getSpan().context().traceId());
        }
        asItCame(incoming.getFirst(TRACEPARENT), headers);
        return new Traced(observation, headers);
    }

    private static void asItCame(@Nullable String traceparent, Map<String, String> headers) {
        boolean known = headers.containsKey(TRACEPARENT);
        if (!known && traceparent != null && WELL_FORMED.matcher(traceparent).matches()) {
            headers.put(TRACEPARENT, traceparent);
        }
    }
}
