// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import reactor.core.publisher.Flux;

/** What goes on over one WebSocket: messages in, events out. Used by one thread at a time. */
interface Talk {

    /** The first event. */
    String created();

    /**
     * Takes a message of bytes: samples of 16 bits, little-endian, one channel, 16 kHz.
     *
     * @return events, in order; or a {@link StreamFault}
     */
    Flux<String> sound(byte[] pcm);

    /** Takes a message of text; the same. */
    Flux<String> control(String text);

    /** Whether a message of text says that nothing more comes. */
    boolean isEnd(String text);

    /** What is told before the socket is closed for a fault. */
    String fault(StreamFault fault);
}
