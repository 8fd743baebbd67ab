// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower.grpc;

import dev.rivulet.devices.RefusalCode;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.function.Consumer;

/** Tells of calls that the library has closed itself: over a message that is too long, or that is none. */
final class ClosedCalls extends ServerStreamTracer.Factory {

    private final Consumer<RefusalCode> told;

    ClosedCalls(Consumer<RefusalCode> told) {
        this.told = told;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new ServerStreamTracer() {
            @Override
            public void streamClosed(Status status) {
                switch (status.getCode()) {
                    case RESOURCE_EXHAUSTED -> told.accept(RefusalCode.TOO_LARGE);
                    case UNKNOWN, INVALID_ARGUMENT -> told.accept(RefusalCode.MALFORMED);
                    default -> {}
                }
            }
        };
    }
}
