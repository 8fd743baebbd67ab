// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a run reads and writes, where it lies. A value that is bound is kept by the binding; what is bound of the host's memory is
 * copied to the device when it is bound, so that it is bound anew for each run.
 *
 * @param session that runs
 * @param binding {@code OrtIoBinding*}
 */
record Binding(DeviceSession session, MemorySegment binding) implements AutoCloseable {

    static Binding of(DeviceSession session) throws OrtCallException {
        return new Binding(session, session.library().made(OrtFunction.CREATE_IO_BINDING, session.session()));
    }

    void input(String name, MemorySegment value) throws OrtCallException {
        bind(OrtFunction.BIND_INPUT, name, value);
    }

    void output(String name, MemorySegment value) throws OrtCallException {
        bind(OrtFunction.BIND_OUTPUT, name, value);
    }

    private void bind(OrtFunction function, String name, MemorySegment value) throws OrtCallException {
        try (Arena names = Arena.ofConfined()) {
            session.library().call(function, binding, names.allocateFrom(name), value);
        }
    }

    /** Runs the graph and waits until the outputs are there. */
    void run() throws OrtCallException {
        session.library().call(OrtFunction.RUN_WITH_BINDING, session.session(), MemorySegment.NULL, binding);
        session.library().call(OrtFunction.SYNCHRONIZE_BOUND_OUTPUTS, binding);
    }

    @Override
    public void close() {
        session.library().release(OrtFunction.RELEASE_IO_BINDING, binding);
    }
}
