// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.SseEvents;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Keeps a copy of an answer that passes, if it ends well and is not too large. Used by one thread at a time. */
final class Recording {

    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
    private final long largest;
    private final boolean stream;
    private boolean tooLarge;

    private Recording(long largest, boolean stream) {
        this.largest = largest;
        this.stream = stream;
    }

    /** The same answer; when its end has passed it is handed to be kept. */
    static Answer of(Answer answer, long largest, Consumer<Kept> keep) {
        if (answer.status() != 200 || !(answer.isStream() || answer.isJson())) {
            return answer;
        }
        Recording recording = new Recording(largest, answer.isStream());
        return answer.with(answer.body().doOnNext(recording::add).doOnComplete(() -> recording.end(keep)));
    }

    private void add(ByteBuf bytes) {
        if (tooLarge || copy.size() + bytes.readableBytes() > largest) {
            tooLarge = true;
            copy.reset();
            return;
        }
        byte[] part = new byte[bytes.readableBytes()];
        bytes.getBytes(bytes.readerIndex(), part);
        copy.writeBytes(part);
    }

    private void end(Consumer<Kept> keep) {
        if (tooLarge || copy.size() == 0) {
            return;
        }
        if (!stream) {
            keep.accept(new Kept(false, copy.toByteArray()));
            return;
        }
        String events = copy.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
        if (events.endsWith(SseEvents.DONE) && !events.contains("data: {\"error\"")) {
            keep.accept(new Kept(true, withoutComments(events).getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Pings and times are those of the first request. */
    private static String withoutComments(String events) {
        return Arrays.stream(events.split("\n\n"))
                .filter(event -> !event.startsWith(":"))
                .collect(Collectors.joining("\n\n", "", "\n\n"));
    }
}
