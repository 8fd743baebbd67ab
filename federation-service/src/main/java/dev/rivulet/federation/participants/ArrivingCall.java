// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/** A request whose signature holds and whose body nobody has read, for controllers that judge what is said of it first. */
public final class ArrivingCall {

    private final Device device;
    private final long length;
    private final Body body;

    /** Reads a body that is the one that was signed, and counts it as in memory until what it is used for is done. */
    @FunctionalInterface
    public interface Body {
        <T> Mono<T> use(BiFunction<byte[], String, T> work);
    }

    /** @param length of the body in bytes, as its header says */
    public ArrivingCall(Device device, long length, Body body) {
        this.device = device;
        this.length = length;
        this.body = body;
    }

    /** Who calls, if it takes part. */
    public Device participant() {
        return DeviceCall.participating(device);
    }

    /** Bytes of the body. */
    public long length() {
        return length;
    }

    /** Reads the body and does something with it and its SHA-256, which may block; refused if there is no room for it. */
    public <T> Mono<T> body(BiFunction<byte[], String, T> work) {
        return body.use(work);
    }
}
