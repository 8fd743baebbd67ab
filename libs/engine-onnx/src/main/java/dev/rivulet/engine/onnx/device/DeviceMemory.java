// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory of a device, or of the host, as ONNX Runtime sees it. What is made here ends with the arena.
 *
 * @param library of the calls
 * @param info {@code OrtMemoryInfo*}
 * @param arena that everything belongs to
 */
record DeviceMemory(OrtLibrary library, MemorySegment info, Arena arena) {

    private static final int DEVICE_ALLOCATOR = 0;
    private static final int FIRST_DEVICE = 0;
    private static final int DEFAULT_KIND = 0;

    static DeviceMemory host(OrtLibrary library, Arena arena) throws OrtCallException {
        return of(library, Provider.CPU, arena);
    }

    static DeviceMemory of(OrtLibrary library, Provider provider, Arena arena) throws OrtCallException {
        MemorySegment info = library.made(
                OrtFunction.CREATE_MEMORY_INFO,
                arena.allocateFrom(provider.memory()),
                DEVICE_ALLOCATOR,
                FIRST_DEVICE,
                DEFAULT_KIND);
        return new DeviceMemory(library, info, arena).ending(OrtFunction.RELEASE_MEMORY_INFO);
    }

    private DeviceMemory ending(OrtFunction release) {
        return new DeviceMemory(library, owned(info, release), arena);
    }

    private MemorySegment owned(MemorySegment made, OrtFunction release) {
        return made.reinterpret(arena, ended -> library.release(release, ended));
    }

    /**
     * A tensor over memory that is there already.
     *
     * @param data address and size of it; of the host or of the device, as this is
     * @param element by the numbers of {@code TensorProto.DataType}, which are those of ONNX Runtime
     * @return {@code OrtValue*}
     */
    MemorySegment tensor(MemorySegment data, int element, long... size) throws OrtCallException {
        return owned(view(data, element, size), OrtFunction.RELEASE_VALUE);
    }

    /** The same, to be released by who asked for it. */
    MemorySegment view(MemorySegment data, int element, long... size) throws OrtCallException {
        try (Arena shape = Arena.ofConfined()) {
            MemorySegment dimensions = shape.allocateFrom(ValueLayout.JAVA_LONG, size);
            return library.made(
                    OrtFunction.CREATE_TENSOR_WITH_DATA,
                    info,
                    data,
                    data.byteSize(),
                    dimensions,
                    (long) size.length,
                    element);
        }
    }

    /**
     * New memory of the device that a session runs on.
     *
     * @return address and size of it
     */
    MemorySegment allocate(DeviceSession session, int element, long bytesOfOne, long... size) throws OrtCallException {
        MemorySegment allocator = owned(
                library.made(OrtFunction.CREATE_ALLOCATOR, session.session(), info), OrtFunction.RELEASE_ALLOCATOR);
        try (Arena shape = Arena.ofConfined()) {
            MemorySegment dimensions = shape.allocateFrom(ValueLayout.JAVA_LONG, size);
            MemorySegment tensor = owned(
                    library.made(OrtFunction.CREATE_TENSOR, allocator, dimensions, (long) size.length, element),
                    OrtFunction.RELEASE_VALUE);
            MemorySegment data = library.made(OrtFunction.GET_TENSOR_MUTABLE_DATA, tensor);
            long bytes = bytesOfOne;
            for (long dimension : size) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            return data.reinterpret(bytes);
        }
    }
}
