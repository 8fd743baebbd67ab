// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

import ai.onnxruntime.OrtEnvironment;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** ONNX Runtime's C API, of the very library that its Java API has loaded. */
final class OrtLibrary {

    /** Of {@code OrtApi}: that of ONNX Runtime 1.29. */
    private static final int API_VERSION = 29;

    private static final MethodType ANY = MethodType.methodType(Object.class, Object[].class);
    private static final MemorySegment NULL = MemorySegment.NULL;

    private final Map<OrtFunction, MethodHandle> functions = new EnumMap<>(OrtFunction.class);

    private OrtLibrary(MemorySegment api) {
        long bytes = ValueLayout.ADDRESS.byteSize();
        for (OrtFunction function : OrtFunction.values()) {
            MemorySegment address = api.get(ValueLayout.ADDRESS, function.place() * bytes);
            MethodHandle handle = Linker.nativeLinker().downcallHandle(address, function.descriptor());
            functions.put(
                    function,
                    handle.asSpreader(Object[].class, function.arguments()).asType(ANY));
        }
    }

    /** @throws IllegalStateException if the library is of another version, or can't be found */
    static OrtLibrary load() {
        // Whoever asks for the environment loads the library.
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        MemorySegment getBase = SymbolLookup.loaderLookup()
                .find("OrtGetApiBase")
                .orElseThrow(() -> new IllegalStateException(
                        "ONNX Runtime " + environment.getVersion() + " was loaded where its C API can't be found"));
        try {
            FunctionDescriptor pointer = FunctionDescriptor.of(ValueLayout.ADDRESS);
            var base = (MemorySegment)
                    Linker.nativeLinker().downcallHandle(getBase, pointer).invokeExact();
            MemorySegment getApi =
                    base.reinterpret(ValueLayout.ADDRESS.byteSize()).get(ValueLayout.ADDRESS, 0);
            FunctionDescriptor ofVersion = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
            var api = (MemorySegment)
                    Linker.nativeLinker().downcallHandle(getApi, ofVersion).invokeExact(API_VERSION);
            if (api.equals(NULL)) {
                throw new IllegalStateException("ONNX Runtime " + environment.getVersion() + " does not know version "
                        + API_VERSION + " of its C API");
            }
            long last = OrtFunction.values()[OrtFunction.values().length - 1].place();
            return new OrtLibrary(api.reinterpret((last + 1) * ValueLayout.ADDRESS.byteSize()));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("ONNX Runtime's C API can't be called", e);
        }
    }

    /**
     * Calls a function that returns a status.
     *
     * @throws OrtCallException with what ONNX Runtime says, if the status is an error
     */
    void call(OrtFunction function, Object... arguments) throws OrtCallException {
        MemorySegment status = (MemorySegment) invoke(function, arguments);
        if (!status.equals(NULL)) {
            try {
                MemorySegment message = (MemorySegment) invoke(OrtFunction.GET_ERROR_MESSAGE, status);
                throw new OrtCallException(message.reinterpret(Long.MAX_VALUE).getString(0));
            } finally {
                release(OrtFunction.RELEASE_STATUS, status);
            }
        }
    }

    /** Calls a function whose last argument takes a pointer to what it has made. */
    MemorySegment made(OrtFunction function, Object... arguments) throws OrtCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
            Object[] all = new Object[arguments.length + 1];
            System.arraycopy(arguments, 0, all, 0, arguments.length);
            all[arguments.length] = out;
            call(function, all);
            return out.get(ValueLayout.ADDRESS, 0);
        }
    }

    void release(OrtFunction function, MemorySegment made) {
        if (!function.release()) {
            throw new IllegalArgumentException(function + " releases nothing");
        }
        if (!made.equals(NULL)) {
            Object unused = invoke(function, made);
        }
    }

    /** Pointers, one behind the other. */
    static MemorySegment pointers(SegmentAllocator memory, List<MemorySegment> pointers) {
        MemorySegment array = memory.allocate(ValueLayout.ADDRESS, pointers.size());
        for (int i = 0; i < pointers.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, pointers.get(i));
        }
        return array;
    }

    private Object invoke(OrtFunction function, Object... arguments) {
        MethodHandle handle = functions.get(function);
        if (handle == null) {
            throw new IllegalStateException(function + " is not bound");
        }
        try {
            return (Object) handle.invokeExact(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(function + " can't be called", e);
        }
    }
}
