// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;

/**
 * Functions of {@code OrtApi} by their place in that structure, which only grows. Arguments are told by letters: {@code p} a pointer,
 * {@code i} an {@code int}, {@code l} a {@code size_t}; a function that begins with {@code RELEASE} returns nothing, the others a status.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/blob/v1.29.0/include/onnxruntime/core/session/onnxruntime_c_api.h">onnxruntime_c_api.h</a>
 */
enum OrtFunction {
    GET_ERROR_MESSAGE(2, "p"),
    CREATE_ENV(3, "ipp"),
    CREATE_SESSION_FROM_ARRAY(8, "pplpp"),
    CREATE_SESSION_OPTIONS(10, "p"),
    DISABLE_MEM_PATTERN(17, "p"),
    SET_SESSION_GRAPH_OPTIMIZATION_LEVEL(23, "pi"),
    SET_INTRA_OP_NUM_THREADS(24, "pi"),
    CREATE_TENSOR(48, "pplip"),
    CREATE_TENSOR_WITH_DATA(49, "pplplip"),
    GET_TENSOR_MUTABLE_DATA(51, "pp"),
    CREATE_MEMORY_INFO(68, "piiip"),
    RELEASE_ENV(92, "p"),
    RELEASE_STATUS(93, "p"),
    RELEASE_MEMORY_INFO(94, "p"),
    RELEASE_SESSION(95, "p"),
    RELEASE_VALUE(96, "p"),
    RELEASE_SESSION_OPTIONS(100, "p"),
    ADD_SESSION_CONFIG_ENTRY(130, "ppp"),
    CREATE_ALLOCATOR(131, "ppp"),
    RELEASE_ALLOCATOR(132, "p"),
    RUN_WITH_BINDING(133, "ppp"),
    CREATE_IO_BINDING(134, "pp"),
    RELEASE_IO_BINDING(135, "p"),
    BIND_INPUT(136, "ppp"),
    BIND_OUTPUT(137, "ppp"),
    SYNCHRONIZE_BOUND_OUTPUTS(203, "p"),
    APPEND_CUDA(204, "pp"),
    CREATE_CUDA_OPTIONS(205, "p"),
    UPDATE_CUDA_OPTIONS(206, "pppl"),
    RELEASE_CUDA_OPTIONS(208, "p"),
    ADD_EXTERNAL_INITIALIZERS(210, "pppl");

    private final int place;
    private final String arguments;

    OrtFunction(int place, String arguments) {
        this.place = place;
        this.arguments = arguments;
    }

    int place() {
        return place;
    }

    int arguments() {
        return arguments.length();
    }

    boolean release() {
        return name().startsWith("RELEASE");
    }

    FunctionDescriptor descriptor() {
        MemoryLayout[] layouts = arguments
                .chars()
                .mapToObj(letter -> switch (letter) {
                    case 'p' -> (MemoryLayout) ValueLayout.ADDRESS;
                    case 'i' -> ValueLayout.JAVA_INT;
                    default -> ValueLayout.JAVA_LONG;
                })
                .toArray(MemoryLayout[]::new);
        return release() ? FunctionDescriptor.ofVoid(layouts) : FunctionDescriptor.of(ValueLayout.ADDRESS, layouts);
    }
}
