package dev.rivulet.gateway.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Streams of server-sent events as text, one event after the other, at the pace of whoever takes them. */
public final class SseEvents {

    /** The last event of OpenAI's streams. */
    public static final String DONE = "data: [DONE]\n\n";

    private static final String DATA = "data:";
    private static final int LARGEST = 1 << 20;

    private SseEvents() {}

    /**
     * Whole events, each with its blank line; at most one buffer is read ahead.
     *
     * @return fails with an {@link IOException} if one event is larger than 1 MiB
     */
    public static Flux<String> of(Flux<ByteBuf> body) {
        return Flux.defer(() -> {
            Splitter splitter = new Splitter();
            return each(body, splitter::accept)
                    .concatWith(Flux.defer(() -> Flux.fromIterable(splitter.rest())))
                    .doOnDiscard(ByteBuf.class, ByteBuf::release);
        });
    }

    /**
     * Items as several events each, or none, at the pace of whoever takes them; at most one item is read ahead. What came before a
     * failure is told before it, however slowly it is read; a failure of {@code events} itself ends all at once.
     */
    public static <T> Flux<String> each(Flux<T> items, Function<? super T, List<String>> events) {
        return items.concatMapDelayError(item -> Flux.fromIterable(events.apply(item)), true, 1);
    }

    public static ByteBuf bytes(String event) {
        return Unpooled.wrappedBuffer(event.getBytes(StandardCharsets.UTF_8));
    }

    /** An event with this data, which has one line. */
    public static String event(String data) {
        return "data: " + data + "\n\n";
    }

    /** The data of an event, whatever other fields it has; null if it has none, as a comment. */
    public static @Nullable String data(String event) {
        String data = event.lines()
                .filter(line -> line.startsWith(DATA))
                .map(line -> line.substring(DATA.length()).strip())
                .collect(Collectors.joining("\n"));
        return data.isEmpty() ? null : data;
    }

    /** Cuts bytes into events. Used by one thread at a time. */
    private static final class Splitter {

        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private int newlines;

        List<String> accept(ByteBuf bytes) {
            List<String> events = new ArrayList<>();
            try {
                while (bytes.isReadable()) {
                    byte next = bytes.readByte();
                    held.write(next);
                    newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
                    if (newlines == 2) {
                        events.addAll(rest());
                    } else if (held.size() > LARGEST) {
                        throw reactor.core.Exceptions.propagate(
                                new IOException("an event is larger than " + LARGEST + " bytes"));
                    }
                }
            } finally {
                bytes.release();
            }
            return events;
        }

        List<String> rest() {
            newlines = 0;
            if (held.size() == 0) {
                return List.of();
            }
            String event = held.toString(StandardCharsets.UTF_8);
            held.reset();
            return List.of(event);
        }
    }
}
