// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

import static dev.rivulet.engine.onnx.device.OrtFunction.ADD_EXTERNAL_INITIALIZERS;
import static dev.rivulet.engine.onnx.device.OrtFunction.ADD_SESSION_CONFIG_ENTRY;
import static dev.rivulet.engine.onnx.device.OrtFunction.APPEND_CUDA;
import static dev.rivulet.engine.onnx.device.OrtFunction.CREATE_CUDA_OPTIONS;
import static dev.rivulet.engine.onnx.device.OrtFunction.CREATE_ENV;
import static dev.rivulet.engine.onnx.device.OrtFunction.CREATE_SESSION_FROM_ARRAY;
import static dev.rivulet.engine.onnx.device.OrtFunction.CREATE_SESSION_OPTIONS;
import static dev.rivulet.engine.onnx.device.OrtFunction.DISABLE_MEM_PATTERN;
import static dev.rivulet.engine.onnx.device.OrtFunction.RELEASE_CUDA_OPTIONS;
import static dev.rivulet.engine.onnx.device.OrtFunction.RELEASE_SESSION_OPTIONS;
import static dev.rivulet.engine.onnx.device.OrtFunction.SET_INTRA_OP_NUM_THREADS;
import static dev.rivulet.engine.onnx.device.OrtFunction.SET_SESSION_GRAPH_OPTIMIZATION_LEVEL;
import static dev.rivulet.engine.onnx.device.OrtFunction.UPDATE_CUDA_OPTIONS;

import dev.rivulet.modelpackage.graph.DecoderGraph.Weight;
import dev.rivulet.modelpackage.graph.Half;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A graph in ONNX Runtime on a device, and who else is needed to run it. Belongs to the memory it was opened with: closing that
 * ends the session.
 *
 * @param library of the calls
 * @param session {@code OrtSession*}
 */
record DeviceSession(OrtLibrary library, MemorySegment session) {

    private static final int WARNINGS = 2;
    private static final int ALL_OPTIMISATIONS = 99;

    /**
     * Opens a graph. To be called on a thread with a deep stack.
     *
     * @param weights 16-bit floats of the external initialisers; read as long as the session lives
     * @param memory ends the session when it closes
     */
    static DeviceSession open(
            OrtLibrary library,
            Provider provider,
            ByteBuffer model,
            Map<String, Weight> weights,
            Half half,
            int threads,
            Arena memory)
            throws OrtCallException {
        MemorySegment environment = library.made(CREATE_ENV, WARNINGS, memory.allocateFrom("rivulet"));
        MemorySegment options = library.made(CREATE_SESSION_OPTIONS);
        try (Arena names = Arena.ofConfined()) {
            library.call(SET_INTRA_OP_NUM_THREADS, options, threads);
            library.call(DISABLE_MEM_PATTERN, options);
            library.call(SET_SESSION_GRAPH_OPTIMIZATION_LEVEL, options, ALL_OPTIMISATIONS);
            library.call(
                    ADD_SESSION_CONFIG_ENTRY,
                    options,
                    names.allocateFrom("session.intra_op.allow_spinning"),
                    names.allocateFrom("0"));
            if (provider == Provider.CUDA) {
                appendCuda(library, options, names);
            }
            initialise(library, options, weights, half, memory);
            MemorySegment bytes = MemorySegment.ofBuffer(model);
            MemorySegment session =
                    library.made(CREATE_SESSION_FROM_ARRAY, environment, bytes, bytes.byteSize(), options);
            return new DeviceSession(library, session.reinterpret(memory, opened -> {
                library.release(OrtFunction.RELEASE_SESSION, opened);
                library.release(OrtFunction.RELEASE_ENV, environment);
            }));
        } catch (OrtCallException | RuntimeException | Error e) {
            library.release(OrtFunction.RELEASE_ENV, environment);
            throw e;
        } finally {
            library.release(RELEASE_SESSION_OPTIONS, options);
        }
    }

    /** The first GPU; the cache takes what it needs and no more. */
    private static void appendCuda(OrtLibrary library, MemorySegment options, Arena names) throws OrtCallException {
        MemorySegment cuda = library.made(CREATE_CUDA_OPTIONS);
        try {
            Map<String, String> wanted = Map.of("device_id", "0", "arena_extend_strategy", "kSameAsRequested");
            List<MemorySegment> keys = new ArrayList<>();
            List<MemorySegment> values = new ArrayList<>();
            wanted.forEach((key, value) -> {
                keys.add(names.allocateFrom(key));
                values.add(names.allocateFrom(value));
            });
            library.call(
                    UPDATE_CUDA_OPTIONS,
                    cuda,
                    OrtLibrary.pointers(names, keys),
                    OrtLibrary.pointers(names, values),
                    (long) keys.size());
            library.call(APPEND_CUDA, options, cuda);
        } finally {
            library.release(RELEASE_CUDA_OPTIONS, cuda);
        }
    }

    private static void initialise(
            OrtLibrary library, MemorySegment options, Map<String, Weight> weights, Half half, Arena memory)
            throws OrtCallException {
        if (weights.isEmpty()) {
            return;
        }
        DeviceMemory host = DeviceMemory.host(library, memory);
        List<MemorySegment> names = new ArrayList<>();
        List<MemorySegment> values = new ArrayList<>();
        for (var weight : weights.entrySet()) {
            if (!(weight.getValue().values() instanceof ShortBuffer halves)) {
                throw new IllegalArgumentException(weight.getKey() + " is not in 16 bits");
            }
            long[] size = weight.getValue().dimensions().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            names.add(memory.allocateFrom(weight.getKey()));
            values.add(host.tensor(MemorySegment.ofBuffer(halves), half.element(), size));
        }
        library.call(
                ADD_EXTERNAL_INITIALIZERS,
                options,
                OrtLibrary.pointers(memory, names),
                OrtLibrary.pointers(memory, values),
                (long) names.size());
    }
}
