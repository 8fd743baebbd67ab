// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StampReaderTest {

    private static final String EVENTS = """
            data: {"choices":[{"delta":{"role":"assistant","content":""}}]}

            data: {"choices":[{"delta":{"content":"1234567890123"}}]}

            data: {"choices":[{"delta":{"content": "42", "role": "assistant"}}]}

            data: {"choices":[{"delta":{"content":null}}]}

            data: {"choices":[{"delta":{"content":"ok"}}]}

            data: [DONE]

            """;

    @Test
    void stampsAreFoundHoweverTheBytesAreCut() {
        for (int size = 1; size < EVENTS.length(); size++) {
            assertThat(read(size)).as("pieces of %d bytes", size).containsExactly(1_234_567_890_123L, 42L);
        }
    }

    private static List<Long> read(int size) {
        List<Long> stamps = new ArrayList<>();
        StampReader reader = new StampReader(stamps::add);
        byte[] bytes = EVENTS.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < bytes.length; at += size) {
            reader.read(Unpooled.wrappedBuffer(bytes, at, Math.min(size, bytes.length - at)));
        }
        return stamps;
    }
}
