// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.gateway.relay.SseFramer.Piece;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SseFramerTest {

    private static final String STREAM =
            "data: {\"a\":\"ä\"}\n\n: comment\n\ndata: x\r\n\r\nevent: y\ndata: z\n\ndata: [DONE]\n\n";

    private final SseFramer framer = new SseFramer(UnpooledByteBufAllocator.DEFAULT);

    @Test
    void wholeEventsPassAndTheBeginningOfOneIsHeldBack() {
        assertThat(feed("data: 1\n\ndata: 2")).containsExactly("data: 1\n\n");
        assertThat(feed("\n")).isEmpty();
        assertThat(feed("\ndata: 3\n\n")).containsExactly("data: 2\n\ndata: 3\n\n");
        assertThat(framer.rest().isReadable()).isFalse();
    }

    @Test
    void doneStandsAloneSoThatSomethingCanComeBeforeIt() {
        assertThat(feed("data: 1\n\ndata: [DONE]\n\n")).containsExactly("data: 1\n\n", "DONE data: [DONE]\n\n");
        assertThat(feed("data: [DONE]\n\n")).containsExactly("DONE data: [DONE]\n\n");
        assertThat(feed("data: {\"content\":\"data: [DONE]\"}\n\n"))
                .hasSize(1)
                .noneMatch(piece -> piece.startsWith("DONE"));
        assertThat(feed("xdata: [DONE]\n\n")).containsExactly("xdata: [DONE]\n\n");
    }

    @Test
    void whateverTheCutsTheBytesAreTheSameAndNoPieceEndsWithinAnEvent() {
        Random random = new Random(7);
        byte[] bytes = STREAM.repeat(20).getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 500; round++) {
            List<String> pieces = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(30));
                pieces.addAll(feed(Unpooled.copiedBuffer(bytes, at, count)));
                at += count;
            }
            String all = String.join("", pieces).replace("DONE data", "data");
            assertThat(all.getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
            assertThat(pieces).allMatch(piece -> piece.endsWith("\n\n") || piece.endsWith("\r\n\r\n"));
        }
    }

    @Test
    void whatIsLeftAtTheEndIsGivenOut() {
        feed("data: 1");
        assertThat(framer.rest().toString(StandardCharsets.UTF_8)).isEqualTo("data: 1");
    }

    @Test
    void anEventWithoutEndIsNotHeldForEver() {
        String half = "x".repeat(600_000);
        feed(half);
        assertThatThrownBy(() -> feed(half)).hasMessageContaining("1048576");
    }

    @Test
    void everyBufferIsReleased() {
        ByteBuf first = Unpooled.copiedBuffer("data: 1\n\ndata", StandardCharsets.UTF_8);
        ByteBuf second = Unpooled.copiedBuffer(": 2\n\nda", StandardCharsets.UTF_8);
        framer.accept(first).forEach(SseFramerTest::text);
        framer.accept(second).forEach(SseFramerTest::text);
        framer.close();
        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
    }

    private List<String> feed(String text) {
        return feed(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private List<String> feed(ByteBuf bytes) {
        return framer.accept(bytes).stream().map(SseFramerTest::text).toList();
    }

    private static String text(Piece piece) {
        return switch (piece) {
            case Piece.Events events -> released(events.bytes());
            case Piece.Done done -> "DONE " + released(done.bytes());
        };
    }

    private static String released(ByteBuf bytes) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.release();
        return text;
    }
}
