// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
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
        return items.concatMapDelayError(item -> flux(events.apply(item)), true, 1);
    }

    /**
     * Events as bytes, some of them replaced by several others or none; at most one buffer is read ahead. A buffer that is one event
     * which {@code passes} goes on as it is, and is not made to text and back.
     *
     * @param passes told an event whose characters beyond ASCII may be torn
     * @param mend the events instead of one
     * @return fails with an {@link IOException} if one event is larger than 1 MiB
     */
    public static Flux<ByteBuf> mended(
            Flux<ByteBuf> body, Predicate<String> passes, Function<String, List<String>> mend) {
        return Flux.defer(() -> {
            Splitter splitter = new Splitter();
            Function<List<String>, Flux<ByteBuf>> mended = events -> flux(events.stream()
                    .flatMap(event -> mend.apply(event).stream())
                    .map(SseEvents::bytes)
                    .toList());
            return body.concatMapDelayError(
                            buffer -> splitter.isOneEvent(buffer) && passes.test(ascii(buffer))
                                    ? Flux.just(buffer)
                                    : mended.apply(splitter.accept(buffer)),
                            true,
                            1)
                    .concatWith(Flux.defer(() -> mended.apply(splitter.rest())))
                    .doOnDiscard(ByteBuf.class, ByteBuf::release);
        });
    }

    private static String ascii(ByteBuf bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** The usual single event needs no subscription of its own. */
    private static <T> Flux<T> flux(List<T> events) {
        return events.size() == 1 ? Flux.just(events.getFirst()) : Flux.fromIterable(events);
    }

    /** The events of what is there as a whole, each with its blank line, and what is left after them. */
    public static List<String> split(String events) {
        return events.isEmpty() ? List.of() : List.of(events.split("(?<=\n\n)"));
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
        List<String> lines = new ArrayList<>(1);
        for (int at = 0; at < event.length(); ) {
            int end = lineEnd(event, at);
            if (event.startsWith(DATA, at)) {
                lines.add(event.substring(at + DATA.length(), end).strip());
            }
            at = end + 1;
        }
        String data = lines.size() == 1 ? lines.getFirst() : String.join("\n", lines);
        return data.isEmpty() ? null : data;
    }

    private static int lineEnd(String event, int from) {
        int end = from;
        while (end < event.length() && event.charAt(end) != '\n' && event.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    /** Cuts bytes into events. Used by one thread at a time. */
    private static final class Splitter {

        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private int newlines;

        List<String> accept(ByteBuf bytes) {
            List<String> events = new ArrayList<>(1);
            try {
                int from = bytes.readerIndex();
                int line = from;
                for (int end = newline(bytes, line); end >= 0; end = newline(bytes, line)) {
                    newlines = isBlank(bytes, line, end) ? newlines + 1 : 1;
                    line = end + 1;
                    if (newlines == 2) {
                        hold(bytes, from, line);
                        events.addAll(rest());
                        from = line;
                    }
                }
                if (!isBlank(bytes, line, bytes.writerIndex())) {
                    newlines = 0;
                }
                hold(bytes, from, bytes.writerIndex());
            } finally {
                bytes.release();
            }
            return events;
        }

        /** Whether these bytes are one event with line feeds alone, and nothing is held that they belong to. */
        boolean isOneEvent(ByteBuf bytes) {
            if (held.size() > 0) {
                return false;
            }
            int last = bytes.writerIndex() - 1;
            int line = bytes.readerIndex();
            for (int end = newline(bytes, line); end >= 0; end = newline(bytes, line)) {
                if (end == line) {
                    return end == last && end > bytes.readerIndex();
                }
                if (bytes.getByte(end - 1) == '\r') {
                    return false;
                }
                line = end + 1;
            }
            return false;
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

        private void hold(ByteBuf bytes, int from, int to) {
            if (held.size() + to - from > LARGEST) {
                throw Exceptions.propagate(new IOException("an event is larger than " + LARGEST + " bytes"));
            }
            try {
                bytes.getBytes(from, held, to - from);
            } catch (IOException e) {
                throw Exceptions.propagate(e);
            }
        }

        private static int newline(ByteBuf bytes, int from) {
            return bytes.indexOf(from, bytes.writerIndex(), (byte) '\n');
        }

        /** Whether there is nothing but carriage returns. */
        private static boolean isBlank(ByteBuf bytes, int from, int to) {
            for (int at = from; at < to; at++) {
                if (bytes.getByte(at) != '\r') {
                    return false;
                }
            }
            return true;
        }
    }
}
